"""A PDF's text layer, page by page. Runs in the sandbox's child."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from quire.reading.bidi import mostly_right_to_left
from quire.reading.frame import Frame
from quire.reading.layout import compose
from quire.reading.lines import read_lines
from quire.reading.model import Box, Page, Word, to_json
from quire.reading.pdf_drawings import Drawings, drawings
from quire.reading.pdf_file import Placement, load_page, opened
from quire.reading.pdf_words import page_text
from quire.reading.soundness import Evidence, fault

# PDFium keeps every object that it has parsed until the document is closed; reopening costs milliseconds.
_PAGES_PER_OPENING = 50


def read_text(
    path: Path, out_path: Path, password: str | None, pages: Sequence[int] | None
) -> tuple[dict[int, tuple[float, float]], dict[int, str]]:
    """Write each page with a sound text layer to `out_path` as one line of JSON (`model.to_json`).

    Args:
        path: a PDF.
        out_path: is written anew.
        password: opens the PDF.
        pages: their numbers, from 1; None for all that the PDF says it has.

    Returns:
        The size in points of each page, and why those that were left out are not sound.

    Raises:
        Broken: the PDF or one of the pages cannot be opened.
    """
    sizes: dict[int, tuple[float, float]] = {}
    faults: dict[int, str] = {}
    left = None if pages is None else list(pages)
    with out_path.open("wb") as out:
        while left is None or left:
            with opened(path, password) as document:
                left = list(range(1, len(document) + 1)) if left is None else left
                for number in left[:_PAGES_PER_OPENING]:
                    page, reason, size = _read_page(document, number)
                    sizes[number] = size
                    if page is None:
                        faults[number] = reason
                    else:
                        out.write(to_json(page) + b"\n")
            left = left[_PAGES_PER_OPENING:]
    return sizes, faults


def _read_page(document: Any, number: int) -> tuple[Page | None, str, tuple[float, float]]:
    page = load_page(document, number)
    try:
        place = Placement(page)
        size = (round(place.width, 2), round(place.height, 2))
        painted = drawings(page, place)
        text = page_text(page, place)
    finally:
        page.close()
    reason = fault(
        Evidence(
            words=[word for words in text.words.values() for word in words],
            unmapped=text.unmapped,
            images=painted.images,
            width=place.width,
            height=place.height,
            outlines=painted.outlines,
            drawn=painted.drawn,
            hidden=painted.hidden,
            painted_over=painted.painted_over,
        )
    )
    if reason:
        return None, reason, size
    return _composed(number, size, text.words, painted), "", size


def _composed(number: int, size: tuple[float, float], words: dict[int, list[Word]], painted: Drawings) -> Page:
    groups = []
    rulings: list[Box] = []
    for n, (turn, members) in enumerate(sorted(words.items(), key=lambda item: -len(item[1]))):
        frame = Frame(turn * 90.0)
        upright = [Word(word.text, frame.upright_box(word.box).rounded()) for word in members]
        walls: list[Box] = []
        if n == 0:
            rulings = [frame.upright_box(ruling) for ruling in painted.rulings]
            walls = [ruling for ruling in rulings if ruling.height > ruling.width]
        groups.append((frame, read_lines(upright, walls)))
    from_right = mostly_right_to_left(chain.from_iterable(words.values()))
    return compose(number, size, "text", groups, rulings, from_right=from_right)
