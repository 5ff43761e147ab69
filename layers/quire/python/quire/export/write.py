"""An export: from documents, one at a time, to a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from quire.export.csv_file import write_csv
from quire.export.json_file import write_json
from quire.export.layout import Layout, TooWide
from quire.export.model import Exported, Format, Part, Shape
from quire.export.rows import holds_objects, on_the_way_to
from quire.export.xlsx_file import write_xlsx

__all__ = ["NoTable", "TooWide", "write"]


class NoTable(Exception):
    """The data has no array of that name."""


def write(
    documents: Iterable[Exported],
    path: Path,
    file_format: Format,
    *,
    shape: Shape | None = None,
    whole: bool = True,
    table: str | None = None,
) -> None:
    """Write the documents to `path`; they are kept beside it meanwhile, for the columns are known only after the last.

    Args:
        documents: are asked for once, and held one at a time.
        shape: gives the order of the columns, and says which texts are dates.
        whole: every document is one part. Else its parts are told apart, by number, name and pages.
        table: of CSV: this array (dotted, from the root) with a row for each element, instead of the documents.

    Raises:
        TooWide: a sheet cannot hold it; JSON can.
        NoTable: no document has the table, nor has the shape.
    """
    if file_format is Format.JSON:
        write_json(documents, path, whole=whole)
        return
    layout = Layout(holds_objects if file_format is Format.XLSX else on_the_way_to(table), whole)
    if shape is not None:
        layout.declare(shape)
    kept = path.with_suffix(".kept")
    with kept.open("w", encoding="utf-8") as out:
        for document in documents:
            layout.note(document)
            out.write(json.dumps(_kept(document)) + "\n")
    layout.settle()
    if file_format is Format.XLSX:
        write_xlsx(_again(kept), layout, path)
        return
    key = layout.find(table)
    if key is None:
        raise NoTable(table)
    write_csv(_again(kept), layout, key, path)


def _kept(document: Exported) -> list[Any]:
    parts = [[part.name, list(part.pages), part.data] for part in document.parts]
    return [document.filename, document.document_id, document.status, document.error, parts]


def _again(kept: Path) -> Iterator[Exported]:
    with kept.open(encoding="utf-8") as lines:
        for line in lines:
            filename, document_id, status, error, parts = json.loads(line)
            yield Exported(filename, document_id, status, error, [Part(*part) for part in parts])
