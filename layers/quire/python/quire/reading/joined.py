"""A page that was read both ways: its text layer's words, exact as they are, and what Textract alone can tell."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import replace

from quire.reading.bidi import mostly_right_to_left
from quire.reading.frame import Frame
from quire.reading.layout import compose
from quire.reading.model import Box, Line, Page, Unread, Word, line_of
from quire.reading.textract import Contents, composed

# Of the smaller of two words in one place: more than boxes of neighbours share, which are drawn with some air.
_SAME_PLACE = 0.25
# Points. OCR's boxes are not to the hair.
_SLACK = 2.0


def pages(text: Iterable[Page], ocr: Iterable[Contents]) -> Iterator[Page]:
    """All pages in the order of their numbers, one that is in both joined; only one of each is held at a time.

    Args:
        text: pages read from their text layer, in the order of their numbers.
        ocr: what Textract answered, in that order too.
    """
    before: Page | None = None
    both: Iterator[Page | Contents] = heapq.merge(text, ocr, key=_number)
    for one in both:
        if isinstance(one, Contents):
            page = joined(before, one) if before and before.number == one.number else composed(one)
        else:
            page = one
        if before and before.number != page.number:
            yield before
        before = page
    if before:
        yield before


def _number(page: Page | Contents) -> int:
    return page.number


def joined(text: Page, ocr: Contents) -> Page:
    """Words from the sound layer, and tables, key-values and the like as Textract tells them where it was asked to.

    Where the layer leaves pictures unread (`Page.unread`), OCR's words in them are added, each only where the layer
    has none, and lines, key-values and tables are worked out anew.
    """
    if text.unread is None:
        read = composed(ocr)
        return replace(
            text,
            tables=read.tables or text.tables,
            key_values=read.key_values or text.key_values,
            marks=read.marks or text.marks,
            signatures=read.signatures,
            answers=read.answers,
            regions=read.regions,
            warnings=(*text.warnings, *read.warnings),
        )
    groups = _turned_lines(text, text.unread)
    main = groups[0][0] if groups else Frame(0.0)
    added = list(_in_pictures(text, text.unread, ocr))
    upright = [_moved(line, main) for line in added]
    groups[:1] = [(main, [*(groups[0][1] if groups else ()), *upright])]
    from_right = mostly_right_to_left(text.words)
    page = compose(text.number, (text.width, text.height), "text", groups, text.unread.rulings, ocr.known, from_right)
    return replace(page, warnings=text.warnings)


def _turned_lines(text: Page, unread: Unread) -> list[tuple[Frame, list[Line]]]:
    """The layer's lines, upright in the frames in which they run."""
    groups: list[tuple[Frame, list[Line]]] = []
    at = 0
    for turn, count in unread.turns:
        frame = Frame(turn * 90.0)
        groups.append((frame, [_moved(line, frame) for line in text.lines[at : at + count]]))
        at += count
    return groups


def _in_pictures(text: Page, unread: Unread, ocr: Contents) -> Iterator[Line]:
    """OCR's lines as displayed, without the words that the layer has or that stand in no picture."""
    taken = _Places(word.box for word in text.words)
    for frame, lines in ocr.groups:
        for line in lines:
            boxes = [frame.displayed(word.box) for word in line.words]
            new = [
                Word(word.text, box, word.confidence)
                for word, box in zip(line.words, boxes, strict=True)
                if any(picture.holds(*box.centre, _SLACK) for picture in unread.pictures) and not taken.touch(box)
            ]
            if len(new) == len(line.words):
                yield Line(line.text, frame.displayed(line.box), line.confidence, tuple(new))
            elif new:
                yield line_of(new)


def _moved(line: Line, frame: Frame) -> Line:
    if frame.level:
        return line
    words = tuple([Word(word.text, frame.upright_box(word.box), word.confidence) for word in line.words])
    return Line(line.text, frame.upright_box(line.box), line.confidence, words)


class _Places:
    """Boxes by the bands of the page that they touch, so that two thousand words are not held against each other."""

    _BAND = 20.0  # points; two lines

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._bands: dict[int, list[Box]] = {}
        for box in boxes:
            for band in self._of(box):
                self._bands.setdefault(band, []).append(box)

    def touch(self, box: Box) -> bool:
        """Whether one of them covers some of `box`, or is covered by it."""
        return any(_share(box, other) > _SAME_PLACE for band in self._of(box) for other in self._bands.get(band, ()))

    def _of(self, box: Box) -> range:
        return range(int(box.y0 // self._BAND), int(box.y1 // self._BAND) + 1)


def _share(a: Box, b: Box) -> float:
    """How much of the smaller one they share."""
    across, down = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / max(min(a.width * a.height, b.width * b.height), 0.01)
