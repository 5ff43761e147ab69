"""A table that goes on over pages is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from quire.reading.frame import Frame
from quire.reading.layout import compose
from quire.reading.model import Line, Page
from quire.reading.tables.continued import continued
from tests.reading.build import grid, line

HEADER = ["Item", "Quantity", "Amount"]
XS = [50.0, 300.0, 450.0]
SIZE = (612.0, 792.0)


def rows(first: int, count: int) -> list[list[str]]:
    return [[f"Pipe {n}", str(n), f"{n}.50"] for n in range(first, first + count)]


def page(number: int, *lines: Sequence[Line]) -> Page:
    return compose(number, SIZE, "text", [(Frame(0.0), [one for some in lines for one in some])])


def series(*pages: Page) -> list[tuple[int, int, int]]:
    return [(part.series, part.page, part.repeated) for part in continued(pages)]


def test_a_table_goes_on_where_the_page_before_ended_with_it() -> None:
    first = page(1, grid([HEADER, *rows(1, 30)], XS, 200))
    second = page(2, grid(rows(31, 20), XS, 60))
    assert series(first, second) == [(1, 1, 0), (1, 2, 0)]


def test_a_header_said_again_is_counted() -> None:
    pages = [page(n, grid([HEADER, *rows(40 * n, 38)], XS, 80)) for n in (1, 2, 3)]
    assert series(*pages) == [(1, 1, 0), (1, 2, 1), (1, 3, 1)]


def test_what_every_page_says_parts_no_table() -> None:
    def ledger(number: int) -> Page:
        around = [line("Ledger 2024, all accounts", 50, 40), line("Carried over", 50, 120)]
        return page(number, around, grid([HEADER, *rows(1, 30)], XS, 150), [line(f"Page {number} of 9", 280, 760)])

    assert series(ledger(1), ledger(2)) == [(1, 1, 0), (1, 2, 1)]


@pytest.mark.parametrize(
    ("below", "above", "xs", "number"),
    [
        ([line("That was all that we delivered", 50, 600)], [], XS, 2),
        ([], [line("Another matter: returned goods", 50, 130)], XS, 2),
        ([], [], [50.0, 150.0, 220.0], 2),
        ([], [], XS, 3),
    ],
    ids=["text below it", "text above the next", "other columns", "a page between"],
)
def test_is_another_table(below: list[Line], above: list[Line], xs: list[float], number: int) -> None:
    first = page(1, grid([HEADER, *rows(1, 20)], XS, 200), below)
    second = page(number, above, grid([HEADER, *rows(1, 20)], xs, 180))
    assert series(first, second) == [(1, 1, 0), (2, number, 0)]


def test_thousands_of_rows_come_page_by_page() -> None:
    asked: list[int] = []

    def ledger() -> Iterator[Page]:
        for number in range(1, 101):
            asked.append(number)
            yield page(number, grid([HEADER, *rows(40 * number, 40)], XS, 60))

    parts = continued(ledger())
    assert next(parts).page == 1 and asked == [1]
    rest = list(parts)
    assert {part.series for part in rest} == {1}
    assert sum(part.table.rows - part.repeated for part in rest) == 99 * 40
