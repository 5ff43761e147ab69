"""The servers behind the URLs that callers name, and receivers of webhooks: a call to one is a site as any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from quire.domain.ports import Fetched, NotFetched, NotPosted, Posted
from quire.domain.refusal import Kind as Refused
from quire.domain.refusal import Refusal
from tests.faults import plan
from tests.faults.errors import Crash
from tests.faults.material import digital
from tests.faults.plan import Kind

if TYPE_CHECKING:
    from tests.faults.account import Account

KINDS = (Kind.FAIL_BEFORE, Kind.FAIL_AFTER, Kind.DELAY, Kind.CRASH_BEFORE, Kind.CRASH_AFTER)
_NOT_NOW = NotFetched(Refusal(Refused.FETCH_FAILED, "The server did not answer."), again=True)


class Web:
    """`quire.domain.ports.Web`."""

    def __init__(self, account: Callable[[], Account]) -> None:
        self._account = account

    def fetch(self, url: str, path: Path, *, most_bytes: int, seconds: float) -> Fetched | NotFetched:
        kind = self._reached("GET")
        if kind in (Kind.FAIL_BEFORE, Kind.FAIL_AFTER) or "dead" in url:
            return _NOT_NOW
        path.write_bytes(digital())
        if kind is Kind.CRASH_AFTER:
            raise Crash
        return Fetched(len(digital()))

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, most_bytes: int, seconds: float
    ) -> Posted | NotPosted:
        """A receiver that is busy at first: it takes a call at the second try."""
        account, kind = self._account(), self._reached("POST")
        if kind is Kind.FAIL_BEFORE:
            return NotPosted("injected", 10)
        account.posted.append((url, headers["webhook-id"], body))
        if kind is Kind.CRASH_AFTER:
            raise Crash
        if kind is Kind.FAIL_AFTER:
            return NotPosted("injected", 10)
        busy = "busy" in url and len(account.posted) == 1
        return Posted(503 if busy else 200, b"", 10)

    def _reached(self, method: str) -> Kind | None:
        """A request is under way: what happens to it."""
        account = self._account()
        actor = account.pump.actor()
        if actor is None:
            return None
        account.pump.pause()
        kind = account.passed(f"{actor.name}:web.{method}", KINDS, actor.number)
        if kind is Kind.CRASH_BEFORE:
            raise Crash
        if kind is Kind.DELAY:
            account.pump.park(plan.DELAY_MS)
        return kind
