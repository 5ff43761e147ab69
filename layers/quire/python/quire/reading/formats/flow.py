"""Text and tables that come without places (a letter, a sheet, a web page), laid out on pages of our own.

Everything after the reader (layout, key-values, the search for fields) works with places. So the blocks of such a
document are set as by a typewriter, each character `CHARACTER` points wide, and the page says that its places are ours
(`Page.placed`): nothing outside is told of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quire.reading.broken import Broken
from quire.reading.frame import Frame
from quire.reading.invisible import visible
from quire.reading.layout import Known, compose
from quire.reading.lines import lines
from quire.reading.model import Box, Cell, CellRole, Line, Page, PageWarning, Table, Word, around, line_of
from quire.reading.tables.header import with_header

# Points. One space joins words and two part them (see `lines`); 90 characters and 60 rows fill a US letter.
CHARACTER, _HEIGHT, _LEADING, _MARGIN = 6.0, 10.0, 12.0, 36.0
COLUMNS, ROWS = 90, 60
_BETWEEN_BLOCKS = 8.0  # beside the leading: so far apart that no two paragraphs run together
_BETWEEN_ROWS = 4.0
_BETWEEN_COLUMNS = 3  # characters
_WIDEST_COLUMN = 60  # characters
# A page is held in memory as a whole, about 1.5 KB a word or cell: this takes a quarter of the sandbox's.
MOST_PARTS = 250_000
_LONGEST_WORD = 1000
_WORD = re.compile(rf"\S{{1,{_LONGEST_WORD}}}")
_TAB = 8


@dataclass(frozen=True, slots=True)
class Text:
    """Lines, each ended by a newline; spaces and tabs keep their width."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A table's cell; its text may have several lines."""

    text: str
    column_span: int = 1
    row_span: int = 1


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: each row's slots from left to right, as HTML has them (a place that a slot above spans is left out).

    `heads`: how many of the first rows are known to name the columns; with 0 the values tell.
    """

    rows: Sequence[Sequence[Slot]]
    heads: int = 0


Block = Text | Rows | PageWarning
"""A warning takes no room on the page: it tells what of the page's source is left out."""


def page(number: int, blocks: Sequence[Block]) -> Page:
    """The page of these blocks, one below the other. What takes no room is no part of a word (`invisible`).

    Raises:
        Broken: document_too_complex, more than `MOST_PARTS` words or places for cells.
    """
    flow = _Flow()
    for block in blocks:
        if isinstance(block, Text):
            flow.text(block)
        elif isinstance(block, Rows):
            flow.table(block)
    size = (max(flow.right + _MARGIN, COLUMNS * CHARACTER + 2 * _MARGIN), max(flow.bottom + _MARGIN, _full_height()))
    found = [*lines(flow.words), *flow.lines]
    made = compose(number, size, "text", [(Frame(0.0), found)], (), Known(flow.tables))
    return replace(made, placed=False, warnings=_warnings(blocks))


def _warnings(blocks: Sequence[Block]) -> tuple[PageWarning, ...]:
    """The warnings among the blocks, those that say the same counted together."""
    counts: dict[tuple[str, str], int] = {}
    for block in blocks:
        if isinstance(block, PageWarning):
            counts[block.kind, block.message] = counts.get((block.kind, block.message), 0) + block.count
    return tuple(PageWarning(kind, message, count) for (kind, message), count in counts.items())


def rows_of(text: str, columns: int = COLUMNS) -> Iterator[list[tuple[int, str]]]:
    """The rows that `text` takes: words with their places in characters; a line that is too long goes on below."""
    for line in text.split("\n"):
        # A tab parts what it stands between, however near the next stop is.
        spread = line.replace("\t", " \t").expandtabs(_TAB) if "\t" in line else line
        row: list[tuple[int, str]] = []
        moved = 0
        for match in _WORD.finditer(spread):
            at = match.start() - moved
            if row and at + len(match[0]) > columns:
                yield row
                row, moved, at = [], match.start(), 0
            row.append((at, match[0]))
        yield row


def _full_height() -> float:
    return ROWS * _LEADING + 2 * _MARGIN


class _Flow:
    """The page while it grows downwards. `words` are still to be joined into lines, those of tables are already."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.lines: list[Line] = []
        self.tables: list[Table] = []
        self.right = self.bottom = _MARGIN
        self._parts = 0

    def text(self, block: Text) -> None:
        y = self._next()
        for row in rows_of(visible(block.text)):
            words = self._set(row, _MARGIN, y)
            self.words += words
            y += _LEADING
        self.bottom = y

    def table(self, block: Rows) -> None:
        places = _places(block.rows)
        rows = max((at + slot.row_span for at, _, slot in places), default=0)
        columns = max((at + slot.column_span for _, at, slot in places), default=0)
        self._count(rows * columns)
        if not rows:
            return
        texts = [list(rows_of(slot.text, _WIDEST_COLUMN)) if slot.text else [] for _, _, slot in places]
        lefts = _lefts(places, texts, columns)
        heights = [1] * rows
        for (row, _, _), text in zip(places, texts, strict=True):
            heights[row] = max(heights[row], len(text))
        tops = [self._next()]
        for height in heights:
            tops.append(tops[-1] + height * _LEADING + _BETWEEN_ROWS)
        cells: list[Cell] = []
        for (row, column, slot), text in zip(places, texts, strict=True):
            left = lefts[column]
            for n, words in enumerate(text):
                if words:
                    self.lines.append(line_of(self._set(words, left, tops[row] + n * _LEADING)))
            right = lefts[column + slot.column_span] - _BETWEEN_COLUMNS * CHARACTER
            bottom = tops[row + slot.row_span] - _BETWEEN_ROWS
            box = Box(left, tops[row], right, bottom)
            role: CellRole = "header" if row < block.heads else "body"
            cells.append(Cell(slot.text, row + 1, column + 1, slot.row_span, slot.column_span, box, None, role))
        table = Table(around(cell.box for cell in cells), None, rows, columns, tuple(cells))
        self.tables.append(table if block.heads else with_header(table))
        self.right = max(self.right, lefts[-1])
        self.bottom = tops[-1]

    def _next(self) -> float:
        return self.bottom + _BETWEEN_BLOCKS if self.bottom > _MARGIN else _MARGIN

    def _set(self, row: Sequence[tuple[int, str]], left: float, y: float) -> list[Word]:
        self._count(len(row))
        words = []
        for at, text in row:
            x = left + at * CHARACTER
            words.append(Word(text, Box(x, y, x + len(text) * CHARACTER, y + _HEIGHT)))
        if words:
            self.right = max(self.right, words[-1].box.x1)
        return words

    def _count(self, parts: int) -> None:
        self._parts += parts
        if self._parts > MOST_PARTS:
            raise Broken("document_too_complex", f"a page or sheet has more than {MOST_PARTS} words or cells")


def _places(rows: Sequence[Sequence[Slot]]) -> list[tuple[int, int, Slot]]:
    """Each slot with its row and column from 0 (HTML Living Standard, "Forming a table"), spans cut to the table."""
    taken: set[tuple[int, int]] = set()
    places: list[tuple[int, int, Slot]] = []
    for row, slots in enumerate(rows):
        column = 0
        for slot in slots:
            while (row, column) in taken:
                column += 1
            across, down = max(slot.column_span, 1), min(max(slot.row_span, 1), len(rows) - row)
            if across * down > 1:
                if across * down + len(taken) > MOST_PARTS:
                    raise Broken("document_too_complex", f"a table spans more than {MOST_PARTS} cells")
                taken.update((row + y, column + x) for y in range(down) for x in range(across))
            places.append((row, column, Slot(visible(slot.text), across, down)))
            column += across
    return places


def _lefts(
    places: Sequence[tuple[int, int, Slot]], texts: Sequence[Sequence[Sequence[tuple[int, str]]]], columns: int
) -> list[float]:
    """Where each column begins, and where one more would; points."""
    widths = [1] * columns
    wide: list[tuple[int, int, int]] = []
    for (_, column, slot), text in zip(places, texts, strict=True):
        width = max((words[-1][0] + len(words[-1][1]) for words in text if words), default=0)
        if slot.column_span == 1:
            widths[column] = max(widths[column], width)
        else:
            wide.append((column, slot.column_span, width))
    for column, span, width in wide:
        has = sum(widths[column : column + span]) + (span - 1) * _BETWEEN_COLUMNS
        widths[column + span - 1] += max(width - has, 0)
    lefts = [_MARGIN]
    for width in widths:
        lefts.append(lefts[-1] + (width + _BETWEEN_COLUMNS) * CHARACTER)
    return lefts
