"""A slice of `make faults`: each scenario without a fault, some of the single faults of each, some pairs, orders and
interleavings."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from tests.faults import invariants
from tests.faults.cases import Ran, execute, randoms, run, singles
from tests.faults.harness import installed
from tests.faults.plan import OF_EVENTS, OF_READS, OF_WRITES, Case, parse
from tests.faults.scenarios import SCENARIOS

SINGLES = 15
"""Of each scenario, in `make test`."""
RANDOMS = 5
UNAIDED = {
    "by-dead-url",
    "cancelled-before-the-files",
    "deleted-files",
    "deleted-job",
    "deleted-job-of-the-past",
    "expired-in-line",
    "never-reviewed",
    "never-uploaded",
    "told-by-webhook",
}
"""What only time ends, or goes on with: the sweep watches over that."""


@pytest.fixture(scope="module", autouse=True)
def _installed() -> Iterator[None]:
    with installed():
        yield


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_nothing_breaks(name: str) -> None:
    without = run(Case(name))
    assert without.violations == []
    assert without.outcome
    assert without.outcome.swept == 0 or name in UNAIDED, "nothing waits for the sweep where nothing goes wrong"
    random = Random(name)
    sample = random.sample(singles(without), SINGLES)
    assert [broken(execute(task)) for task in sample] == [""] * SINGLES
    assert [broken(execute(task)) for task in randoms([without], random, RANDOMS)] == [""] * RANDOMS


def test_a_run_is_the_same_each_time() -> None:
    case = Case("three-in-line", {}, seed=5, side_by_side=3)
    first, second = run(case), run(case)
    assert [site.name for site in first.trace] == [site.name for site in second.trace]
    assert [site.name for site in first.trace] != [site.name for site in run(Case("three-in-line")).trace]


def test_every_call_of_a_path_is_a_site_with_its_kinds() -> None:
    cases = [case for case, _ in singles(run(Case("scanned-pages")))]
    kinds: dict[str, set[str]] = {}
    for case in cases:
        ((site, kind),) = case.faults.items()
        kinds.setdefault(site.split("#")[0], set()).add(kind)
    assert kinds["publish:dynamodb.TransactWriteItems"] == set(OF_WRITES)
    assert kinds["read:textract.StartDocumentTextDetection"] == set(OF_WRITES)
    assert kinds["inspect:dynamodb.GetItem"] == set(OF_READS)
    assert kinds["event:notice"] == set(OF_EVENTS)
    actors = {site.split(":")[0] for site in kinds}
    assert actors >= {"announce", "submit", "accept", "expand", "admit", "inspect", "read", "ocr_finished", "publish"}


def test_a_synchronous_call_to_textract_is_never_made_twice_behind_our_back() -> None:
    kinds = {kind for case, _ in singles(run(Case("a-scan"))) for site, kind in case.faults.items() if "Detect" in site}
    assert kinds == set(OF_WRITES) - {"duplicate"}


def test_a_case_is_read_as_it_was_written() -> None:
    line = "a-scan@5x3/read:textract.DetectDocumentText#1=timeout+event:poke#2=lost"
    case = parse(line)
    assert (case.scenario, case.seed, case.side_by_side, len(case.faults)) == ("a-scan", 5, 3, 2)
    assert str(case) == line


def test_each_check_is_made() -> None:
    written = {
        name
        for name, found in vars(invariants).items()
        if not name.startswith("_") and getattr(found, "__annotations__", {}).get("return") == "Found"
    }
    made = {check.__name__ for check in (*invariants.AFTER_EACH_WRITE, *invariants.AT_REST, invariants.ends_once)}
    assert written - {"after_write", "at_rest"} == made


def broken(ran: Ran) -> str:
    return f"{ran.case}: {ran.violations}" if ran.violations else ""
