"""Tables drawn with lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from quire.reading.model import Box, Line, Table
from quire.reading.tables import find
from tests.reading.build import grid, line

XS = [50.0, 200.0, 300.0, 400.0]
YS = [100.0, 120.0, 140.0, 160.0]
TEXTS = [["Name", "Born", "Died"], ["Ada", "1815", "1852"], ["Grace", "1906", "1992"]]


def drawn(xs: Sequence[float], ys: Sequence[float]) -> list[Box]:
    """Every wall of a grid, as one stroke each."""
    return [Box(xs[0], y, xs[-1], y) for y in ys] + [Box(x, ys[0], x, ys[-1]) for x in xs]


def inside(texts: Sequence[Sequence[str]]) -> list[Line]:
    return grid(texts, [x + 4 for x in XS[:-1]], YS[0] + 5, leading=20)


def content(table: Table) -> dict[tuple[int, int], str]:
    return {(cell.row, cell.column): cell.text for cell in table.cells}


def expected(texts: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    return {(r, c): text for r, row in enumerate(texts, 1) for c, text in enumerate(row, 1)}


def test_a_grid_is_a_table_with_its_cells() -> None:
    [table] = find(inside(TEXTS), drawn(XS, YS))
    assert content(table) == expected(TEXTS)
    assert table.box == Box(50, 100, 400, 160)
    assert (table.rows, table.columns) == (3, 3)


def test_walls_may_be_drawn_cell_by_cell_and_a_little_off() -> None:
    pieces = [
        Box(x0 + 0.4, y + 0.6 * (n % 2), x1 - 0.4, y + 0.6 * (n % 2))
        for y in YS
        for n, (x0, x1) in enumerate(pairwise(XS))
    ]
    pieces += [Box(x, y0, x, y1) for x in XS for y0, y1 in pairwise(YS)]
    [table] = find(inside(TEXTS), pieces)
    assert content(table) == expected(TEXTS)


def test_the_outline_may_be_missing() -> None:
    inner = [Box(XS[0], y, XS[-1], y) for y in YS[1:-1]] + [Box(x, YS[0], x, YS[-1]) for x in XS[1:-1]]
    [table] = find(inside(TEXTS), inner)
    assert content(table) == expected(TEXTS)


def test_a_missing_wall_merges_cells() -> None:
    walls = [Box(XS[0], y, XS[-1], y) for y in YS] + [Box(x, YS[0], x, YS[-1]) for x in (XS[0], XS[1], XS[3])]
    walls.append(Box(XS[2], YS[1], XS[2], YS[3]))  # not through the header
    [table] = find([line("Name", 54, 105), line("Years of life", 204, 105), *inside([["", "", ""], *TEXTS[1:]])], walls)
    [header] = [cell for cell in table.cells if cell.text == "Years of life"]
    assert (header.row, header.column, header.row_span, header.column_span) == (1, 2, 1, 2)
    assert header.box == Box(200, 100, 400, 120)


def test_a_cell_may_span_rows() -> None:
    walls = [Box(x, YS[0], x, YS[-1]) for x in XS] + [Box(XS[0], y, XS[-1], y) for y in (YS[0], YS[1], YS[3])]
    walls.append(Box(XS[1], YS[2], XS[3], YS[2]))
    [table] = find([*inside([TEXTS[0], ["", "1815", "1852"], ["", "1906", "1992"]]), line("Both", 54, 135)], walls)
    [cell] = [cell for cell in table.cells if cell.text == "Both"]
    assert (cell.row, cell.row_span) == (2, 2)


def test_rows_without_rulings_between_are_told_by_their_text() -> None:
    bottom = 300.0
    walls = [Box(XS[0], y, XS[-1], y) for y in (100, 120, bottom)] + [Box(x, 100, x, bottom) for x in XS]
    second = line("Augusta King", 54, 136)
    [table] = find([*inside(TEXTS[:1]), *grid(TEXTS[1:], [54, 204, 304], 125, leading=24), second], walls)
    assert content(table) == expected([TEXTS[0], ["Ada Augusta King", "1815", "1852"], TEXTS[2]])


def test_several_lines_in_a_cell_are_read_downwards() -> None:
    extra = line("Lovelace", 54, 152)
    ys = [100.0, 120.0, 165.0, 185.0]
    first = grid(TEXTS[:1], [54, 204, 304], 105)
    second = [line("Ada", 54, 125), line("Byron", 54, 139), extra, line("1815", 204, 125), line("1852", 304, 125)]
    third = grid(TEXTS[2:], [54, 204, 304], 170)
    [table] = find(first + second + third, drawn(XS, ys))
    assert content(table)[2, 1] == "Ada Byron Lovelace"


def test_a_frame_around_text_is_no_table() -> None:
    text = [line("Some text in a frame that says a lot of things", 60, 110 + 14 * n) for n in range(8)]
    assert find(text, drawn([50, 400], [100, 240])) == []


def test_underlined_text_is_no_table() -> None:
    text = [line("Heading", 50, 100), line("Another", 50, 150)]
    assert find(text, [Box(50, 112, 90, 112), Box(50, 162, 90, 162)]) == []


def test_an_empty_grid_is_no_table() -> None:
    assert find([line("A form to fill in", 50, 50)], drawn(XS, YS)) == []


def test_a_frame_joined_to_a_table_is_left_out_of_it() -> None:
    """An invoice whose head is framed together with the table of its items."""
    xs, ys = [50.0, 200.0, 300.0, 400.0], [20.0, 100.0, 120.0, 140.0, 160.0]
    walls = [Box(50, y, 400, y) for y in ys] + [Box(50, 20, 50, 160), Box(400, 20, 400, 160)]
    walls += [Box(x, 100, x, 160) for x in xs[1:-1]]
    head = [
        line(text, x, 30 + 14 * n)
        for n in range(4)
        for x, text in ((60, "Sold to"), (160, "Acme"), (260, "No 17"), (340, "May"))
    ]
    [table] = find(head + inside(TEXTS), walls)
    assert content(table) == expected(TEXTS)


def test_two_grids_are_two_tables() -> None:
    lower = [y + 200 for y in YS]
    text = inside(TEXTS) + grid(TEXTS, [54, 204, 304], 305, leading=20)
    first, second = find(text, drawn(XS, YS) + drawn(XS, lower))
    assert content(first) == content(second)
    assert first.box.y1 < second.box.y0
