"""A slice of `make faults`: single faults at each call of a document's path."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.cases import Ran, faults_of, run
from tests.faults.harness import installed
from tests.faults.plan import Case, parse
from tests.faults.scenarios import SCENARIOS


@pytest.fixture(scope="module", autouse=True)
def _installed() -> Iterator[None]:
    with installed():
        yield


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_nothing_breaks_where_nothing_goes_wrong(name: str) -> None:
    ran = run(Case(name))
    assert ran.violations == []
    assert ran.trace


def test_nothing_breaks_by_any_single_fault() -> None:
    without = run(Case("a-scan"))
    cases = faults_of(without)[::4]
    assert len(cases) > 50
    assert [broken(run(case, without.ends)) for case in cases] == [""] * len(cases)


def test_a_case_is_read_as_it_was_written() -> None:
    line = "a-scan@5x3/read:textract.DetectDocumentText#1=timeout+event:poke#2=lost"
    case = parse(line)
    assert (case.scenario, case.seed, case.side_by_side, len(case.faults)) == ("a-scan", 5, 3, 2)
    assert str(case) == line


def broken(ran: Ran) -> str:
    return f"{ran.case}: {ran.violations}" if ran.violations else ""
