"""The contracts' OpenAPI documents. They lie in docs/openapi, and where this function is deployed, beside it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "openapi"
INDEX = "/openapi.json"
_EACH = "/openapi/"


def document(path: str) -> str | None:
    """The JSON at a path: each contract's document, or the list of them; None where the path is another's."""
    if path == INDEX:
        return _index()
    name = path.removeprefix(_EACH)
    return None if name == path else _documents().get(name)


@cache
def _documents() -> dict[str, str]:
    """By file name: whatever a request names is looked up among these, and never in the file system."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.json"))}


@cache
def _index() -> str:
    """Each contract is a document of its own, for each has its own credential and its own words for a refusal."""
    listed = [
        {"name": name.removesuffix(".json"), "title": json.loads(text)["info"]["title"], "url": _EACH + name}
        for name, text in _documents().items()
    ]
    return json.dumps({"documents": listed})
