"""Read: each page's words from the cheapest sound source, Textract paid at most once for each."""

from __future__ import annotations

import io
import json

import pypdf
import pytest
from PIL import Image

from quire.domain.document import Document
from quire.domain.ports import AnswerLost, OcrBusy, OcrCall, OcrFault, OcrNoObject, OcrRefused
from quire.domain.rate import Rate
from quire.domain.refusal import Kind
from quire.domain.tenant import Tenant
from quire.reading.media import Media
from quire.service import inspect as inspect_module
from quire.service import read as module
from quire.service.config import Config, Mode
from quire.service.read import Inspected, load_plan, ocr_finished, read, tag_of
from quire.testing.ocr import MemoryOcrTurns, OcrJob
from quire.testing.world import World
from tests.service.documents import PAGE, PROSE, Captioned, answer, image_bytes, pdf, scan
from tests.service.stage import fails, row_of, running

FIRST = "t1"
DONE = {"outcome": "done"}
PNG = image_bytes("PNG", scan("Scanned"))
TIFF = image_bytes("TIFF", scan("one"), scan("two"))
TEXT_PDF = Inspected(Media.PDF, 2, encrypted=False)
ONE_PNG = Inspected(Media.PNG, 1, encrypted=False)
TWO_TIFF = Inspected(Media.TIFF, 2, encrypted=False)


def _read(world: World, document: Document, inspected: Inspected, token: str = FIRST) -> None:
    read(world, document.tenant, document.id, inspected, token)


def _refusal_kind(world: World, token: str = FIRST) -> object:
    said = world.tokens.completed[token]
    assert said["outcome"] == "refused"
    refusal = said["refusal"]
    assert isinstance(refusal, dict)
    return refusal["kind"]


def _job(world: World) -> OcrJob:
    (job,) = world.ocr.started.values()
    return job


class TestTextLayer:
    def test_pages_with_a_sound_text_layer_never_reach_textract(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, pdf(PROSE, PROSE))
        _read(world, document, TEXT_PDF)
        assert world.tokens.completed == {"t1": DONE}
        assert (world.ocr.detected, world.ocr.starts) == ([], 0)
        assert load_plan(world, document).ocr == []
        assert row_of(world, document).ocr.asked == 0

    def test_only_the_other_pages_are_sent(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, pdf(PROSE, scan("Scanned"), PROSE))
        world.ocr.script.append(answer(["Scanned"]))
        _read(world, document, Inspected(Media.PDF, 3, encrypted=False))
        ((sent, features),) = world.ocr.detected
        assert features == ()
        assert len(pypdf.PdfReader(io.BytesIO(world.blobs.get(sent))).pages) == 1
        plan = load_plan(world, document)
        assert (list(plan.ocr), plan.text) == ([2], True)
        assert [tuple(size) for size in plan.sizes.values()] == [PAGE]

    def test_a_page_with_a_picture_in_what_its_layer_leaves_empty_is_sent_too(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, pdf(PROSE, Captioned("Caption", scan(*["Scanned words"] * 16)), PROSE))
        world.ocr.script.append(answer(["Scanned"]))
        _read(world, document, Inspected(Media.PDF, 3, encrypted=False))
        assert list(load_plan(world, document).ocr) == [2]
        assert len(world.ocr.detected) == 1, "paid once"
        text = world.blobs.read(f"working/acme/{document.job_id}/0/text.jsonl")
        assert [json.loads(line)["number"] for line in text.splitlines()] == [1, 2, 3], "its own words are kept"
        assert world.tenants.balance("acme").reserved == 3

    def test_a_document_without_any_goes_as_it_is(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, pdf(scan("one"), scan("two")))
        _read(world, document, TEXT_PDF)
        assert _job(world).stored == document.source.stored

    def test_a_password_is_taken_off_before_textract_reads(self, world: World, acme: Tenant) -> None:
        body = pdf(scan("Scanned"), password="s3cret")
        document = running(world, acme, body, Config(password="s3cret"))
        world.ocr.script.append(answer(["Scanned"]))
        _read(world, document, Inspected(Media.PDF, 1, encrypted=True))
        ((sent, _),) = world.ocr.detected
        assert not pypdf.PdfReader(io.BytesIO(world.blobs.get(sent))).is_encrypted

    def test_balanced_sends_every_page_and_asks_for_forms_and_tables(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, pdf(PROSE, PROSE), Config(mode=Mode.BALANCED))
        _read(world, document, TEXT_PDF)
        assert _job(world).features == ("FORMS", "TABLES")
        plan = load_plan(world, document)
        assert (list(plan.ocr), plan.text) == ([1, 2], True), "words still come from the sound layer"


class TestOfALargeFile:
    """Inspect took its word for the number of its pages."""

    @pytest.fixture(autouse=True)
    def _large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(inspect_module, "AT_ONCE", 100)

    @pytest.mark.parametrize("said", [1, 2, 7])
    def test_its_pages_are_counted_before_they_cost_anything(self, world: World, acme: Tenant, said: int) -> None:
        document = running(world, acme, pdf(PROSE, PROSE))
        _read(world, document, Inspected(Media.PDF, said, encrypted=False))
        assert world.tokens.completed == {"t1": DONE}
        text = world.blobs.read(f"working/acme/{document.job_id}/0/text.jsonl")
        assert [json.loads(line)["number"] for line in text.splitlines()] == [1, 2]
        assert world.tenants.balance("acme").reserved == 2

    def test_pages_that_it_did_not_tell_of_are_not_read_on_credit(self, world: World) -> None:
        poor = Tenant("poor")
        world.tenants.put(poor)
        world.tenants.grant("poor", 1)
        document = running(world, poor, pdf(scan("one"), scan("two")), Config(mode=Mode.BALANCED))
        _read(world, document, Inspected(Media.PDF, 1, encrypted=False))
        assert _refusal_kind(world) == "payment_required"
        assert (world.ocr.detected, world.ocr.starts) == ([], 0)

    def test_a_page_range_that_is_not_there_after_all_is_refused(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, pdf(PROSE, PROSE), Config(pages="3"))
        _read(world, document, Inspected(Media.PDF, 3, encrypted=False))
        assert _refusal_kind(world) == "invalid_pages"

    def test_an_image_that_ends_early_is_refused_before_textract_reads_it(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, PNG[: len(PNG) // 2])
        _read(world, document, ONE_PNG)
        assert _refusal_kind(world) == "extraction_failed"
        assert world.ocr.detected == []


class TestPageRange:
    def test_of_a_pdf_only_its_pages_are_read_and_sent(self, world: World, acme: Tenant) -> None:
        pages = (PROSE, scan("two"), PROSE, scan("four"), scan("five"))
        document = running(world, acme, pdf(*pages), Config(pages="3-4"))
        world.ocr.script.append(answer(["four"]))
        _read(world, document, Inspected(Media.PDF, 5, encrypted=False))
        ((sent, _),) = world.ocr.detected
        assert len(pypdf.PdfReader(io.BytesIO(world.blobs.get(sent))).pages) == 1
        assert list(load_plan(world, document).ocr) == [4]
        text = world.blobs.read(f"working/acme/{document.job_id}/0/text.jsonl")
        assert [json.loads(line)["number"] for line in text.splitlines()] == [3]

    def test_of_a_tiff_a_pdf_of_its_pages_is_sent(self, world: World, acme: Tenant) -> None:
        body = image_bytes("TIFF", *[scan(str(number)) for number in range(4)])
        document = running(world, acme, body, Config(pages="2,4"))
        _read(world, document, Inspected(Media.TIFF, 4, encrypted=False))
        sent = pypdf.PdfReader(io.BytesIO(world.blobs.get(_job(world).stored)))
        assert [(page.mediabox.width, page.mediabox.height) for page in sent.pages] == [(850, 1100)] * 2
        assert list(load_plan(world, document).ocr) == [2, 4]

    def test_outside_of_the_document_it_is_refused(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, pdf(PROSE), Config(pages="2"))
        _read(world, document, Inspected(Media.PDF, 1, encrypted=False))
        assert _refusal_kind(world) == Kind.INVALID_PAGES


class TestPremium:
    def test_the_schema_s_fields_are_asked_for(self, world: World, acme: Tenant) -> None:
        schema = {"invoice_number": {"type": "string"}, "total": {"type": "number"}}
        document = running(world, acme, PNG, Config(mode=Mode.PREMIUM), schema)
        world.ocr.script.append(answer(["Scanned"]))
        _read(world, document, ONE_PNG)
        ((_, features),) = world.ocr.detected
        assert features == ("FORMS", "TABLES", "QUERIES")
        assert [query.alias for query in world.ocr.queries] == ["invoice_number", "total"]

    def test_a_signature_is_looked_for_where_a_field_wants_one(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, TIFF, Config(mode=Mode.PREMIUM), {"signed": {"type": "signature"}})
        _read(world, document, TWO_TIFF)
        assert _job(world).features == ("FORMS", "TABLES", "SIGNATURES")
        assert _job(world).queries == ()

    def test_without_a_schema_there_is_nothing_to_ask(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, TIFF, Config(mode=Mode.PREMIUM))
        _read(world, document, TWO_TIFF)
        assert _job(world).features == ("FORMS", "TABLES")

    def test_more_questions_than_a_synchronous_call_takes_make_a_job(self, world: World, acme: Tenant) -> None:
        schema = {f"field_{n}": {"type": "string"} for n in range(20)}
        document = running(world, acme, PNG, Config(mode=Mode.PREMIUM), schema)
        _read(world, document, ONE_PNG)
        assert world.ocr.detected == []
        assert len(_job(world).queries) == 20


class TestOnePage:
    @pytest.fixture
    def document(self, world: World, acme: Tenant) -> Document:
        return running(world, acme, PNG)

    def test_it_is_asked_for_at_once_and_counted(self, world: World, document: Document) -> None:
        world.ocr.script.append(answer(["Scanned"]))
        _read(world, document, ONE_PNG)
        assert world.tokens.completed == {"t1": DONE}
        assert world.ocr.detected == [(document.source.stored, ())]
        assert row_of(world, document).ocr.asked == 1
        plan = load_plan(world, document)
        assert plan.answer
        assert json.loads(world.blobs.read(plan.answer)) == answer(["Scanned"])

    def test_a_step_that_is_repeated_does_not_ask_again(self, world: World, document: Document) -> None:
        world.ocr.script.append(answer(["Scanned"]))
        _read(world, document, ONE_PNG)
        _read(world, document, ONE_PNG, "t2")
        assert world.tokens.completed == {"t1": DONE, "t2": DONE}
        assert len(world.ocr.detected) == row_of(world, document).ocr.asked == 1

    def test_a_lost_answer_is_asked_for_once_more_and_the_record_says_so(
        self, world: World, document: Document
    ) -> None:
        world.ocr.script.extend([AnswerLost(), answer(["Scanned"])])
        _read(world, document, ONE_PNG)
        assert world.tokens.completed == {"t1": DONE}
        assert len(world.ocr.detected) == row_of(world, document).ocr.asked == 2
        assert len(world.log.named("ocr_answer_lost")) == 1

    def test_an_answer_that_is_lost_twice_ends_it(self, world: World, document: Document) -> None:
        world.ocr.script.extend([AnswerLost(), AnswerLost()])
        _read(world, document, ONE_PNG)
        assert _refusal_kind(world) == Kind.OCR_PROVIDER_ERROR
        assert len(world.ocr.detected) == row_of(world, document).ocr.asked == 2

    def test_crashes_included_it_is_never_paid_for_a_third_time(self, world: World, document: Document) -> None:
        for _ in range(2):
            world.ocr.script.append(MemoryError())
            with pytest.raises(MemoryError):
                _read(world, document, ONE_PNG)
        for _ in range(3):
            _read(world, document, ONE_PNG)
        assert _refusal_kind(world) == Kind.OCR_PROVIDER_ERROR
        assert len(world.ocr.detected) == row_of(world, document).ocr.asked == 2

    def test_a_textract_that_is_busy_is_a_fault_to_retry_and_costs_nothing(
        self, world: World, document: Document
    ) -> None:
        for _ in range(5):
            world.ocr.script.append(OcrFault("ThrottlingException"))
            with pytest.raises(OcrFault):
                _read(world, document, ONE_PNG)
        assert world.tokens.completed == {}
        assert row_of(world, document).ocr.asked == 0
        world.ocr.script.append(answer(["Scanned"]))
        _read(world, document, ONE_PNG)
        assert world.tokens.completed == {"t1": DONE}

    def test_a_document_that_textract_refuses_is_refused(self, world: World, document: Document) -> None:
        world.ocr.script.append(OcrRefused(Kind.UNSUPPORTED_INPUT.value, "Textract refused the document."))
        _read(world, document, ONE_PNG)
        assert _refusal_kind(world) == Kind.UNSUPPORTED_INPUT
        assert row_of(world, document).ocr.asked == 0

    def test_one_that_textract_cannot_get_at_and_that_is_gone_is_missing(
        self, world: World, document: Document
    ) -> None:
        world.ocr.script.extend(OcrNoObject("InvalidS3ObjectException") for _ in range(2))
        with pytest.raises(OcrNoObject):
            _read(world, document, ONE_PNG)
        world.blobs.delete(document.source.stored)
        _read(world, document, ONE_PNG)
        assert _refusal_kind(world) == Kind.UPLOAD_MISSING
        assert row_of(world, document).ocr.asked == 0

    def test_one_that_textract_cannot_get_at_though_it_is_there_is_a_fault_of_ours(
        self, world: World, document: Document
    ) -> None:
        """Rights or region: retried, and told to the operator."""
        world.ocr.script.append(OcrNoObject("InvalidS3ObjectException"))
        with pytest.raises(OcrNoObject):
            _read(world, document, ONE_PNG)
        assert world.tokens.completed == {}
        assert row_of(world, document).ocr.asked == 0
        assert [facts["metric"] for facts in world.log.named("ocr_no_object")] == ["OcrNoObject"]

    def test_one_too_large_for_that_is_read_by_a_job(
        self, world: World, document: Document, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "MOST_SYNCHRONOUS_BYTES", len(PNG) - 1)
        _read(world, document, ONE_PNG)
        assert (world.ocr.detected, world.ocr.starts) == ([], 1)

    def test_an_image_beyond_textract_s_limits_is_made_smaller(
        self, world: World, document: Document, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "MOST_IMAGE_SIDE", 500)
        world.ocr.script.append(answer(["Scanned"]))
        _read(world, document, ONE_PNG)
        ((sent, _),) = world.ocr.detected
        with Image.open(io.BytesIO(world.blobs.get(sent))) as copy:
            assert max(copy.size) == 500
        (size,) = load_plan(world, document).sizes.values()
        assert tuple(size) == (850.0, 1100.0), "boxes are ratios: they hold for the original"


class TestTurns:
    """Textract takes so many calls a second of all tenants together: who finds no turn waits, and pays nothing."""

    @pytest.fixture
    def scarce(self, world: World) -> World:
        """One call of each kind a second; the first of each was somebody else's."""
        world.ocr_turns = MemoryOcrTurns(world.store, dict.fromkeys(OcrCall, Rate(1, 1000)))
        for call in OcrCall:
            assert world.ocr_turns.take(call, world.clock())
        return world

    @pytest.mark.parametrize("mode", [Mode.FAST, Mode.BALANCED])
    @pytest.mark.parametrize(("body", "inspected"), [(PNG, ONE_PNG), (TIFF, TWO_TIFF)])
    def test_without_one_the_task_fails_as_busy_and_nothing_was_asked(
        self, scarce: World, acme: Tenant, mode: Mode, body: bytes, inspected: Inspected
    ) -> None:
        document = running(scarce, acme, body, Config(mode=mode))
        _read(scarce, document, inspected)
        assert scarce.tokens.failed == {FIRST: "OcrBusy"}
        assert (scarce.tokens.completed, scarce.ocr.detected, scarce.ocr.starts) == ({}, [], 0)
        assert (row_of(scarce, document).ocr.asked, row_of(scarce, document).ocr.token) == (0, None)
        assert [facts["document_id"] for facts in scarce.log.named("ocr_busy")] == [document.id]

    @pytest.mark.parametrize(("mode", "others"), [(Mode.FAST, OcrCall.ANALYZE), (Mode.BALANCED, OcrCall.DETECT)])
    def test_each_operation_has_a_rate_of_its_own(
        self, world: World, acme: Tenant, mode: Mode, others: OcrCall
    ) -> None:
        world.ocr_turns = MemoryOcrTurns(world.store, dict.fromkeys(OcrCall, Rate(1, 1000)))
        for call in {*OcrCall} - {OcrCall.DETECT, OcrCall.ANALYZE} | {others}:
            assert world.ocr_turns.take(call, world.clock())
        world.ocr.script.append(answer(["Scanned"]))
        _read(world, running(world, acme, PNG, Config(mode=mode)), ONE_PNG)
        assert world.tokens.completed == {FIRST: DONE}

    def test_when_its_turn_comes_it_goes_on_without_planning_anew(self, scarce: World, acme: Tenant) -> None:
        document = running(scarce, acme, pdf(PROSE, scan("Scanned")))
        _read(scarce, document, TEXT_PDF)
        written = dict(scarce.blobs.objects)
        scarce.clock.advance(1000)
        scarce.ocr.script.append(answer(["Scanned"]))
        scarce.blobs.delete(document.source.stored)  # not needed a second time
        _read(scarce, document, TEXT_PDF, "t2")
        assert scarce.tokens.completed == {"t2": DONE}
        assert len(scarce.blobs.objects) == len(written), "its source went, Textract's answer came"
        ((sent, _),) = scarce.ocr.detected
        assert len(pypdf.PdfReader(io.BytesIO(scarce.blobs.get(sent))).pages) == 1

    def test_a_job_that_waited_for_its_turn_is_started_once_and_not_asked_after(
        self, scarce: World, acme: Tenant
    ) -> None:
        document = running(scarce, acme, TIFF)
        _read(scarce, document, TWO_TIFF)
        scarce.clock.advance(1000)
        _read(scarce, document, TWO_TIFF, "t2")
        assert (scarce.ocr.starts, scarce.ocr.status_calls) == (1, 0)
        ocr_finished(scarce, "acme", document.id, "SUCCEEDED")
        assert scarce.tokens.completed == {"t2": DONE}

    def test_an_outcome_that_is_known_needs_no_turn(self, scarce: World, acme: Tenant) -> None:
        document = running(scarce, acme, TIFF)
        ocr_finished(scarce, "acme", document.id, "SUCCEEDED")
        _read(scarce, document, TWO_TIFF)
        assert scarce.tokens.completed == {FIRST: DONE}

    def test_a_second_call_for_a_lost_answer_needs_a_turn_too(self, world: World, acme: Tenant) -> None:
        world.ocr_turns = MemoryOcrTurns(world.store, dict.fromkeys(OcrCall, Rate(1, 1000)))
        document = running(world, acme, PNG)
        world.ocr.script.extend([AnswerLost(), answer(["Scanned"])])
        _read(world, document, ONE_PNG)
        assert (world.tokens.failed, len(world.ocr.detected)) == ({FIRST: "OcrBusy"}, 1)
        world.clock.advance(1000)
        _read(world, document, ONE_PNG, "t2")
        assert world.tokens.completed == {"t2": DONE}
        assert len(world.ocr.detected) == row_of(world, document).ocr.asked == 2

    def test_textract_s_own_word_that_it_is_busy_counts_the_same(self, world: World, acme: Tenant) -> None:
        one, job = running(world, acme, PNG), running(world, acme, TIFF)
        world.ocr.script.append(OcrBusy("ThrottlingException"))
        world.ocr.faults.append(OcrBusy("LimitExceededException"))
        _read(world, one, ONE_PNG)
        _read(world, job, TWO_TIFF, "t2")
        assert world.tokens.failed == {FIRST: "OcrBusy", "t2": "OcrBusy"}
        assert (row_of(world, one).ocr.asked, world.ocr.started) == (0, {})

    def test_pages_with_a_text_layer_need_none(self, scarce: World, acme: Tenant) -> None:
        _read(scarce, running(scarce, acme, pdf(PROSE, PROSE)), TEXT_PDF)
        assert scarce.tokens.completed == {FIRST: DONE}


class TestJobs:
    @pytest.fixture
    def document(self, world: World, acme: Tenant) -> Document:
        return running(world, acme, TIFF)

    def test_the_token_is_stored_before_the_job_starts(self, world: World, document: Document) -> None:
        world.ocr.faults.append(OcrFault("LimitExceededException"))
        with pytest.raises(OcrFault):
            _read(world, document, TWO_TIFF)
        assert world.ocr.started == {}
        assert row_of(world, document).ocr.token == "t1"

    def test_the_job_leads_back_to_its_document(self, world: World, document: Document) -> None:
        _read(world, document, TWO_TIFF)
        job = _job(world)
        assert job.tag == tag_of(document) == f"acme:{document.id}"
        assert len(job.tag) <= 64
        assert job.stored == document.source.stored
        assert job.output_prefix == f"working/acme/{document.job_id}/0/textract"
        (token,) = world.ocr.started
        assert len(token) <= 64

    def test_the_task_waits_for_the_notice(self, world: World, document: Document) -> None:
        _read(world, document, TWO_TIFF)
        assert world.tokens.completed == {}
        assert world.ocr.status_calls == 0
        ocr_finished(world, "acme", document.id, "SUCCEEDED")
        assert world.tokens.completed == {"t1": DONE}
        assert row_of(world, document).ocr.status == "SUCCEEDED"

    @pytest.mark.parametrize(("status", "outcome"), [("PARTIAL_SUCCESS", "done"), ("FAILED", "refused")])
    def test_the_notice_says_how_it_ended(self, world: World, document: Document, status: str, outcome: str) -> None:
        _read(world, document, TWO_TIFF)
        ocr_finished(world, "acme", document.id, status)
        assert world.tokens.completed["t1"]["outcome"] == outcome

    def test_a_notice_that_comes_twice_changes_nothing(self, world: World, document: Document) -> None:
        _read(world, document, TWO_TIFF)
        ocr_finished(world, "acme", document.id, "SUCCEEDED")
        ocr_finished(world, "acme", document.id, "SUCCEEDED")
        assert world.tokens.completed == {"t1": DONE}

    def test_a_notice_that_comes_before_the_task_waits_is_found(self, world: World, document: Document) -> None:
        ocr_finished(world, "acme", document.id, "SUCCEEDED")
        _read(world, document, TWO_TIFF)
        assert world.tokens.completed == {"t1": DONE}
        assert world.ocr.starts == 0

    def test_a_step_that_timed_out_is_entered_again_without_a_second_job(
        self, world: World, document: Document
    ) -> None:
        _read(world, document, TWO_TIFF, "t1")
        _read(world, document, TWO_TIFF, "t2")
        assert len(world.ocr.started) == 1, "paid once"
        assert world.ocr.status_calls == 1, "and asked once"
        assert world.tokens.completed == {}
        ocr_finished(world, "acme", document.id, "SUCCEEDED")
        assert world.tokens.completed == {"t2": DONE}

    def test_entered_again_it_finds_an_end_whose_notice_was_lost(self, world: World, document: Document) -> None:
        _read(world, document, TWO_TIFF, "t1")
        world.ocr.statuses[_job(world).id] = "SUCCEEDED"
        _read(world, document, TWO_TIFF, "t2")
        assert world.tokens.completed == {"t2": DONE}
        assert row_of(world, document).ocr.status == "SUCCEEDED"

    def test_entered_again_it_finds_a_notice_that_went_to_the_old_token(self, world: World, document: Document) -> None:
        _read(world, document, TWO_TIFF, "t1")
        ocr_finished(world, "acme", document.id, "FAILED")
        _read(world, document, TWO_TIFF, "t2")
        assert _refusal_kind(world, "t2") == Kind.EXTRACTION_FAILED
        assert world.ocr.starts == 1

    def test_entered_again_a_copy_is_the_same_copy(self, world: World, acme: Tenant) -> None:
        """A request token stands for one object: with another version Textract would refuse it."""
        mixed = running(world, acme, pdf(PROSE, scan("one"), scan("two")))
        for token in ("t1", "t2"):
            _read(world, mixed, Inspected(Media.PDF, 3, encrypted=False), token)
        assert len(world.ocr.started) == 1
        assert world.tokens.completed == {}

    def test_another_document_another_version_and_another_mode_are_other_jobs(
        self, world: World, acme: Tenant, document: Document
    ) -> None:
        _read(world, document, TWO_TIFF)
        _read(world, running(world, acme, TIFF), TWO_TIFF)
        _read(world, running(world, acme, TIFF, Config(mode=Mode.BALANCED)), TWO_TIFF)
        assert len(world.ocr.started) == 3

    def test_a_document_that_textract_refuses_is_refused(self, world: World, document: Document) -> None:
        world.ocr.faults.append(OcrRefused(Kind.DOCUMENT_TOO_LARGE.value, "Textract refused the document."))
        _read(world, document, TWO_TIFF)
        assert _refusal_kind(world) == Kind.DOCUMENT_TOO_LARGE


class TestLate:
    def test_an_ended_document_is_not_read(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, TIFF)
        fails(world, document)
        _read(world, document, TWO_TIFF)
        assert world.tokens.completed == {"t1": {"outcome": "ended"}}
        assert world.ocr.starts == 0

    def test_a_notice_for_an_ended_document_completes_nothing(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, TIFF)
        _read(world, document, TWO_TIFF)
        fails(world, document)
        ocr_finished(world, "acme", document.id, "SUCCEEDED")
        assert world.tokens.completed == {}

    def test_bytes_that_are_gone_are_to_be_uploaded_again(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, TIFF)
        world.blobs.expire(document.source.stored.key)
        _read(world, document, TWO_TIFF)
        assert _refusal_kind(world) == Kind.UPLOAD_MISSING

    def test_bytes_that_break_the_reader_are_refused(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, b"%PDF-1.7 and nothing else")
        _read(world, document, Inspected(Media.PDF, 1, encrypted=False))
        assert _refusal_kind(world) == Kind.EXTRACTION_FAILED


def test_nothing_that_a_document_says_is_logged(world: World, acme: Tenant) -> None:
    document = running(world, acme, PNG)
    world.ocr.script.extend([AnswerLost("Scanned"), answer(["Scanned"])])
    _read(world, document, ONE_PNG)
    assert "Scanned" not in repr(world.log.entries)
    assert "Scanned" not in repr(world.tokens.completed)


def test_what_was_read_lies_under_the_document_s_own_folder(world: World, acme: Tenant) -> None:
    document = running(world, acme, pdf(PROSE, scan("one")))
    world.ocr.script.append(answer(["one"]))
    _read(world, document, TEXT_PDF)
    own = f"working/acme/{document.job_id}/0/"
    assert {key.removeprefix(own) for key in world.blobs.keys(own)} == {
        "text.jsonl",
        "plan.json",
        "cut.pdf",
        "answer.json",
    }


def turned(kind: str) -> bytes:
    """An image whose pixels lie on their side, and say so."""
    exif = Image.Exif()
    exif[274] = 6
    out = io.BytesIO()
    Image.new("L", (300, 200), 255).save(out, kind, exif=exif.tobytes())
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "media", "copy"),
    [
        (image_bytes("WEBP", scan()), Media.WEBP, "fitted.jpg"),
        (image_bytes("GIF", scan()), Media.GIF, "fitted.jpg"),
        (image_bytes("BMP", scan()), Media.BMP, "fitted.jpg"),
        (turned("JPEG"), Media.JPEG, "fitted.jpg"),
        (turned("TIFF"), Media.TIFF, "cut.pdf"),
    ],
)
def test_what_textract_does_not_take_as_it_shows_goes_to_it_as_a_copy(
    world: World, acme: Tenant, body: bytes, media: Media, copy: str
) -> None:
    world.ocr.script.append(answer(["Total 12.50"]))
    document = running(world, acme, body)
    _read(world, document, Inspected(media, 1, encrypted=False))
    plan = load_plan(world, document)
    assert plan.source[0].endswith(f"/{copy}")
    if media in (Media.JPEG, Media.TIFF):
        assert tuple(plan.sizes["1"]) == (200.0, 300.0)
