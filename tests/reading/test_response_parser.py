"""Real answers read as amazon-textract-response-parser reads them: words, lines, key-values, cells, check boxes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trp  # type: ignore[import-untyped]

from quire.reading import textract
from quire.reading.model import Box
from quire.reading.textract import Contents

from . import shared_data

SIZE = (1000.0, 1000.0)  # points
_STATED = ("SELECTED", "NOT_SELECTED")


def answers() -> list[Path]:
    return [path for path in shared_data.answers() if "Blocks" in json.loads(path.read_bytes())]


def both(path: Path) -> Iterator[tuple[Contents, Any]]:
    """Each page as we read it, and as the parser does."""
    document = trp.Document(json.loads(path.read_bytes()))
    ours = textract.contents([path.read_bytes()], dict.fromkeys(range(1, len(document.pages) + 1), SIZE))
    return zip(ours, document.pages, strict=True)


def place(geometry: Any) -> tuple[float, float]:
    """A block's top left corner, in points."""
    box = geometry.boundingBox
    return round(box.left * SIZE[0], 1), round(box.top * SIZE[1], 1)


def near(box: Box | None, where: tuple[float, float]) -> bool:
    return box is not None and abs(box.x0 - where[0]) < 0.2 and abs(box.y0 - where[1]) < 0.2


every_answer = pytest.mark.parametrize("path", answers(), ids=lambda path: path.stem.rsplit("~", 1)[-1])


@every_answer
def test_words_and_lines(path: Path) -> None:
    for ours, theirs in both(path):
        lines = [line for _, group in ours.groups for line in group]
        assert Counter(line.text for line in lines) == Counter(line.text for line in theirs.lines)
        words = sorted((word.text, word.confidence) for line in lines for word in line.words)
        stated = sorted((word.text, word.confidence / 100) for line in theirs.lines for word in line.words)
        assert [text for text, _ in words] == [text for text, _ in stated]
        assert [sure for _, sure in words] == pytest.approx([sure for _, sure in stated], abs=1e-4)
        if ours.groups and ours.groups[0][0].level and len(ours.groups) == 1:
            where = {(line.text, place(line.geometry)) for line in theirs.lines}
            assert all(any(near(line.box, at) for text, at in where if text == line.text) for line in lines)


@every_answer
def test_key_values(path: Path) -> None:
    for ours, theirs in both(path):
        stated = Counter(
            (field.key.text, "" if field.value is None or field.value.text in _STATED else field.value.text)
            for field in theirs.form.fields
            if field.key is not None and field.key.text
        )
        assert Counter((pair.key, pair.value) for pair in ours.known.key_values) == stated
        ticked = {
            (field.key.text, part.selectionStatus == "SELECTED")
            for field in theirs.form.fields
            if field.key is not None and field.key.text and field.value is not None
            for part in field.value.content
            if isinstance(part, trp.SelectionElement)
        }
        # Where a key is there twice, which is which does not show.
        once = {key for key, count in Counter(pair.key for pair in ours.known.key_values).items() if count == 1}
        found = {(pair.key, pair.selected) for pair in ours.known.key_values if pair.selected is not None}
        assert {pair for pair in found if pair[0] in once} == {pair for pair in ticked if pair[0] in once}


@every_answer
def test_cells(path: Path) -> None:
    for ours, theirs in both(path):
        assert len(ours.known.tables) == len(theirs.tables)
        for table, other in zip(ours.known.tables, theirs.tables, strict=True):
            units = {(cell.rowIndex, cell.columnIndex): cell for row in other.rows for cell in row.cells}
            covered = Counter[tuple[int, int]]()
            for cell in table.cells:
                held = [
                    (row, column)
                    for row in range(cell.row, cell.row + cell.row_span)
                    for column in range(cell.column, cell.column + cell.column_span)
                    if (row, column) in units
                ]
                covered.update(held)
                words = [
                    word for at in held for part in units[at].content for word in getattr(part, "text", "").split()
                ]
                assert sorted(cell.text.split()) == sorted(words)
                if len(held) == 1:
                    assert near(cell.box, place(units[held[0]].geometry))
            assert covered == Counter(units.keys())  # each cell once, merged or not


@every_answer
def test_check_boxes(path: Path) -> None:
    for ours, theirs in both(path):
        for field in theirs.form.fields:
            for part in field.value.content if field.value is not None else ():
                if isinstance(part, trp.SelectionElement):
                    at = place(part.geometry)
                    mark = next(mark for mark in ours.known.marks if near(mark.box, at))
                    assert mark.selected == (part.selectionStatus == "SELECTED")
