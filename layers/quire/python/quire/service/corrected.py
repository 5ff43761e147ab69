"""An output as `quire.service.written` wrote it, with a reviewer's values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quire.domain.refusal import Kind, Refusal
from quire.extraction.corrections import Corrected, Correction, Misfit, correct
from quire.extraction.leaf import scalars_of

_PART = re.compile(r"\[(\d+)\]\.(.+)", re.DOTALL)
CERTAIN = 1.0
"""The confidence of a value that a person wrote."""


def corrected(
    output: Mapping[str, Any], schema: object, edits: Mapping[str, Any], *, whole: bool
) -> dict[str, Any] | Refusal:
    """The output with `edits` (values by path) and what was changed, `edits: [{path, before, after, page}]`, page being
    where the value before was found (from 1), or null. A corrected value cites no words: a person says it.

    Args:
        output: `{parts, pages, …}`.
        schema: what its parts' data is shaped by.
        edits: paths as in `line_items[0].amount`; begun by the part's number, `[1].total`, unless `whole`.
        whole: the output is one part.

    Raises:
        SchemaRefused: see `quire.extraction.parse`.
    """
    parts: list[dict[str, Any]] = list(output["parts"])
    misfits: list[Misfit] = []
    said: list[dict[str, Any]] = []
    for number, values in _by_part(edits, whole=whole).items():
        before = "" if whole or number < 0 else f"[{number}]."
        if not 0 <= number < len(parts):
            misfits += [Misfit(before + path, "There is no such part.") for path in values]
            continue
        outcome = correct(parts[number]["data"], schema, values)
        if isinstance(outcome, Corrected):
            pages = {field["path"]: field["citations"][0]["page"] for field in _cited(parts[number]["fields"])}
            parts[number] = _part(parts[number], outcome)
            said += [_said(before, one, pages.get(one.path)) for one in outcome.corrections]
        else:
            misfits += [Misfit(before + misfit.path, misfit.message) for misfit in outcome]
    if misfits:
        errors = [{"loc": ["body", "edits", one.path], "msg": one.message, "type": "value_error"} for one in misfits]
        message = f"{misfits[0].path}: {misfits[0].message}"
        return Refusal(Kind.INVALID_REQUEST, message, {"errors": errors})
    return {**output, "parts": parts, "edits": said}


def _by_part(edits: Mapping[str, Any], *, whole: bool) -> dict[int, dict[str, Any]]:
    """The edits of each part; those of none are of the part -1."""
    if whole:
        return {0: dict(edits)} if edits else {}
    by_part: dict[int, dict[str, Any]] = {}
    for path, value in edits.items():
        found = _PART.fullmatch(path)
        number, inner = (int(found[1]), found[2]) if found else (-1, path)
        by_part.setdefault(number, {})[inner] = value
    return by_part


def _said(before: str, correction: Correction, page: int | None) -> dict[str, Any]:
    path = before + correction.path
    return {"path": path, "before": correction.before, "after": correction.after, "page": page}


def _part(part: Mapping[str, Any], outcome: Corrected) -> dict[str, Any]:
    """Values that a correction did not touch keep their confidence and citations."""
    known = {field["path"]: field for field in part["fields"]}
    changed = [correction.path for correction in outcome.corrections]
    fields: list[Mapping[str, Any]] = []
    filled: set[str] = set()
    for path, value in scalars_of(outcome.data):
        if value is None:
            continue
        filled.add(path)
        stands = known.get(path)
        if stands and (stands["value"] == value or not _touched(path, changed)):
            fields.append(stands)
        elif _touched(path, changed):
            fields.append({"path": path, "value": value, "confidence": CERTAIN, "citations": []})
    ungrounded = [path for path in part["ungrounded"] if path not in filled]
    return {**part, "data": outcome.data, "fields": fields, "ungrounded": ungrounded}


def _touched(path: str, changed: Sequence[str]) -> bool:
    return any(path == other or path.startswith((f"{other}.", f"{other}[")) for other in changed)


def _cited(fields: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (field for field in fields if field["citations"])
