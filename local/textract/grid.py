"""A table as a grid of squares, whatever it was found by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from local.textract.geometry import Box, Word
from local.textract.rows import rows_of

# The words of each square, by (row, column) from 1.
Held = dict[tuple[int, int], list[Word]]


@dataclass(frozen=True)
class Cell:
    """One square of the grid; rows and columns count from 1."""

    row: int
    column: int
    box: Box
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Span:
    """Squares of the grid that are one cell."""

    row: int
    column: int
    rows: int
    columns: int

    def holds(self, cell: Cell) -> bool:
        return 0 <= cell.row - self.row < self.rows and 0 <= cell.column - self.column < self.columns


@dataclass(frozen=True)
class Table:
    """A whole grid of cells in reading order, the spans that merge some of them, and whether row 1 is a header."""

    box: Box
    cells: tuple[Cell, ...]
    spans: tuple[Span, ...]
    header: bool
    confidence: float


def cells_of(held: Held, xs: Sequence[float], ys: Sequence[float]) -> tuple[Cell, ...]:
    """Every square of the grid, with its words in reading order."""
    return tuple(
        Cell(
            row,
            column,
            Box(left, top, right, bottom),
            tuple(word for line in rows_of(held.get((row, column), [])) for word in line),
        )
        for row, (top, bottom) in enumerate(pairwise(ys), 1)
        for column, (left, right) in enumerate(pairwise(xs), 1)
    )


def has_header(cells: Sequence[Cell]) -> bool:
    """Whether row 1 names columns: every square filled, no digit in it, and digits below."""

    def digits(cell: Cell) -> bool:
        return any(character.isdigit() for word in cell.words for character in word.text)

    first = [cell for cell in cells if cell.row == 1]
    return all(c.words and not digits(c) for c in first) and any(digits(c) for c in cells if c.row > 1)
