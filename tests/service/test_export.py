"""An export: a job's data, or a document's, as a file or as a link to one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from openpyxl import load_workbook

import quire.service.export as module
from quire.domain.document import Document, Stored
from quire.domain.ids import document_id
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.export import Exported, Format
from quire.service import finish
from quire.service.admit import admit
from quire.service.cancel import cancel
from quire.service.config import Config, Target
from quire.service.expand import expand
from quire.service.export import Export, export
from quire.service.forget import LATE_MS, forget_due
from quire.service.jobs import delete_job
from quire.service.results import URL_SECONDS
from quire.service.submit import submit
from quire.testing.blobs import MemoryBlobs
from quire.testing.world import World
from tests.service.stage import arrived, fails, job_of, running, submission, submitted, waiting

SCHEMA = {
    "type": "object",
    "properties": {
        "total": {"type": "number"},
        "issued": {"type": ["string", "null"], "format": "date"},
        "vendor": {"type": "object", "properties": {"name": {"type": "string"}}},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"text": {"type": "string"}}}},
    },
}
DATA = {"lines": [{"text": "Paint"}], "issued": "2025-03-14", "total": 12.5, "vendor": {"name": "Söhne"}}


def _result(*parts: Any) -> dict[str, Any]:
    """As the extract step writes it."""
    made = [
        {"name": None, "pages": [number], "data": data, "fields": [], "ungrounded": []}
        for number, data in enumerate(parts, start=1)
    ]
    return {"parts": made, "pages": []}


def _publish(world: World, document: Document, result: Any) -> Stored:
    stored = world.blobs.put(document.result_key, json.dumps(result).encode(), "application/json")
    finish.publish(world, document.tenant, document.id, 1, stored)
    return stored


def _started(world: World, tenant: Tenant, documents: int, config: Config | None = None) -> Job:
    """A job of documents of which as many run as the tenant has slots."""
    files = [replace(arrived(world, tenant), name=f"file {number}.pdf") for number in range(documents)]
    job = job_of(submit(world, tenant, submission(files, config, SCHEMA)))
    expand(world, tenant.id, job.id)
    admit(world, tenant.id)
    return job


def _done(world: World, tenant: Tenant, results: Sequence[Any], config: Config | None = None) -> Job:
    """A job whose documents ended with these results."""
    job = _started(world, tenant, len(results), config)
    for position, result in enumerate(results):
        admit(world, tenant.id)
        document = world.jobs.document(tenant.id, document_id(job.id, position))
        assert document
        _publish(world, document, result)
    return job


def _made(outcome: Export | Refusal) -> Export:
    assert isinstance(outcome, Export)
    return outcome


def _body(outcome: Export | Refusal) -> bytes:
    body = _made(outcome).body
    assert body is not None
    return body


def _refused(outcome: Export | Refusal) -> Kind:
    assert isinstance(outcome, Refusal)
    return outcome.kind


def _rows(outcome: Export | Refusal) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_body(outcome).decode("utf-8-sig"), newline="")))


class TestOfAJob:
    def test_documents_stand_in_their_order_with_the_schema_s_columns(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result({**DATA, "total": number, "more": "x"}) for number in range(30)])
        rows = _rows(export(world, acme, job.id, None, Format.CSV))
        assert list(rows[0]) == [
            "filename", "document_id", "status", "error", "total", "issued", "vendor.name", "lines", "more",
        ]  # fmt: skip
        assert [(row["filename"], row["total"]) for row in rows] == [(f"file {n}.pdf", str(n)) for n in range(30)]
        assert [row["document_id"] for row in rows] == [document_id(job.id, n) for n in range(30)]

    def test_a_table_may_be_taken_alone(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result(DATA), _result({**DATA, "lines": []})])
        made = _made(export(world, acme, job.id, None, Format.CSV, table="lines"))
        assert made.disposition == f'attachment; filename="extraction-{job.id}-lines.csv"'
        (row,) = _rows(made)
        assert row == {"filename": "file 0.pdf", "document_id": document_id(job.id, 0), "row": "1", "text": "Paint"}

    def test_a_workbook_has_dates_where_the_schema_says_so(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result(DATA)])
        made = _made(export(world, acme, job.id, None, Format.XLSX))
        assert made.media_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        book = load_workbook(io.BytesIO(_body(made)))
        assert book.sheetnames == ["documents", "lines"]
        assert book["documents"]["F2"].is_date and book["documents"]["E2"].value == 12.5

    def test_json_has_the_data_as_it_is(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result(DATA)])
        (document,) = json.loads(_body(export(world, acme, job.id, None, Format.JSON)))
        assert document == {
            "filename": "file 0.pdf",
            "document_id": document_id(job.id, 0),
            "status": "succeeded",
            "error": None,
            "data": DATA,
        }

    def test_parts_are_told_apart_where_a_document_may_have_several(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result({"total": 1}, {"total": 2})], Config(target=Target.PAGE))
        rows = _rows(export(world, acme, job.id, None, Format.CSV))
        assert [(row["part"], row["first_page"], row["total"]) for row in rows] == [("1", "1", "1"), ("2", "2", "2")]
        (document,) = json.loads(_body(export(world, acme, job.id, None, Format.JSON)))
        assert [part["data"] for part in document["parts"]] == [{"total": 1}, {"total": 2}]

    def test_chunks_are_a_table(self, world: World, acme: Tenant) -> None:
        chunks = [{"page_no": 2, "page_content": "=a"}, {"page_no": 1, "page_content": "b"}]
        document = running(world, acme)
        _publish(world, document, {"chunks": chunks})
        rows = _rows(export(world, acme, document.job_id, None, Format.CSV, table="chunks"))
        assert [(row["page_no"], row["page_content"]) for row in rows] == [("2", "'=a"), ("1", "b")]

    def test_what_has_not_ended_or_failed_is_listed_with_its_status(self, world: World, acme: Tenant) -> None:
        job = _started(world, acme, 5)
        first, second, *_ = world.jobs.documents(acme.id, job.id)
        _publish(world, first, _result(DATA))
        fails(world, second)
        rows = _rows(export(world, acme, job.id, None, Format.CSV))
        assert [row["status"] for row in rows] == ["succeeded", "failed", "running", "pending", "pending"]
        assert [row["total"] for row in rows] == ["12.5", "", "", "", ""]
        assert rows[1]["error"] == "The document cannot be read."

    def test_a_contract_says_it_in_its_words(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result(DATA)])

        def told(document: Document) -> Exported:
            return Exported("it", f"doc_{document.position}", "completed")

        (row,) = _rows(export(world, acme, job.id, None, Format.CSV, told=told))
        assert (row["filename"], row["document_id"], row["status"]) == ("it", "doc_0", "completed")

    def test_without_its_schema_the_data_gives_the_columns(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result(DATA)])
        world.blobs.expire(str(job.options["schema"]))
        (row,) = _rows(export(world, acme, job.id, None, Format.CSV))
        assert list(row)[4:] == ["lines", "issued", "total", "vendor.name"]


class TestOfADocument:
    def test_it_stands_alone_under_its_own_name(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result({"total": 1}), _result({"total": 2})])
        made = _made(export(world, acme, job.id, document_id(job.id, 1), Format.CSV))
        assert made.disposition == 'attachment; filename="file 1.csv"'
        assert [row["total"] for row in _rows(made)] == ["2"]

    def test_it_must_have_ended(self, world: World, acme: Tenant) -> None:
        job = _started(world, acme, 2)
        _publish(world, world.jobs.documents(acme.id, job.id)[0], _result(DATA))
        assert _refused(export(world, acme, job.id, document_id(job.id, 1), Format.CSV)) is Kind.RESULT_NOT_READY

    def test_of_another_job_is_absent(self, world: World, acme: Tenant) -> None:
        one, other = _done(world, acme, [_result(DATA)]), _done(world, acme, [_result(DATA)] * 2)
        assert _refused(export(world, acme, one.id, document_id(other.id, 0), Format.CSV)) is Kind.NOT_FOUND
        assert _refused(export(world, acme, one.id, document_id(one.id, 1), Format.CSV)) is Kind.NOT_FOUND
        assert _refused(export(world, acme, one.id, "nonsense", Format.CSV)) is Kind.NOT_FOUND


class TestRefused:
    def test_a_job_that_is_not_the_tenant_s(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result(DATA)])
        for tenant, named in ((Tenant("other"), job.id), (acme, None), (acme, "nonsense")):
            assert _refused(export(world, tenant, named, None, Format.CSV)) is Kind.JOB_NOT_FOUND

    def test_a_deleted_job(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result(DATA)])
        delete_job(world, acme, job.id)
        assert _refused(export(world, acme, job.id, None, Format.CSV)) is Kind.JOB_NOT_FOUND

    @pytest.mark.parametrize("bring", [submitted, waiting])
    def test_a_job_of_which_nothing_has_ended(self, world: World, acme: Tenant, bring: Any) -> None:
        job = bring(world, acme, 2)
        assert _refused(export(world, acme, job.id, None, Format.XLSX)) is Kind.RESULT_NOT_READY
        cancel(world, acme, job.id)
        rows = _rows(export(world, acme, job.id, None, Format.CSV))
        assert [row["status"] for row in rows] == ["cancelled", "cancelled"]

    def test_a_table_that_is_none(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result(DATA)])
        for file_format, table in ((Format.CSV, "total"), (Format.CSV, "x"), (Format.XLSX, "lines")):
            outcome = export(world, acme, job.id, None, file_format, table=table)
            assert _refused(outcome) is Kind.INVALID_REQUEST
            assert isinstance(outcome, Refusal) and outcome.details == {"field": "table"}

    def test_data_that_no_sheet_holds(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result({f"f{number}": number for number in range(20_000)})])
        assert _refused(export(world, acme, job.id, None, Format.XLSX)) is Kind.RESULT_TOO_LARGE
        assert len(_body(export(world, acme, job.id, None, Format.JSON))) > 200_000


class TestRetention:
    def test_what_has_passed_it_is_listed_without_its_data(self, world: World, acme: Tenant) -> None:
        job = _started(world, acme, 2)
        first, second = world.jobs.documents(acme.id, job.id)
        _publish(world, first, _result({"total": 1}))
        world.clock.advance(1000)
        _publish(world, second, _result({"total": 2}))
        world.clock.advance(acme.result_retention_ms - 1000)
        rows = _rows(export(world, acme, job.id, None, Format.CSV))
        assert [(row["status"], row["total"]) for row in rows] == [("succeeded", ""), ("succeeded", "2")]
        assert "retention" in rows[0]["error"]
        world.clock.advance(1000)
        for one in (None, first.id, second.id):
            assert _refused(export(world, acme, job.id, one, Format.CSV)) is Kind.RESULT_EXPIRED

    def test_what_the_bucket_has_removed_is_listed_too(self, world: World, acme: Tenant) -> None:
        job = _done(world, acme, [_result({"total": 1}), _result({"total": 2})])
        world.blobs.expire(world.jobs.documents(acme.id, job.id)[0].result_key)
        rows = _rows(export(world, acme, job.id, None, Format.CSV))
        assert [row["total"] for row in rows] == ["", "2"]


@dataclass(frozen=True, slots=True)
class CountedBlobs(MemoryBlobs):
    """Counts the results that are fetched."""

    def download(self, what: Stored | str, path: Path) -> None:
        self.media_types["fetched"] = self.media_types.get("fetched", "") + "."
        MemoryBlobs.download(self, what, path)

    @property
    def fetched(self) -> int:
        return len(self.media_types.get("fetched", ""))


class TestLarge:
    @pytest.fixture
    def job(self, world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> Job:
        monkeypatch.setattr(module, "MOST_BODY_BYTES", 100)
        world.blobs = CountedBlobs(world.clock)
        return _done(world, acme, [_result(DATA)] * 3)

    def _link(self, world: World, tenant: Tenant, job: Job, file_format: Format = Format.CSV) -> str:
        made = _made(export(world, tenant, job.id, None, file_format))
        assert made.body is None and made.link
        return made.link

    @pytest.mark.parametrize("file_format", list(Format))
    def test_is_a_link_to_a_file_of_the_tenant_s(
        self, world: World, acme: Tenant, job: Job, file_format: Format
    ) -> None:
        url = urlsplit(self._link(world, acme, job, file_format))
        key = unquote(url.path).removeprefix("/")
        assert key.startswith(f"results/acme/{job.id}/exports/")
        assert key.endswith(f"/extraction-{job.id}.{file_format}")
        assert world.blobs.media_types[key] == file_format.media_type
        (version,) = parse_qs(url.query)["version"]
        assert len(world.blobs.get(Stored(key, version))) > 100

    def test_lives_no_longer_than_the_first_of_its_results(self, world: World, acme: Tenant, job: Job) -> None:
        def seconds() -> int:
            return int(parse_qs(urlsplit(self._link(world, acme, job)).query)["seconds"][0])

        assert seconds() == URL_SECONDS
        world.clock.advance(acme.result_retention_ms - 90_500)
        assert seconds() == 90

    def test_is_made_once(self, world: World, acme: Tenant, job: Job) -> None:
        assert self._link(world, acme, job) == self._link(world, acme, job)
        assert isinstance(world.blobs, CountedBlobs) and world.blobs.fetched == 3

    def test_is_a_file_of_many_documents_too(self, world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "MOST_AT_ONCE", 2)
        self._link(world, acme, _done(world, acme, [_result(DATA)] * 3))
        assert _body(export(world, acme, _done(world, acme, [_result(DATA)] * 2).id, None, Format.CSV))

    def test_is_made_anew_when_there_is_more(self, world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "MOST_BODY_BYTES", 100)
        job = _started(world, acme, 2)
        first, second = world.jobs.documents(acme.id, job.id)
        _publish(world, first, _result(DATA))
        before = self._link(world, acme, job)
        _publish(world, second, _result(DATA))
        assert self._link(world, acme, job) != before

    def test_goes_with_its_job(self, world: World, acme: Tenant, job: Job) -> None:
        other = _done(world, acme, [_result(DATA)])
        for each in (job, other):
            self._link(world, acme, each)
        delete_job(world, acme, job.id)
        assert world.blobs.keys(f"results/acme/{job.id}/exports/") == []
        assert len(world.blobs.keys(f"results/acme/{other.id}/exports/")) == 1

    def test_of_a_job_deleted_meanwhile_is_not_kept(
        self, world: World, acme: Tenant, job: Job, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put_file = MemoryBlobs.put_file

        def deleted_first(blobs: MemoryBlobs, key: str, path: Path, media_type: str) -> Stored:
            delete_job(world, acme, job.id)
            return put_file(blobs, key, path, media_type)

        monkeypatch.setattr(MemoryBlobs, "put_file", deleted_first)
        assert _refused(export(world, acme, job.id, None, Format.CSV)) is Kind.JOB_NOT_FOUND
        assert world.blobs.keys("results/acme/") != [], "it came after the removal"
        world.clock.advance(LATE_MS)
        forget_due(world, acme.id)
        assert world.blobs.keys("results/acme/") == []
