"""The labelled documents: `<set>/schema.json`, `<set>/<split>/documents/`, `<set>/<split>/labels.jsonl`."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from local.eval import score
from local.stack import ROOT
from samples.labelled.draw import SETS as DRAWN_SETS

SETS = ("sroie", "adbuy", "invoices-fr")
DRAWN = ROOT / ".local" / "labelled"
SCORER = "score.py"
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
    """Where the data lies: QUIRE_SHARED_DATA, or beside the project; else the project's own documents, drawn now.

    Raises:
        FileNotFoundError: QUIRE_SHARED_DATA names a folder without them.
    """
    named = os.environ.get("QUIRE_SHARED_DATA")
    path = Path(named or ROOT.parent / "shared" / "data")
    if (path / SCORER).exists():
        return path
    if named:
        raise FileNotFoundError(f"no labelled documents in {path}, which QUIRE_SHARED_DATA names")
    return drawn()


def is_drawn(root: Path) -> bool:
    """Whether these are the project's own documents: figures of theirs say nothing of other people's."""
    return not (root / SCORER).exists()


def sets_in(root: Path) -> tuple[str, ...]:
    """The names of the sets that are there."""
    return DRAWN_SETS if is_drawn(root) else SETS


def bare_in(root: Path) -> str:
    """The set that is also tried with bare names."""
    return ("drawn-invoices" if is_drawn(root) else "adbuy") + BARE


def drawn() -> Path:
    """The labelled documents of `samples.labelled`; drawn once, and anew when what draws them has changed."""
    sources = [*sorted((ROOT / "samples" / "labelled").glob("*.py")), *sorted((ROOT / "samples").glob("*.py"))]
    sources.append(ROOT / "samples" / "drawing" / "page.py")
    version = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    place = DRAWN / version
    if not place.exists():
        DRAWN.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=DRAWN) as part:
            # In a process of its own: drawing sets PDFium's fonts for the whole process (samples/raster.py).
            subprocess.run([sys.executable, "-m", "samples.labelled", part], cwd=ROOT, check=True)
            made = Path(part) / "made"
            made.mkdir()
            for one in DRAWN_SETS:
                (Path(part) / one).rename(made / one)
            with contextlib.suppress(OSError):  # another process was sooner
                made.rename(place)
    return place


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
    """What is equal, and how it is counted: the data's own `score.py`, or ours for what we drew."""
    if is_drawn(root):
        return score
    spec = importlib.util.spec_from_file_location("score", root / SCORER)
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - types narrowed
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
