"""JSON: the documents with their data as they are."""

from __future__ import annotations

import json
from pathlib import Path

from quire.export import Exported, Format, Part
from tests.export.files import document, made


def test_every_document_has_its_data(tmp_path: Path) -> None:
    data = {"name": "=Ä\u2028", "big": 10**30, "lines": [{"a": None}]}
    body = made(tmp_path, Format.JSON, [document(data), Exported("b.pdf", "d2", "failed", "Broken.")])
    assert json.loads(body) == [
        {"filename": "a.pdf", "document_id": "d1", "status": "succeeded", "error": None, "data": data},
        {"filename": "b.pdf", "document_id": "d2", "status": "failed", "error": "Broken.", "data": None},
    ]


def test_parts_are_told_apart(tmp_path: Path) -> None:
    parts = [Part("invoice", [1, 2], {"x": 1}), Part(None, [3], {"x": 2})]
    body = made(tmp_path, Format.JSON, [Exported("a.pdf", "d1", "succeeded", None, parts)], whole=False)
    assert json.loads(body)[0]["parts"] == [
        {"name": "invoice", "pages": [1, 2], "data": {"x": 1}},
        {"name": None, "pages": [3], "data": {"x": 2}},
    ]


def test_no_documents_are_an_empty_list(tmp_path: Path) -> None:
    assert json.loads(made(tmp_path, Format.JSON, [])) == []
