"""What `make run` shows of a result: a row a field, doubt marked, no wider than the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from local.results import MOST_ROWS, table
from quire_client import Citation, Field, Result


def field(path: str, value: object, confidence: float | None, *pages: int) -> Field:
    return Field(path, value, confidence, tuple(Citation(page, "", None) for page in pages))


def shown(*fields: Field, width: int = 80) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(table(Result({}, fields, metadata={})))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def line(lines: list[str], name: str) -> list[str]:
    (whole,) = (one for one in lines if one.split()[:1] == [name])
    return whole.replace("│", " ").split()


def test_a_row_a_field_with_its_confidence_and_page() -> None:
    lines = shown(field("number", "INV 7", 0.93, 2), field("total", 12.5, 0.999, 1, 3))
    assert line(lines, "number") == ["number", "INV", "7", "93%", "2"]
    assert line(lines, "total") == ["total", "12.5", "100%", "1-3"]


def test_what_is_in_doubt_is_marked_and_what_is_absent_is_a_dash() -> None:
    lines = shown(field("low", "x", 0.79, 1), field("sure", "y", 0.8, 1), field("absent", None, None))
    assert line(lines, "low") == ["low", "x", "?", "79%", "1"]
    assert line(lines, "sure") == ["sure", "y", "80%", "1"]
    assert line(lines, "absent") == ["absent", "–"]


def test_a_list_shows_its_first_rows_and_how_many_more() -> None:
    rows = [field(f"lines[{n}].{name}", n, 0.9 if name == "a" else 0.5, 1) for n in range(9) for name in "ab"]
    lines = shown(*rows, field("after", 1, 0.9))
    assert line(lines, "lines[0]") == ["lines[0]", "0", "·", "0", "?", "50%", "1"]
    assert sum(one.startswith("lines[") for one in lines) == MOST_ROWS
    assert line(lines, "lines")[1:] == f"… {9 - MOST_ROWS} more rows, {9 - MOST_ROWS} values in doubt".split()
    assert line(lines, "after")


@pytest.mark.parametrize("width", [40, 80, 200])
def test_it_fits_the_terminal(width: int) -> None:
    lines = shown(field("a_rather_long_name.of_a_field_in_an_object", "word " * 300, 0.5, 1), width=width)
    assert all(len(one) <= width for one in lines) and len(lines) < 40


def test_text_shows_its_beginning() -> None:
    console = Console(file=io.StringIO(), width=60)
    console.print(table(Result({"chunks": [{"page_no": n, "page_content": f"page [{n}]"} for n in range(1, 30)]})))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "page [1]" in text and "… 23 more" in text and len(text.splitlines()) < 12
