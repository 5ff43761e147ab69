"""The sweep is tested by bugs: `python -m tests.faults.seeded` plants them all, here are some of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bugs import BUGS
from tests.faults.cases import run
from tests.faults.harness import installed
from tests.faults.plan import Case
from tests.faults.scenarios import SCENARIOS
from tests.faults.seeded import ROOT, find

QUICK = {
    "the idempotency record is written over": "one_job_for_a_key",
    "a submit holds no credits": "credits",
    "a slot is not given to the document that starts": "slots",
    "an end charges beside its transaction": "credits",
    "the last document does not end its job": "counts",
    "what was never uploaded is waited for": "all_ended",
    "results are readable for good": "gone_after_retention",
    "a field cites nothing": "cited",
}
"""Seen where nothing else goes wrong, each by another check."""


@pytest.fixture(scope="module", autouse=True)
def _installed() -> Iterator[None]:
    with installed():
        yield


@pytest.mark.parametrize("name", QUICK)
def test_a_bug_is_seen_by_the_check_that_is_meant_for_it(name: str) -> None:
    (bug,) = (bug for bug in BUGS if bug.name == name)
    assert find(bug).caught_by == QUICK[name]
    assert run(Case(bug.scenarios[0])).violations == [], "and it is gone afterwards"


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_each_bug_has_its_place_in_the_code(bug: object) -> None:
    (known,) = (one for one in BUGS if one is bug)
    assert Path(ROOT / known.path).read_text().count(known.old) == 1
    assert known.old != known.new
    assert set(known.scenarios) <= set(SCENARIOS)


def test_there_are_enough_of_them() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 36
