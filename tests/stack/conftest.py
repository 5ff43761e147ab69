"""The local stack as a user has it: emulator, deployed template, Textract twin, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.deploy import client
from local.stack import Stack, start, stop

ENDED = {"completed", "partially_failed", "failed", "cancelled", "expired"}


@dataclass(frozen=True)
class User:
    """What a user holds: the API, and the account behind it."""

    http: httpx.Client
    stack: Stack

    def aws(self, service: str) -> Any:
        return client(service, self.stack.aws_endpoint)

    def announce(self, size: int, name: str | None = None) -> dict[str, Any]:
        answer = self.http.post("/v1/files", json={"size_bytes": size, "filename": name})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def upload(self, content: bytes, **headers: str) -> str:
        """Announce and PUT, as the contract's example does: no key, whatever headers the client likes."""
        file = self.announce(len(content))
        sent = httpx.put(file["upload"]["url"], content=content, headers=headers, timeout=60)
        assert sent.status_code == 200, sent.text
        return str(file["id"])

    def submit(self, *file_ids: str, key: str | None = None, **fields: object) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        body = {"source": {"type": "files", "file_ids": list(file_ids)}, **fields}
        return self.http.post("/v1/batches", json=body, headers=headers)

    def wait(self, batch_id: str, seconds: float = 120) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while True:
            page = self.http.get(f"/v1/batches/{batch_id}", params={"limit": 500}).json()
            if page["status"] in ENDED:
                return dict(page)
            assert time.monotonic() < deadline, page
            time.sleep(0.2)

    def batch(self, *contents: bytes, **fields: Any) -> dict[str, Any]:
        """Upload, submit, wait: the ended batch, its items by position."""
        answer = self.submit(*map(self.upload, contents), **fields)
        assert answer.status_code == 200, answer.text
        page = self.wait(answer.json()["id"])
        return {**page, "items": sorted(page["items"], key=lambda item: item["position"])}

    def result(self, item: dict[str, Any]) -> dict[str, Any]:
        """As the contract's example fetches it: following the redirect with the key still on the request."""
        answer = self.http.get(item["result_url"], follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    state = tmp_path_factory.mktemp("stack")
    yield start(state=state, port=0)
    assert stop(state)


@pytest.fixture
def user(stack: Stack) -> Iterator[User]:
    with httpx.Client(base_url=stack.base_url, headers={"X-API-KEY": stack.api_key}, timeout=60) as http:
        yield User(http, stack)


@pytest.fixture(scope="session")
def samples() -> Path:
    return Path(__file__).parents[2] / "samples"


def dropped_result(user: User, name: str, seconds: float = 60) -> str:
    """What the drop folder of `demo` gives back for a file, once it is there."""
    s3, bucket = user.aws("s3"), user.stack.outputs["BucketName"]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            found = s3.get_object(Bucket=bucket, Key=f"results/demo/inbox/text/{name}.json")
        except s3.exceptions.NoSuchKey:
            time.sleep(0.2)
            continue
        return str(found["Body"].read().decode())
    raise AssertionError(f"no result for {name}")
