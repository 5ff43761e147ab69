"""A result as it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from quire.extraction.engine import Extraction
from quire.extraction.grid import Count, LeftOut, Reason
from quire.reading.model import PageWarning
from quire.service.config import Config
from quire.service.parts import Part
from quire.service.written import write_chunks, write_parts
from tests.extraction.pages import text

HIDDEN = PageWarning("hidden_text", "Text that does not show is left out.", 3)


def parts_written(folder: Path, *parts: Part, **rest: Any) -> Mapping[str, Any]:
    write_parts(parts, folder / "result.json", pdfs=None, rest=lambda: rest)
    written: Mapping[str, Any] = json.loads((folder / "result.json").read_text())
    return written


def test_a_part_says_what_became_of_the_rows_of_its_lists(tmp_path: Path) -> None:
    lists = (Count("lines", 3, 1, (LeftOut(Reason.HEADER, 1, 1), LeftOut(Reason.SUM, 1, 3))),)
    written = parts_written(
        tmp_path, Part(None, (1,), Extraction({}, (), (), lists)), Part(None, (2,), Extraction({}, (), ()))
    )
    left_out = [{"reason": "header", "page": 1, "row": 1}, {"reason": "sum", "page": 1, "row": 3}]
    assert written["parts"][0]["lists"] == [{"path": "lines", "shown": 3, "returned": 1, "left_out": left_out}]
    assert "lists" not in written["parts"][1]


def test_chunks_carry_the_warnings_of_their_pages(tmp_path: Path) -> None:
    pages = [text("Tea"), replace(text("Cake", number=2), warnings=(HIDDEN,))]
    path = tmp_path / "result.json"
    assert write_chunks(pages, (), Config(), path) == 2
    written = json.loads(path.read_text())
    assert written["warnings"] == [{"page": 2, "kind": HIDDEN.kind, "message": HIDDEN.message, "count": 3}]
    assert [chunk["page_content"] for chunk in written["chunks"]] == ["Tea", "Cake"]


def test_chunks_of_pages_without_warnings_have_none(tmp_path: Path) -> None:
    write_chunks([text("Tea")], (), Config(), tmp_path / "result.json")
    assert json.loads((tmp_path / "result.json").read_text()).keys() == {"chunks"}
