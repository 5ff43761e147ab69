"""Nothing of one tenant can be read, listed, guessed or counted by another: the whole matrix
(`python -m tests.hostile` asks still more)."""

from __future__ import annotations

from functools import cache

import pytest

from quire.domain.file import File
from quire.domain.job import Job
from quire.testing.files import MemoryFiles
from quire.testing.jobs import MemoryJobs
from tests.hostile.asking import CONTRACTS, names_of
from tests.hostile.entries import ENTRIES
from tests.hostile.matrix import STILL_RUNNING, Extent, Scene, ids_of, run, shapes, texts_of

FLOOR = {
    "extract_page": 900, "perfectparser": 3_000, "extend": 6_000, "llamacloud": 10_000, "terrafai": 1_000,
    "console": 3_000, "pages": 100,
}  # fmt: skip
"""Requests of each contract's matrix, at least."""


@cache
def scene() -> Scene:
    return Scene.set()


# ---- the matrix is whole ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_route_has_an_entry_and_every_entry_a_route(name: str) -> None:
    routes = {f"{route.method} {route.path}" for route in CONTRACTS[name].routes}
    assert routes == set(ENTRIES.get(name, {})), "say in tests/hostile/entries.py how the route is asked"


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_place_of_a_request_that_names_something_is_tried(name: str) -> None:
    tried: dict[str, set[str]] = {}
    for shape in shapes(name):
        assert set(names_of(shape.route.path)) == set(shape.entry.path), shape.name
        assert set(shape.entry.query) <= set(texts_of(shape.route.query)), shape.name
        tried.setdefault(shape.name, set()).update(step for place in shape.places for step in place)
    for shape in shapes(name):
        missing = ids_of(shape.route.asks) - tried[shape.name]
        assert not missing, f"{shape.name}: {missing} of the body are in no slot of tests/hostile/entries.py"


@pytest.mark.parametrize("name", CONTRACTS)
def test_what_belongs_in_a_place_is_answered(name: str) -> None:
    """Else a refusal would tell of the request's form, not of whose the thing is."""
    answered = run(name, scene(), Extent.RIGHT_KINDS).answered
    assert answered
    assert [asked for asked in answered if asked[1] >= 400 and asked[1] != STILL_RUNNING] == []


# ---- the matrix ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTRACTS)
def test_another_tenant_s_things_are_as_if_they_never_were(name: str) -> None:
    tally = run(name, scene(), Extent.OWN_FORMS)
    assert not tally.wrong, f"{len(tally.wrong)} violations, the first: {tally.wrong[:3]}"
    assert tally.requests >= FLOOR[name] and tally.checks >= tally.requests


# ---- the matrix sees -------------------------------------------------------------------------------------------------


def test_a_store_that_forgets_whose_a_file_is_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def of_anybody(self: MemoryFiles, _: str, file_ids: list[str]) -> dict[str, File]:
        return {file.id: file for file in self.store.files.values() if file.id in file_ids}

    monkeypatch.setattr(MemoryFiles, "get", of_anybody)
    wrong = run("extract_page", scene(), Extent.RIGHT_KINDS).wrong
    assert any("GET /v1/files/<file_id> [path.file_id=file] as if the owner never was" in one for one in wrong)
    assert any("nobody else's row changed" in one or "as of what never was" in one for one in wrong)


def test_a_job_that_anybody_may_cancel_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def of_anybody(self: MemoryJobs, _: str, job_id: str) -> Job | None:
        return next((job for (_, one), job in self.store.jobs.items() if one == job_id), None)

    monkeypatch.setattr(MemoryJobs, "get", of_anybody)
    wrong = run("llamacloud", scene(), Extent.RIGHT_KINDS).wrong
    assert any(
        "POST /api/v2/extract/<job_id>/cancel [path.job_id=waiting_job] nobody else's row changed" in w for w in wrong
    )


def test_a_refusal_that_tells_whose_a_thing_is_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken_by_anybody(self: MemoryJobs, tenant: str, job_id: str) -> Job | None:
        if any(one == job_id and owner != tenant for owner, one in self.store.jobs):
            raise PermissionError
        return self.store.jobs.get((tenant, job_id))

    monkeypatch.setattr(MemoryJobs, "get", taken_by_anybody)
    wrong = run("terrafai", scene(), Extent.RIGHT_KINDS).wrong
    assert any("GET /api/v1/extraction-jobs/<job_id> [path.job_id=job] no fault" in one for one in wrong)
