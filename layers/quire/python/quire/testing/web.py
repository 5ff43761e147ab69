"""What others serve, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from quire.domain.ports import Fetched, NotFetched
from quire.domain.refusal import Kind, Refusal


@dataclass(frozen=True, slots=True)
class ScriptedWeb:
    """`quire.domain.ports.Web`. `pages` are the answers by URL, a test's to set; `asked` are the URLs
    in order, each with the seconds that it was given."""

    pages: dict[str, bytes | NotFetched] = field(default_factory=dict)
    asked: list[tuple[str, float]] = field(default_factory=list)

    def fetch(self, url: str, path: Path, *, most_bytes: int, seconds: float) -> Fetched | NotFetched:
        self.asked.append((url, seconds))
        page = self.pages.get(url, NotFetched(Refusal(Kind.FETCH_FAILED, "There is no such page."), again=False))
        if isinstance(page, NotFetched):
            return page
        if len(page) > most_bytes:
            return NotFetched(Refusal(Kind.DOCUMENT_TOO_LARGE, "The page is too large."), again=False)
        path.write_bytes(page)
        return Fetched(len(page))
