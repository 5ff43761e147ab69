"""Files without places, read as they are in the Lambda: in the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from quire.reading import sandbox
from quire.reading.broken import Broken
from quire.reading.media import sniff_file
from quire.reading.model import Page, Table, from_json


def pages(path: Path) -> list[Page]:
    media = sniff_file(path, path.name)
    assert media is not None
    found = sandbox.inspect(path, media)
    out = path.with_suffix(".jsonl")
    layer = sandbox.read_text(path, out, media=media, pages=range(1, found.pages + 1))
    assert (layer.sound, layer.unsound) == (list(range(1, found.pages + 1)), [])
    made = [from_json(line) for line in out.read_bytes().splitlines()]
    assert [page.number for page in made] == layer.sound
    assert not any(page.placed for page in made)
    return made


def only(path: Path) -> Page:
    [page] = pages(path)
    return page


def said(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def cells(table: Table) -> list[list[str]]:
    grid = [["" for _ in range(table.columns)] for _ in range(table.rows)]
    for cell in table.cells:
        grid[cell.row - 1][cell.column - 1] = cell.text
    return grid


def heads(table: Table) -> list[str]:
    return [cell.text for cell in table.cells if cell.role == "header"]


def kind_of(path: Path) -> str:
    with pytest.raises(Broken) as refused:
        pages(path)
    return refused.value.kind
