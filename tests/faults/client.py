"""A tenant's client, as a script of a scenario sees it: it asks again when an answer is lost or says 5xx."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar

from quire.adapters.aws import Aws
from quire.domain.document import Source, Verdict
from quire.domain.endpoint import Event
from quire.domain.fingerprint import fingerprint
from quire.domain.ids import derived_job_id, document_id
from quire.domain.job import Counts
from quire.domain.refusal import Refusal
from quire.domain.tenant import Tenant
from quire.http.ids import say_id
from quire.reading.media import Accepted
from quire.service import endpoints, review, uploads
from quire.service.admit import admit
from quire.service.config import Config, to_options
from quire.service.counting import count_pages
from quire.service.files import delete_file
from quire.service.jobs import delete_job
from quire.service.submit import Submission, submit
from tests.faults import plan
from tests.faults.account import Account

TRIES = 8
PAUSE_MS = 1_000
Answer = TypeVar("Answer")


class GaveUp(Exception):
    """The service failed at every try."""


class Client:
    """`jobs` are the ids of the jobs that each idempotency key was answered with; `files` those that it has."""

    def __init__(self, account: Account, world: Aws, tenant: Tenant, key: str) -> None:
        self.account = account
        self.world = world
        self.tenant = tenant
        self.key = key
        self.jobs: dict[str, set[str]] = defaultdict(set)
        self.files: list[str] = []

    # ---- one request, as often as it takes ---------------------------------------------------------------------------

    def ask(
        self, actor: str, method: str, path: str, body: object = None, *, contract: str = "extract_page", **headers: str
    ) -> tuple[int, Any]:
        """Through the contract's handler; answers status and JSON."""
        asked = request(self.key, method, path, body, headers)

        def once() -> tuple[int, Any]:
            status, said = answered(self.account, contract, asked)
            if status >= 500:
                raise ConnectionError(status)
            return status, said

        return self.do(actor, once)

    def do(self, actor: str, work: Callable[[], Answer]) -> Answer:
        """Until it answers: a use case, at work as an actor of that name."""
        for _ in range(TRIES):
            try:
                found: Answer = self.account.pump.wait(lambda done: self.account.pump.spawn(actor, work, done))
            except BaseException:
                if self.account.pump.actor() is None:
                    raise
                self.account.pump.park(PAUSE_MS)
            else:
                return found
        raise GaveUp(actor)

    # ---- what clients do ---------------------------------------------------------------------------------------------

    def announce(self, size: int, name: str = "a.pdf") -> str:
        """extract.page's id of a new file."""
        status, file = self.ask("announce", "POST", "/v1/files", {"size_bytes": size, "filename": name})
        assert status == 200, file
        self.files.append(plain(file["id"]))
        return str(file["id"])

    def put(self, file_id: str, content: bytes) -> None:
        """By the presigned URL: S3 sees it, none of our functions does."""
        self.account.bucket.put(f"uploads/{self.tenant.id}/{plain(file_id)}", content)

    def upload(self, content: bytes) -> str:
        file_id = self.announce(len(content))
        self.put(file_id, content)
        return file_id

    def submit(self, *file_ids: str, key: str = "k1") -> str:
        """extract.page's id of a batch."""
        body = {"source": {"type": "files", "file_ids": list(file_ids)}}
        status, batch = self.ask("submit", "POST", "/v1/batches", body, **{"idempotency-key": key})
        assert status == 200, batch
        self.jobs[key].add(plain(batch["id"]))
        return str(batch["id"])

    def refused(self, status: int, *file_ids: str, key: str = "k1") -> None:
        """Another request under a key that is taken."""
        body = {"source": {"type": "files", "file_ids": list(file_ids)}}
        said, answer = self.ask("submit", "POST", "/v1/batches", body, **{"idempotency-key": key})
        assert said == status, answer

    def submit_awaited(self, *file_ids: str, key: str = "k1") -> str:
        """As contracts do that let documents wait for their files."""
        ids = [plain(file_id) for file_id in file_ids]
        return self._submit(key, lambda: _sources(self.world, self.tenant, ids))

    def submit_inline(self, *contents: bytes, schema: object, key: str = "k1") -> str:
        """As contracts do that take the bytes in the request."""

        def work() -> Submission:
            counted = taken(count_pages([("a.pdf", content) for content in contents], Accepted.PDF_AND_IMAGES))
            files = [uploads.receive(self.world, self.tenant, content, "a.pdf", None) for content in contents]
            said = sha256(b"".join(contents)).hexdigest()
            asked = _submission([file.source for file in files], said, key)
            return replace(asked, schema=schema, counted=[one.pages for one in counted], extractor="schema")

        return self._submitted(key, work)

    def submit_urls(self, *urls: str, key: str = "k1") -> str:
        """As contracts do that fetch the bytes themselves."""

        def sources() -> list[Source]:
            return [taken(uploads.announce_url(self.world, self.tenant, url, None)).source for url in urls]

        return self._submit(key, sources, said=str(urls))

    def _submit(self, key: str, sources: Callable[[], list[Source]], said: str = "") -> str:
        def work() -> Submission:
            found = sources()
            return _submission(found, said or str([source.file_id for source in found]), key)

        return self._submitted(key, work)

    def _submitted(self, key: str, asked: Callable[[], Submission]) -> str:
        job = self.do("submit", lambda: taken(submit(self.world, self.tenant, asked())).job)
        self.jobs[key].add(job.id)
        return say_id("batch", job.id)

    def submit_for_review(self, content: bytes, schema: object, key: str = "k1") -> str:
        """Whatever is less sure than nearly certain is for a person."""

        def work() -> Submission:
            file = uploads.receive(self.world, self.tenant, content, "a.pdf", None)
            asked = _submission([file.source], sha256(content).hexdigest(), key)
            return replace(asked, schema=schema, extractor="schema", options=to_options(Config(review_threshold=99)))

        return self._submitted(key, work)

    def decide(self, batch: str, verdict: Verdict, by: str = "anna", **edits: Any) -> None:
        """Once the batch's document is in review; too late, where the time has passed."""
        self.until_in_review(batch)
        document = document_id(plain(batch), 0)
        self.do("decide", lambda: review.decide(self.world, self.tenant, document, verdict, edits=edits, by=by))

    def listen(self, url: str) -> None:
        """A webhook endpoint that hears of everything from now on, also where it was written late."""
        wanted = endpoints.Wanted(url, frozenset(Event))
        self.do("listen", lambda: taken(endpoints.create(self.world, self.tenant, "standard", wanted)))
        self.sleep(2 * plan.LANDS_MS)

    def cancel(self, batch: str) -> None:
        status, answer = self.ask("cancel", "POST", f"/v1/batches/{batch}/cancel", {})
        assert status == 200, answer

    def delete(self, batch: str) -> None:
        """Again where the answer was lost: then the job may be gone."""
        self.do("delete", lambda: delete_job(self.world, self.tenant, plain(batch)))

    def delete_file(self, file_id: str) -> None:
        self.do("delete_file", lambda: delete_file(self.world, self.tenant, plain(file_id)))

    def drop(self, extractor: str, name: str, content: bytes) -> None:
        """Into the drop folder: S3 alone hears of it."""
        key = f"inbox/{self.tenant.id}/{extractor}/{name}"
        version = self.account.bucket.put(key, content)
        self.jobs[key].add(derived_job_id(key, version))

    def look(self, batch: str) -> None:
        """At all that is shown of a batch of one document that has ended."""
        document, console = document_id(plain(batch), 0), "/console/api"
        for path in (f"documents/{document}", "jobs", "extractors", "deliveries", "usage"):
            status, answer = self.ask("browse", "GET", f"{console}/{path}", contract="console")
            assert status == 200, answer
        status, answer = self.ask("look", "GET", f"{console}/documents/{document}/pages/1", contract="pages")
        assert status == 200, answer

    def admit(self) -> None:
        """As where the queue delivers a poke while another is at work."""
        self.do("admit_again", lambda: admit(self.world, self.tenant.id))

    def together(self, *scripts: Callable[[], object]) -> None:
        """Side by side; goes on when all are done."""
        left = len(scripts)

        def begin(done: Callable[[Any, BaseException | None], None]) -> None:
            def one_done(_answer: Any, fault: BaseException | None) -> None:
                nonlocal left
                left -= 1
                if fault is not None:
                    self.account.violations.append(f"script: {fault!r}")
                if left == 0:
                    done(None, None)

            for script in scripts:
                self.account.pump.spawn("script", script, one_done)

        self.account.pump.wait(begin)

    def sleep(self, milliseconds: int) -> None:
        self.account.pump.park(milliseconds)

    def until_running(self, batch: str) -> None:
        """Sleep until one of the batch's documents has begun, or all ended."""
        self._until(batch, lambda counts: bool(counts.running) or not counts.remaining)

    def until_in_review(self, batch: str) -> None:
        self._until(batch, lambda counts: bool(counts.review_required) or not counts.remaining)

    def until_ended(self, batch: str) -> None:
        self._until(batch, lambda counts: not counts.remaining)

    def _until(self, batch: str, reached: Callable[[Counts], bool]) -> None:
        pause = 20
        for _ in range(200):
            with self.account.aside():
                job = self.world.jobs.get(self.tenant.id, plain(batch))
            if job is None or reached(job.counts):
                return
            self.sleep(pause)
            pause = min(2 * pause, 60_000)


def request(key: str, method: str, path: str, body: object, headers: dict[str, str]) -> dict[str, Any]:
    """API Gateway's event."""
    return {
        "rawPath": path,
        "requestContext": {"http": {"method": method}, "requestId": "r-1"},
        "headers": {"x-api-key": key, "authorization": f"Bearer {key}", **headers},
        "body": None if body is None else json.dumps(body),
    }


def answered(account: Account, contract: str, asked: dict[str, Any]) -> tuple[int, Any]:
    answer = account.handler(f"api_{contract}")(asked, None)
    return answer["statusCode"], json.loads(answer["body"] or "null")


def plain(said: str) -> str:
    """Our id behind a contract's."""
    digits = said.split("_", 1)[1]
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _sources(world: Aws, tenant: Tenant, file_ids: list[str]) -> list[Source]:
    return taken(uploads.sources(world, tenant, file_ids))


def _submission(sources: list[Source], said: str, key: str) -> Submission:
    return Submission(
        contract="extract_page",
        extractor="text",
        sources=sources,
        fingerprint=fingerprint({"said": said}),
        options=to_options(Config()),
        idempotency_key=key,
    )


def taken(outcome: Answer | Refusal) -> Answer:
    """What a use case answered; a refusal is no part of these scenarios."""
    assert not isinstance(outcome, Refusal), outcome
    return outcome
