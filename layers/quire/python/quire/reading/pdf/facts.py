"""What a PDF says of itself that PDFium does not pass on. Runs in the sandbox's child."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quire.reading.broken import Broken, is_ours

# A page tree is walked so far; the documents that are read have fewer pages.
_MOST_PAGES = 5_000
# Points a unit: with the largest page that Acrobat makes in units of one point (200 inches), half a kilometre.
_LARGEST_UNIT = 100.0
# Where a file has neither of the two names in plain sight, nor compressed objects that may hide them, it says neither.
_SIGNS = (b"/UserUnit", b"/OCProperties", b"/ObjStm")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a file.

    Attributes:
        units: how many points a unit of a page is (/UserUnit), where that is not one; pages count from 1.
        layered: whether it has layers (optional content), or may have.
    """

    units: Mapping[int, float] = field(default_factory=dict)
    layered: bool = False


def facts(path: Path, password: str | None) -> Facts:
    """What is known of a PDF; of one that is too damaged for pypdf, which PDFium may repair, only what may be."""
    if not _may_say_something(path):
        return Facts()
    try:
        found = _facts(path)
        if found is None:  # encrypted
            from quire.reading.pdf.count import save_plain

            with tempfile.NamedTemporaryFile(suffix=".pdf") as copy:
                save_plain(path, password, copy.file)
                copy.file.flush()
                found = _facts(Path(copy.name))
        return found or Facts(layered=True)
    except MemoryError:
        raise
    except Exception as error:  # pypdf raises anything on damaged files
        if is_ours(error) and not isinstance(error, Broken):
            raise
        return Facts(layered=True)


def _may_say_something(path: Path) -> bool:
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(sign) >= 0 for sign in _SIGNS)


def _facts(path: Path) -> Facts | None:
    from pypdf import PdfReader  # most files pay nothing for it
    from pypdf.generic import DictionaryObject

    from quire.reading.pdf.count import page_nodes, quiet

    quiet()
    reader = PdfReader(path)
    if reader.is_encrypted:
        return None
    root = reader.trailer["/Root"].get_object()
    if not isinstance(root, DictionaryObject):
        return None
    units = {n: _unit(page.get("/UserUnit")) for n, page in enumerate(page_nodes(root, _MOST_PAGES), 1)}
    return Facts({n: unit for n, unit in units.items() if unit != 1.0}, "/OCProperties" in root)


def _unit(stated: Any) -> float:
    try:
        unit = float(stated.get_object()) if stated is not None else 1.0
    except (TypeError, ValueError, AttributeError):
        return 1.0
    return unit if 0 < unit <= _LARGEST_UNIT else 1.0
