"""A result as it is written, a page at a time: chunks of text and tables, or the fields of a schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from quire.domain.document import Stored
from quire.extraction.chunks import chunks, with_pictures
from quire.extraction.leaf import Leaf
from quire.reading.model import Box, Page
from quire.reading.pictures import Picture
from quire.service.config import Config
from quire.service.parts import Part


def write_chunks(pages: Iterable[Page], pictures: Iterable[Picture], config: Config, path: Path) -> int:
    """`{"chunks": […], "warnings": […]}` (extract.page, "Introduction"), warnings of pages as in `write_parts`, where
    there are some; answers the number of pages."""
    wanted = {name for name, asked in (("text", config.text), ("table", config.tables)) if asked}
    number = 0
    warnings: list[dict[str, Any]] = []

    def counted() -> Iterator[Page]:
        nonlocal number
        for page in pages:
            number += 1
            warnings.extend(warnings_of(page))
            yield page

    with path.open("w", encoding="utf-8") as out:
        out.write('{"chunks":[')
        separator = ""
        told = (chunk for chunk in chunks(counted()) if chunk["chunk_type"] in wanted)
        for chunk in with_pictures(told, pictures):
            out.write(separator + _json(chunk))
            separator = ","
        out.write(f'],"warnings":{_json(warnings)}}}' if warnings else "]}")
    return number


def warnings_of(page: Page) -> list[dict[str, Any]]:
    """The page's warnings, each with the page's number."""
    return [{"page": page.number, **asdict(warning)} for warning in page.warnings]


Runs = list[tuple[int, ...]]
Pdfs = Mapping[tuple[int, ...], Stored]


def write_parts(
    parts: Iterable[Part], path: Path, *, pdfs: Callable[[Runs], Pdfs] | None, rest: Callable[[], Mapping[str, object]]
) -> None:
    """`{"parts": [{name, pages: [numbers], data, fields: [{path, value, confidence 0..1, citations: [{page, text,
    box}]}], ungrounded, lists, text, pdf: {key, version}}], …rest}`, boxes in points, None on pages without places;
    `lists` (rows of lists, `grid.Count`: [{path, shown, returned, left_out: [{reason, page, row}]}]) and
    `text` of parts that have them. The rest: the `pages` with their sizes, an inferred `schema`, the paths that are
    `flagged` for review, and `warnings` of pages: [{page, kind, message, count}] (`model.PageWarning`).

    Args:
        parts: one is held at a time.
        path: is written anew.
        pdfs: makes PDFs of all parts' pages; None: the parts have no `pdf`.
        rest: is asked when all parts were written.
    """
    lines = path.with_suffix(".jsonl")
    runs: Runs = []
    with lines.open("w", encoding="utf-8") as out:
        for part in parts:
            runs.append(part.pages)
            out.write(_json(_part(part)) + "\n")
    made = pdfs(runs) if pdfs and runs else {}
    with path.open("w", encoding="utf-8") as out, lines.open(encoding="utf-8") as written:
        out.write('{"parts":[')
        for number, (run, line) in enumerate(zip(runs, written, strict=True)):
            pdf = made.get(run)
            link = f',"pdf":{_json({"key": pdf.key, "version": pdf.version})}' if pdf else ""
            out.write("," * (number > 0) + line.rstrip("\n")[:-1] + link + "}")
        out.write("]" + "".join(f',"{name}":{_json(value)}' for name, value in rest().items()) + "}")


def _part(part: Part) -> dict[str, Any]:
    said = {
        "name": part.name,
        "pages": part.pages,
        "data": part.found.data,
        "fields": [_field(leaf) for leaf in part.found.leaves],
        "ungrounded": part.found.ungrounded,
    }
    if part.found.lists:
        said["lists"] = [asdict(count) for count in part.found.lists]
    return said if part.text is None else {**said, "text": part.text}


def _field(leaf: Leaf) -> dict[str, Any]:
    citations = [{"page": cited.page, "text": cited.text, "box": _sides(cited.box)} for cited in leaf.citations]
    return {
        "path": leaf.path, "value": leaf.value, "confidence": round(leaf.confidence, 4), "citations": citations,
    }  # fmt: skip


def _sides(box: Box | None) -> list[float] | None:
    return None if box is None else [round(side, 2) for side in (box.x0, box.y0, box.x1, box.y1)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
