"""Textract's answers for drawn documents: what the tests read where no real answers lie beside the checkout.

The words are those of the documents' text layers, at the places where an eye finds them; tables, forms and the rest of
the answer are made by the local twin, as it makes them after its OCR.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2

from local.eval import data
from local.stack import ROOT
from local.textract.engine import Image
from local.textract.geometry import Box, Line, Word
from local.textract.page import read_page
from quire.reading import model, sandbox

DPI = 110
DOCUMENTS = (
    "drawn-invoices/dev/documents/invoice-dev-00.pdf",
    "drawn-invoices/dev/documents/invoice-dev-05.pdf",
    "drawn-invoices/dev/documents/invoice-dev-09.pdf",
    "drawn-invoices/test/documents/invoice-test-13.pdf",
    "drawn-statements/dev/documents/statement-dev-00.pdf",
    "drawn-forms/dev/documents/form-dev-00.pdf",
    "drawn-forms/dev/documents/form-dev-01.pdf",
)
STRAIGHT, TURNED = "drawn~gib", "drawn~gib__90_degrees"
IDENTITY = "drawn~analyze_id_from_path"


@dataclass(frozen=True)
class _Layer:
    """`local.textract.engine.Engine` that knows what stands on the page."""

    known: list[Line]
    turns: int = 0

    def turn(self, image: Image) -> int:
        return self.turns

    def lines(self, image: Image) -> list[Line]:
        return self.known


def drawn_answers() -> list[Path]:
    """One file a page, as an answer of AnalyzeDocument with TABLES and FORMS; one of them again on its side, and one of
    AnalyzeID. Made once, and anew when what makes them has changed."""
    documents = data.drawn()
    sources = [Path(__file__), *sorted((ROOT / "local" / "textract").glob("*.py"))]
    version = hashlib.sha256(documents.name.encode() + b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    place = data.DRAWN / f"answers-{version}"
    if not place.exists():
        with tempfile.TemporaryDirectory(dir=data.DRAWN) as part:
            made = Path(part) / "made"
            made.mkdir()
            for name, answer in _answers(documents).items():
                (made / f"{name}.json").write_text(json.dumps(answer))
            with contextlib.suppress(OSError):  # another process was sooner
                made.rename(place)
    return sorted(place.glob("*.json"))


def _answers(documents: Path) -> dict[str, dict[str, Any]]:
    made = {f"drawn~{Path(name).stem}": _answer(documents / name) for name in DOCUMENTS}
    made[STRAIGHT] = _answer(documents / DOCUMENTS[0])
    made[TURNED] = _answer(documents / DOCUMENTS[0], turns=1)
    identity = _answer(documents / DOCUMENTS[-1], features=())
    fields = {"DocumentIndex": 1, "IdentityDocumentFields": [], "Blocks": identity["Blocks"]}
    made[IDENTITY] = {"DocumentMetadata": {"Pages": 1}, "IdentityDocuments": [fields]}
    return made


def _answer(path: Path, turns: int = 0, features: tuple[str, ...] = ("TABLES", "FORMS")) -> dict[str, Any]:
    """Of a document's first page, which lies `turns` quarter turns clockwise."""
    with pypdfium2.PdfDocument(path) as document:
        image = np.asarray(document[0].render(scale=DPI / 72).to_pil().convert("RGB"))
    engine = _Layer(_lines(path), turns)
    blocks = read_page(np.ascontiguousarray(np.rot90(image, -turns)), engine, features)
    return {"DocumentMetadata": {"Pages": 1}, "Blocks": blocks, "AnalyzeDocumentModelVersion": "1.0"}


def _lines(path: Path) -> list[Line]:
    chance = random.Random(path.name)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "page.jsonl"
        sandbox.read_text(path, out, pages=[1])
        page = model.from_json(out.read_bytes().splitlines()[0])
    return [
        Line(
            tuple(Word(word.text, round(chance.uniform(88, 99.9), 3), _pixels(word.box).quad) for word in line.words),
            _pixels(line.box).quad,
        )
        for line in page.lines
    ]


def _pixels(box: model.Box) -> Box:
    scale = DPI / 72
    return Box(box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale)
