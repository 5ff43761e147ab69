"""Deleted jobs: what is their own goes, at once or as soon as it can."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.document import DocumentStatus
from quire.domain.places import results_of, working_of
from quire.domain.tenant import Tenant
from quire.service import forget as module
from quire.service.expand import expand
from quire.service.finish import publish
from quire.service.forget import AGAIN_MS, LATE_MS, forget_due
from quire.service.jobs import delete_job
from quire.testing.world import World
from tests.service.stage import row_of, running, submitted, succeed


def left(world: World) -> list[str]:
    """The keys of what lies in the folders of jobs."""
    return world.blobs.keys("results/") + world.blobs.keys("working/")


def put(world: World, folder: str, *names: str) -> None:
    for name in names:
        world.blobs.put(folder + name, b"", "text/plain")


def test_all_that_is_an_ended_job_s_own_goes_at_once_and_nothing_of_others(world: World, acme: Tenant) -> None:
    document, other = running(world, acme), running(world, acme)
    for one in (document, other):
        put(
            world, results_of("acme", one.job_id), "exports/x/a.csv", "pages/0/1-240.jpg", "0/1.pdf", "0.json", "0.json"
        )
        put(world, working_of("acme", one.job_id), "0/plan.json", "0/textract/1")
        succeed(world, one)
    delete_job(world, acme, document.job_id)
    assert left(world) and all(other.job_id in key for key in left(world))


def test_what_a_running_document_reads_stays_until_it_has_ended(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    put(world, working_of("acme", document.job_id), "0/plan.json")
    put(world, results_of("acme", document.job_id), "exports/a.csv")
    before = world.blobs.keys("working/")
    delete_job(world, acme, document.job_id)
    assert left(world) == before
    succeed(world, document)
    world.clock.advance(AGAIN_MS)
    forget_due(world, "acme")
    assert left(world) == []
    assert row_of(world, document).status is DocumentStatus.SUCCEEDED


def test_one_that_was_not_expanded_yet_is_expanded_first(world: World, acme: Tenant) -> None:
    job = submitted(world, acme, 2)
    delete_job(world, acme, job.id)
    assert left(world), "its rows are still to be written from its manifest"
    expand(world, "acme", job.id)
    world.clock.advance(AGAIN_MS)
    forget_due(world, "acme")
    assert left(world) == []


def test_what_is_written_late_goes_too(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    succeed(world, document)
    delete_job(world, acme, document.job_id)
    world.clock.advance(AGAIN_MS)
    forget_due(world, "acme")
    put(world, results_of("acme", document.job_id), "0.json")
    world.clock.advance(LATE_MS)
    forget_due(world, "acme")
    assert left(world) == []
    assert world.jobs.to_forget("acme", world.clock() + LATE_MS, 9) == [], "that was the last time"


def test_while_it_may_still_be_written_it_is_looked_at_rarely(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    succeed(world, document)
    delete_job(world, acme, document.job_id)
    job = world.jobs.get("acme", document.job_id)
    assert job and job.deleted_at
    world.clock.advance(AGAIN_MS)
    forget_due(world, "acme")
    assert world.jobs.to_forget("acme", world.clock() + LATE_MS, 9) == [(job.deleted_at + LATE_MS, job.id)]


def test_a_large_job_goes_by_and_by(world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 3)
    document = running(world, acme)
    succeed(world, document)
    put(world, results_of("acme", document.job_id), *(f"{number}.json" for number in range(8)))
    delete_job(world, acme, document.job_id)
    assert left(world)
    world.clock.advance(AGAIN_MS)
    for _ in range(3):
        forget_due(world, "acme")
    assert left(world) == []


def test_one_sweep_looks_at_so_many(world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_DUE", 2)
    jobs = [submitted(world, acme).id for _ in range(3)]
    for job_id in jobs:
        world.jobs.delete("acme", job_id, world.clock(), world.clock())
    forget_due(world, "acme")
    assert [job_id for _, job_id in world.jobs.to_forget("acme", world.clock(), 9)] == [max(jobs)]


def test_after_a_large_job_the_others_wait_for_the_next_sweep(
    world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 3)
    large, small = sorted(submitted(world, acme).id for _ in range(2))
    put(world, results_of("acme", large), *(f"{number}.json" for number in range(4)))
    put(world, results_of("acme", small), "0.json")
    for job_id in (large, small):
        world.jobs.delete("acme", job_id, world.clock(), world.clock())
    forget_due(world, "acme")
    assert len(world.blobs.keys("results/")) == 2
    forget_due(world, "acme")
    assert world.blobs.keys("results/") == []


def test_of_a_dropped_file_its_own_result_goes_and_another_s_of_its_name_stays(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    name = "results/acme/inbox/text/a.pdf.json"
    mine, another = (world.blobs.put(name, body, "application/json") for body in (b"mine", b"another"))
    job = world.store.jobs["acme", document.job_id]
    world.store.jobs["acme", job.id] = replace(job, contract="inbox")
    publish(world, "acme", document.id, 1, mine)
    delete_job(world, acme, job.id)
    assert world.blobs.get(another) == b"another"
    with pytest.raises(KeyError):
        world.blobs.get(mine)
