"""The console's API as tests prepare with it: documents that have ended, or wait for a person."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import httpx

from local.stack import Stack

AT_REST = ("succeeded", "failed", "cancelled", "review_required")


@dataclass(frozen=True)
class Service:
    http: httpx.Client

    @classmethod
    def of(cls, stack: Stack, key: str | None = None) -> Service:
        headers = {"authorization": f"Bearer {key or stack.api_key}"}
        return cls(httpx.Client(base_url=f"{stack.base_url}/console/api", headers=headers, timeout=60))

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: object) -> Any:
        headers = {"idempotency-key": uuid.uuid4().hex}  # equal jobs are several, not one that is repeated
        answer = self.http.post(path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def file(self, name: str, content: bytes) -> str:
        said = self.post("/files", {"name": name, "size": len(content)})
        sent = httpx.put(said["upload"]["url"], content=content, timeout=60)
        assert sent.status_code == 200, sent.text
        return str(said["id"])

    def job(self, *files: tuple[str, bytes], **wanted: object) -> str:
        """A job of these files, once none of its documents moves any more."""
        ids = [self.file(name, content) for name, content in files]
        job = self.post("/jobs", {"file_ids": ids, **wanted})
        self.settled(job["id"])
        return str(job["id"])

    def documents(self, job_id: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get(f"/jobs/{job_id}?limit=100")["items"]
        return sorted(items, key=lambda item: int(item["position"]))

    def document(self, *files: tuple[str, bytes], **wanted: object) -> str:
        """The id of the first document of such a job."""
        return str(self.documents(self.job(*files, **wanted))[0]["id"])

    def settled(self, job_id: str, statuses: Collection[str] = AT_REST, seconds: float = 120) -> list[dict[str, Any]]:
        deadline = time.monotonic() + seconds
        while True:
            items = self.documents(job_id)
            if all(item["status"] in statuses for item in items):
                return items
            assert time.monotonic() < deadline, items
            time.sleep(0.2)

    def key(self, name: str) -> str:
        """Another key of the same tenant."""
        return str(self.post("/keys", {"name": name})["key"])

    def ended(self, document_id: str, seconds: float = 60) -> dict[str, Any]:
        """A document's view, once it has ended."""
        deadline = time.monotonic() + seconds
        while True:
            view: dict[str, Any] = self.get(f"/documents/{document_id}")
            if view["document"]["status"] in ("succeeded", "failed", "cancelled"):
                return view
            assert time.monotonic() < deadline, view["document"]
            time.sleep(0.2)
