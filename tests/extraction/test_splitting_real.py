"""Real documents, one behind the other in one file, are parted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from quire.extraction.splitting import split
from quire.extraction.splitting_traits import is_counter
from quire.reading import model, sandbox
from quire.reading.media import Media
from quire.reading.model import Page
from tests.reading.shared_data import text_documents

MOST = 12


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[list[Page]]:
    """The first documents whose whole text layer is sound."""
    out = tmp_path_factory.mktemp("pages") / "pages.jsonl"
    found: list[list[Page]] = []
    for path in text_documents("test"):
        layer = sandbox.read_text(path, out, pages=range(1, sandbox.inspect(path, Media.PDF).pages + 1))
        if not layer.unsound:
            found.append([model.from_json(line) for line in Path(out).read_bytes().splitlines()])
        if len(found) == MOST:
            break
    return found


def unnumbered(page: Page) -> Page:
    return replace(
        page,
        lines=tuple(line for line in page.lines if not is_counter(line.text)),
        key_values=tuple(pair for pair in page.key_values if not is_counter(f"{pair.key} {pair.value}")),
    )


def starts(documents: Sequence[Sequence[Page]], bare: bool) -> tuple[set[int], set[int]]:
    """Where documents begin, and where they are found to."""
    pages: list[Page] = []
    wanted: set[int] = set()
    for document in documents:
        wanted.add(len(pages) + 1)
        for page in document:
            pages.append(replace(unnumbered(page) if bare else page, number=len(pages) + 1))
    return wanted, {part.pages[0] for part in split(pages)}


def test_numbered_pages_are_parted_without_an_error(documents: list[list[Page]]) -> None:
    wanted, found = starts(documents, bare=False)
    assert found == wanted


def test_without_their_numbers_most_are(documents: list[list[Page]]) -> None:
    wanted, found = starts(documents, bare=True)
    right = len(wanted & found)
    assert right >= 0.9 * len(wanted)
    assert right >= 0.9 * len(found)


def test_single_documents_stay_whole(documents: list[list[Page]]) -> None:
    several = [document for document in documents if len(document) > 1]
    assert len(several) >= 5
    assert [starts([document], bare=False)[1] for document in several] == [{1}] * len(several)
