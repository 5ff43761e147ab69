"""A small service on a real port that answers the routes the client uses, and that can be made to refuse or to wait."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "qk_test"
AGENT = "0193a1b2-0000-7000-8000-000000000001"
_EXTRACTOR = {"id": AGENT, "name": "invoice", "data_schema": {"type": "object"}, "config": {"own": True}}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Refusal:
    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Service:
    """What it got and what it is to do. `files` has the SHA-256 of each file's bytes; a file of the bytes `bad` fails.
    A job ends at its second look, but only `may_end` of them do.
    Requests to `silent`, a pattern, are done and never answered."""

    base_url: str = ""
    requests: list[Request] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, list[str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    looks: Counter[str] = field(default_factory=Counter)
    refusals: list[tuple[str, str, Refusal]] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    may_end: int = 10_000
    silent: str | None = None
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def refuse(self, method: str, path: str, refusal: Refusal, times: int = 1) -> None:
        """The next requests of that kind; `path` is a pattern."""
        self.refusals += [(method, path, refusal)] * times

    def asked(self, method: str, path: str) -> list[Request]:
        return [one for one in self.requests if one.method == method and re.fullmatch(path, one.path.split("?")[0])]

    def refusal(self, method: str, path: str) -> Refusal | None:
        for index, (wanted, pattern, refusal) in enumerate(self.refusals):
            if wanted == method and re.fullmatch(pattern, path.split("?")[0]):
                del self.refusals[index]
                return refusal
        return None

    def add_file(self, digest: str = "") -> str:
        file_id = f"file-{len(self.files) + 1}"
        self.files[file_id] = digest
        return file_id

    def add_job(self, key: str | None, file_ids: list[str]) -> str:
        """The same key gives the same job."""
        if key in self.keys:
            return self.keys[key]
        job_id = f"job-{len(self.jobs) + 1}"
        self.jobs[job_id] = file_ids
        if key:
            self.keys[key] = job_id
        return job_id

    def status(self, job_id: str, file_id: str) -> str:
        """running, failed or succeeded: as it is at this look."""
        if file_id not in self.ended and self.looks[job_id] > 1 and len(self.ended) < self.may_end:
            self.ended.add(file_id)
        if file_id not in self.ended:
            return "running"
        return "failed" if self.files[file_id] == hashlib.sha256(b"bad").hexdigest() else "succeeded"


def total_of(digest: str) -> str:
    """What is extracted from bytes."""
    return digest[:8]


class _Handler(BaseHTTPRequestHandler):
    service: Service
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self) -> None:
        digest, head = hashlib.sha256(), b""
        left = int(self.headers.get("content-length", 0))
        while left:
            piece = self.rfile.read(min(left, 65536))
            digest.update(piece)
            head, left = (head + piece)[: 1 << 20], left - len(piece)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body: Any = head
        if headers.get("content-type") == "application/json":
            body = json.loads(head)
        with self.service.lock:
            self.service.requests.append(Request(self.command, self.path, headers, body))
            refusal = self.service.refusal(self.command, self.path)
            status, said, more = (
                (refusal.status, refusal.body, refusal.headers) if refusal else self._routed(headers, body, digest)
            )
            silent = self.service.silent and re.fullmatch(self.service.silent, self.path.split("?")[0])
        if silent:
            self.service.closing.wait(30)
        content = json.dumps(said).encode()
        try:
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client was killed

    def _routed(self, headers: Mapping[str, str], body: Any, digest: Any) -> tuple[int, Any, Mapping[str, str]]:
        service, path = self.service, self.path.split("?")[0]
        *_, last = path.rsplit("/", 1)
        if path.startswith("/store/"):
            if self.command == "PUT":
                service.files[last] = digest.hexdigest()
            return 200, {"chunks": [{"page_no": 1, "page_content": service.files[last]}]}, {}
        if KEY not in (headers.get("x-api-key"), headers.get("authorization", "").removeprefix("Bearer ")):
            return 401, {"error": "invalid_api_key", "message": "The API key is missing or not valid."}, {}
        key = headers.get("idempotency-key")
        match self.command, path:
            case "POST", "/api/v1/files":
                content = body.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0]
                return 200, {"id": service.add_file(hashlib.sha256(content).hexdigest())}, {}
            case "PUT", "/api/v1/files":
                file_id = service.add_file()
                return 200, {"file_id": file_id, "url": f"{service.base_url}/store/{file_id}"}, {}
            case "POST", "/v1/files":
                file_id = service.add_file()
                return 200, {"id": file_id, "upload": {"url": f"{service.base_url}/store/{file_id}"}}, {}
            case "GET", "/api/v1/extraction/extraction-agents/by-name/invoice":
                return 200, _EXTRACTOR, {}
            case "POST", "/api/v2/extract":
                return 200, {"id": service.add_job(key, [body["file_input"]])}, {}
            case "POST", "/api/v1/extraction/jobs":
                return 200, {"id": service.add_job(key, [body["file_id"]])}, {}
            case "POST", "/extract_runs":
                return 200, {"id": service.add_job(key, [body["file"]["id"]])}, {}
            case "POST", "/v1/batches":
                return 200, {"id": service.add_job(key, body["source"]["file_ids"])}, {}
        if found := re.fullmatch(r"/v1/batches/(job-\d+)", path):
            return 200, self._batch(found[1]), {}
        if found := re.fullmatch(r"/v1/batches/job-\d+/items/([^/]+)/result", path):
            return 302, {}, {"Location": f"{service.base_url}/store/{found[1]}"}
        if found := re.fullmatch(r"/extract_runs/(job-\d+)", path):
            return 200, self._run(found[1]), {}
        if found := re.fullmatch(r"/api/v2/extract/(job-\d+)", path):
            return 200, self._job_v2(found[1]), {}
        if found := re.fullmatch(r"/api/v1/extraction/jobs/(job-\d+)(/result)?", path):
            return 200, self._result_v1(found[1]) if found[2] else self._job_v1(found[1]), {}
        return 404, {"detail": "There is no such thing.", "code": "not_found"}, {}

    def _batch(self, job_id: str) -> dict[str, Any]:
        service = self.service
        service.looks[job_id] += 1
        items = []
        for position, file_id in enumerate(service.jobs[job_id]):
            status = service.status(job_id, file_id)
            items.append(
                {
                    "position": position,
                    "status": status,
                    "completed_at": None if status == "running" else "2030-01-01T00:00:00Z",
                    "result_url": f"/v1/batches/{job_id}/items/{file_id}/result" if status == "succeeded" else None,
                    "error": {"code": "unsupported_input", "message": "No."} if status == "failed" else None,
                }
            )
        running = any(item["status"] == "running" for item in items)
        status = "running" if running else "completed"
        return {"status": status, "total_items": len(items), "items": items, "next_cursor": None}

    def _job_v2(self, job_id: str) -> dict[str, Any]:
        service = self.service
        service.looks[job_id] += 1
        (file_id,) = service.jobs[job_id]
        status = service.status(job_id, file_id)
        if status == "running":
            return {"id": job_id, "status": "RUNNING"}
        if status == "failed":
            return {"id": job_id, "status": "FAILED", "error_message": "No."}
        data, metadata = _found(service.files[file_id])
        return {
            "id": job_id,
            "status": "COMPLETED",
            "extract_result": data,
            "extract_metadata": {"field_metadata": {"document_metadata": metadata}},
        }

    def _run(self, job_id: str) -> dict[str, Any]:
        service = self.service
        service.looks[job_id] += 1
        (file_id,) = service.jobs[job_id]
        status = service.status(job_id, file_id)
        if status == "running":
            return {"id": job_id, "status": "PROCESSING", "output": None}
        if status == "failed":
            return {"id": job_id, "status": "FAILED", "failureReason": "FILE_LOCKED", "failureMessage": "No."}
        cited = {
            "page": {"number": 2, "width": 595.0, "height": 842.0},
            "referenceText": "Total",
            "polygon": [{"x": x, "y": y} for x, y in ((10.0, 20.0), (40.0, 20.0), (40.0, 25.0), (10.0, 25.0))],
        }
        metadata = {
            "total": {"logprobsConfidence": 0.9, "citations": [cited]},
            "lines[0].amount": {"logprobsConfidence": 0.5, "citations": []},
            "lines[1].amount": {"logprobsConfidence": None, "citations": []},
        }
        data, _ = _found(service.files[file_id])
        return {"id": job_id, "status": "PROCESSED", "output": {"value": data, "metadata": metadata}}

    def _job_v1(self, job_id: str) -> dict[str, Any]:
        service = self.service
        service.looks[job_id] += 1
        (file_id,) = service.jobs[job_id]
        said = {"running": "PENDING", "failed": "ERROR", "succeeded": "SUCCESS"}[service.status(job_id, file_id)]
        return {"id": job_id, "status": said, "error": "No." if said == "ERROR" else None}

    def _result_v1(self, job_id: str) -> dict[str, Any]:
        data, metadata = _found(self.service.files[self.service.jobs[job_id][0]])
        return {"run_id": "run", "data": data, "extraction_metadata": {"field_metadata": metadata}}


def _found(digest: str) -> tuple[dict[str, Any], dict[str, Any]]:
    cited = {
        "page": 2,
        "matching_text": "Total",
        "bounding_boxes": [{"x": 10.0, "y": 20.0, "w": 30.0, "h": 5.0}],
        "page_dimensions": {"width": 595.0, "height": 842.0},
    }
    data = {"total": total_of(digest), "lines": [{"amount": 1}, {"amount": None}]}
    metadata = {
        "total": {"confidence": 0.9, "citation": [cited]},
        "lines": [
            {"amount": {"confidence": 0.5, "citation": [{**cited, "bounding_boxes": [], "page_dimensions": None}]}},
            {"amount": {"confidence": None, "citation": []}},
        ],
    }
    return data, metadata


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed breaks its connections; whatever else is wrong, its test sees."""


@contextmanager
def serving() -> Iterator[Service]:
    service = Service()
    handler = type("Handler", (_Handler,), {"service": service})
    server = _Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    service.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        service.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
