"""What a table says of a schema: rows of one kind under headings, or labels with their values beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quire.extraction import dates
from quire.extraction.inference_names import cleaned, property_name
from quire.extraction.words import phrase, vocabulary
from quire.reading.labels import is_value, likeness
from quire.reading.model import Cell, Line, Page, Table

_FEWEST_ROWS = 2  # a single row under headings is a row of labelled values
_LIKE_A_HEADING = 0.3
_KNOWN_LABEL = 0.6
_MOSTLY = 0.6  # of a table's rows
_LONGEST_HEADING = 40
_LONGEST_CAPTION = 5  # words
_CAPTION_AWAY = 2.5  # heights of its line above the table
_OF_ITEMS = ("description", "quantity", "unit_price", "line_amount")


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of one kind: `headings` as printed, of each column with values; `rows` hold a text for each heading."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def key(self) -> tuple[str, ...]:
        """What two tables have in common that are one."""
        return tuple(map(property_name, self.headings))


def listing_of(table: Table) -> Listing | None:
    """The table as rows under headings; None where it is not one."""
    grid = grid_of(table)
    if _is_form(grid):
        return None
    heads = max((cell.row for cell in table.cells if cell.role == "header" and cell.row <= 4), default=0)
    if not heads and _names_columns(grid):
        heads = 1
    if not heads or len(grid) <= heads:
        return None
    headings = [
        cleaned(" ".join(dict.fromkeys(grid[r][c] for r in range(heads) if grid[r][c]))) for c in range(table.columns)
    ]
    body = rows_of(table, grid[heads:], heads)
    kept = [
        n
        for n, heading in enumerate(headings)
        if property_name(heading) and len(heading) <= _LONGEST_HEADING and any(row[n] for row in body)
    ]
    named = [headings[n] for n in kept]
    if len(kept) < 2 or len(set(map(property_name, named))) < len(named):
        return None
    if sum(_is_heading(heading) for heading in named) < len(named) * 0.7:
        return None
    if len(body) < _FEWEST_ROWS and not _of_items(named):
        return None
    return Listing(tuple(named), tuple(tuple(row[n] for n in kept) for row in body))


def rows_of(table: Table, grid: Sequence[Sequence[str]], heads: int) -> list[list[str]]:
    """The rows of the body that are items: not those of sums, and not empty."""
    sums = {cell.row for cell in table.cells if cell.role in ("summary", "section", "footer", "title")}
    return [list(row) for n, row in enumerate(grid, heads + 1) if any(row) and n not in sums]


def pairs_of(table: Table) -> Iterator[tuple[str, str]]:
    """Labels with their values, of a table that is no listing: above each other, or side by side.

    A row of one label and several values is of a table with two sides: its labels name no field.
    """
    grid = grid_of(table)
    if heads_values(table):
        yield from ((label, value) for label, value in zip(*grid, strict=True) if label and value)
        return
    for row in grid:
        cells = [text for text in row if text]
        if cells and len(cells) % 2 == 0:
            pairs = list(zip(cells[::2], cells[1::2], strict=True))
            if all(_is_pair(label, value) for label, value in pairs):
                yield from pairs


def heads_values(table: Table) -> bool:
    """Whether the table is one row of values under their labels."""
    grid = grid_of(table)
    if len(grid) != 2 or table.columns < 2:
        return False
    heads = list(filter(None, grid[0]))
    labels = sum(map(_may_be_label, heads))
    return bool(heads) and not any(map(is_value, heads)) and labels >= 0.6 * len(heads)


def _is_form(grid: Sequence[Sequence[str]]) -> bool:
    """Whether most rows are labels, known as such, each with its value beside it."""
    rows = [cells for cells in ([text for text in row if text] for row in grid) if len(cells) > 1]
    pairs = [
        row
        for row in rows
        if len(row) % 2 == 0
        and all(
            likeness(a) >= _KNOWN_LABEL and likeness(b) < _KNOWN_LABEL for a, b in zip(row[::2], row[1::2], strict=True)
        )
    ]
    return len(rows) > 1 and len(pairs) >= _MOSTLY * len(rows)


def _is_pair(label: str, value: str) -> bool:
    return _may_be_label(label) and (is_value(value) or likeness(value) < min(likeness(label), 0.6))


def caption_of(table: Table, page: Page) -> str:
    """What stands over the table as its name; "" where nothing does."""
    if table.title:
        return cleaned(table.title)
    near: list[tuple[float, Line]] = []
    for line in page.lines:
        away = table.box.y0 - line.box.y1
        across = min(line.box.x1, table.box.x1) - max(line.box.x0, table.box.x0)
        if -0.3 * line.box.height <= away <= _CAPTION_AWAY * line.box.height and across > 0:
            near.append((away, line))
    if not near:
        return ""
    line = min(near, key=lambda place: place[0])[1]
    text = cleaned(line.text)
    alone = sum(abs(line.box.centre[1] - other.box.centre[1]) < 0.5 * line.box.height for _, other in near) == 1
    short = len(text.split()) <= _LONGEST_CAPTION and not any(c.isdigit() for c in text)
    left = abs(line.box.x0 - table.box.x0) <= 0.15 * max(table.box.width, 1.0)
    ended = line.text.rstrip().endswith((".", ",", ";"))
    return text if alone and short and left and not ended and text[:1].isupper() else ""


def grid_of(table: Table) -> list[list[str]]:
    """The texts of the cells, row by row; a merged cell's stands in its first place."""
    grid = [["" for _ in range(table.columns)] for _ in range(table.rows)]
    for cell in table.cells:
        if _inside(cell, table):
            grid[cell.row - 1][cell.column - 1] = " ".join(cell.text.split())
    return grid


def _inside(cell: Cell, table: Table) -> bool:
    return 1 <= cell.row <= table.rows and 1 <= cell.column <= table.columns


def _names_columns(grid: Sequence[Sequence[str]]) -> bool:
    """Whether the first row, of words like all others, names the columns: short, full, and mostly known as labels."""
    if len(grid) < 3 or not all(grid[0]):
        return False
    known = vocabulary().known
    return all(
        not is_value(text) and len(text.split()) <= 3 and any(token in known for token in phrase(text))
        for text in grid[0]
    )


def _is_heading(text: str) -> bool:
    return not is_value(text) and not dates.find(text) and likeness(text) >= _LIKE_A_HEADING


def _may_be_label(text: str) -> bool:
    return likeness(text) >= _LIKE_A_HEADING and bool(cleaned(text))


def _of_items(headings: Sequence[str]) -> bool:
    """Whether two of the headings are those of goods that are sold: then also one row is a list."""
    concepts = vocabulary().concepts
    named = {frozenset(phrase(heading)) for heading in headings}
    return sum(any(frozenset(tokens) in named for tokens in concepts[name].phrases) for name in _OF_ITEMS) >= 2
