"""The port `Line`: the waiting line and the slots."""

from __future__ import annotations

import threading
from dataclasses import replace

from quire.domain.document import AWAITED, Document, DocumentStatus, Source, Stored
from quire.domain.job import Counts
from quire.domain.ports import Admission, Balance, Expanding, Ticket, World
from quire.domain.priority import Priority
from quire.domain.tenant import Tenant
from tests.adapters.rows import (
    ACME,
    BROKEN,
    LAPSED,
    NOW,
    a_job,
    created,
    done,
    fund,
    ids,
    its_documents,
    job_of,
    row_of,
    running,
    waiting,
)


def test_an_empty_line_has_no_tickets_and_no_holders(world: World) -> None:
    assert world.line.waiting("acme", 10) == []
    assert world.line.holders("acme") == set()


def test_the_oldest_wait_in_front(world: World) -> None:
    fund(world)
    late = waiting(world, a_job("late", 2, created_at=NOW + 1000))
    early = waiting(world, a_job("early", 2, created_at=NOW))
    assert world.line.waiting("acme", 10) == early + late
    assert world.line.waiting("acme", 3) == [*early, late[0]]


def test_a_higher_priority_waits_in_front(world: World) -> None:
    fund(world)
    jobs = {priority: a_job(priority.value) for priority in Priority}
    for priority, job in jobs.items():
        created(world, job)
        world.jobs.add_documents([replace(document, priority=priority) for document in its_documents(job)])
    order = [ticket.document_id for ticket in world.line.waiting("acme", 10)]
    assert order == [its_documents(jobs[priority])[0].id for priority in reversed(Priority)]
    assert row_of(world, its_documents(jobs[Priority.HIGH])[0]).priority is Priority.HIGH


def test_whatever_its_priority_a_ticket_goes_with_its_wait(world: World) -> None:
    """By starting, by lapsing, and by the cancelling of its job."""
    fund(world)
    for priority in Priority:
        jobs = [a_job(f"{priority}-{number}") for number in range(3)]
        for job in jobs:
            created(world, job)
            world.jobs.add_documents([replace(document, priority=priority) for document in its_documents(job)])
        starts, lapses, leaves = (row_of(world, its_documents(job)[0]) for job in jobs)
        (ticket,) = (each for each in world.line.waiting("acme", 10) if each.document_id == starts.id)
        assert world.line.admit(replace(ACME, slots=100), [ticket], NOW) is Admission.ADMITTED
        assert world.pipeline.end(lapses, LAPSED, NOW)
        assert world.jobs.cancel(job_of(world, jobs[2]), NOW)
        world.line.drop_cancelled("acme", world.line.waiting("acme", 10), NOW)
        assert world.line.waiting("acme", 10) == []
        assert row_of(world, leaves).status is DocumentStatus.CANCELLED


def test_what_arrives_late_stands_where_its_priority_puts_it(world: World) -> None:
    fund(world)
    waiting(world, a_job("usual"))
    (document,) = its_documents(a_job("urgent"))
    awaited = replace(document.source, stored=Stored("uploads/acme/f", AWAITED), file_id="f")
    document = replace(document, source=awaited, priority=Priority.CRITICAL)
    created(world, a_job("urgent"))
    world.jobs.add_documents([document])
    world.line.arrive(document, replace(awaited, stored=Stored("uploads/acme/f", "v1")))
    assert world.line.awaiting("acme") == []
    front, _ = world.line.waiting("acme", 10)
    assert front.document_id == document.id


def test_a_ticket_says_when_its_bytes_pass_out_of_retention(world: World) -> None:
    fund(world)
    job = a_job()
    (ticket,) = waiting(world, job)
    (document,) = its_documents(job)
    assert (ticket.document_id, ticket.expires_at) == (document.id, document.source.expires_at)


def test_lines_of_two_tenants_are_two(world: World) -> None:
    fund(world)
    fund(world, tenant=Tenant("other"))
    mine = waiting(world, a_job())
    waiting(world, a_job(tenant="other"))
    assert world.line.waiting("acme", 10) == mine


# ---- admit -----------------------------------------------------------------------------------------------------------


def test_an_admitted_document_runs_and_holds_a_slot(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    first, second = waiting(world, job)
    assert world.line.admit(ACME, [first], NOW + 7) is Admission.ADMITTED
    document = row_of(world, its_documents(job)[0])
    assert document.status is DocumentStatus.RUNNING
    assert (document.started_at, document.updated_at, document.attempts) == (NOW + 7, NOW + 7, 1)
    assert world.line.holders("acme") == {document.id}
    assert world.line.waiting("acme", 10) == [second]
    assert job_of(world, job).counts == Counts(pending=1, running=1)


def test_a_job_starts_with_its_first_document(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    first, second = waiting(world, job)
    world.line.admit(ACME, [first], NOW + 7)
    world.line.admit(ACME, [second], NOW + 9)
    assert job_of(world, job).started_at == NOW + 7


def test_documents_of_several_jobs_are_admitted_together(world: World) -> None:
    fund(world)
    one, two = a_job("one"), a_job("two", 2)
    tickets = [*waiting(world, one), *waiting(world, two)]
    assert world.line.admit(ACME, tickets, NOW) is Admission.ADMITTED
    assert job_of(world, one).counts == Counts(running=1)
    assert job_of(world, two).counts == Counts(running=2)
    assert len(world.line.holders("acme")) == 3


def test_no_more_are_admitted_than_there_are_slots(world: World) -> None:
    fund(world)
    job = a_job(documents=4)
    tickets = waiting(world, job)
    assert world.line.admit(ACME, tickets, NOW) is Admission.LOST, "four into three free slots"
    assert world.line.admit(ACME, tickets[:2], NOW) is Admission.ADMITTED
    assert world.line.admit(ACME, tickets[2:], NOW) is Admission.LOST, "two into one free slot"
    assert world.line.admit(ACME, tickets[2:3], NOW) is Admission.ADMITTED
    assert world.line.admit(ACME, tickets[3:], NOW) is Admission.LOST, "one into none"
    assert job_of(world, job).counts == Counts(pending=1, running=3)
    assert world.line.waiting("acme", 10) == tickets[3:]


def test_an_ended_document_leaves_its_slot_to_the_next(world: World) -> None:
    fund(world)
    tenant = replace(ACME, slots=1)
    first, second = waiting(world, a_job(documents=2))
    world.line.admit(tenant, [first], NOW)
    document = world.jobs.document("acme", first.document_id)
    assert document
    world.pipeline.end(document, BROKEN, NOW)
    assert world.line.holders("acme") == set()
    assert world.line.admit(tenant, [second], NOW) is Admission.ADMITTED


def test_a_lowered_cap_admits_nobody_until_enough_have_ended(world: World) -> None:
    fund(world)
    running(world, a_job("running", 3))
    tickets = waiting(world, a_job("next"))
    assert world.line.admit(replace(ACME, slots=2), tickets, NOW) is Admission.LOST
    assert world.line.admit(replace(ACME, slots=0), tickets, NOW) is Admission.LOST


def test_a_ticket_is_good_once(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    first, second = waiting(world, job)
    world.line.admit(ACME, [first], NOW + 1)
    assert world.line.admit(ACME, [first], NOW + 2) is Admission.LOST
    assert world.line.admit(ACME, [first, second], NOW + 2) is Admission.LOST, "all of them or none"
    assert row_of(world, its_documents(job)[0]).attempts == 1
    assert row_of(world, its_documents(job)[1]).status is DocumentStatus.PENDING
    assert job_of(world, job).counts == Counts(pending=1, running=1)


def test_an_ended_document_is_not_started_again(world: World) -> None:
    fund(world)
    job = a_job()
    (ticket,) = waiting(world, job)
    world.line.admit(ACME, [ticket], NOW)
    document = row_of(world, its_documents(job)[0])
    world.pipeline.end(document, done(document), NOW + 1)
    assert world.line.admit(ACME, [ticket], NOW + 2) is Admission.LOST
    assert row_of(world, document).status is DocumentStatus.SUCCEEDED


def test_no_document_of_a_cancelled_job_starts(world: World) -> None:
    fund(world)
    cancelled, other = a_job("cancelled"), a_job("other")
    gone, stays = [*waiting(world, cancelled), *waiting(world, other)]
    world.jobs.cancel(cancelled, NOW + 1)
    assert world.line.admit(ACME, [gone], NOW + 2) is Admission.LOST
    assert world.line.admit(ACME, [gone, stays], NOW + 2) is Admission.LOST
    assert world.line.holders("acme") == set()
    assert world.line.admit(ACME, [stays], NOW + 2) is Admission.ADMITTED


def test_admitting_at_once_starts_each_once_and_never_passes_the_cap(world: World) -> None:
    fund(world)
    job = a_job(documents=9)
    tickets = waiting(world, job)
    outcomes: list[Admission] = []

    def admit(mine: int) -> None:
        for ticket in tickets[mine:] + tickets[:mine]:
            outcomes.append(world.line.admit(ACME, [ticket], NOW))
            assert len(world.line.holders("acme")) <= ACME.slots

    threads = [threading.Thread(target=admit, args=(mine,)) for mine in (0, 3, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Admission.ADMITTED) == ACME.slots
    documents = world.jobs.documents("acme", job.id)
    started = [document for document in documents if document.status is DocumentStatus.RUNNING]
    assert set(ids(started)) == world.line.holders("acme")
    assert [document.attempts for document in started] == [1, 1, 1]
    assert job_of(world, job).counts == Counts(pending=6, running=3)


# ---- drop_cancelled --------------------------------------------------------------------------------------------------


def test_tickets_of_a_cancelled_job_go_and_their_rows_say_so(world: World) -> None:
    fund(world, 10)
    job = a_job(documents=2)
    tickets = waiting(world, job)
    world.jobs.cancel(job, NOW + 1)
    world.line.drop_cancelled("acme", tickets, NOW + 3)
    assert world.line.waiting("acme", 10) == []
    for document in world.jobs.documents("acme", job.id):
        assert document.status is DocumentStatus.CANCELLED
        assert (document.ended_at, document.updated_at, document.reserved) == (NOW + 3, NOW + 3, 0)
    after = job_of(world, job)
    assert (after.dropped, after.dropped_at) == (2, NOW + 3)
    assert after.counts == Counts(cancelled=2), "the cancelling has moved them already"
    assert world.tenants.balance("acme") == Balance(10, 0, 0)


def test_dropping_twice_is_dropping_once(world: World) -> None:
    fund(world)
    job = a_job(documents=3)
    tickets = waiting(world, job)
    world.jobs.cancel(job, NOW + 1)
    world.line.drop_cancelled("acme", tickets[:1], NOW + 3)
    world.line.drop_cancelled("acme", tickets, NOW + 4)
    world.line.drop_cancelled("acme", tickets, NOW + 5)
    assert job_of(world, job).dropped == 3
    assert [document.ended_at for document in world.jobs.documents("acme", job.id)] == [NOW + 3, NOW + 4, NOW + 4]


def test_a_ticket_whose_document_has_ended_goes_without_a_change(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    first, second = waiting(world, job)
    world.line.admit(ACME, [first], NOW + 1)
    world.jobs.cancel(job_of(world, job), NOW + 2)
    world.line.drop_cancelled("acme", [first, second], NOW + 3)
    assert [document.status for document in world.jobs.documents("acme", job.id)] == [
        DocumentStatus.RUNNING,
        DocumentStatus.CANCELLED,
    ]
    assert job_of(world, job).dropped == 1
    assert world.line.waiting("acme", 10) == []


def test_more_tickets_are_dropped_than_one_transaction_holds(world: World) -> None:
    fund(world, 200)
    job = a_job(documents=60)
    documents = its_documents(job)
    world.submissions.create(job, None, NOW)
    world.jobs.add_documents(documents[:49])
    world.jobs.add_documents(documents[49:])
    world.jobs.cancel(job, NOW + 1)
    world.line.drop_cancelled("acme", world.line.waiting("acme", 100), NOW + 3)
    assert world.line.waiting("acme", 100) == []
    assert job_of(world, job).dropped == 60


def test_a_slot_without_a_runner_is_taken_back_and_a_runner_s_is_not(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    tickets = waiting(world, job)
    world.line.admit(ACME, tickets, NOW)
    runs, never = tickets[0].document_id, "01977420-dc00-7edb-8ddb-e33f800d0001"
    world.line.free("acme", runs)
    world.line.free("acme", never)
    assert world.line.holders("acme") == {ticket.document_id for ticket in tickets}


# ---- waiting for a file ----------------------------------------------------------------------------------------------

FIRST, SECOND = "0197-first", "0197-second"


def awaiting(world: World, file_id: str, name: str, documents: int = 1) -> list[Document]:
    """The documents of a new job, all of which wait for one file."""
    job = created(world, a_job(name, documents))
    source = Source(Stored(f"uploads/acme/{file_id}", AWAITED), 0, NOW + 500, file_id, "n")
    rows = [replace(document, source=source) for document in its_documents(job)]
    assert world.jobs.add_documents(rows) is Expanding.WRITTEN
    assert world.jobs.documents("acme", job.id) == rows
    return rows


def arrived(document: Document) -> Source:
    return Source(Stored(document.source.stored.key, "v7"), 77, NOW + 9000, document.source.file_id, "n")


def test_a_document_without_its_bytes_is_not_in_line(world: World) -> None:
    fund(world)
    (document,) = awaiting(world, FIRST, "one")
    assert world.line.waiting("acme", 10) == []
    (ticket,) = world.line.awaiting("acme")
    assert (ticket.document_id, ticket.file_id, ticket.expires_at) == (document.id, FIRST, NOW + 500)


def test_those_that_wait_for_a_file_are_found_by_it_and_by_its_age(world: World) -> None:
    fund(world)
    late, early = awaiting(world, SECOND, "late", 2), awaiting(world, FIRST, "early", 2)
    assert [ticket.document_id for ticket in world.line.awaiting("acme", SECOND)] == ids(late)
    assert [ticket.document_id for ticket in world.line.awaiting("acme")] == ids(early + late)
    assert [ticket.document_id for ticket in world.line.awaiting("acme", limit=1)] == ids(early[:1])
    assert world.line.awaiting("acme", "0197") == world.line.awaiting("other") == []


def test_a_document_whose_bytes_arrived_is_in_line_with_them(world: World) -> None:
    fund(world)
    (document,) = awaiting(world, FIRST, "one")
    world.line.arrive(document, arrived(document))
    assert row_of(world, document) == replace(document, source=arrived(document))
    assert world.line.awaiting("acme") == []
    (ticket,) = world.line.waiting("acme", 10)
    assert ticket == Ticket(ticket.order, document.id, NOW + 9000)
    assert world.line.admit(ACME, [ticket], NOW + 8) is Admission.ADMITTED


def test_what_arrives_twice_arrives_once(world: World) -> None:
    fund(world)
    (document,) = awaiting(world, FIRST, "one")
    world.line.arrive(document, arrived(document))
    world.line.arrive(document, replace(arrived(document), size=99))
    assert row_of(world, document).source == arrived(document)
    assert len(world.line.waiting("acme", 10)) == 1


def test_what_arrives_after_the_end_changes_nothing(world: World) -> None:
    fund(world)
    (document,) = awaiting(world, FIRST, "one")
    assert world.pipeline.end(document, BROKEN, NOW + 5)
    ended = row_of(world, document)
    world.line.arrive(document, arrived(document))
    assert row_of(world, document) == ended
    assert world.line.waiting("acme", 10) == world.line.awaiting("acme") == []


def test_an_end_for_want_of_bytes_is_too_late_once_they_arrived(world: World) -> None:
    fund(world)
    (document,) = awaiting(world, FIRST, "one")
    world.line.arrive(document, arrived(document))
    assert not world.pipeline.end(document, BROKEN, NOW + 5)
    assert row_of(world, document).status is DocumentStatus.PENDING
    assert len(world.line.waiting("acme", 10)) == 1


def test_cancelled_documents_leave_those_that_wait_for_a_file(world: World) -> None:
    fund(world)
    first, second = awaiting(world, FIRST, "one", 2)
    job = world.jobs.get("acme", first.job_id)
    assert job and world.jobs.cancel(job, NOW + 5)
    world.line.drop_cancelled("acme", world.line.awaiting("acme"), NOW + 6)
    assert world.line.awaiting("acme") == []
    assert {row_of(world, each).status for each in (first, second)} == {DocumentStatus.CANCELLED}
    assert job_of(world, job).dropped == 2
