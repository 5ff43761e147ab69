"""A document in parts, each extracted by itself: the whole, its pages, or the rows of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quire.extraction.engine import Extraction, extract
from quire.extraction.per_row import extract_rows
from quire.reading.model import Page
from quire.service.config import Target


@dataclass(frozen=True, slots=True)
class Part:
    """A run of pages, by their numbers, and what one filling of the schema found there; `name` says which document of
    several it is of. `text`, where it is wanted, is what those pages say; a row of a table has none of its own."""

    name: str | None
    pages: tuple[int, ...]
    found: Extraction
    text: str | None = None


def parts(
    pages: Iterable[Page], schema: object, target: Target, name: str | None = None, *, with_text: bool = False
) -> Iterator[Part]:
    """The parts of one document. Of pages taken by themselves only one is held at a time.

    Raises:
        SchemaRefused: see `quire.extraction.parse`.
    """
    match target:
        case Target.PAGE:
            for page in pages:
                yield Part(name, (page.number,), extract([page], schema), page.text if with_text else None)
        case Target.ROW:
            for row in extract_rows(pages, schema):
                cited = {citation.page for leaf in row.leaves for citation in leaf.citations}
                yield Part(name, tuple(sorted(cited)), row)
        case _:
            numbers: list[int] = []
            texts: list[str] | None = [] if with_text else None
            found = extract(_noted(pages, numbers, texts), schema)
            yield Part(name, tuple(numbers), found, None if texts is None else "\n\n".join(texts))


def _noted(pages: Iterable[Page], numbers: list[int], texts: list[str] | None) -> Iterator[Page]:
    for page in pages:
        numbers.append(page.number)
        if texts is not None:
            texts.append(page.text)
        yield page
