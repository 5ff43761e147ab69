"""A run's output: the values, and for each the path to it with confidence and citations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from functions.api_extend.run import Edit
from quire.extraction.leaf import scalars_of
from quire.http.ids import say_id
from quire.service.config import Config, Target

_ITEM = re.compile(r"^(.*\[\d+\])\.")


class Result(NamedTuple):
    """What `quire.service.written` wrote of a file."""

    file_id: str | None
    written: Mapping[str, Any]


def say_output(results: Sequence[Result], config: Config, words: Mapping[str, Any]) -> dict[str, Any]:
    """`{value, metadata}`. A job of another contract may have no fields: its chunks are the value then; or parts of
    their own (pages, rows, documents in one file): they are the `items`. Several files of a package are one value:
    of a field the most certain value counts, lists are joined in the files' order."""
    said = [_output(result, config, words) for result in results]
    whole = said[0]
    for one in said[1:]:
        whole = _joined(whole, one)
    return {"value": whole.value, "metadata": whole.metadata}


class _Output(NamedTuple):
    value: dict[str, Any]
    metadata: dict[str, Any]


def _output(result: Result, config: Config, words: Mapping[str, Any]) -> _Output:
    written = result.written
    if "parts" not in written:
        return _Output({"chunks": written.get("chunks", [])}, {})
    parts = written["parts"]
    sizes = {page["number"]: page for page in written["pages"]}
    if config.target is Target.DOCUMENT and config.split is None:
        (part,) = parts
        value, metadata = part["data"], _metadata(part, "", sizes, result.file_id)
    else:
        value = {"items": [part["data"] for part in parts]}
        metadata = {}
        for number, part in enumerate(parts):
            metadata |= _metadata(part, f"items[{number}].", sizes, result.file_id)
    if not config.cite:
        metadata = {path: {**entry, "citations": []} for path, entry in metadata.items()}
    elif (words.get("advancedOptions") or {}).get("arrayCitationStrategy") == "item":
        metadata = _by_item(metadata)
    return _Output(value, metadata)


def say_edits(results: Sequence[Result], config: Config) -> dict[str, Edit]:
    """What reviewers changed, by path: of a package's files whichever comes first."""
    before = "" if config.whole else "items"
    said: dict[str, Edit] = {}
    for result in results:
        for edit in result.written.get("edits", ()):
            changed = Edit(original_value=edit["before"], edited_value=edit["after"], page=edit["page"])
            said.setdefault(before + edit["path"], changed)
    return said


# ---- metadata --------------------------------------------------------------------------------------------------------


def _metadata(
    part: Mapping[str, Any], before: str, sizes: Mapping[int, Mapping[str, Any]], file_id: str | None
) -> dict[str, Any]:
    """An entry for each value, also for those that are null."""
    fields = {field["path"]: field for field in part["fields"]}
    return {before + path: _entry(fields.get(path), sizes, file_id) for path, _ in scalars_of(part["data"])}


def _entry(
    field: Mapping[str, Any] | None, sizes: Mapping[int, Mapping[str, Any]], file_id: str | None
) -> dict[str, Any]:
    citations = [_citation(one, sizes, file_id) for one in field["citations"]] if field else []
    return {
        "ocrConfidence": None,  # it is part of the other
        "logprobsConfidence": field["confidence"] if field else None,
        "reviewAgentScore": None,
        "citations": citations,
        "insights": [],
    }


def _citation(
    citation: Mapping[str, Any], sizes: Mapping[int, Mapping[str, Any]], file_id: str | None
) -> dict[str, Any]:
    """Points; on a page without places, the text alone."""
    number, box = citation["page"], citation["box"]
    size = sizes.get(number) if box else None
    return {
        "fileId": say_id("file", file_id) if file_id else None,
        "page": {
            "number": number,
            "width": size["width"] if size else None,
            "height": size["height"] if size else None,
        },
        "referenceText": citation["text"],
        "polygon": _polygon(*box) if box else None,
        "cellRange": None,
    }


def _polygon(x0: float, y0: float, x1: float, y1: float) -> list[dict[str, float]]:
    return [{"x": x, "y": y} for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]


def _by_item(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The citations of an array's item, instead of those of each of its properties."""
    said: dict[str, Any] = {}
    for path, entry in metadata.items():
        item = _ITEM.match(path)
        if item is None:
            said[path] = entry
            continue
        whole = said.setdefault(item[1], {**entry, "logprobsConfidence": None, "citations": []})
        sure = [value for value in (whole["logprobsConfidence"], entry["logprobsConfidence"]) if value is not None]
        whole["logprobsConfidence"] = min(sure, default=None)
        whole["citations"] = [*whole["citations"], *entry["citations"]]
        said[path] = {**entry, "citations": []}
    return said


# ---- several files as one --------------------------------------------------------------------------------------------


def _joined(first: _Output, second: _Output) -> _Output:
    metadata = dict(first.metadata)
    value = _merged(first.value, second.value, "", "", metadata, second.metadata)
    return _Output(value, metadata)


def _merged(a: Any, b: Any, at: str, there: str, metadata: dict[str, Any], theirs: Mapping[str, Any]) -> Any:
    """`a` with what `b` says more of, or more surely; `metadata` follows. `at` is the place in the whole, `there` in
    the second file's own."""
    if isinstance(a, dict) and isinstance(b, dict):
        return {
            name: _merged(a.get(name), b.get(name), _step(at, name), _step(there, name), metadata, theirs)
            for name in {**a, **b}
        }
    if isinstance(a, list) and isinstance(b, list):
        for number in range(len(b)):
            _moved(f"{there}[{number}]", f"{at}[{len(a) + number}]", metadata, theirs)
        return [*a, *b]
    if b is None or (a is not None and _sure(metadata, at) >= _sure(theirs, there)):
        return a
    for path in [path for path in metadata if _within(path, at)]:
        del metadata[path]
    _moved(there, at, metadata, theirs)
    return b


def _step(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _sure(metadata: Mapping[str, Any], path: str) -> float:
    entry = metadata.get(path) or {}
    return float(entry.get("logprobsConfidence") or 0.0)


def _within(path: str, at: str) -> bool:
    return path == at or path.startswith((f"{at}.", f"{at}["))


def _moved(there: str, at: str, metadata: dict[str, Any], theirs: Mapping[str, Any]) -> None:
    metadata |= {at + path[len(there) :]: entry for path, entry in theirs.items() if _within(path, there)}
