"""Reading order."""

from __future__ import annotations

from quire.reading.model import Box
from quire.reading.order import reading_order


def ordered(boxes: dict[str, Box]) -> list[str]:
    names = list(boxes)
    return [names[i] for i in reading_order(list(boxes.values()))]


def column(name: str, x0: float, x1: float, top: float, count: int, shift: float = 0) -> dict[str, Box]:
    return {f"{name}{n}": Box(x0, top + shift + 14 * n, x1, top + shift + 14 * n + 10) for n in range(count)}


def test_top_to_bottom_and_left_to_right() -> None:
    boxes = {"value": Box(200, 50, 240, 60), "label": Box(50, 51, 90, 61), "title": Box(50, 10, 300, 30)}
    assert ordered(boxes) == ["title", "label", "value"]


def test_a_column_of_prose_is_read_to_its_end() -> None:
    title, foot = {"title": Box(50, 20, 560, 40)}, {"foot": Box(50, 400, 560, 410)}
    left, right = column("l", 50, 290, 60, 10), column("r", 320, 560, 60, 12, shift=5)
    given = dict(sorted({**right, **foot, **left, **title}.items()))
    assert ordered(given) == ["title", *left, *right, "foot"]


def test_three_columns() -> None:
    first, second, third = (
        column(c, x, x + 150, 60, 8, shift=s) for c, x, s in (("a", 50, 0), ("b", 220, 3), ("c", 390, 6))
    )
    assert ordered({**third, **first, **second}) == [*first, *second, *third]


def test_two_sections_of_two_columns() -> None:
    parts = [
        column(f"{n}{side}-", x, x + 240, top, 5)
        for n, top in ((1, 60), (2, 200))
        for side, x in (("l", 50), ("r", 320))
    ]
    middle = {"heading": Box(50, 150, 560, 165)}
    given = {**middle, **parts[3], **parts[1], **parts[2], **parts[0]}
    assert ordered(given) == [*parts[0], *parts[1], "heading", *parts[2], *parts[3]]


def test_labels_and_values_are_read_row_by_row() -> None:
    labels, values = column("label", 50, 110, 60, 6), column("value", 200, 240, 60, 6)
    assert ordered({**labels, **values}) == [name for pair in zip(labels, values, strict=True) for name in pair]


def test_nothing() -> None:
    assert reading_order([]) == []


def test_what_stands_above_and_below_the_columns_is_read_above_and_below() -> None:
    head = {"left head": Box(50, 10, 120, 20), "right head": Box(480, 10, 560, 20)}
    left, right = column("l", 50, 290, 60, 10), column("r", 320, 560, 60, 9)
    foot = {"signature": Box(50, 230, 120, 240), "chart": Box(60, 300, 80, 310), "axis": Box(400, 300, 420, 310)}
    assert ordered({**foot, **right, **left, **head}) == [*head, *left, *right, *foot]


def test_addresses_side_by_side_are_read_one_after_the_other() -> None:
    bill, ship = column("bill", 50, 180, 100, 4), column("ship", 220, 350, 100, 4)
    labels, values = column("label", 400, 450, 100, 4), column("value", 480, 520, 100, 4)
    facts = [name for pair in zip(labels, values, strict=True) for name in pair]
    assert ordered({**values, **labels, **ship, **bill}) == [*bill, *ship, *facts]


def test_a_table_without_rulings_is_read_row_by_row() -> None:
    names, kinds = column("name", 50, 150, 100, 6), column("kind", 200, 300, 100, 6)
    figures = [column(f"figure{n}-", x, x + 20, 100, 6) for n, x in enumerate((350, 400, 450, 500))]
    given = [names, kinds, *figures]
    rows = [name for row in zip(*given, strict=True) for name in row]
    assert ordered({name: box for part in given for name, box in part.items()}) == rows
