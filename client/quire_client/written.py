"""What is written of a document, and of all of them as one table."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from quire_client.models import Outcome

TABLE = "results.csv"
"""In the output folder."""
_FORMULA = re.compile(r"^(?=\s*[=+\-@＝＋－＠]|[\t\r\n])|(?<=[;\t\r\n])(?=[=+\-@＝＋－＠])")
"""Where a spreadsheet might take a text for a formula, also behind a semicolon (OWASP, "CSV Injection")."""
_FIRST = ("file", "status", "error")


def write(place: Path, outcome: Outcome) -> None:
    """A document's result, as a whole or not at all: a run that is killed leaves no half of it. Raises OSError."""
    text = json.dumps(_said(outcome), ensure_ascii=False, indent=1)
    _replace(place, text.encode(errors="replace"))


def write_table(table: Path, places: Mapping[Path, Path]) -> None:
    """The results that were written, a row a document: `file`, `status`, `error`, and a column for each value. A list
    stands in its cell as JSON. Raises OSError."""
    rows = [
        {"file": str(path), **_row(json.loads(place.read_bytes()))} for path, place in places.items() if place.is_file()
    ]
    titles = list(dict.fromkeys([*_FIRST, *(title for row in rows for title in row)]))
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(map(_cell, titles))
    for row in rows:
        writer.writerow(_cell(row.get(title)) for title in titles)
    # By the byte order mark Excel knows it for UTF-8.
    _replace(table, "".join(lines).encode("utf-8-sig", errors="replace"))


class _Lines(list[str]):
    """What `csv.writer` writes to."""

    write = list.append


def _replace(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    # Not longer than the name that it will have, which may be as long as names can be.
    unfinished = place.with_name(f".{hashlib.sha256(os.fsencode(place.name)).hexdigest()[:16]}.part")
    unfinished.write_bytes(content)
    unfinished.replace(place)


def _said(outcome: Outcome) -> dict[str, Any]:
    result, error = outcome.result, outcome.error
    state = {"status": outcome.status.value, "error": asdict(error) if error else None}
    if result is None:
        return {"data": None, "metadata": state}
    fields = {} if result.metadata is None else {"fields": result.metadata}
    accounts = {"lists": result.lists, "warnings": result.warnings}
    return {
        "data": result.data,
        "metadata": {**fields, **{name: one for name, one in accounts.items() if one}, **state},
    }


def _row(result: Mapping[str, Any]) -> dict[str, Any]:
    metadata, data = result["metadata"], result["data"]
    error = metadata.get("error")
    first = {"status": metadata.get("status"), "error": f"{error['code']}: {error['message']}" if error else None}
    values = _values(data, "") if isinstance(data, Mapping) else [("data", data)] if data is not None else []
    # A field may be called as one of the first three.
    return {**first, **{f"data.{path}" if path in _FIRST else path: value for path, value in values}}


def _values(data: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _values(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if isinstance(value, int | float) else _FORMULA.sub("'", text)
