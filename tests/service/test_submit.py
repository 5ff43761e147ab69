"""A job begins: once for each request, whatever is repeated."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from quire.domain.file import File
from quire.domain.ids import derived_job_id
from quire.domain.job import Counts, Job, JobStatus
from quire.domain.ports import Balance
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, ApiKey, Tenant
from quire.service.cancel import cancel
from quire.service.config import Config
from quire.service.submit import REPEAT_MS, Pays, Submission, Submitted, metadata_of, sources_of, submit
from quire.testing.world import START_MS, World
from tests.service.stage import arrived, assert_sound, fails, job_of, now_of, source_of, submission, succeed

KEY = ApiKey("d1", "acme", START_MS)


@pytest.fixture
def file(world: World, acme: Tenant) -> File:
    return arrived(world, acme)


def _finished(world: World, tenant: Tenant, job: Job, *, well: bool) -> None:
    from quire.service.admit import admit
    from quire.service.expand import expand

    expand(world, tenant.id, job.id)
    admit(world, tenant.id)
    for document in world.jobs.documents(tenant.id, job.id):
        succeed(world, document) if well else fails(world, document)
    assert now_of(world, job).status.ended


class TestCreate:
    def test_a_job_is_there_at_once_with_all_its_documents_pending(self, world: World, acme: Tenant) -> None:
        files = [arrived(world, acme) for _ in range(3)]
        job = job_of(submit(world, acme, replace(submission(files), metadata={"po": "A-1"})))
        assert job.counts == Counts(pending=3)
        assert job.status is JobStatus.PENDING
        assert (job.tenant, job.contract, job.extractor) == ("acme", "extract_page", "text")
        assert job.metadata == {"po": "A-1"}
        assert job.retention_ms == acme.result_retention_ms
        assert now_of(world, job).counts == job.counts

    def test_its_manifest_lists_its_documents(self, world: World, acme: Tenant) -> None:
        files = [arrived(world, acme), replace(arrived(world, acme), name=None)]
        job = job_of(submit(world, acme, submission(files)))
        assert sources_of(world, job) == [source_of(file) for file in files]

    @pytest.mark.parametrize("documents", [1, 90])
    def test_it_writes_as_much_for_one_document_as_for_many(self, world: World, acme: Tenant, documents: int) -> None:
        files = [arrived(world, acme) for _ in range(documents)]
        before = len(world.blobs.objects)
        submit(world, acme, submission(files))
        assert len(world.blobs.objects) - before == 1
        assert len(world.store.jobs) == len(world.store.marks) == 1
        assert world.store.documents == {}

    def test_the_options_come_back_as_they_were_asked(self, world: World, acme: Tenant, file: File) -> None:
        from quire.service.config import Mode, from_options

        config = Config(mode=Mode.BALANCED, password="s3cret", text=False)
        job = job_of(submit(world, acme, submission([file], config)))
        assert from_options(now_of(world, job).options) == config

    def test_a_credit_is_held_for_a_document(self, world: World, acme: Tenant, file: File) -> None:
        submit(world, acme, submission([file]))
        assert world.tenants.balance("acme") == Balance(99, 1, 0)

    def test_none_is_held_for_a_batch_whose_pages_are_not_counted(self, world: World, acme: Tenant, file: File) -> None:
        job = job_of(submit(world, acme, submission([file, arrived(world, acme)])))
        assert world.tenants.balance("acme") == Balance(100, 0, 0)
        assert [job.reserved_at_submit(position) for position in (0, 1)] == [0, 0]

    def test_where_pages_are_counted_credits_are_held_for_as_many_documents_as_can_be_paid(
        self, world: World, acme: Tenant
    ) -> None:
        files = [arrived(world, acme) for _ in range(4)]
        job = job_of(submit(world, acme, replace(submission(files), counted=(50, 30, 40, 1))))
        assert world.tenants.balance("acme") == Balance(20, 80, 0)
        assert [job.reserved_at_submit(position) for position in range(4)] == [50, 30, 0, 0]

    @pytest.mark.parametrize(
        ("counted", "pays"),
        [((101, 1), Pays.FIRST), ((101,), Pays.FIRST)],
        ids=["the first of two", "the only one"],
    )
    def test_a_first_document_that_cannot_be_paid_is_refused(
        self, world: World, acme: Tenant, counted: tuple[int, ...], pays: Pays
    ) -> None:
        files = [arrived(world, acme) for _ in counted]
        refusal = submit(world, acme, replace(submission(files), counted=counted, pays=pays))
        assert isinstance(refusal, Refusal) and refusal.kind is Kind.PAYMENT_REQUIRED
        assert world.tenants.balance("acme") == Balance(100, 0, 0)

    def test_documents_that_are_of_use_together_only_are_paid_together_or_not_at_all(
        self, world: World, acme: Tenant
    ) -> None:
        files = [arrived(world, acme) for _ in range(3)]
        together = replace(submission(files), pays=Pays.ALL)
        submit(world, acme, together)
        assert world.tenants.balance("acme") == Balance(97, 3, 0)
        poor = Tenant("poor")
        world.tenants.put(poor)
        world.tenants.grant("poor", 2)
        assert isinstance(submit(world, poor, together), Refusal)
        assert isinstance(submit(world, poor, replace(together, pays=Pays.FIRST)), Submitted)

    def test_what_is_paid_later_begins_without_credits(self, world: World, file: File) -> None:
        poor = Tenant("poor")
        world.tenants.put(poor)
        world.tenants.grant("poor", 1)
        submit(world, poor, submission([file]))
        assert world.tenants.balance("poor").available == 0
        assert isinstance(submit(world, poor, replace(submission([file]), pays=Pays.LATER)), Submitted)

    @pytest.mark.parametrize("documents", [1, 3])
    def test_without_credits_there_is_no_job(self, world: World, file: File, documents: int) -> None:
        poor = Tenant("poor")
        world.tenants.put(poor)
        asked = replace(submission([file] * documents), idempotency_key="k1")
        refusal = submit(world, poor, asked)
        assert isinstance(refusal, Refusal)
        assert refusal.kind is Kind.PAYMENT_REQUIRED
        assert world.store.jobs == {}
        world.tenants.grant("poor", 1)
        assert isinstance(submit(world, poor, asked), Submitted), "the key was not used up"


class TestIdempotencyKey:
    def test_the_same_request_gives_the_same_job(self, world: World, acme: Tenant, file: File) -> None:
        asked = replace(submission([file]), idempotency_key="k1")
        first = job_of(submit(world, acme, asked))
        world.clock.advance(DAY_MS - 1)
        assert job_of(submit(world, acme, asked)).id == first.id
        assert len(world.store.jobs) == 1
        assert world.tenants.balance("acme") == Balance(99, 1, 0)

    def test_the_answer_is_the_job_as_it_stands(self, world: World, acme: Tenant, file: File) -> None:
        asked = replace(submission([file]), idempotency_key="k1")
        first = job_of(submit(world, acme, asked))
        _finished(world, acme, first, well=True)
        assert job_of(submit(world, acme, asked)) == now_of(world, first)

    def test_another_request_under_the_key_is_refused(self, world: World, acme: Tenant, file: File) -> None:
        submit(world, acme, replace(submission([file]), idempotency_key="k1"))
        other = replace(submission([file, arrived(world, acme)]), idempotency_key="k1")
        refusal = submit(world, acme, other)
        assert isinstance(refusal, Refusal)
        assert refusal.kind is Kind.IDEMPOTENCY_CONFLICT
        assert len(world.store.jobs) == 1

    def test_a_failed_job_stays_the_key_s_job(self, world: World, acme: Tenant, file: File) -> None:
        asked = replace(submission([file]), idempotency_key="k1")
        first = job_of(submit(world, acme, asked))
        _finished(world, acme, first, well=False)
        assert job_of(submit(world, acme, asked)).id == first.id

    def test_after_a_day_the_key_is_free(self, world: World, acme: Tenant, file: File) -> None:
        asked = replace(submission([file]), idempotency_key="k1")
        first = job_of(submit(world, acme, asked))
        world.clock.advance(DAY_MS)
        assert job_of(submit(world, acme, asked)).id != first.id

    def test_two_keys_two_contracts_and_two_tenants_make_jobs_of_their_own(
        self, world: World, acme: Tenant, file: File
    ) -> None:
        other = Tenant("other")
        world.tenants.put(other)
        world.tenants.grant("other", 1)
        asked = replace(submission([file]), idempotency_key="k1")
        jobs = [
            job_of(submit(world, acme, asked)),
            job_of(submit(world, acme, replace(asked, idempotency_key="k2"))),
            job_of(submit(world, acme, replace(asked, contract="extend"))),
            job_of(submit(world, other, asked)),
        ]
        assert len({job.id for job in jobs}) == 4

    def test_requests_that_race_make_one_job(self, world: World, acme: Tenant, file: File) -> None:
        asked = replace(submission([file]), idempotency_key="k1")
        ids: list[str] = []
        threads = [threading.Thread(target=lambda: ids.append(job_of(submit(world, acme, asked)).id)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ids) == 8
        assert len(set(ids)) == len(world.store.jobs) == 1
        assert_sound(world)


class TestRepeatsWithoutAKey:
    @pytest.fixture
    def asked(self, file: File) -> Submission:
        return replace(submission([file]), api_key=KEY)

    def test_a_client_s_retry_gives_the_first_job(self, world: World, acme: Tenant, asked: Submission) -> None:
        first = job_of(submit(world, acme, asked))
        world.clock.advance(REPEAT_MS - 1)
        assert job_of(submit(world, acme, asked)).id == first.id

    def test_after_a_minute_it_is_a_request_of_its_own(self, world: World, acme: Tenant, asked: Submission) -> None:
        first = job_of(submit(world, acme, asked))
        world.clock.advance(REPEAT_MS)
        assert job_of(submit(world, acme, asked)).id != first.id

    def test_another_request_and_another_key_s_make_jobs_of_their_own(
        self, world: World, acme: Tenant, asked: Submission
    ) -> None:
        jobs = [
            job_of(submit(world, acme, asked)),
            job_of(submit(world, acme, replace(asked, fingerprint="another"))),
            job_of(submit(world, acme, replace(asked, api_key=ApiKey("d2", "acme", START_MS)))),
        ]
        assert len({job.id for job in jobs}) == 3

    def test_an_idempotency_key_makes_a_job_of_its_own(self, world: World, acme: Tenant, asked: Submission) -> None:
        first = job_of(submit(world, acme, asked))
        assert job_of(submit(world, acme, replace(asked, idempotency_key="k1"))).id != first.id

    def test_a_job_that_succeeded_is_answered_unchanged(self, world: World, acme: Tenant, asked: Submission) -> None:
        first = job_of(submit(world, acme, asked))
        _finished(world, acme, first, well=True)
        assert job_of(submit(world, acme, asked)) == now_of(world, first)

    def test_a_job_that_failed_may_be_tried_again(self, world: World, acme: Tenant, asked: Submission) -> None:
        first = job_of(submit(world, acme, asked))
        _finished(world, acme, first, well=False)
        second = job_of(submit(world, acme, asked))
        assert second.id != first.id
        assert job_of(submit(world, acme, asked)).id == second.id, "the repeat of the second is the second"

    def test_a_job_that_was_cancelled_may_be_sent_again(self, world: World, acme: Tenant, asked: Submission) -> None:
        first = job_of(submit(world, acme, asked))
        cancel(world, acme, first.id)
        assert job_of(submit(world, acme, asked)).id != first.id
        assert_sound(world)


class TestDerivedId:
    def test_an_event_that_is_delivered_twice_makes_one_job(self, world: World, acme: Tenant, file: File) -> None:
        asked = replace(submission([file]), job_id=derived_job_id("key", "version"))
        first = job_of(submit(world, acme, asked))
        assert first.id == asked.job_id
        assert job_of(submit(world, acme, asked)).id == first.id
        assert world.tenants.balance("acme") == Balance(99, 1, 0)


def test_the_log_says_that_a_job_was_made_and_nothing_of_its_contents(world: World, acme: Tenant, file: File) -> None:
    job = job_of(submit(world, acme, submission([file], Config(password="s3cret"))))
    assert world.log.named("job_created") == [{"tenant": "acme", "job_id": job.id, "documents": 1}]


def test_each_document_may_have_metadata_of_its_own(world: World, acme: Tenant) -> None:
    files = [arrived(world, acme) for _ in range(3)]
    asked = replace(submission(files), each_metadata=[{"n": 1.0}, None, {"of": {"me": [None]}}])
    job = job_of(submit(world, acme, asked))
    assert metadata_of(world, job) == [{"n": 1.0}, None, {"of": {"me": [None]}}]
    assert [source.file_id for source in sources_of(world, job)] == [file.id for file in files]
    world.blobs.delete(job.manifest)
    assert metadata_of(world, job) == [None, None, None]


def test_without_any_no_document_has_metadata(world: World, acme: Tenant) -> None:
    job = job_of(submit(world, acme, submission([arrived(world, acme) for _ in range(2)])))
    assert metadata_of(world, job) == [None, None]
