"""An HTTP client that authenticates, retries what may be retried, and turns refusals into one exception."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from httpx_retries import Retry, RetryTransport

_PIECE = 256 * 1024
_BUSY = 429


class _Patient(Retry):
    """Obeys Retry-After. A service that is busy says when to come again, so that is no failed try: many documents at
    once may meet it often before each had its turn."""

    async def asleep(self, response: httpx.Response | Exception) -> None:
        await super().asleep(response)
        if isinstance(response, httpx.Response) and response.status_code == _BUSY:
            self.attempts_made -= 1


_RETRY = _Patient(
    total=5,
    backoff_factor=0.25,
    total_timeout=900,
    status_forcelist=[_BUSY, 502, 503, 504],
    allowed_methods=["GET", "POST", "PUT"],
)
"""POST too: every create that this client sends carries an Idempotency-Key, or may be repeated."""
_STORE_RETRY = Retry(total=5, backoff_factor=0.25, status_forcelist=[_BUSY, 500, 502, 503, 504])
"""S3 asks for the same where it answers 500 (S3 API, "Error best practices")."""


class Refused(Exception):
    """The service said no. `code` is its word for it, `body` its whole answer."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status, self.body = status, body
        self.code = str(body.get("error") or body.get("code") or "invalid_request")
        self.message = str(body.get("message") or _words(body.get("detail")) or "")
        super().__init__(f"{status} {self.code}: {self.message}")


@dataclass(frozen=True, slots=True)
class Connection:
    """To one service: `api` with its key as each contract wants it, `store` without, for the URLs that the service
    signed. Use it with `async with`."""

    api: httpx.AsyncClient
    store: httpx.AsyncClient

    async def get(self, path: str, **parameters: str) -> dict[str, Any]:
        return body_of(await self.api.get(path, params=parameters))

    async def send(self, method: str, path: str, body: Any, key: str | None = None) -> dict[str, Any]:
        """`key`: sent as Idempotency-Key, so that the same request again makes nothing new."""
        headers = {"Idempotency-Key": key} if key else {}
        return body_of(await self.api.request(method, path, json=body, headers=headers))

    async def put(self, url: str, path: Path, size: int) -> None:
        """The bytes of a file to a signed URL, piece by piece."""
        answer = await self.store.put(url, content=_Pieces(path), headers={"Content-Length": str(size)})
        answer.raise_for_status()

    async def __aenter__(self) -> Self:
        await self.api.__aenter__()
        await self.store.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.store.__aexit__(kind, error, trace)
        await self.api.__aexit__(kind, error, trace)


def connect(base_url: str, api_key: str) -> Connection:
    """`base_url` as `make up` or the stack's output says it; a path prefix is kept."""
    trusted = httpx.create_ssl_context()  # takes a tenth of a second, so both have one

    def transport(retry: Retry) -> RetryTransport:
        return RetryTransport(httpx.AsyncHTTPTransport(verify=trusted), retry)

    headers = {"X-API-KEY": api_key, "Authorization": f"Bearer {api_key}"}
    return Connection(
        httpx.AsyncClient(base_url=base_url, headers=headers, timeout=60, transport=transport(_RETRY)),
        httpx.AsyncClient(timeout=600, transport=transport(_STORE_RETRY)),
    )


def body_of(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object; Refused where the status says so."""
    try:
        body = answer.json()
    except ValueError:
        body = {"error": "unreadable_answer", "message": answer.text[:200]}
    if answer.is_success and isinstance(body, dict):
        return body
    raise Refused(answer.status_code, body if isinstance(body, dict) else {})


def _words(detail: Any) -> Any:
    """A list of wrong fields as FastAPI writes it, `place: what is wrong`; anything else as it is."""
    if not isinstance(detail, list):
        return detail
    fields = [each for each in detail if isinstance(each, dict)]
    return "; ".join(f"{'.'.join(map(str, each.get('loc', ())))}: {each.get('msg', '')}" for each in fields)


class _Pieces:
    """A file's bytes, from the beginning again each time: a retry sends them anew, which a generator could not."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with await asyncio.to_thread(self._path.open, "rb") as file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece
