"""Which labelled documents are used: other people's where they lie beside the checkout, else those we draw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.eval import data, report, score
from local.eval.measure import Figures
from local.stack import ROOT


def test_a_named_folder_without_documents_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIRE_SHARED_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="QUIRE_SHARED_DATA"):
        data.folder()


def test_a_named_folder_is_used_with_its_own_scorer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "score.py").write_text("NAME = 'theirs'")
    monkeypatch.setenv("QUIRE_SHARED_DATA", str(tmp_path))
    assert data.folder() == tmp_path and not data.is_drawn(tmp_path)
    assert data.scorer(tmp_path).NAME == "theirs"
    assert data.sets_in(tmp_path) == data.SETS


def test_beside_nothing_documents_are_drawn_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUIRE_SHARED_DATA", raising=False)
    drawn = data.drawn()
    monkeypatch.setattr(data, "drawn", lambda: drawn)
    monkeypatch.setattr(data, "ROOT", tmp_path / "deep" / "clone")
    root = data.folder()
    assert root == drawn and data.is_drawn(root)
    assert data.scorer(root) is score
    assert all(name.startswith("drawn-") for name in (*data.sets_in(root), data.bare_in(root)))
    for name in data.sets_in(root):
        for split in ("dev", "test"):
            documents = data.load(root, name, split).documents
            assert len(documents) >= 8 and all(one.path.is_file() for one in documents)


def test_figures_of_drawn_documents_are_labelled_so() -> None:
    figures = [Figures("drawn-forms", {})]
    assert report.DRAWN in report.document("make eval", "test", figures, drawn=True)
    assert report.DRAWN not in report.document("make eval", "test", figures)
    assert "drawn" not in (ROOT / "docs" / "accuracy.md").read_text()


def test_a_set_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    place = data.drawn()
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*.pdf")}
    assert data.drawn() == place
    assert before == {path: path.stat().st_mtime_ns for path in place.rglob("*.pdf")}
    assert json.loads((place / "drawn-forms" / "schema.json").read_bytes())["type"] == "object"
