"""A document's journey through the real state machine."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from reportlab.pdfgen import canvas

from quire.adapters.aws import Aws
from quire.domain.document import Stored
from quire.domain.ports import OcrBusy, OcrFault, Query
from tests.journey.conftest import Account, uuid_of


def digital_pdf(text: str = "Invoice 4711 of the third of May", pages: int = 1) -> bytes:
    out = io.BytesIO()
    drawn = canvas.Canvas(out, pagesize=(595, 842))
    for page in range(pages):
        for line in range(6):
            drawn.drawString(72, 770 - 14 * line, f"{text}, page {page + 1}, line {line + 1}")
        drawn.showPage()
    drawn.save()
    return out.getvalue()


def scanned_png() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (400, 300), 255).save(out, "PNG")
    return out.getvalue()


def blocks(*words: str) -> dict[str, Any]:
    """Textract's synchronous answer of one page with one line."""

    def geometry(left: float, width: float) -> dict[str, Any]:
        corners = [(left, 0.1), (left + width, 0.1), (left + width, 0.2), (left, 0.2)]
        box = {"Left": left, "Top": 0.1, "Width": width, "Height": 0.1}
        return {"BoundingBox": box, "Polygon": [{"X": x, "Y": y} for x, y in corners]}

    said = [
        {
            "BlockType": "WORD",
            "Id": f"w{i}",
            "Text": word,
            "Confidence": 99.0,
            "Geometry": geometry(0.1 + 0.2 * i, 0.15),
        }
        for i, word in enumerate(words)
    ]
    children = [{"Type": "CHILD", "Ids": [word["Id"] for word in said]}]
    line = {
        "BlockType": "LINE", "Id": "l", "Text": " ".join(words), "Confidence": 99.0,
        "Geometry": geometry(0.1, 0.8), "Relationships": children,
    }  # fmt: skip
    page = {
        "BlockType": "PAGE",
        "Id": "p",
        "Geometry": geometry(0, 1),
        "Relationships": [{"Type": "CHILD", "Ids": ["l"]}],
    }
    return {"DocumentMetadata": {"Pages": 1}, "Blocks": [page, line, *said], "DetectDocumentTextModelVersion": "1.0"}


class Ocr:
    """Textract, scripted: a value to answer or an error to raise for each call, the last one for ever."""

    def __init__(self, *script: object) -> None:
        self.script = list(script)
        self.calls: list[str] = []

    def detect(self, stored: Stored, features: Sequence[str], queries: Sequence[Query]) -> Mapping[str, object]:
        self.calls.append("detect")
        return self._next()

    def start(
        self,
        stored: Stored,
        features: Sequence[str],
        queries: Sequence[Query],
        *,
        token: str,
        tag: str,
        output_prefix: str,
    ) -> str:
        self.calls.append(f"start {token}")
        self.tag, self.prefix = tag, output_prefix
        return "job-1"

    def status(self, job_id: str, features: Sequence[str]) -> str:
        self.calls.append("status")
        return "IN_PROGRESS"

    def _next(self) -> Mapping[str, object]:
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(said, Exception):
            raise said
        assert isinstance(said, Mapping)
        return said


def with_ocr(account: Account, monkeypatch: pytest.MonkeyPatch, ocr: Ocr) -> None:
    monkeypatch.setattr(Aws, "ocr", ocr)
    del account  # the handlers' world is the account's


def result_of(account: Account, item: dict[str, Any]) -> dict[str, Any]:
    document = account.world.jobs.document("acme", uuid_of(item["id"]))
    assert document and document.result
    return dict(json.loads(account.world.blobs.get(document.result)))


def test_a_digital_pdf_succeeds_without_textract(account: Account) -> None:
    batch = account.submit(account.upload(digital_pdf(pages=3)))
    (item,) = account.ended(batch)
    assert (item["status"], item["page_count"], item["attempts"]) == ("succeeded", 3, 1)
    assert account.invoked == ["inspect", "read", "extract", "publish"]
    texts = [chunk["page_content"] for chunk in result_of(account, item)["chunks"]]
    assert "page 3, line 6" in texts[-1]
    balance = account.world.tenants.balance("acme")
    assert (balance.available, balance.reserved, balance.spent) == (97, 0, 3)


def test_bytes_that_are_no_document_fail_and_cost_nothing(account: Account) -> None:
    (item,) = account.ended(account.submit(account.upload(b"<html>no document</html>")))
    assert (item["status"], item["error"]["code"]) == ("failed", "unsupported_input")
    assert account.invoked == ["inspect", "fail"]
    assert account.world.tenants.balance("acme").available == 100
    assert account.world.line.holders("acme") == set()


def test_a_scan_is_read_by_one_synchronous_call(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    ocr = Ocr(blocks("Total", "12.00"))
    with_ocr(account, monkeypatch, ocr)
    (item,) = account.ended(account.submit(account.upload(scanned_png())))
    (chunk,) = result_of(account, item)["chunks"]
    assert (chunk["page_content"], chunk["confidence"], ocr.calls) == ("Total 12.00", 99.0, ["detect"])


def test_textract_unavailable_is_asked_again_and_then_the_document_fails(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    ocr = Ocr(OcrFault("ThrottlingException"))
    with_ocr(account, monkeypatch, ocr)
    (item,) = account.ended(account.submit(account.upload(scanned_png())))
    assert (item["status"], item["error"]["code"]) == ("failed", "ocr_provider_error")
    assert len(ocr.calls) > 1


def test_a_document_that_finds_textract_busy_waits_and_succeeds(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    ocr = Ocr(OcrBusy("ThrottlingException"), blocks("Total", "12.00"))
    with_ocr(account, monkeypatch, ocr)
    (item,) = account.ended(account.submit(account.upload(scanned_png())))
    assert (item["status"], ocr.calls) == ("succeeded", ["detect", "detect"])
    assert account.invoked == ["inspect", "read", "read", "extract", "publish"]


def test_an_asynchronous_job_is_completed_by_its_notice(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from PIL import Image

    scan = io.BytesIO()
    frames = [Image.new("L", (200, 200), 255) for _ in range(2)]
    frames[0].save(scan, "TIFF", save_all=True, append_images=frames[1:])
    started = threading.Event()

    class Started(Ocr):
        def start(self, *asked: Any, **more: Any) -> str:
            job = super().start(*asked, **more)
            started.set()
            return job

    ocr = Started(None)
    with_ocr(account, monkeypatch, ocr)
    batch = account.submit(account.upload(scan.getvalue()))
    assert started.wait(30)
    answer = blocks("Second", "page")
    pages = [{**block, "Page": page, "Id": f"{page}{block['Id']}"} for page in (1, 2) for block in answer["Blocks"]]
    for block in pages:
        for relation in block.get("Relationships", []):
            relation["Ids"] = list(relation["Ids"])
    parts = [{**answer, "Blocks": [b for b in pages if b["Page"] == page]} for page in (1, 2)]
    for number, part in enumerate(parts, start=1):
        for block in part["Blocks"]:
            if "Relationships" in block:
                block["Relationships"] = [
                    {**relation, "Ids": [f"{number}{i}" for i in relation["Ids"]]}
                    for relation in block["Relationships"]
                ]
        account.world.blobs.put(f"{ocr.prefix}/job-1/{number}", json.dumps(part).encode(), "application/json")
    account.world.blobs.put(f"{ocr.prefix}/job-1/.s3_access_check", b"", "text/plain")
    notice = {"JobId": "job-1", "Status": "SUCCEEDED", "API": "StartDocumentTextDetection", "JobTag": ocr.tag}
    event = {"Records": [{"Sns": {"Message": json.dumps(notice)}}]}
    account.handlers["ocr_finished"](event, None)
    account.handlers["ocr_finished"](event, None)  # delivered twice
    (item,) = account.ended(batch)
    assert (item["status"], item["page_count"]) == ("succeeded", 2)
    assert [chunk["page_no"] for chunk in result_of(account, item)["chunks"]] == [1, 2]
    assert len(ocr.calls) == 1


@pytest.mark.parametrize("broken", ["inspect", "extract", "publish"])
def test_a_function_that_keeps_crashing_ends_the_document(account: Account, broken: str) -> None:
    def crash(event: object, context: object) -> None:
        raise RuntimeError("injected")

    account.handlers[broken] = crash
    (item,) = account.ended(account.submit(account.upload(digital_pdf())))
    assert (item["status"], item["error"]["code"]) == ("failed", "internal_error")
    assert account.world.line.holders("acme") == set()
    assert account.world.tenants.balance("acme").available == 100


@pytest.mark.parametrize("step", ["inspect", "extract"])
def test_a_step_that_refuses_the_document_fails_it_in_its_own_words(account: Account, step: str) -> None:
    refusal = {"kind": "page_limit_exceeded", "message": "Too long."}
    account.handlers[step] = lambda _event, _context: {"outcome": "refused", "refusal": refusal}
    (item,) = account.ended(account.submit(account.upload(digital_pdf())))
    assert (item["status"], item["error"]) == ("failed", {"code": "page_limit_exceeded", "message": "Too long."})
    assert account.invoked[-1] == "fail"
    assert account.world.tenants.balance("acme").available == 100


def test_a_crash_after_the_end_was_written_changes_nothing(account: Account) -> None:
    publish = account.handlers["publish"]

    def crash_afterwards(event: object, context: object) -> None:
        publish(event, context)
        raise RuntimeError("injected")

    account.handlers["publish"] = crash_afterwards
    (item,) = account.ended(account.submit(account.upload(digital_pdf())))
    assert item["status"] == "succeeded"
    assert account.world.tenants.balance("acme").spent == 1


def test_one_bad_document_does_not_touch_the_others(account: Account) -> None:
    files = [account.upload(digital_pdf()), account.upload(b"GIF89a"), account.upload(digital_pdf(pages=2))]
    batch = account.submit(*files)
    items = sorted(account.ended(batch), key=lambda item: item["position"])
    assert [item["status"] for item in items] == ["succeeded", "failed", "succeeded"]
    _, page = account.call("GET", f"/v1/batches/{batch}")
    assert page["status"] == "partially_failed"
