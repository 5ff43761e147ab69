"""A tenant's client, as a script of a scenario sees it: it asks again when an answer is lost or says 5xx."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from quire.adapters.aws import Aws
from quire.domain.refusal import Refusal
from quire.domain.tenant import Tenant, digest_of
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

    def sleep(self, milliseconds: int) -> None:
        self.account.pump.park(milliseconds)

    def until_running(self, batch: str) -> None:
        """Sleep until one of the batch's documents has begun, or all ended."""
        for _ in range(2_000):
            with self.account.aside():
                job = self.world.jobs.get(self.tenant.id, plain(batch))
            if job is None or job.counts.running or not job.counts.remaining:
                return
            self.sleep(20)


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


def api_key(world: Aws, key: str) -> Any:
    return world.tenants.key(digest_of(key))


def taken(outcome: Answer | Refusal) -> Answer:
    """What a use case answered; a refusal is no part of these scenarios."""
    assert not isinstance(outcome, Refusal), outcome
    return outcome
