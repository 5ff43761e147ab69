"""Which pages of a document are wanted: `1-3,7`, numbers from 1 in the order of the file."""

from __future__ import annotations

from quire.domain.refusal import Kind, Refusal

_ONE = r"(?:[1-9][0-9]{0,4}(?:\s*-\s*(?:[1-9][0-9]{0,4})?)?|-\s*[1-9][0-9]{0,4})"
PAGES = rf"^\s*{_ONE}\s*(?:,\s*{_ONE}\s*)*$"
"""The form of a page range, for a contract's models: `4-` goes on to the last page, `-3` begins at the first."""


def chosen(pages: str | None, most: int | None, total: int) -> list[int] | Refusal:
    """The numbers of the wanted pages, ascending, each once: those that `pages` (of the form `PAGES`) names, of them
    the first `most`. None stands for all. A range that leaves the document is refused, with its name."""
    numbers: set[int] = set()
    for said in (pages or "1-").replace(" ", "").split(","):
        begin, dash, end = said.partition("-")
        first = int(begin or 1)
        last = int(end) if end else total if dash else first
        if not first <= last <= total:
            has = "1 page" if total == 1 else f"{total} pages"
            return Refusal(Kind.INVALID_PAGES, f"The page range {said} is not in the document: it has {has}.")
        numbers.update(range(first, last + 1))
    return sorted(numbers)[:most]
