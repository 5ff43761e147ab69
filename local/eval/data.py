"""The labelled documents: `<set>/schema.json`, `<set>/<split>/documents/`, `<set>/<split>/labels.jsonl`."""

from __future__ import annotations

import importlib.util
import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from local.stack import ROOT

SETS = ("sroie", "adbuy", "invoices-fr")
BARE = " (bare names)"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One document and what stands in it."""

    path: Path
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DataSet:
    """Documents that one schema describes."""

    name: str
    schema: dict[str, Any]
    documents: tuple[Labelled, ...]


def folder() -> Path:
    """Where the data lies: QUIRE_SHARED_DATA, or beside the project.

    Raises:
        FileNotFoundError: it is not there.
    """
    path = Path(os.environ.get("QUIRE_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not (path / "score.py").exists():
        raise FileNotFoundError(f"no labelled documents in {path}: set QUIRE_SHARED_DATA")
    return path


def load(root: Path, name: str, split: str, limit: int | None = None) -> DataSet:
    """A set by its name; with `BARE` at its end its schema says no more than the names and types of fields."""
    base = root / name.removesuffix(BARE)
    schema = json.loads((base / "schema.json").read_bytes())
    if name.endswith(BARE):
        schema = without_descriptions(schema)
    lines = (base / split / "labels.jsonl").read_text(encoding="utf-8").splitlines()[:limit]
    labels = [json.loads(line) for line in lines]
    documents = tuple(Labelled(base / split / "documents" / label["file"], label["fields"]) for label in labels)
    return DataSet(name, schema, documents)


def without_descriptions(schema: Any) -> Any:
    """The schema with every `description` that is a text left out."""
    if isinstance(schema, dict):
        return {
            key: without_descriptions(value)
            for key, value in schema.items()
            if not (key == "description" and isinstance(value, str))
        }
    return [without_descriptions(value) for value in schema] if isinstance(schema, list) else schema


def scorer(root: Path) -> ModuleType:
    """The data's own `score.py`: what is equal, and how it is counted."""
    spec = importlib.util.spec_from_file_location("score", root / "score.py")
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - types narrowed
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
