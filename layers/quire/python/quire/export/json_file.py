"""Documents with their data as one JSON array, a line for each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from quire.export.model import Exported


def write_json(documents: Iterable[Exported], path: Path, *, whole: bool) -> None:
    """`[{filename, document_id, status, error, data}, …]`, `data` null where there is none; documents that are not
    `whole` have `parts: [{name, pages, data}]` instead."""
    with path.open("w", encoding="utf-8", errors="replace", newline="") as out:
        out.write("[")
        for number, document in enumerate(documents):
            out.write(",\n" if number else "\n")
            out.write(json.dumps(_said(document, whole=whole), ensure_ascii=False, separators=(",", ":")))
        out.write("\n]\n")


def _said(document: Exported, *, whole: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "filename": document.filename,
        "document_id": document.document_id,
        "status": document.status,
        "error": document.error,
    }
    if whole:
        return {**said, "data": document.parts[0].data if document.parts else None}
    parts = [{"name": part.name, "pages": list(part.pages), "data": part.data} for part in document.parts]
    return {**said, "parts": parts}
