"""What a document costs at list prices: as docs/cost.md says it, which another test holds to the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quire.domain import cost
from quire.service.config import Mode

DOCS = (Path(__file__).parents[2] / "docs" / "cost.md").read_text(encoding="utf-8")


def money(what: str) -> str:
    """The cells of a row of the table "In money", after its name."""
    table = DOCS.split("## In money", 1)[1]
    return next(line for line in table.splitlines() if line.startswith(f"| {what}"))


def of_one_document(*operations: str) -> int:
    """The calls of those operations that one document takes."""
    table = DOCS.split("## One document", 1)[1].split("\n## ", 1)[0]
    found = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", table, re.MULTILINE))
    return sum(int(found[name]) for name in operations)


def numbers(row: str) -> list[float]:
    return [float(said.replace(",", "")) for said in re.findall(r"\d[\d,]*(?:\.\d+)?", row.replace("S3", ""))]


def test_the_counts_are_those_of_the_documentation() -> None:
    assert numbers(money("Step Functions"))[0] == cost.STATES
    assert numbers(money("DynamoDB"))[:2] == [cost.WRITE_UNITS, cost.READ_UNITS]
    assert numbers(money("S3"))[0] == cost.PUTS + cost.GETS
    assert of_one_document("PutObject") == cost.PUTS
    assert of_one_document("GetObject") == cost.GETS


def test_the_prices_are_those_of_the_documentation() -> None:
    assert "$0.025 per 1,000" in money("Step Functions")
    assert "$0.625 and $0.125 per million" in money("DynamoDB")
    assert "$0.005 per 1,000 PUT, $0.0004 per 1,000 GET" in money("S3")
    each = cost.STATES * 0.025 / 1000 + (cost.WRITE_UNITS * 0.625 + cost.READ_UNITS * 0.125) / 1e6
    each += (cost.PUTS * 0.005 + cost.GETS * 0.0004) / 1000
    assert cost.cost("fast", 0) == pytest.approx(each)
    assert "$1.50 per 1,000" in money("Textract, a page")
    assert cost.TEXTRACT_PAGE["fast"] == 0.0015
    assert "$65 per 1,000" in money("Textract, `engine` balanced")
    assert cost.TEXTRACT_PAGE["balanced"] == 0.065


def test_a_page_with_text_of_its_own_costs_almost_nothing_and_textract_is_the_rest() -> None:
    assert cost.cost("fast", 0) == pytest.approx(0.0002, abs=0.0001)
    assert cost.cost("fast", 1000) - cost.cost("fast", 0) == pytest.approx(1.5)
    assert cost.cost("premium", 3, documents=2) == pytest.approx(2 * cost.cost("fast", 0) + 0.21)


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_has_its_price(mode: Mode) -> None:
    assert cost.cost(mode.value, 1) > cost.cost(mode.value, 0)
