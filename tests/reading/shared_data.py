"""Documents of other people and real answers of Textract, where they lie beside the checkout; else what stands in for
them, drawn by the project itself. No test is left out for want of them."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path

from local.eval import data
from tests.reading.drawn_answers import drawn_answers

_DEFAULT = Path(__file__).parents[3] / "shared" / "data"


def shared_files(pattern: str) -> list[Path]:
    """The files that `pattern` names under the folder of shared data; none where it is absent."""
    return sorted(Path(os.environ.get("QUIRE_SHARED_DATA") or _DEFAULT).glob(pattern))


def answers(pattern: str = "*.json") -> list[Path]:
    """Textract's answers, one a file, whose names match."""
    return shared_files(f"textract/{pattern}") or [path for path in drawn_answers() if fnmatch(path.name, pattern)]


def text_documents(split: str) -> list[Path]:
    """PDFs with a text layer, of one page and of several."""
    theirs = shared_files(f"adbuy/{split}/documents/*.pdf")
    if theirs:
        return theirs
    ours = [
        path
        for name in ("drawn-invoices", "drawn-statements")
        for path in (data.drawn() / name / split / "documents").glob("*.pdf")
    ]
    return sorted(ours, key=lambda path: (path.stem.rpartition("-")[2], path.name))
