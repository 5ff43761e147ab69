"""What a PDF says of itself that PDFium does not pass on. Runs in the sandbox's child."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quire.reading.broken import Broken, is_ours

# A page tree is walked so far; the documents that are read have fewer pages.
_MOST_PAGES = 5_000
# Points a unit: with the largest page that Acrobat makes in units of one point (200 inches), half a kilometre.
_LARGEST_UNIT = 100.0
# Where a file has none of these names in plain sight, nor compressed objects that may hide them, it says nothing.
_SIGNS = (b"/UserUnit", b"/OCProperties", b"/Btn", b"/ObjStm")
# A form has hundreds of boxes on a page; a field inherits from those above it, of which forms have two or three.
_MOST_BOXES = 5_000
_MOST_PARENTS = 16
_RADIO, _PUSHED = 1 << 15, 1 << 16  # ISO 32000-1, table 226; what is pushed keeps no value


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a file.

    Attributes:
        units: how many points a unit of a page is (/UserUnit), where that is not one; pages count from 1.
        layered: whether it has layers (optional content), or may have.
        ticked: by page, the left and bottom corners of the boxes and radios that are ticked by their fields' values and
            do not show it: their own state is missing, or to be made anew (/NeedAppearances).
    """

    units: Mapping[int, float] = field(default_factory=dict)
    layered: bool = False
    ticked: Mapping[int, Sequence[tuple[float, float]]] = field(default_factory=dict)


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
    form = _dictionary(root.get("/AcroForm"))
    units: dict[int, float] = {}
    ticked: dict[int, list[tuple[float, float]]] = {}
    for number, page in enumerate(page_nodes(root, _MOST_PAGES), 1):
        unit = _unit(page.get("/UserUnit"))
        if unit != 1.0:
            units[number] = unit
        corners = list(_ticked(page, anew=_is_true(form.get("/NeedAppearances")))) if form else []
        if corners:
            ticked[number] = corners
    return Facts(units, "/OCProperties" in root, ticked)


def _ticked(page: Any, *, anew: bool) -> Iterator[tuple[float, float]]:
    """The corners of the page's boxes whose value names the state in which they are on (ISO 32000-1, 12.7.4.2.3)."""
    annotations = _plain(page.get("/Annots"))
    for one in annotations[:_MOST_BOXES] if isinstance(annotations, list) else ():
        widget = _dictionary(one)
        if widget.get("/Subtype") != "/Widget" or (widget.get("/AS") is not None and not anew):
            continue
        kind, flags, value = (_inherited(widget, name) for name in ("/FT", "/Ff", "/V"))
        flags = flags if isinstance(flags, int) else 0
        if kind != "/Btn" or flags & _PUSHED or value in (None, "/Off"):
            continue
        looks = _dictionary(_dictionary(widget.get("/AP")).get("/N"))
        corners = _plain(widget.get("/Rect"))
        # Which of several radios a value means, only their looks tell; a box without any is on by any value.
        is_on = value in looks if looks else not flags & _RADIO
        if is_on and isinstance(corners, list) and len(corners) == 4:
            (ax, ay), (bx, by) = ((float(x), float(y)) for x, y in (corners[:2], corners[2:]))
            yield min(ax, bx), min(ay, by)


def _inherited(widget: Any, name: str) -> Any:
    """A field's value, its own or that of the nearest field above it that has one."""
    field_ = widget
    for _ in range(_MOST_PARENTS):
        value = _plain(field_.get(name))
        if value is not None or "/Parent" not in field_:
            return value
        field_ = _dictionary(field_.get("/Parent"))
    return None


def _is_true(value: Any) -> bool:
    return getattr(_plain(value), "value", False) is True


def _plain(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _dictionary(value: Any) -> Any:
    plain = _plain(value)
    return plain if isinstance(plain, dict) else {}


def _unit(stated: Any) -> float:
    try:
        unit = float(stated.get_object()) if stated is not None else 1.0
    except (TypeError, ValueError, AttributeError):
        return 1.0
    return unit if 0 < unit <= _LARGEST_UNIT else 1.0
