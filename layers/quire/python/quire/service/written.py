"""A result as it is written, a page at a time: chunks of text and tables, or the fields of a schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from quire.extraction import Leaf, extract
from quire.extraction.chunks import chunks
from quire.reading.model import Box, Page
from quire.service.config import Config


def write_chunks(pages: Iterable[Page], config: Config, path: Path) -> int:
    """`{"chunks": […]}` (extract.page, "Introduction"); answers the number of pages."""
    wanted = {name for name, asked in (("text", config.text), ("table", config.tables)) if asked}
    number = 0
    with path.open("w", encoding="utf-8") as out:
        out.write('{"chunks":[')
        separator = ""
        for page in pages:
            number += 1
            for chunk in chunks(page):
                if chunk["chunk_type"] in wanted:
                    out.write(separator + _json(chunk))
                    separator = ","
        out.write("]}")
    return number


def write_fields(pages: Iterable[Page], schema: object, path: Path) -> int:
    """`{"data", "fields": [{path, value, confidence 0..1, citations: [{page, text, box}]}], "ungrounded", "pages":
    [{number, width, height}]}`, boxes and sizes in points; answers the number of pages."""
    sizes: list[dict[str, float]] = []

    def measured() -> Iterator[Page]:
        for page in pages:
            sizes.append({"number": page.number, "width": page.width, "height": page.height})
            yield page

    found = extract(measured(), schema)
    result = {
        "data": found.data,
        "fields": [_field(leaf) for leaf in found.leaves],
        "ungrounded": list(found.ungrounded),
        "pages": sizes,
    }
    path.write_text(_json(result), encoding="utf-8")
    return len(sizes)


def _field(leaf: Leaf) -> dict[str, Any]:
    citations = [{"page": cited.page, "text": cited.text, "box": _sides(cited.box)} for cited in leaf.citations]
    return {
        "path": leaf.path, "value": leaf.value, "confidence": round(leaf.confidence, 4), "citations": citations,
    }  # fmt: skip


def _sides(box: Box) -> list[float]:
    return [round(side, 2) for side in (box.x0, box.y0, box.x1, box.y1)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
