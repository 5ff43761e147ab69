"""An HTTP client that authenticates, retries what may be retried, and turns refusals into one exception."""

from __future__ import annotations

from typing import Any

import httpx
from httpx_retries import Retry, RetryTransport

_RETRY = Retry(
    total=6, backoff_factor=0.5, status_forcelist=[429, 502, 503, 504], allowed_methods=["GET", "POST", "PUT"]
)
"""Obeys Retry-After. POST too: every create that this client sends carries an Idempotency-Key, or may be repeated."""


class Refused(Exception):
    """The service said no. `code` is its word for it, `body` its whole answer."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status, self.body = status, body
        self.code = str(body.get("error") or body.get("code") or "invalid_request")
        super().__init__(f"{status} {self.code}: {body.get('message') or body.get('detail') or ''}")


def connect(base_url: str, api_key: str) -> httpx.AsyncClient:
    """A client for one service, with its key as each contract wants it; use it with `async with`."""
    return httpx.AsyncClient(
        base_url=base_url,
        headers={"X-API-KEY": api_key, "Authorization": f"Bearer {api_key}"},
        timeout=60,
        transport=RetryTransport(retry=_RETRY),
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
