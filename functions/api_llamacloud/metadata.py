"""What was found, as LlamaCloud says it: the data, and its metadata in the data's own shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quire.service.config import Config, Target
from quire.service.shaped import shaped

Data = dict[str, Any] | list[dict[str, Any]]
_METADATA = {
    Target.DOCUMENT: "document_metadata",
    Target.PAGE: "page_metadata",
    Target.ROW: "row_metadata",
}


def say_data(result: Mapping[str, Any], config: Config) -> Data:
    """An object for a whole document, a list where each page, row or part has one; the chunks of a job that had no
    schema."""
    if "parts" not in result:
        return {"chunks": result["chunks"]}
    return _one_or_all([part["data"] for part in result["parts"]], config)


def say_metadata(result: Mapping[str, Any], config: Config) -> Data:
    """Shaped like the data, with an entry of confidence and citations where it has a scalar."""
    if "parts" not in result:
        return {}
    sizes = {page["number"]: {"width": page["width"], "height": page["height"]} for page in result["pages"]}
    return _one_or_all([_part_metadata(part, sizes, config) for part in result["parts"]], config)


def say_named_metadata(result: Mapping[str, Any], config: Config) -> dict[str, Any]:
    """Under a name that tells what a schema was filled for."""
    target = Target.PAGE if config.split is not None else config.target
    return {_METADATA[target]: say_metadata(result, config)}


def say_account(result: Mapping[str, Any], config: Config) -> dict[str, Any]:
    """What became of the rows of lists, and what is left out of pages; nothing of a kind that there is none of. Of
    several parts a list's path begins with the part's number: `[1].lines`."""
    lists = [
        {**one, "path": one["path"] if config.whole else f"[{number}].{one['path']}"}
        for number, part in enumerate(result.get("parts", ()))
        for one in part.get("lists", ())
    ]
    account = {"lists": lists, "warnings": list(result.get("warnings", ()))}
    return {name: said for name, said in account.items() if said}


def _one_or_all(parts: list[dict[str, Any]], config: Config) -> Data:
    return parts[0] if config.whole and parts else parts


def _part_metadata(part: Mapping[str, Any], sizes: Mapping[int, Mapping[str, float]], config: Config) -> dict[str, Any]:
    entries = {field["path"]: _entry(field, sizes, config) for field in part["fields"]}
    absent = _shown({"confidence": None, "citation": []}, config)
    said: dict[str, Any] = shaped(part["data"], lambda path, _: entries.get(path, absent))
    return said


def _entry(field: Mapping[str, Any], sizes: Mapping[int, Mapping[str, float]], config: Config) -> dict[str, Any]:
    citations = []
    for citation in field["citations"]:
        box = citation["box"]  # None on a page without places, whose size is nobody's either
        citations.append(
            {
                "page": citation["page"],
                "matching_text": citation["text"],
                "bounding_boxes": [_sides(*box)] if box else [],
                "page_dimensions": sizes.get(citation["page"]) if box else None,
            }
        )
    return _shown({"confidence": field["confidence"], "citation": citations}, config)


def _sides(x0: float, y0: float, x1: float, y1: float) -> dict[str, float]:
    return {"x": x0, "y": y0, "w": round(x1 - x0, 2), "h": round(y1 - y0, 2)}


def _shown(entry: dict[str, Any], config: Config) -> dict[str, Any]:
    hidden = {"confidence": not config.confidence, "citation": not config.cite}
    return {name: value for name, value in entry.items() if not hidden[name]}
