"""What others serve, in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from quire.domain.ports import Fetched, NotFetched, NotPosted, Posted
from quire.domain.refusal import Kind, Refusal


@dataclass(frozen=True, slots=True)
class Sent:
    url: str
    headers: Mapping[str, str]
    body: bytes


def answering(status: int, answer: bytes = b"", milliseconds: int = 5) -> Callable[[Sent], Posted]:
    """A receiver that always answers the same."""
    return lambda _: Posted(status, answer, milliseconds)


def silent(_: Sent) -> NotPosted:
    """A receiver that does not answer."""
    return NotPosted("The call failed: the server took too long.", 20_000)


@dataclass(frozen=True, slots=True)
class ScriptedWeb:
    """`quire.domain.ports.Web`. `pages` are the answers by URL, a test's to set; `asked` are the URLs
    in order, each with the seconds that it was given. `receivers` answer what is sent to their URLs, all of which
    `sent` has."""

    pages: dict[str, bytes | NotFetched] = field(default_factory=dict)
    asked: list[tuple[str, float]] = field(default_factory=list)
    receivers: dict[str, Callable[[Sent], Posted | NotPosted]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def fetch(self, url: str, path: Path, *, most_bytes: int, seconds: float) -> Fetched | NotFetched:
        self.asked.append((url, seconds))
        page = self.pages.get(url, NotFetched(Refusal(Kind.FETCH_FAILED, "There is no such page."), again=False))
        if isinstance(page, NotFetched):
            return page
        if len(page) > most_bytes:
            return NotFetched(Refusal(Kind.DOCUMENT_TOO_LARGE, "The page is too large."), again=False)
        path.write_bytes(page)
        return Fetched(len(page))

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        most_bytes: int,
        seconds: float,  # noqa: ARG002
    ) -> Posted | NotPosted:
        sent = Sent(url, dict(headers), body)
        self.sent.append(sent)
        said = self.receivers.get(url, silent)(sent)
        return replace(said, answer=said.answer[:most_bytes]) if isinstance(said, Posted) else said
