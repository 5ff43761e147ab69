"""Any order of what clients do, what wakes the functions and what time does: the invariants hold after each step."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from quire.domain.document import DocumentStatus
from quire.domain.file import File
from quire.domain.fingerprint import fingerprint
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import changes, files, uploads
from quire.service.admit import admit
from quire.service.cancel import cancel
from quire.service.config import Config, to_options
from quire.service.expand import expand
from quire.service.jobs import delete_job, find_job
from quire.service.submit import Submission, Submitted, submit
from quire.service.sweep import sweep
from quire.testing.world import World
from tests.service.stage import announced, arrived, assert_sound, fails, succeed

GRANTED = 30
ENDED = (DocumentStatus.SUCCEEDED, DocumentStatus.FAILED, DocumentStatus.CANCELLED)


class Service(RuleBasedStateMachine):
    """One tenant, in memory. `ended` are the documents that have ended, as they did; `walks` and `known` the places and
    the knowledge of clients that follow a job by cursor."""

    file_ids = Bundle("file_ids")
    job_ids = Bundle("job_ids")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.acme = Tenant("acme", slots=2)
        self.world.tenants.put(self.acme)
        self.world.tenants.grant("acme", GRANTED)
        self.ended: dict[str, DocumentStatus] = {}
        self.keys: dict[tuple[str, str], str] = {}
        self.walks: dict[str, str | None] = {}
        self.known: dict[str, dict[str, DocumentStatus]] = {}

    # ---- what clients do ---------------------------------------------------------------------------------------------

    @rule(target=file_ids, there=st.booleans())
    def upload(self, there: bool) -> str:
        file = arrived(self.world, self.acme) if there else announced(self.world, self.acme)
        return file.id

    @rule(file_id=file_ids)
    def put(self, file_id: str) -> None:
        file = self._file(file_id)
        if file:
            stored = self.world.blobs.put(file.key, b"bytes", "application/octet-stream")
            uploads.accept(self.world, "acme", file_id, stored.version, 5)

    @rule(file_id=file_ids)
    def delete_file(self, file_id: str) -> None:
        files.delete_file(self.world, self.acme, file_id)

    @rule(target=job_ids, file_ids=st.lists(file_ids, min_size=1, max_size=3, unique=True), key=st.sampled_from("abc"))
    def submit(self, file_ids: list[str], key: str) -> object:
        sources = uploads.sources(self.world, self.acme, file_ids)
        if isinstance(sources, Refusal):
            return multiple()
        said = fingerprint({"file_ids": file_ids})
        asked = Submission("extract_page", "text", sources, said, to_options(Config()), idempotency_key=key)
        outcome = submit(self.world, self.acme, asked)
        if isinstance(outcome, Refusal):
            assert outcome.kind in (Kind.PAYMENT_REQUIRED, Kind.IDEMPOTENCY_CONFLICT, Kind.JOB_NOT_FOUND)
            return multiple()
        assert isinstance(outcome, Submitted)
        if outcome.repeated:
            assert self.keys[key, said] == outcome.job.id
        self.keys[key, said] = outcome.job.id
        return outcome.job.id

    @rule(job_id=job_ids)
    def cancel(self, job_id: str) -> None:
        cancel(self.world, self.acme, job_id)
        job = find_job(self.world, self.acme, job_id)
        assert isinstance(job, Refusal) or not job.counts.pending

    @rule(job_id=job_ids)
    def delete(self, job_id: str) -> None:
        delete_job(self.world, self.acme, job_id)
        assert isinstance(find_job(self.world, self.acme, job_id), Refusal)

    @rule(job_id=job_ids, limit=st.integers(1, 3))
    def walk(self, job_id: str, limit: int) -> None:
        """On from where the last one came to; after its end from the beginning."""
        listing = changes.list_changes(self.world, self.acme, job_id, self.walks.get(job_id), limit)
        if isinstance(listing, Refusal):
            return
        known = self.known.setdefault(job_id, {})
        known.update({document.id: document.status for document in listing.documents})
        if listing.next_cursor is None:
            assert set(known.values()) <= set(ENDED), "at the end of a walk nothing can come any more"
            rows = self.world.jobs.documents("acme", job_id)
            assert known == {row.id: row.status for row in rows}, "and it knows every document as it is"
        self.walks[job_id] = listing.next_cursor

    # ---- what wakes the functions ------------------------------------------------------------------------------------

    @rule(job_id=job_ids)
    def expand(self, job_id: str) -> None:
        expand(self.world, "acme", job_id)

    @rule()
    def admit(self) -> None:
        admit(self.world, "acme")

    @rule(pages=st.integers(1, 8), choice=st.integers(0, 1))
    def inspect(self, pages: int, choice: int) -> None:
        holders = sorted(self.world.line.holders("acme"))
        if len(holders) > choice:
            document = self.world.jobs.document("acme", holders[choice])
            assert document
            if self.world.pipeline.reserve(document, pages):
                succeed(self.world, document, pages)
            else:
                fails(self.world, document)

    @rule(choice=st.integers(0, 1))
    def fail(self, choice: int) -> None:
        holders = sorted(self.world.line.holders("acme"))
        if len(holders) > choice:
            document = self.world.jobs.document("acme", holders[choice])
            assert document
            fails(self.world, document)

    @rule(choice=st.integers(0, 5))
    def end_again(self, choice: int) -> None:
        """A task that was late."""
        late = sorted(self.ended)[choice : choice + 1]
        for document_id in late:
            document = self.world.jobs.document("acme", document_id)
            assert document
            fails(self.world, document)

    @rule()
    def sweep(self) -> None:
        sweep(self.world)

    @rule(milliseconds=st.sampled_from((1, 1_000, 7_000, 61_000, 3_600_000, 25 * 3_600_000)))
    def time_passes(self, milliseconds: int) -> None:
        self.world.clock.advance(milliseconds)

    # ---- what holds after each of them -------------------------------------------------------------------------------

    @invariant()
    def sound(self) -> None:
        assert_sound(self.world, GRANTED)

    @invariant()
    def ends_once(self) -> None:
        for document in self.world.store.documents.values():
            assert self.ended.get(document.id, document.status) is document.status
            if document.status in ENDED:
                self.ended[document.id] = document.status

    @invariant()
    def spent_on_what_succeeded(self) -> None:
        succeeded = [d for d in self.world.store.documents.values() if d.status is DocumentStatus.SUCCEEDED]
        assert self.world.tenants.balance("acme").spent == sum(document.pages or 0 for document in succeeded)

    def teardown(self) -> None:
        """Left to itself it comes to rest: all ended, nothing held."""
        for _ in range(4):
            self.world.clock.advance(26 * 3_600_000)
            sweep(self.world)
            admit(self.world, "acme")
            for document_id in sorted(self.world.line.holders("acme")):
                document = self.world.jobs.document("acme", document_id)
                assert document
                fails(self.world, document)
        assert all(not job.counts.remaining for job in self.world.store.jobs.values())
        assert not self.world.store.tickets
        assert not self.world.line.holders("acme")
        assert self.world.tenants.balance("acme").reserved == 0
        assert_sound(self.world, GRANTED)

    def _file(self, file_id: str) -> File | None:
        return self.world.files.get("acme", [file_id]).get(file_id)


TestService = Service.TestCase
TestService.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
