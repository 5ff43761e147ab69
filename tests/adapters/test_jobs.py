"""The port `Jobs`: creation, the rows of documents, cancelling, reading."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.document import DocumentStatus
from quire.domain.ids import document_id
from quire.domain.job import Counts, JobStatus
from quire.domain.ports import Balance, Created, Expanding, Idempotency, Remembered, Walk, World
from quire.domain.tenant import DAY_MS
from tests.adapters.rows import (
    ACME,
    BROKEN,
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

ONCE = Idempotency("extract_page#key#k1", "f1", NOW + DAY_MS)


# ---- create ----------------------------------------------------------------------------------------------------------


def test_a_created_job_is_there_at_once(world: World) -> None:
    fund(world)
    job = a_job(documents=3)
    assert world.submissions.create(job, ONCE, NOW) is Created.CREATED
    assert world.jobs.get("acme", job.id) == job


def test_a_job_that_was_never_created_is_none(world: World) -> None:
    assert world.jobs.get("acme", a_job().id) is None


def test_another_tenant_does_not_see_the_job(world: World) -> None:
    fund(world)
    job = created(world, a_job())
    world.jobs.add_documents(its_documents(job))
    assert world.jobs.get("other", job.id) is None
    assert world.jobs.document("other", document_id(job.id, 0)) is None
    assert world.jobs.documents("other", job.id) == []
    assert world.jobs.changes("other", job.id, (0, 0), 10) == []
    assert world.jobs.unexpanded("other") == []


def test_creating_holds_a_credit_for_each_document(world: World) -> None:
    fund(world, 10)
    created(world, a_job(documents=4))
    assert world.tenants.balance("acme") == Balance(available=6, reserved=4, spent=0)


def test_where_pages_were_counted_a_credit_is_held_for_each(world: World) -> None:
    fund(world, 10)
    job = created(world, replace(a_job(documents=2), counted=(3, 4)))
    assert world.tenants.balance("acme") == Balance(available=3, reserved=7, spent=0)
    assert world.jobs.get("acme", job.id) == job
    short = replace(a_job("second", documents=2), counted=(3, 1))
    assert world.submissions.create(short, None, NOW) is Created.SHORT_OF_CREDITS
    assert world.jobs.cancel(job, NOW + 5, 7)
    assert world.tenants.balance("acme") == Balance(available=10, reserved=0, spent=0)


def test_a_job_holds_credits_for_the_documents_that_are_paid_from_its_beginning(world: World) -> None:
    fund(world, 10)
    job = created(world, replace(a_job(documents=3), counted=(3, 4, 5), paid=2))
    assert world.tenants.balance("acme") == Balance(available=3, reserved=7, spent=0)
    assert world.jobs.get("acme", job.id) == job


def test_a_batch_that_is_paid_later_needs_credits_for_its_first_document_and_holds_none(world: World) -> None:
    fund(world, 1)
    created(world, replace(a_job("first", documents=3), paid=0))
    assert world.tenants.balance("acme") == Balance(available=1, reserved=0, spent=0)
    created(world, a_job("the last credit", documents=1))
    refused = replace(a_job("second", documents=3), paid=0)
    assert world.submissions.create(refused, None, NOW) is Created.SHORT_OF_CREDITS


def test_a_new_job_is_marked_for_expanding(world: World) -> None:
    fund(world)
    jobs = [created(world, a_job(name)) for name in ("first", "second")]
    assert sorted(world.jobs.unexpanded("acme")) == sorted(job.id for job in jobs)


def test_everything_that_a_job_holds_comes_back(world: World) -> None:
    fund(world)
    metadata = {"po": "A-1", "n": 3, "half": 0.5, "none": None, "deep": {"list": [1, "x", True, []], "": ""}}
    job = replace(a_job(), options={"mode": "fast", "password": "s3cret", "tables": False}, metadata=metadata)
    created(world, job)
    assert world.jobs.get("acme", job.id) == job


@pytest.mark.parametrize("number", [10**60, 1e300, 1e-300, 0.1 + 0.2, 1.0, -0.0, 2**53 + 1])
def test_any_number_of_a_caller_s_metadata_comes_back(world: World, number: float) -> None:
    fund(world)
    job = created(world, replace(a_job(), metadata={"number": number}))
    assert repr(job_of(world, job).metadata) == repr({"number": number})


def test_options_that_say_nothing_are_not_kept(world: World) -> None:
    fund(world)
    job = created(world, replace(a_job(), options={"mode": "fast", "password": None}))
    assert job_of(world, job).options == {"mode": "fast"}


def test_the_same_key_gives_the_first_job(world: World) -> None:
    fund(world)
    first, second = a_job("first"), a_job("second")
    world.submissions.create(first, ONCE, NOW)
    assert world.submissions.create(second, ONCE, NOW + 1) == Remembered(first.id, "f1")
    assert world.jobs.get("acme", second.id) is None


def test_the_same_key_with_another_request_says_what_it_stood_for(world: World) -> None:
    fund(world)
    first = a_job("first")
    world.submissions.create(first, ONCE, NOW)
    other = replace(ONCE, fingerprint="f2")
    assert world.submissions.create(a_job("second"), other, NOW + 1) == Remembered(first.id, "f1")


def test_a_repeat_holds_no_more_credits(world: World) -> None:
    fund(world, 10)
    world.submissions.create(a_job("first", 4), ONCE, NOW)
    world.submissions.create(a_job("second", 4), ONCE, NOW)
    assert world.tenants.balance("acme") == Balance(6, 4, 0)


def test_a_repeat_is_remembered_though_no_credits_are_left(world: World) -> None:
    fund(world, 1)
    first = a_job("first")
    world.submissions.create(first, ONCE, NOW)
    assert world.submissions.create(a_job("second"), ONCE, NOW) == Remembered(first.id, "f1")


def test_keys_of_two_tenants_are_two_keys(world: World) -> None:
    fund(world)
    fund(world, tenant=replace(ACME, id="other"))
    assert world.submissions.create(a_job(), ONCE, NOW) is Created.CREATED
    assert world.submissions.create(a_job(tenant="other"), ONCE, NOW) is Created.CREATED


def test_a_key_is_forgotten_to_the_millisecond(world: World) -> None:
    fund(world)
    first, second, third = a_job("first"), a_job("second"), a_job("third")
    world.submissions.create(first, ONCE, NOW)
    assert world.submissions.create(second, ONCE, ONCE.until - 1) == Remembered(first.id, "f1")
    later = Idempotency(ONCE.key, "f3", ONCE.until + DAY_MS)
    assert world.submissions.create(third, later, ONCE.until) is Created.CREATED
    assert world.submissions.create(second, ONCE, ONCE.until) == Remembered(third.id, "f3")


def test_short_of_credits_leaves_nothing_written(world: World) -> None:
    fund(world, 2)
    job = a_job(documents=3)
    assert world.submissions.create(job, ONCE, NOW) is Created.SHORT_OF_CREDITS
    assert world.jobs.get("acme", job.id) is None
    assert world.jobs.unexpanded("acme") == []
    assert world.tenants.balance("acme") == Balance(2, 0, 0)
    assert world.submissions.create(a_job("smaller", 2), ONCE, NOW) is Created.CREATED, "the key was not used up"


def test_a_tenant_without_any_credits_is_short(world: World) -> None:
    world.tenants.put(ACME)
    assert world.submissions.create(a_job(), None, NOW) is Created.SHORT_OF_CREDITS


def test_the_last_credits_can_be_used(world: World) -> None:
    fund(world, 3)
    assert world.submissions.create(a_job(documents=3), None, NOW) is Created.CREATED
    assert world.tenants.balance("acme") == Balance(0, 3, 0)


@pytest.mark.parametrize("idempotency", [None, ONCE])
def test_a_job_id_is_created_once(world: World, idempotency: Idempotency | None) -> None:
    fund(world, 10)
    job = created(world, a_job(documents=2))
    again = world.submissions.create(replace(job, extractor="another"), idempotency, NOW + 1)
    assert isinstance(again, Remembered)
    assert again.job_id == job.id
    assert job_of(world, job).extractor == "text"
    assert world.tenants.balance("acme") == Balance(8, 2, 0)


def test_a_key_can_be_taken_from_the_job_that_it_stands_for(world: World) -> None:
    fund(world)
    first, second = a_job("first"), a_job("second")
    world.submissions.create(first, ONCE, NOW)
    world.submissions.replace_idempotency("acme", ONCE, first.id)
    assert world.submissions.create(second, ONCE, NOW) is Created.CREATED
    assert world.submissions.create(a_job("third"), ONCE, NOW) == Remembered(second.id, "f1")


def test_a_key_is_not_taken_from_another_job(world: World) -> None:
    fund(world)
    first, second = a_job("first"), a_job("second")
    world.submissions.create(first, ONCE, NOW)
    world.submissions.replace_idempotency("acme", ONCE, second.id)
    world.submissions.replace_idempotency("other", ONCE, first.id)
    assert world.submissions.create(second, ONCE, NOW) == Remembered(first.id, "f1")


def test_taking_an_unknown_key_away_is_nothing(world: World) -> None:
    world.submissions.replace_idempotency("acme", ONCE, a_job().id)


# ---- documents -------------------------------------------------------------------------------------------------------


def test_documents_come_back_as_they_were_written(world: World) -> None:
    fund(world)
    job = created(world, a_job(documents=3))
    documents = its_documents(job)
    assert world.jobs.add_documents(documents) is Expanding.WRITTEN
    assert world.jobs.documents("acme", job.id) == documents
    assert world.jobs.document("acme", documents[1].id) == documents[1]


def test_a_document_without_a_file_or_a_name_comes_back(world: World) -> None:
    fund(world)
    job = created(world, a_job())
    (document,) = its_documents(job)
    document = replace(document, source=replace(document.source, file_id=None, name=None))
    world.jobs.add_documents([document])
    assert row_of(world, document) == document


def test_a_document_that_was_not_written_is_none(world: World) -> None:
    fund(world)
    job = created(world, a_job(documents=2))
    world.jobs.add_documents(its_documents(job)[:1])
    assert world.jobs.document("acme", document_id(job.id, 1)) is None


def test_documents_can_be_named_by_position(world: World) -> None:
    fund(world)
    job = created(world, a_job(documents=5))
    world.jobs.add_documents(its_documents(job))
    found = world.jobs.documents("acme", job.id, [4, 3, 1, 3, 9999])
    assert [document.position for document in found] == [1, 3, 4], "each once, in order, none invented"
    assert world.jobs.documents("acme", job.id, []) == []


def test_pending_documents_wait_in_line(world: World) -> None:
    fund(world)
    job = created(world, a_job(documents=3))
    world.jobs.add_documents(its_documents(job))
    assert [ticket.document_id for ticket in world.line.waiting("acme", 10)] == ids(its_documents(job))


def test_documents_written_twice_are_written_once(world: World) -> None:
    fund(world)
    job = created(world, a_job(documents=2))
    world.jobs.add_documents(its_documents(job))
    later = [replace(document, updated_at=NOW + 99) for document in its_documents(job)]
    assert world.jobs.add_documents(later) is Expanding.WRITTEN
    assert world.jobs.documents("acme", job.id) == its_documents(job)
    assert len(world.line.waiting("acme", 10)) == 2


def test_a_document_that_runs_is_not_put_back_in_line(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    running(world, job)
    assert world.jobs.add_documents(its_documents(job)) is Expanding.WRITTEN
    assert world.line.waiting("acme", 10) == []
    assert {document.status for document in world.jobs.documents("acme", job.id)} == {DocumentStatus.RUNNING}


def test_no_pending_document_is_added_to_a_cancelled_job(world: World) -> None:
    fund(world)
    job = created(world, a_job(documents=2))
    assert world.jobs.cancel(job, NOW + 5)
    assert world.jobs.add_documents(its_documents(job)) is Expanding.CANCELLED
    assert world.jobs.documents("acme", job.id) == []
    assert world.line.waiting("acme", 10) == []


def test_cancelled_documents_are_added_without_a_place_in_line(world: World) -> None:
    fund(world)
    job = created(world, a_job(documents=2))
    world.jobs.cancel(job, NOW + 5)
    rows = [
        replace(document, status=DocumentStatus.CANCELLED, ended_at=NOW + 6, updated_at=NOW + 6, reserved=0)
        for document in its_documents(job)
    ]
    assert world.jobs.add_documents(rows) is Expanding.WRITTEN
    assert world.jobs.documents("acme", job.id) == rows
    assert world.line.waiting("acme", 10) == []
    assert (job_of(world, job).dropped, job_of(world, job).dropped_at) == (2, NOW + 6)
    world.jobs.add_documents(rows)
    assert job_of(world, job).dropped == 2, "written before: nothing happens"


def test_an_expanded_job_has_no_mark_any_more(world: World) -> None:
    fund(world)
    job = created(world, a_job())
    assert not job_of(world, job).expanded
    world.jobs.expanded("acme", job.id)
    world.jobs.expanded("acme", job.id)
    assert job_of(world, job).expanded
    assert world.jobs.unexpanded("acme") == []


def test_expanding_a_job_that_is_gone_makes_no_job(world: World) -> None:
    world.jobs.expanded("acme", a_job().id)
    assert world.jobs.get("acme", a_job().id) is None


# ---- cancel ----------------------------------------------------------------------------------------------------------


def test_a_cancelled_job_has_no_pending_documents_and_its_credits_back(world: World) -> None:
    fund(world, 10)
    job = created(world, a_job(documents=3))
    cancelled = world.jobs.cancel(job, NOW + 5)
    assert cancelled == job_of(world, job)
    assert cancelled
    assert cancelled.counts == Counts(cancelled=3)
    assert (cancelled.cancelled_at, cancelled.ended_at) == (NOW + 5, NOW + 5)
    assert cancelled.status is JobStatus.CANCELLED
    assert world.tenants.balance("acme") == Balance(10, 0, 0)


def test_a_job_with_running_documents_goes_on_to_their_end(world: World) -> None:
    fund(world, 10)
    job = a_job(documents=3)
    first, *_ = waiting(world, job)
    world.line.admit(ACME, [first], NOW + 1)
    cancelled = world.jobs.cancel(job_of(world, job), NOW + 5)
    assert cancelled
    assert cancelled.counts == Counts(running=1, cancelled=2)
    assert cancelled.ended_at is None
    assert cancelled.status is JobStatus.RUNNING
    document = world.jobs.documents("acme", job.id, [0])[0]
    assert world.pipeline.end(document, done(document), NOW + 9)
    ended = job_of(world, job)
    assert (ended.counts, ended.ended_at) == (Counts(succeeded=1, cancelled=2), NOW + 9)
    assert world.tenants.balance("acme") == Balance(9, 0, 1)


def test_cancelling_is_lost_when_a_document_started_in_between(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    first, _ = waiting(world, job)
    world.line.admit(ACME, [first], NOW + 1)
    assert world.jobs.cancel(job, NOW + 5) is None, "the counts are those of before"
    assert job_of(world, job).cancelled_at is None
    assert world.tenants.balance("acme") == Balance(98, 2, 0)


def test_cancelling_is_lost_when_a_document_ended_in_between(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    first, _ = waiting(world, job)
    world.line.admit(ACME, [first], NOW + 1)
    before = job_of(world, job)
    document = world.jobs.documents("acme", job.id, [0])[0]
    world.pipeline.end(document, done(document), NOW + 2)
    assert world.jobs.cancel(before, NOW + 5) is None


def test_cancelling_twice_gives_credits_back_once(world: World) -> None:
    fund(world, 10)
    job = created(world, a_job(documents=3))
    assert world.jobs.cancel(job, NOW + 5)
    assert world.jobs.cancel(job, NOW + 6) is None
    assert world.jobs.cancel(job_of(world, job), NOW + 7) is None
    assert world.tenants.balance("acme") == Balance(10, 0, 0)


# ---- changes ---------------------------------------------------------------------------------------------------------


def test_changes_come_in_the_order_of_their_time(world: World) -> None:
    fund(world)
    job = created(world, a_job(documents=3))
    times = [NOW + 20, NOW + 10, NOW + 10]
    rows = [replace(d, updated_at=at) for d, at in zip(its_documents(job), times, strict=True)]
    world.jobs.add_documents(rows)
    assert world.jobs.changes("acme", job.id, (0, 0), 10) == [(NOW + 10, 1), (NOW + 10, 2), (NOW + 20, 0)]


def test_changes_go_on_after_a_place(world: World) -> None:
    fund(world)
    job = created(world, a_job(documents=30))
    world.jobs.add_documents([replace(d, updated_at=NOW + d.position // 3) for d in its_documents(job)])
    walked: list[tuple[int, int]] = []
    while page := world.jobs.changes("acme", job.id, walked[-1] if walked else (0, 0), 7):
        assert len(page) <= 7
        walked += page
    assert walked == sorted((NOW + position // 3, position) for position in range(30))


def test_each_document_is_once_among_the_changes_at_its_last(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    _, second = running(world, job, NOW + 1)
    world.pipeline.end(second, done(second), NOW + 7)
    assert world.jobs.changes("acme", job.id, (0, 0), 10) == [(NOW + 1, 0), (NOW + 7, 1)]


def test_changes_of_one_job_are_not_those_of_another(world: World) -> None:
    fund(world)
    running(world, a_job("first"), NOW + 1)
    assert world.jobs.changes("acme", created(world, a_job("second")).id, (0, 0), 10) == []


# ---- lists -----------------------------------------------------------------------------------------------------------


def test_jobs_are_listed_by_creation_either_way(world: World) -> None:
    fund(world)
    made = [created(world, a_job(name, created_at=NOW + n)) for n, name in enumerate(("first", "second", "third"))]
    places = [(job.created_at, job.id) for job in made]
    assert world.jobs.recent("acme", Walk(2)) == [places[2], places[1]]
    assert world.jobs.recent("acme", Walk(2, after=places[1])) == [places[0]]
    assert world.jobs.recent("acme", Walk(5, after=places[0], forward=True)) == places[1:]
    assert world.jobs.recent("other", Walk(5)) == []


def test_an_extractor_s_jobs_are_listed_by_themselves(world: World) -> None:
    fund(world)
    mine = created(world, replace(a_job("first"), extractor="invoice", version=3))
    created(world, a_job("second"))
    assert world.jobs.recent("acme", Walk(5), "invoice") == [(mine.created_at, mine.id)]
    assert world.jobs.get_many("acme", [mine.id, "none"]) == [mine]


def test_deleting_marks_a_job_once(world: World) -> None:
    fund(world)
    job = created(world, a_job())
    world.jobs.delete("acme", job.id, NOW + 5, NOW + 10)
    world.jobs.delete("acme", job.id, NOW + 9, NOW + 11)
    assert job_of(world, job).deleted_at == NOW + 5
    assert world.jobs.to_forget("acme", NOW + 20, 9) == [(NOW + 10, job.id)]
    world.jobs.delete("acme", a_job("never").id, NOW, NOW)
    assert world.jobs.get("acme", a_job("never").id) is None
    assert len(world.jobs.to_forget("acme", NOW + 20, 9)) == 1


def test_what_is_left_of_deleted_jobs_is_due_in_the_order_of_time(world: World) -> None:
    fund(world)
    first, second, third = (created(world, a_job(name)).id for name in ("first", "second", "third"))
    for job_id, due in ((first, 30), (second, 10), (third, 20)):
        world.jobs.delete("acme", job_id, NOW, NOW + due)
    assert world.jobs.to_forget("acme", NOW + 9, 9) == []
    assert world.jobs.to_forget("acme", NOW + 20, 9) == [(NOW + 10, second), (NOW + 20, third)]
    assert world.jobs.to_forget("acme", NOW + 99, 1) == [(NOW + 10, second)]
    assert world.jobs.to_forget("other", NOW + 99, 9) == []
    world.jobs.forget_again("acme", (NOW + 10, second), NOW + 40)
    world.jobs.forget_again("acme", (NOW + 30, first), NOW + 30)
    world.jobs.forget_again("acme", (NOW + 20, third), None)
    world.jobs.forget_again("acme", (NOW + 20, third), None)
    assert world.jobs.to_forget("acme", NOW + 99, 9) == [(NOW + 30, first), (NOW + 40, second)]


def test_a_job_counts_the_pages_that_it_was_charged(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    first, second = running(world, job)
    world.pipeline.reserve(first, 3)
    assert world.pipeline.end(row_of(world, first), done(first, 3), NOW + 1)
    assert world.pipeline.end(second, BROKEN, NOW + 2)
    assert job_of(world, job).pages == 3


def test_what_a_contract_repeats_comes_back(world: World) -> None:
    fund(world)
    job = created(world, replace(a_job(), echo={"config": {"tier": None, "n": 1.5}}))
    assert world.jobs.get("acme", job.id) == job
