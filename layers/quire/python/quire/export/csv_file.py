"""One table as CSV: RFC 4180, in UTF-8 with a byte order mark, by which Excel knows it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from quire.export.cells import csv_cell
from quire.export.layout import Layout
from quire.export.model import Exported
from quire.export.rows import Key


def write_csv(documents: Iterable[Exported], layout: Layout, key: Key, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(map(csv_cell, layout.titles(key)))
        for document in documents:
            for table, values in layout.lines(document):
                if table == key:
                    writer.writerow(map(csv_cell, values))
