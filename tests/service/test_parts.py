"""Parts: the document, each of its pages, or each row of its tables, extracted by itself."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pypdf
import pytest

from quire.domain.document import Document, Stored
from quire.domain.document_kind import DocumentKind
from quire.domain.refusal import Kind
from quire.domain.tenant import Tenant
from quire.reading.media import Media
from quire.service.config import Config, Mode, Target
from quire.service.extract import extract
from quire.service.read import Inspected, read
from quire.testing.world import World
from tests.service.documents import PROSE, answer, image_bytes, pdf, scan
from tests.service.stage import row_of, running

SCHEMA = {
    "invoice_number": {"type": "string", "description": "The number of the invoice"},
    "total": {"type": "number", "description": "The total amount"},
}
INVOICES = [
    [*PROSE, f"Invoice number: INV-{number}", f"Total: {number}.50"] for number in (4711, 4712, 4713)
]  # one on each page


def extracted(
    world: World, tenant: Tenant, pages: Sequence[Sequence[str]], config: Config, schema: object = None
) -> Any:
    """The result of a document of these pages of text."""
    document = running(world, tenant, pdf(*pages), config, SCHEMA if schema is None else schema)
    read(world, tenant.id, document.id, Inspected(Media.PDF, len(pages), encrypted=False), "t1")
    return result_of(world, document)


def result_of(world: World, document: Document) -> Any:
    said = extract(world, document.tenant, document.id)
    assert said["outcome"] == "done", said
    return json.loads(world.blobs.get(Stored(**said["result"])))


def test_a_whole_document_is_one_part(world: World, acme: Tenant) -> None:
    result = extracted(world, acme, INVOICES[:1], Config())
    assert result.keys() == {"parts", "pages"}
    (part,) = result["parts"]
    assert part.keys() == {"name", "pages", "data", "fields", "ungrounded"}
    assert (part["name"], part["pages"]) == (None, [1])
    assert part["data"] == {"invoice_number": "INV-4711", "total": 4711.5}
    assert result["pages"] == [{"number": 1, "width": 612.0, "height": 792.0}]
    (citation,) = part["fields"][0]["citations"]
    assert citation["page"] == 1 and citation["text"] == "INV-4711"


def test_each_page_is_a_part(world: World, acme: Tenant) -> None:
    result = extracted(world, acme, INVOICES, Config(target=Target.PAGE))
    assert [part["pages"] for part in result["parts"]] == [[1], [2], [3]]
    assert [part["data"]["invoice_number"] for part in result["parts"]] == ["INV-4711", "INV-4712", "INV-4713"]
    for part in result["parts"]:
        assert {c["page"] for field in part["fields"] for c in field["citations"]} == set(part["pages"])


def test_pages_in_range_keep_their_numbers(world: World, acme: Tenant) -> None:
    config = Config(target=Target.PAGE, pages="2-3")
    result = extracted(world, acme, INVOICES, config)
    assert [part["pages"] for part in result["parts"]] == [[2], [3]]
    assert [page["number"] for page in result["pages"]] == [2, 3]
    assert result["parts"][0]["data"]["total"] == 4712.5


def test_pages_in_range_read_by_textract_keep_their_numbers(world: World, acme: Tenant) -> None:
    body = image_bytes("TIFF", *[scan(str(number)) for number in range(4)])
    document = running(world, acme, body, Config(target=Target.PAGE, pages="2,4"), SCHEMA)
    read(world, "acme", document.id, Inspected(Media.TIFF, 4, encrypted=False), "t1")
    (job,) = world.ocr.started.values()
    world.ocr.finish(job.id, "SUCCEEDED", [answer(["Invoice number: INV-2"], ["Invoice number: INV-4"])])
    result = result_of(world, document)
    assert [part["pages"] for part in result["parts"]] == [[2], [4]]
    assert [part["data"]["invoice_number"] for part in result["parts"]] == ["INV-2", "INV-4"]


ROWS = (("Description", "Quantity", "Amount"), ("Blue paint", "2", "30.00"), ("Brush", "5", "12.50"))
ROW_SCHEMA = {"description": {"type": "string"}, "quantity": {"type": "number"}, "amount": {"type": "number"}}


def table() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    for number, line in enumerate(PROSE):
        canvas.drawString(72, 720 - 20 * number, line)
    for number, cells in enumerate(ROWS):
        for x, cell in zip((72, 300, 450), cells, strict=True):
            canvas.drawString(x, 600 - 20 * number, cell)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_each_row_of_a_table_is_a_part(world: World, acme: Tenant) -> None:
    document = running(world, acme, table(), Config(target=Target.ROW), ROW_SCHEMA)
    read(world, "acme", document.id, Inspected(Media.PDF, 1, encrypted=False), "t1")
    result = result_of(world, document)
    assert [part["data"] for part in result["parts"]] == [
        {"description": "Blue paint", "quantity": 2, "amount": 30},
        {"description": "Brush", "quantity": 5, "amount": 12.5},
    ]
    for part in result["parts"]:
        assert part["pages"] == [1]
        assert [field["path"] for field in part["fields"]] == ["description", "quantity", "amount"]


def test_a_document_without_a_table_has_no_rows(world: World, acme: Tenant) -> None:
    result = extracted(world, acme, [PROSE], Config(target=Target.ROW), ROW_SCHEMA)
    assert result == {"parts": [], "pages": [{"number": 1, "width": 612.0, "height": 792.0}]}


def test_without_a_schema_one_is_made_of_what_the_document_says(world: World, acme: Tenant) -> None:
    document = running(world, acme, pdf(INVOICES[0]), Config(infer=True))
    read(world, "acme", document.id, Inspected(Media.PDF, 1, encrypted=False), "t1")
    result = result_of(world, document)
    (part,) = result["parts"]
    assert result["schema"]["properties"].keys() == part["data"].keys() == {"invoice_number", "total"}
    assert part["data"]["invoice_number"] == "INV-4711"


def test_a_document_that_says_nothing_has_no_fields(world: World, acme: Tenant) -> None:
    document = running(world, acme, image_bytes("PNG", scan(" ")), Config(infer=True))
    world.ocr.script.append(answer([]))
    read(world, "acme", document.id, Inspected(Media.PNG, 1, encrypted=False), "t1")
    (part,) = result_of(world, document)["parts"]
    assert (part["data"], part["fields"]) == ({}, [])


def test_a_prompt_describes_the_fields(world: World, acme: Tenant) -> None:
    lines = [*PROSE, "Settlement figure: 812.40"]
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    config = Config(system_prompt='The total is also labelled "Settlement figure".')
    assert extracted(world, acme, [lines], config, schema)["parts"][0]["data"] == {"total": 812.4}


def bill(number: int) -> Sequence[str]:
    head = ("Northwind Traders Ltd", "12 Harbour Road, Bristol", "", "INVOICE")
    body = (f"Invoice number: {number}", "Blue widgets and two red ones as ordered by you", f"Total: {number}.00")
    return (*head, *body, "Page 1 of 1")


class TestSplit:
    """A file of an invoice, a contract of two pages, and another invoice."""

    CONTRACT = tuple(("SERVICES AGREEMENT", *PROSE, "", f"Page {n} of 2") for n in (1, 2))
    FILE = (bill(4711), *CONTRACT, bill(4712))

    def test_each_document_is_a_part_with_a_name(self, world: World, acme: Tenant) -> None:
        result = extracted(world, acme, self.FILE, Config(split=()))
        assert [part["pages"] for part in result["parts"]] == [[1], [2, 3], [4]]
        names = [part["name"] for part in result["parts"]]
        assert len(set(names)) == 3 and "invoice" in names[0] and "agreement" in names[1]
        assert [part["data"]["invoice_number"] for part in result["parts"]] == ["4711", None, "4712"]

    def test_by_the_kinds_that_the_caller_names(self, world: World, acme: Tenant) -> None:
        kinds = (DocumentKind("bill", "An invoice"), DocumentKind("deal", "A services agreement"))
        result = extracted(world, acme, self.FILE, Config(split=kinds))
        names = [part["name"] for part in result["parts"]]
        assert [name.rstrip("_0123456789") for name in names] == ["bill", "deal", "bill"]

    def test_of_pages_each_knows_its_document(self, world: World, acme: Tenant) -> None:
        result = extracted(world, acme, self.FILE, Config(split=(), target=Target.PAGE, pages="2-4"))
        assert [part["pages"] for part in result["parts"]] == [[2], [3], [4]]
        first, second, third = (part["name"] for part in result["parts"])
        assert first == second != third

    def test_each_comes_with_a_pdf_of_its_own(self, world: World, acme: Tenant) -> None:
        result = extracted(world, acme, self.FILE, Config(split=(), return_pdfs=True))
        counts = [
            len(pypdf.PdfReader(io.BytesIO(world.blobs.get(Stored(**part["pdf"])))).pages) for part in result["parts"]
        ]
        assert counts == [1, 2, 1]


class TestReturnedPdfs:
    @pytest.mark.parametrize(
        ("target", "pages"), [(Target.DOCUMENT, [[1, 2, 3]]), (Target.PAGE, [[1], [2], [3]])], ids=["document", "page"]
    )
    def test_each_part_comes_with_its_pages(
        self, world: World, acme: Tenant, target: Target, pages: list[list[int]]
    ) -> None:
        result = extracted(world, acme, INVOICES, Config(target=target, return_pdfs=True))
        assert [part["pages"] for part in result["parts"]] == pages
        for part in result["parts"]:
            stored = Stored(**part["pdf"])
            assert stored.key.startswith("results/acme/")
            texts = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(world.blobs.get(stored))).pages]
            assert [f"INV-{4710 + number}" in text for number, text in zip(part["pages"], texts, strict=True)] == [
                True for _ in texts
            ]

    def test_of_a_scan_too(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, image_bytes("PNG", scan("a")), Config(return_pdfs=True), SCHEMA)
        world.ocr.script.append(answer(["Invoice number: 7"]))
        read(world, "acme", document.id, Inspected(Media.PNG, 1, encrypted=False), "t1")
        (part,) = result_of(world, document)["parts"]
        (page,) = pypdf.PdfReader(io.BytesIO(world.blobs.get(Stored(**part["pdf"])))).pages
        assert (page.mediabox.width, page.mediabox.height) == (850, 1100)

    def test_a_password_is_taken_off(self, world: World, acme: Tenant) -> None:
        body = pdf(*INVOICES, password="s3cret")
        document = running(world, acme, body, Config(return_pdfs=True, password="s3cret", pages="2"), SCHEMA)
        read(world, "acme", document.id, Inspected(Media.PDF, 3, encrypted=True), "t1")
        (part,) = result_of(world, document)["parts"]
        reader = pypdf.PdfReader(io.BytesIO(world.blobs.get(Stored(**part["pdf"]))))
        assert not reader.is_encrypted
        assert "INV-4712" in reader.pages[0].extract_text()

    def test_rows_of_one_page_share_a_file(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, table(), Config(target=Target.ROW, return_pdfs=True), ROW_SCHEMA)
        read(world, "acme", document.id, Inspected(Media.PDF, 1, encrypted=False), "t1")
        first, second = result_of(world, document)["parts"]
        assert first["pdf"] == second["pdf"]

    def test_bytes_that_are_gone_are_to_be_uploaded_again(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, pdf(*INVOICES), Config(return_pdfs=True), SCHEMA)
        read(world, "acme", document.id, Inspected(Media.PDF, 3, encrypted=False), "t1")
        world.blobs.expire(document.source.stored.key)
        refused = extract(world, "acme", document.id)
        assert (refused["outcome"], refused["refusal"]["kind"]) == ("refused", Kind.UPLOAD_MISSING)


class TestReturnedText:
    def test_each_part_comes_with_what_its_pages_say(self, world: World, acme: Tenant) -> None:
        result = extracted(world, acme, INVOICES[:2], Config(target=Target.PAGE, return_text=True))
        lines = [part["text"].splitlines() for part in result["parts"]]
        assert [said[-2] for said in lines] == ["Invoice number: INV-4711", "Invoice number: INV-4712"]

    def test_pages_of_one_part_follow_one_another(self, world: World, acme: Tenant) -> None:
        (part,) = extracted(world, acme, INVOICES[:2], Config(return_text=True))["parts"]
        first, second = (part["text"].index(f"INV-{number}") for number in (4711, 4712))
        assert first < part["text"].index("\n\n") < second

    def test_a_row_has_none_of_its_own(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, table(), Config(target=Target.ROW, return_text=True), ROW_SCHEMA)
        read(world, "acme", document.id, Inspected(Media.PDF, 1, encrypted=False), "t1")
        assert ["text" in part for part in result_of(world, document)["parts"]] == [False, False]


def test_a_schema_that_cannot_be_filled_ends_the_document(world: World, acme: Tenant) -> None:
    document = running(world, acme, pdf(PROSE), Config(), {"a": {"type": "colour"}})
    read(world, "acme", document.id, Inspected(Media.PDF, 1, encrypted=False), "t1")
    refused = extract(world, "acme", document.id)
    assert (refused["outcome"], refused["refusal"]["kind"]) == ("refused", Kind.EXTRACTION_FAILED)


def test_what_textract_answers_reaches_the_field_that_asked(world: World, acme: Tenant) -> None:
    document = running(world, acme, image_bytes("PNG", scan("a")), Config(mode=Mode.PREMIUM), {"größe": {}})
    world.ocr.script.append(answer(["Words"]))
    read(world, "acme", document.id, Inspected(Media.PNG, 1, encrypted=False), "t1")
    (query,) = world.ocr.queries
    assert query.alias.isascii()
    assert row_of(world, document).ocr.asked == 1
