"""Credits under races: what is held and spent together is never more than was granted, whoever comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from quire.domain.document import Document
from quire.domain.job import Job
from quire.domain.ports import Created, World
from tests.adapters.rows import ACME, BROKEN, NOW, a_job, done, fund, running


def _together(*calls: Callable[[], object]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _sound(world: World, granted: int) -> None:
    balance = world.tenants.balance("acme")
    assert min(balance.available, balance.reserved, balance.spent) >= 0
    assert balance.available + balance.reserved + balance.spent == granted


def test_of_submits_at_once_so_many_are_taken_as_can_be_paid(world: World) -> None:
    fund(world, 7)
    outcomes: list[object] = []

    def submit(number: int) -> Callable[[], None]:
        job = a_job(f"job {number}", documents=2)
        return lambda: outcomes.append(world.submissions.create(job, None, NOW))

    _together(*map(submit, range(8)))
    assert outcomes.count(Created.CREATED) == 3
    assert outcomes.count(Created.SHORT_OF_CREDITS) == 5
    assert world.tenants.balance("acme").available == 1
    _sound(world, 7)


def test_of_submits_whose_pages_are_counted_too(world: World) -> None:
    fund(world, 10)
    outcomes: list[object] = []

    def create(job: Job) -> None:
        outcomes.append(world.submissions.create(job, None, NOW))

    jobs = [replace(a_job(f"job {pages}", documents=1), counted=(pages,)) for pages in (4, 4, 4, 4)]
    jobs = [replace(job, id=a_job(f"counted {number}").id) for number, job in enumerate(jobs)]
    _together(*(partial(create, job) for job in jobs))
    assert outcomes.count(Created.CREATED) == 2
    _sound(world, 10)


def test_of_documents_that_turn_out_larger_so_many_go_on_as_can_be_paid(world: World) -> None:
    fund(world, 12)
    documents: Sequence[Document] = running(world, a_job(documents=4))
    held: list[bool] = []

    def reserve(document: Document) -> None:
        held.append(world.pipeline.reserve(document, 4))

    _together(*(partial(reserve, one) for one in documents))
    assert sorted(held) == [False, False, True, True], "8 are left beyond the first page of each"
    _sound(world, 12)


def test_submits_reservations_ends_and_grants_at_once_lose_and_make_nothing(world: World) -> None:
    fund(world, 20, tenant=ACME)
    documents = running(world, a_job(documents=4))
    more = [a_job(f"more {number}", documents=3) for number in range(6)]
    _together(
        *(partial(world.pipeline.reserve, one, 5) for one in documents),
        *(partial(world.submissions.create, job, None, NOW) for job in more),
        lambda: world.pipeline.end(documents[0], done(documents[0], 3), NOW + 1),
        lambda: world.pipeline.end(documents[1], BROKEN, NOW + 1),
        lambda: world.tenants.grant("acme", 5),
        lambda: world.pipeline.end(documents[0], done(documents[0], 3), NOW + 1),
    )
    _sound(world, 25)
    for document in documents:
        world.pipeline.end(document, BROKEN, NOW + 2)
    _sound(world, 25)
