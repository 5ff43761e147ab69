"""The synchronous routes through the local stack: a schema's values, a document behind a URL, its pictures."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.journey.test_document import digital_pdf
from tests.stack.conftest import User


def with_picture() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    canvas.drawString(72, 720, "A page with a picture below its words")
    canvas.drawImage(ImageReader(Image.new("RGB", (40, 20), "red")), 72, 300, 80, 40)
    canvas.save()
    return out.getvalue()


@pytest.fixture
def served() -> Iterator[str]:
    """A URL of a document, on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = with_picture()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/a.pdf"
        server.shutdown()
        thread.join()


def test_a_document_behind_a_url_with_its_picture(user: User, served: str) -> None:
    answer = user.http.post("/v1/extract", json={"url": served, "extract_images": True})
    assert answer.status_code == 200, answer.text
    text, picture = answer.json()["chunks"]
    assert text["page_content"] == "A page with a picture below its words"
    assert (picture["chunk_type"], picture["page_no"], picture["bbox"]) == ("image", 1, [72, 452, 152, 492])
    image = Image.open(io.BytesIO(base64.b64decode(picture["image_b64"])))
    assert image.size == (picture["image_width"], picture["image_height"]) == (40, 20)


def test_a_schema_of_a_document_sent_along(user: User, samples: Path) -> None:
    schema = (samples / "schemas" / "invoice.json").read_text()
    expected = json.loads((samples / "expected" / "invoice.json").read_text())
    file = ("invoice.pdf", (samples / "invoice.pdf").read_bytes())
    answer = user.http.post("/v1/extract/schema/file", files={"file": file}, data={"schema": schema})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["values"] == expected
    (cited, *_) = said["evidence"]["invoice_number"]
    assert (cited["page"], cited["text"]) == (1, expected["invoice_number"])
    assert all(0 <= side <= 1000 for side in cited["bbox"])
    assert said["generated_schema"] is None


def test_a_schema_made_of_the_document(user: User, samples: Path) -> None:
    file = ("invoice.pdf", (samples / "invoice.pdf").read_bytes())
    answer = user.http.post("/v1/extract/schema/file", files={"file": file}, data={"auto_schema": "true"})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["values"].keys() == said["generated_schema"]["properties"].keys()
    assert said["page_count"] == 1


def test_the_pages_of_the_contracts(user: User) -> None:
    assert "swagger-ui" in user.http.get("/docs").text
    offered = user.http.get("/docs/contracts.json").json()
    assert {user.http.get(one["url"]).json()["openapi"] for one in offered} == {"3.1.0"}


def test_a_walk_right_after_the_end_has_each_item_once(user: User) -> None:
    batch = user.batch(*(digital_pdf(f"Number {number}") for number in range(7)))
    items: list[dict[str, Any]] = []
    cursor, calls = None, 0
    while calls == 0 or cursor:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = user.http.get(f"/v1/batches/{batch['id']}", params=query).json()
        items, cursor, calls = items + page["items"], page["next_cursor"], calls + 1
    assert sorted(item["position"] for item in items) == list(range(7))
    assert {item["status"] for item in items} == {"succeeded"}
    assert calls == 3
    assert batch["id"] in {listed["id"] for listed in user.http.get("/v1/batches").json()["data"]}
