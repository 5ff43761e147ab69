"""A PDF's text layer, page by page. Runs in the sandbox's child."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pypdfium2.raw as pdfium

from quire.reading.bidi import mostly_right_to_left
from quire.reading.frame import Frame
from quire.reading.layout import compose
from quire.reading.lines import read_lines
from quire.reading.model import Box, Line, Page, PageWarning, Unread, Word, to_json
from quire.reading.pdf.drawings import Drawings, drawings
from quire.reading.pdf.facts import Facts, facts
from quire.reading.pdf.file import Placement, load_with_notes, opened
from quire.reading.pdf.gaps import drawn_in, drawn_letters, empty_pictures, scale_to_draw
from quire.reading.pdf.notes import with_notes, with_ticked
from quire.reading.pdf.showing import only_what_shows
from quire.reading.pdf.soundness import Evidence, fault
from quire.reading.pdf.watermarks import take_watermarks
from quire.reading.pdf.words import page_text

# PDFium keeps every object that it has parsed until the document is closed; reopening costs milliseconds.
_PAGES_PER_OPENING = 50


def read_text(
    path: Path, out_path: Path, password: str | None, pages: Sequence[int] | None
) -> tuple[dict[int, tuple[float, float]], dict[int, str], int]:
    """Write each page with a sound text layer to `out_path` as one line of JSON (`model.to_json`), also where it is not
    all that the page says (`Page.unread`).

    Args:
        path: a PDF.
        out_path: is written anew.
        password: opens the PDF.
        pages: their numbers, from 1; None for all that the PDF says it has.

    Returns:
        The size in points of each page; why OCR must read those that were left out, or that are not all; how many
        files are attached to the PDF.

    Raises:
        Broken: the PDF or one of the pages cannot be opened.
    """
    sizes: dict[int, tuple[float, float]] = {}
    faults: dict[int, str] = {}
    left = None if pages is None else list(pages)
    known = facts(path, password)
    attachments = 0
    with out_path.open("wb") as out:
        while left is None or left:
            with opened(path, password) as document:
                left = list(range(1, len(document) + 1)) if left is None else left
                if not sizes:
                    attachments = max(pdfium.FPDFDoc_GetAttachmentCount(document.raw), 0)
                for number in left[:_PAGES_PER_OPENING]:
                    page, reason, size = _read_page(document, number, known)
                    sizes[number] = size
                    if reason:
                        faults[number] = reason
                    if page is not None:
                        out.write(to_json(page) + b"\n")
            left = left[_PAGES_PER_OPENING:]
    return sizes, faults, attachments


def _read_page(document: Any, number: int, known: Facts) -> tuple[Page | None, str, tuple[float, float]]:
    page, notes = load_with_notes(document, number)
    try:
        place = Placement(page, known.units.get(number, 1.0))
        size = (round(place.width, 2), round(place.height, 2))
        painted = drawings(page, place)
        showing = only_what_shows(page, place, painted, known.layered)
        text = page_text(page, place, showing.shows if showing.doubtful else None)
        watermarks = take_watermarks(text)
        if notes:
            notes = with_ticked(notes, known.ticked.get(number, ()))
            placed = [(place.box(*note.corners), note.content) for note in notes]
            text.words[0] = with_notes(text.words.get(0, []), placed)
        words = [word for words in text.words.values() for word in words]
        reason = fault(
            Evidence(
                words=words,
                unmapped=text.unmapped,
                images=painted.images,
                width=place.width,
                height=place.height,
                outlines=painted.outlines,
                drawn=painted.drawn,
                hidden=showing.hidden,
                painted_over=showing.painted_over,
            )
        )
        if reason:
            return None, reason, size
        unread = _unread(page, words, painted, place)
    finally:
        page.close()
    hidden = _lost([*showing.words, *text.hidden], words)
    composed = _composed(number, size, text.words, painted, unread)
    composed = replace(composed, warnings=tuple(_warnings(hidden, watermarks)))
    return composed, "pictures stand in what it leaves empty" if unread else "", size


def _lost(hidden: Sequence[Word], shown: Sequence[Word]) -> int:
    """How many of the words are not shown in the same place by others: a program may write its text twice."""
    again: dict[str, list[Box]] = {}
    for word in shown:
        again.setdefault(word.text, []).append(word.box)
    return sum(not any(box.holds(*word.box.centre) for box in again.get(word.text, ())) for word in hidden)


def _warnings(hidden: int, watermarks: int) -> Iterator[PageWarning]:
    if hidden:
        message = (
            "words that the page holds and does not show (covered, transparent, of the colour of their ground, "
            "of a layer that is switched off) are left out"
        )
        yield PageWarning("hidden_text", message, hidden)
    if watermarks:
        yield PageWarning("watermark", "words across the page (a watermark) are left out of its lines", watermarks)


def _unread(page: Any, words: Sequence[Word], painted: Drawings, place: Placement) -> list[Box]:
    """Where OCR is to read beside the layer, pictures and letters drawn as shapes; mostly nowhere."""
    size = place.width, place.height
    letters = drawn_letters(painted.letters, words, *size)
    if letters:
        return [*painted.legible, letters]
    cells = empty_pictures(painted.legible, words, *size)
    if not cells:
        return []
    if not painted.drawable:
        return painted.legible
    drawn = page.render(scale=scale_to_draw(*size), fill_color=(255, 255, 255, 255)).to_pil()
    return painted.legible if drawn_in(cells, drawn.convert("L")) else []


def _composed(
    number: int,
    size: tuple[float, float],
    words: dict[int, list[Word]],
    painted: Drawings,
    unread: Sequence[Box],
) -> Page:
    groups: list[tuple[Frame, list[Line]]] = []
    turns: list[tuple[int, int]] = []
    rulings: list[Box] = []
    for n, (turn, members) in enumerate(sorted(words.items(), key=lambda item: -len(item[1]))):
        frame = Frame(turn * 90.0)
        upright = [Word(word.text, frame.upright_box(word.box).rounded()) for word in members]
        walls: list[Box] = []
        if n == 0:
            rulings = [frame.upright_box(ruling) for ruling in painted.rulings]
            walls = [ruling for ruling in rulings if ruling.height > ruling.width]
        groups.append((frame, read_lines(upright, walls)))
        turns.append((turn, len(groups[-1][1])))
    from_right = mostly_right_to_left(chain.from_iterable(words.values()))
    page = compose(number, size, "text", groups, rulings, from_right=from_right)
    if not unread:
        return page
    places = tuple(box.rounded() for box in unread)
    return replace(page, unread=Unread(places, tuple(ruling.rounded() for ruling in rulings), tuple(turns)))
