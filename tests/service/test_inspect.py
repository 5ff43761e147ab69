"""Inspect: what the bytes are, how many pages, and whether there are credits for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.document import MOST_PAGES, Document
from quire.domain.ports import Balance
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.reading.media import Media
from quire.service import inspect as module
from quire.service.admit import admit
from quire.service.config import Config
from quire.service.expand import expand
from quire.service.inspect import inspect
from quire.service.submit import submit
from quire.testing.blobs import MemoryBlobs
from quire.testing.world import World
from tests.reading.make_large import large_pdf
from tests.service.documents import PROSE, image_bytes, pdf, scan
from tests.service.stage import announced, arrived, assert_sound, fails, job_of, row_of, running, submission


@pytest.mark.parametrize(
    ("body", "media", "pages"),
    [
        (pdf(PROSE, PROSE, PROSE), "application/pdf", 3),
        (image_bytes("PNG", scan()), "image/png", 1),
        (image_bytes("JPEG", scan()), "image/jpeg", 1),
        (image_bytes("TIFF", scan(), scan()), "image/tiff", 2),
    ],
    ids=["pdf", "png", "jpeg", "tiff"],
)
def test_the_bytes_say_what_they_are(world: World, acme: Tenant, body: bytes, media: str, pages: int) -> None:
    document = running(world, acme, body)
    said = inspect(world, "acme", document.id)
    assert said == {"outcome": "done", "pages": pages, "media": media, "encrypted": False}


def test_the_credits_for_all_its_pages_are_held(world: World, acme: Tenant) -> None:
    document = running(world, acme, pdf(PROSE, PROSE, PROSE))
    inspect(world, "acme", document.id)
    inspect(world, "acme", document.id)
    assert world.tenants.balance("acme") == Balance(97, 3, 0)
    assert_sound(world)


def test_a_document_for_whose_pages_the_credits_are_short_is_refused(world: World) -> None:
    poor = Tenant("poor")
    world.tenants.put(poor)
    world.tenants.grant("poor", 2)
    document = running(world, poor, pdf(PROSE, PROSE, PROSE))
    said = inspect(world, "poor", document.id)
    assert (said["outcome"], said["refusal"]["kind"]) == ("refused", "payment_required")
    assert row_of(world, document).reserved == 1


class TestABatchIsPaidInItsOrder:
    """Its documents are of two pages, and three run at once."""

    @pytest.fixture
    def poor(self, world: World) -> Tenant:
        tenant = Tenant("poor", slots=3)
        world.tenants.put(tenant)
        return tenant

    def _batch(self, world: World, tenant: Tenant, credits: int, *pages: int) -> list[Document]:
        world.tenants.grant(tenant.id, credits)
        files = [arrived(world, tenant, pdf(*[PROSE] * number)) for number in pages]
        job = job_of(submit(world, tenant, submission(files)))
        expand(world, tenant.id, job.id)
        admit(world, tenant.id)
        return world.jobs.documents(tenant.id, job.id)

    def _said(self, world: World, document: Document) -> str:
        """`done`, `not_yet`, or why it was refused; a refused one ends."""
        said = inspect(world, document.tenant, document.id)
        if said["outcome"] != "refused":
            return str(said["outcome"])
        fails(world, document, Refusal(Kind(said["refusal"]["kind"]), said["refusal"]["message"]))
        return str(said["refusal"]["kind"])

    def test_a_balance_that_does_for_some_of_them_does_those(self, world: World, poor: Tenant) -> None:
        documents = self._batch(world, poor, 3, 2, 2, 1)
        assert [self._said(world, one) for one in documents] == ["done", "payment_required", "done"]
        assert world.tenants.balance("poor") == Balance(0, 3, 0)

    def test_one_that_comes_first_waits_for_those_before_it(self, world: World, poor: Tenant) -> None:
        first, second, third = self._batch(world, poor, 3, 2, 2, 2)
        assert [self._said(world, one) for one in (third, second)] == ["not_yet", "not_yet"]
        assert world.tenants.balance("poor") == Balance(3, 0, 0)
        assert [self._said(world, one) for one in (first, third, second)] == ["done", "not_yet", "payment_required"]
        assert self._said(world, third) == "payment_required"

    def test_it_waits_a_minute_at_most(self, world: World, poor: Tenant) -> None:
        *_, third = self._batch(world, poor, 3, 2, 2, 2)
        world.clock.advance(module.MOST_WAIT_MS - 1)
        assert self._said(world, third) == "not_yet"
        world.clock.advance(1)
        assert self._said(world, third) == "done"

    def test_nobody_waits_where_there_is_enough_for_all(self, world: World, poor: Tenant) -> None:
        *_, third = self._batch(world, poor, 3 * MOST_PAGES - 1, 1, 1, 1)
        assert self._said(world, third) == "not_yet"
        world.tenants.grant("poor", 1)
        assert self._said(world, third) == "done"

    def test_nobody_waits_for_one_that_has_no_slot_yet(self, world: World, poor: Tenant) -> None:
        waiting = announced(world, poor)
        world.tenants.grant("poor", 2)
        file = arrived(world, poor, pdf(PROSE))
        asked = submission([file, file])
        job = job_of(submit(world, poor, replace(asked, sources=[waiting.source, file.source])))
        expand(world, "poor", job.id)
        admit(world, "poor")
        _, second = world.jobs.documents("poor", job.id)
        assert self._said(world, second) == "done"

    def test_of_two_batches_the_one_that_was_submitted_first_is_paid_first(self, world: World, poor: Tenant) -> None:
        (earlier, *_) = self._batch(world, poor, 2, 2, 1)
        world.clock.advance(1)
        (later, *_) = self._batch(world, poor, 0, 2, 1)
        assert self._said(world, later) == "not_yet"
        assert self._said(world, earlier) == "done"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"hello", "unsupported_input"),
        (b"PK\x03\x04 a word processor's file", "unsupported_input"),
        (b"%PDF-1.7 and nothing else", "extraction_failed"),
        (image_bytes("PNG", scan())[:500], "extraction_failed"),
        (pdf(PROSE, password="s3cret"), "password_required"),
    ],
    ids=["text", "zip", "truncated pdf", "truncated png", "encrypted"],
)
def test_what_cannot_be_read_is_refused_with_its_kind(world: World, acme: Tenant, body: bytes, kind: str) -> None:
    document = running(world, acme, body)
    said = inspect(world, "acme", document.id)
    assert (said["outcome"], said["refusal"]["kind"]) == ("refused", kind)
    assert world.tenants.balance("acme") == Balance(99, 1, 0)


def test_the_password_opens_and_is_said_nowhere(world: World, acme: Tenant) -> None:
    body = pdf(PROSE, PROSE, password="s3cret")
    right = running(world, acme, body, Config(password="s3cret"))
    said = inspect(world, "acme", right.id)
    assert said == {"outcome": "done", "pages": 2, "media": "application/pdf", "encrypted": True}
    wrong = running(world, acme, body, Config(password="guess"))
    refused = inspect(world, "acme", wrong.id)
    assert refused["refusal"]["kind"] == "password_required"
    assert "guess" not in repr((refused, world.log.entries))


@pytest.mark.parametrize(
    ("config", "held"),
    [(Config(pages="2-3"), 2), (Config(max_pages=1), 1), (Config(pages="1,3", max_pages=5), 2)],
)
def test_only_pages_in_range_are_held(world: World, acme: Tenant, config: Config, held: int) -> None:
    document = running(world, acme, pdf(PROSE, PROSE, PROSE), config)
    assert inspect(world, "acme", document.id)["pages"] == 3
    assert world.tenants.balance("acme") == Balance(100 - held, held, 0)


def test_a_page_range_outside_of_the_document_is_refused(world: World, acme: Tenant) -> None:
    document = running(world, acme, pdf(PROSE, PROSE), Config(pages="1,2-7"))
    refusal = inspect(world, "acme", document.id)["refusal"]
    assert refusal["kind"] == "invalid_pages"
    assert "2-7" in refusal["message"] and "2 pages" in refusal["message"]
    assert world.tenants.balance("acme") == Balance(99, 1, 0)


def test_more_pages_than_the_limit_are_refused(world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAGES", 2)
    document = running(world, acme, pdf(PROSE, PROSE, PROSE))
    assert inspect(world, "acme", document.id)["refusal"]["kind"] == "page_limit_exceeded"
    allowed = running(world, acme, pdf(PROSE, PROSE))
    assert inspect(world, "acme", allowed.id)["outcome"] == "done"


def test_more_bytes_than_the_limit_are_refused(world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    document = running(world, acme, b"x" * 101)
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    assert inspect(world, "acme", document.id)["refusal"]["kind"] == "document_too_large"


def test_as_many_bytes_as_the_limit_are_looked_at(world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    document = running(world, acme, b"x" * 100)
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    assert inspect(world, "acme", document.id)["refusal"]["kind"] == "unsupported_input"


def test_the_limits_of_time_and_transfer() -> None:
    assert (module.AT_ONCE, module._BUDGET) == (4_194_304, 4_194_304)
    assert module.MOST_WAIT_MS == 60_000


@pytest.mark.parametrize(("spare", "whole"), [(0, True), (-1, False)])
def test_a_file_of_just_the_size_comes_whole_and_a_larger_one_in_ranges(
    world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch, spare: int, whole: bool
) -> None:
    body = pdf(PROSE)
    document = running(world, acme, body)
    monkeypatch.setattr(module, "AT_ONCE", len(body) + spare)
    monkeypatch.setattr(MemoryBlobs, "range" if whole else "download", _not_called)
    assert inspect(world, "acme", document.id)["pages"] == 1


@pytest.mark.parametrize(
    ("media", "over", "word"), [(Media.PDF, 1, True), (Media.PDF, 0, False), (Media.TIFF, 1, False)]
)
def test_a_large_pdf_s_own_word_is_not_the_last(
    world: World, acme: Tenant, media: Media, over: int, word: bool
) -> None:
    document = running(world, acme)
    large = replace(document, source=replace(document.source, size=module.AT_ONCE + over))
    assert module.by_its_word(large, media) is word


def test_what_accept_saw_is_what_is_read(world: World, acme: Tenant) -> None:
    document = running(world, acme, pdf(PROSE))
    world.blobs.put(document.source.stored.key, b"something else", "application/octet-stream")
    assert inspect(world, "acme", document.id)["outcome"] == "done"


def test_bytes_that_are_gone_are_to_be_uploaded_again(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    world.blobs.expire(document.source.stored.key)
    assert inspect(world, "acme", document.id)["refusal"]["kind"] == "upload_missing"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts as large."""
    monkeypatch.setattr(module, "AT_ONCE", 100)


@pytest.mark.usefixtures("large")
class TestOfALargeFile:
    @pytest.mark.parametrize(
        ("body", "config", "said"),
        [
            (pdf(PROSE, PROSE), Config(), {"pages": 2, "media": "application/pdf", "encrypted": False}),
            (
                pdf(PROSE, PROSE, password="s3cret"),
                Config(password="s3cret"),
                {"pages": 2, "media": "application/pdf", "encrypted": True},
            ),
            (image_bytes("TIFF", scan(), scan()), Config(), {"pages": 2, "media": "image/tiff", "encrypted": False}),
            (image_bytes("PNG", scan()), Config(), {"pages": 1, "media": "image/png", "encrypted": False}),
        ],
        ids=["pdf", "encrypted", "tiff", "png"],
    )
    def test_ranges_say_what_the_whole_would(
        self, world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch, body: bytes, config: Config, said: object
    ) -> None:
        document = running(world, acme, body, config)
        monkeypatch.setattr(MemoryBlobs, "download", _not_called)
        assert inspect(world, "acme", document.id) == {"outcome": "done", **dict(said)}  # type: ignore[call-overload]

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"x\x00" * 300, "unsupported_input"),
            (pdf(PROSE)[:700], "extraction_failed"),
            (b"\x89PNG\r\n\x1a\n" + b"junk" * 100, "extraction_failed"),
            (pdf(PROSE, password="s3cret"), "password_required"),
        ],
        ids=["junk", "truncated pdf", "no png", "encrypted"],
    )
    def test_refusals_are_those_of_the_whole(self, world: World, acme: Tenant, body: bytes, kind: str) -> None:
        document = running(world, acme, body)
        said = inspect(world, "acme", document.id)
        assert said.get("refusal", {}).get("kind") == kind

    def test_what_it_says_is_not_believed_where_it_would_be_refused_for_it(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, large_pdf(3, 10, said=4000))
        assert inspect(world, "acme", document.id)["pages"] == 3

    def test_a_file_that_costs_too_many_ranges_comes_whole(
        self, world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_BUDGET", 1)
        document = running(world, acme, pdf(PROSE, PROSE))
        assert inspect(world, "acme", document.id)["pages"] == 2

    def test_bytes_that_are_gone_are_to_be_uploaded_again(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, pdf(PROSE))
        world.blobs.expire(document.source.stored.key)
        assert inspect(world, "acme", document.id)["refusal"]["kind"] == "upload_missing"


def _not_called(*_: object) -> None:
    raise AssertionError("the whole was fetched")


def test_an_ended_document_is_not_inspected(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    fails(world, document)
    assert inspect(world, "acme", document.id) == {"outcome": "ended"}
