"""Tables that go on over pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from quire.reading.model import Box, Page, Table

# Shares of the page's height: what stands at its very top and bottom is the page's own header and footer.
_TOP, _BOTTOM = 0.12, 0.88
_SAME_WIDTH = 0.03  # of the page's width
_SAME_COLUMN = 0.05


@dataclass(frozen=True, slots=True)
class Part:
    """A table of one page.

    Attributes:
        series: counts the document's tables from 1; parts of one table have the same.
        page: number of its page.
        table: as the page has it.
        repeated: how many of its first rows say its header again, 0 for the first part.
    """

    series: int
    page: int
    table: Table
    repeated: int


def continued(pages: Iterable[Page]) -> Iterator[Part]:
    """Each table of `pages` (in order), in the order of each page, as a part of the table that it is of."""
    for _, parts in continued_by_page(pages):
        yield from parts


def continued_by_page(pages: Iterable[Page]) -> Iterator[tuple[Page, list[Part]]]:
    """Each page with its tables, in its order, as parts of the tables that they are of.

    A table goes on when it is the last thing of its page and the first of the next, apart from what every page repeats,
    and its columns stand where they did. Only one page is held at a time.
    """
    series = 0
    before: Page | None = None
    open_part: Part | None = None  # the last table of the page before, when nothing follows it
    header: list[str] = []  # the first row of the open table's first part
    for page in pages:
        parts: list[Part] = []
        for n, table in enumerate(page.tables):
            rows = 0
            if n == 0 and open_part and before and _goes_on(before, open_part.table, page, table):
                rows = _repeated(header, table)
                part = Part(open_part.series, page.number, table, rows)
            else:
                series += 1
                header = _first_rows(table)
                part = Part(series, page.number, table, 0)
            parts.append(part)
        yield page, parts
        open_part, before = parts[-1] if parts else None, page


def _goes_on(before: Page, upper: Table, page: Page, lower: Table) -> bool:
    if page.number != before.number + 1 or upper.columns != lower.columns:
        return False
    if abs(before.width - page.width) > _SAME_WIDTH * page.width or not _same_columns(upper, lower, page.width):
        return False
    repeated = {_without_numbers(line.text) for line in before.lines}
    for line in before.lines:
        if (
            line.box.y0 > upper.box.y1
            and line.box.centre[1] < _BOTTOM * before.height
            and not _inside(line.box, before)
        ):
            return False
    return not any(
        line.box.y1 < lower.box.y0
        and line.box.centre[1] > _TOP * page.height
        and _without_numbers(line.text) not in repeated
        and not _inside(line.box, page)
        for line in page.lines
    )


def _inside(box: Box, page: Page) -> bool:
    return any(table.box.holds(*box.centre) for table in page.tables)


def _same_columns(upper: Table, lower: Table, width: float) -> bool:
    """Whether most columns lie over each other."""
    a, b = _columns(upper), _columns(lower)
    both = a.keys() & b.keys()
    if not both:
        return False
    slack = _SAME_COLUMN * width
    fit = sum(a[n][0] - slack < b[n][1] and b[n][0] - slack < a[n][1] for n in both)
    outline = min(
        max(abs(upper.box.x0 - lower.box.x0), abs(upper.box.x1 - lower.box.x1)),
        abs(upper.box.centre[0] - lower.box.centre[0]),
    )
    return fit == len(both) and outline <= 2 * slack


def _columns(table: Table) -> dict[int, tuple[float, float]]:
    """Column -> its left and right edge."""
    edges: dict[int, tuple[float, float]] = {}
    for cell in table.cells:
        if cell.column_span == 1 and cell.text:
            left, right = edges.get(cell.column, (cell.box.x0, cell.box.x1))
            edges[cell.column] = min(left, cell.box.x0), max(right, cell.box.x1)
    return edges


def _first_rows(table: Table) -> list[str]:
    """The rows of its header, or its first row, each as one text."""
    heads = max((cell.row for cell in table.cells if cell.role == "header"), default=1)
    return [_row(table, row) for row in range(1, heads + 1)]


def _repeated(header: Sequence[str], table: Table) -> int:
    rows = 0
    while rows < len(header) and _row(table, rows + 1) == header[rows]:
        rows += 1
    return rows


def _row(table: Table, row: int) -> str:
    return " | ".join(cell.text.casefold() for cell in table.cells if cell.row == row and cell.text)


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "0", text)
