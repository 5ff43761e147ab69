"""What tells a table from text that only stands in columns: figures, rulings, names of columns, aligned edges."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence

from quire.reading.model import Box, Line, around

FEWEST_ROWS = 3
FEWEST_COLUMNS_OF_ONE_ROW = 4
_FEWEST_ROWS_BARE = 5  # without header and rulings; address blocks are shorter
# In heights of a line:
_ALIGNED = 0.75  # parts of one column whose edges differ by less are aligned
_PROSE = 16.0  # a part typically longer than this is a sentence

_FIGURE = re.compile(
    r"^[^\w]{0,3}(?:[A-Z]{1,3}[ .]?)?[(+\-−–]?\s?[$€£¥₹]?\s?\d[\d.,'’/:\-\s]*[)%]?(?:\s?[A-Za-z%€$£¥]{1,3}\.?)?[)\-]?$"
)
_NOTHING = re.compile(r"^[\-–—.]{1,3}$|^n/?a$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")

GridRow = dict[tuple[int, int], list[Line]]  # (column from 0, span) -> its lines


def names_columns(texts: Sequence[str]) -> bool:
    """Whether a first row of these texts may be a header: names have no digits."""
    return not any(map(_DIGIT.search, texts))


def one_row_under_its_header(grid: Sequence[GridRow], columns: int) -> bool:
    """An invoice of one item: names without digits, under each its figure, and at most half of them words."""
    if columns < FEWEST_COLUMNS_OF_ONE_ROW or any(len(row) < columns for row in grid):
        return False
    header, body = ([_text(parts) for _, parts in sorted(row.items())] for row in grid)
    if not names_columns(header) or any(text.endswith(":") for text in header):
        return False
    return sum(map(is_figure, body)) >= columns / 2


def convincing(grid: Sequence[GridRow], columns: int, across: Sequence[Box]) -> bool:
    """Whether three rows or more are a table's.

    Args:
        grid: the rows, from the top down.
        columns: how many.
        across: the page's horizontal rulings.
    """
    if len(grid) < FEWEST_ROWS or sum(sum(span == 1 for _, span in row) >= 2 for row in grid) < FEWEST_ROWS - 1:
        return False
    held: list[list[list[Line]]] = [[] for _ in range(columns)]
    for row in grid:
        for (column, span), parts in row.items():
            if span == 1:
                held[column].append(parts)
    return all(len(column) >= 2 for column in held) and _says_a_table(grid, held, across) and _stands_like_a_table(held)


def _says_a_table(grid: Sequence[GridRow], held: Sequence[Sequence[list[Line]]], across: Sequence[Box]) -> bool:
    """By what is written in the columns; `held` are the parts of each."""
    columns = len(held)
    headed = (
        names_columns([part.text for parts in grid[0].values() for part in parts])
        and sum(span for _, span in grid[0]) >= columns - 1
    )
    if columns == 2 and not (headed and len(grid) > FEWEST_ROWS):
        return False
    texts = [[_text(parts) for parts in column] for column in held]
    everything = [text for column in texts for text in column]
    if sum(text.rstrip().endswith(":") for text in everything) > 0.2 * len(grid) + 1:
        return False  # labels and their values: a form
    filled = len(everything) / (len(grid) * columns)
    figures = [_regularity(column) for column in texts]
    if columns == 2:
        return max(figures) >= 0.6
    if (headed and max(figures) >= 0.6) or _rules_within(grid, across) >= 2:
        return filled >= 0.45
    if filled >= 0.9 and all(share >= 0.8 for share in figures):
        return True
    # Without a header or rulings: each column has to hold one kind of thing. In a form the values are mixed.
    if len(grid) < _FEWEST_ROWS_BARE or any(0.2 < share < 0.8 for share in figures):
        return False
    short = statistics.median(len(text) for text in everything) <= 30
    return filled >= 0.7 and short and (max(figures) >= 0.8 or len(grid) > _FEWEST_ROWS_BARE)


def _stands_like_a_table(held: Sequence[Sequence[list[Line]]]) -> bool:
    """By where things stand: each column aligned, at most half of them prose."""
    boxes = [[around([part.box for part in parts]) for parts in column] for column in held]
    return sum(map(_is_prose, boxes)) <= len(held) / 2 and all(map(_is_aligned, boxes))


def _is_prose(boxes: Sequence[Box]) -> bool:
    return statistics.median([box.width / max(box.height, 1.0) for box in boxes]) > _PROSE


def _is_aligned(boxes: Sequence[Box]) -> bool:
    """Left, right or centred: three in four parts of the column agree, the header not counted."""
    body = boxes[1:] if len(boxes) > 2 else boxes
    slack = _ALIGNED * max(statistics.median([box.height for box in body]), 4.0)
    for edges in ([b.x0 for b in body], [b.x1 for b in body], [b.centre[0] for b in body]):
        middle = statistics.median(edges)
        if sum(abs(edge - middle) <= slack for edge in edges) >= 0.75 * len(edges):
            return True
    return False


def _text(parts: Sequence[Line]) -> str:
    return parts[0].text if len(parts) == 1 else " ".join([part.text for part in parts])


def _regularity(column: Sequence[str]) -> float:
    """The share of a column's texts that are figures, or one numbered thing after the other."""
    alike = _share_of_one_shape(column)
    return alike if alike >= 0.8 else _share_of_figures(column[1:])


def _share_of_one_shape(texts: Sequence[str]) -> float:
    """Of a column of numbered things ("Item 7", "3 May 2024", "A-112"): how many are of the most frequent shape."""
    shapes = Counter([shape for text in texts if (shape := numbered_shape(text)) is not None])
    return max(shapes.values()) / len(texts) if shapes else 0.0


def _share_of_figures(texts: Sequence[str]) -> float:
    stated = [text for text in texts if not _NOTHING.match(text.strip())]
    return sum(map(is_figure, stated)) / len(stated) if stated else 0.0


def numbered_shape(text: str) -> str | None:
    """The text with each number as 0 and each run of letters as a: alike for things that are numbered alike.

    None for what has no number."""
    if not _DIGIT.search(text):
        return None
    return _LETTERS.sub("a", _DIGITS.sub("0", text.strip()))


def is_figure(text: str) -> bool:
    """Whether the text is a number, an amount, or what stands for none."""
    text = text.strip()
    return bool(_FIGURE.match(text) or _NOTHING.match(text))


def _rules_within(grid: Sequence[GridRow], across: Sequence[Box]) -> int:
    """How many rulings run along most of the table's width, at different heights."""
    if not across:
        return 0
    box = around(part.box for row in grid for parts in row.values() for part in parts)
    heights = sorted(
        ruling.y0
        for ruling in across
        if box.y0 - 8 <= ruling.y0 <= box.y1 + 8 and min(ruling.x1, box.x1) - max(ruling.x0, box.x0) >= 0.8 * box.width
    )
    return sum(1 for n, y in enumerate(heights) if n == 0 or y - heights[n - 1] > 4)
