"""What others serve, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from quire.domain.ports import Fetched, NotFetched
from quire.domain.refusal import Kind, Refusal


@dataclass(frozen=True, slots=True)
class ScriptedWeb:
    """`quire.domain.ports.Web`. `pages` are the answers by URL, a test's to set; `asked` are the URLs in order."""

    pages: dict[str, bytes | NotFetched] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str, path: Path, *, most_bytes: int, seconds: float) -> Fetched | NotFetched:
        self.asked.append(url)
        page = self.pages.get(url, NotFetched(Refusal(Kind.FETCH_FAILED, "There is no such page."), again=False))
        if isinstance(page, NotFetched):
            return page
        path.write_bytes(page)
        return Fetched(len(page))
