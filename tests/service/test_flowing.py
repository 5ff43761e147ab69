"""Files without places (text, sheets, letters): read without Textract, cited by page and text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quire.domain.document import Document, Stored
from quire.domain.tenant import Tenant
from quire.reading.media import Accepted, Media
from quire.service.config import Config, Mode, from_options, to_options
from quire.service.extract import extract
from quire.service.inspect import inspect
from quire.service.read import Inspected, load_plan, read
from quire.testing.world import World
from tests.service.stage import running

LETTER = b"Invoice number: INV-7\nTotal: 12.50\n\fItem;Qty\n"
CSV = b"Item,Qty,Amount\nPipe,3,49.20\nJoint,4,25.50\n"
HTML = b"<!doctype html><p>Total: 12.50"
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
ALL = Config(accepted=Accepted.EVERYTHING)
SCHEMA = {"type": "object", "properties": {"invoice_number": {"type": "string"}, "total": {"type": "number"}}}


def _refusal(said: Any) -> Any:
    return said["refusal"]["kind"] if said["outcome"] == "refused" else None


def _result(world: World, document: Document) -> Any:
    said = inspect(world, document.tenant, document.id)
    assert said["outcome"] == "done"
    inspected = Inspected(Media(str(said["media"])), int(str(said["pages"])), encrypted=False)
    read(world, document.tenant, document.id, inspected, "t1")
    assert world.tokens.completed == {"t1": {"outcome": "done"}}
    return json.loads(world.blobs.get(Stored(**extract(world, document.tenant, document.id)["result"])))


@pytest.mark.parametrize(
    ("body", "media", "pages"), [(LETTER, Media.TXT, 2), (CSV, Media.CSV, 1), (HTML, Media.HTML, 1)]
)
def test_what_the_contract_lists_is_counted(world: World, acme: Tenant, body: bytes, media: Media, pages: int) -> None:
    document = running(world, acme, body, ALL)
    said = inspect(world, "acme", document.id)
    assert said == {"outcome": "done", "pages": pages, "media": media.value, "encrypted": False}
    assert world.tenants.balance("acme").reserved == pages


@pytest.mark.parametrize(
    ("accepted", "body"),
    [
        *((Accepted.PDF_AND_IMAGES, body) for body in (LETTER, CSV, HTML, LOCKED)),
        *((Accepted.PAPERS, body) for body in (CSV, HTML)),
        (Accepted.EVERYTHING, b"\x00\x01"),
    ],
)
def test_what_it_does_not_list_is_refused(world: World, acme: Tenant, accepted: Accepted, body: bytes) -> None:
    said = inspect(world, "acme", running(world, acme, body, Config(accepted=accepted)).id)
    assert _refusal(said) == "unsupported_input"
    assert accepted.named in str(said)


@pytest.mark.parametrize(("password", "kind"), [(None, "password_required"), ("guess", "unsupported_input")])
def test_an_office_file_with_a_password_is_refused(world: World, acme: Tenant, password: str | None, kind: str) -> None:
    document = running(world, acme, LOCKED, Config(accepted=Accepted.PAPERS, password=password))
    assert _refusal(inspect(world, "acme", document.id)) == kind


@pytest.mark.parametrize("mode", Mode)
def test_its_pages_never_reach_textract(world: World, acme: Tenant, mode: Mode) -> None:
    document = running(world, acme, LETTER, Config(mode=mode, accepted=Accepted.PAPERS))
    result = _result(world, document)
    assert (world.ocr.detected, world.ocr.starts, load_plan(world, document).ocr) == ([], 0, [])
    assert [(chunk["page_no"], chunk["bbox"]) for chunk in result["chunks"]] == [(1, None), (2, None)]


def test_only_pages_in_range_are_read(world: World, acme: Tenant) -> None:
    document = running(world, acme, LETTER, Config(accepted=Accepted.PAPERS, pages="2"))
    assert {chunk["page_no"] for chunk in _result(world, document)["chunks"]} == {2}


def test_a_sheet_is_a_table(world: World, acme: Tenant) -> None:
    [chunk] = _result(world, running(world, acme, CSV, ALL))["chunks"]
    assert (chunk["chunk_type"], chunk["table"]["n_rows"], chunk["table"]["n_cols"]) == ("table", 3, 3)


def test_fields_cite_the_page_and_the_text_without_a_box(world: World, acme: Tenant) -> None:
    [part] = _result(world, running(world, acme, LETTER, ALL, SCHEMA))["parts"]
    assert part["data"] == {"invoice_number": "INV-7", "total": 12.5}
    cited = {field["path"]: field["citations"] for field in part["fields"]}
    assert cited == {
        "invoice_number": [{"page": 1, "text": "INV-7", "box": None}],
        "total": [{"page": 1, "text": "12.50", "box": None}],
    }


def test_a_job_keeps_what_its_contract_accepts() -> None:
    assert from_options(to_options(ALL)).accepted is Accepted.EVERYTHING
    assert from_options({"mode": "fast"}).accepted is Accepted.PDF_AND_IMAGES
