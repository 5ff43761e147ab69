"""Which files are meant, and where the result of each goes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path, PurePath

PICTURED: Mapping[str, tuple[str, ...]] = {
    "PDF": (".pdf",),
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg"),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
    "HEIC": (".heic", ".heif"),
    "GIF": (".gif",),
    "BMP": (".bmp",),
}
"""Kinds whose pages have places, and how their files' names end. Text and tables are made of these only."""
FLOWING: Mapping[str, tuple[str, ...]] = {
    "TXT": (".txt",),
    "CSV": (".csv", ".tsv"),
    "HTML": (".html", ".htm"),
    "XML": (".xml",),
    "DOCX": (".docx",),
    "XLSX": (".xlsx",),
    "EML": (".eml",),
}
"""Further kinds that fields are filled from."""
KINDS: Mapping[str, tuple[str, ...]] = {**PICTURED, **FLOWING}
"""The service's own list, by its names; what is taken of a folder. A file that is named is sent whatever it is."""

_LONGEST_NAME = 255
_LONGEST_PATH = 4096
"""Bytes, where the system does not say (Linux, limits.h)."""
_DIGEST = 12
"""Hexadecimal digits: among a million shortened names two are alike once in 500 runs, and `find` would say so."""


class Unclear(Exception):
    """The message says which argument, and why."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file of a folder that is not sent."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """`places`: each file with the path that its result is written to."""

    places: dict[Path, Path]
    left_out: tuple[LeftOut, ...]


def find(arguments: Sequence[str], out: Path, kinds: Mapping[str, tuple[str, ...]] = KINDS) -> Chosen:
    """What is to be sent. An argument is a file, a folder, or a pattern such as `scans/**/*.pdf`. A result is written
    to `<file name>.json` under `out`, below the same folders as in a folder that was named; a name that is too long for
    the file system is cut, and told apart by a digest.

    Raises Unclear where an argument matches nothing, or a result has no place of its own."""
    found: dict[Path, Path] = {}
    left_out: list[LeftOut] = []
    for argument in arguments:
        ours, theirs = _matched(argument, out, kinds)
        if not ours:
            raise Unclear(_nothing(argument, theirs))
        found |= ours
        left_out += theirs
    longest_name, longest_path = _limits(out)
    taken: dict[Path, Path] = {}
    for path, inside in found.items():
        place = out.joinpath(*(shortened(part, longest_name) for part in inside.parts))
        if len(os.fsencode(place.absolute())) + _DIGEST > longest_path:
            raise Unclear(f"the result of {path} would have too long a path: choose an output folder higher up")
        other = taken.setdefault(place, path)
        if other.resolve() != path.resolve():
            raise Unclear(f"{other} and {path} would both be written to {place}: send them to folders of their own")
    return Chosen({path: place for place, path in taken.items()}, tuple(left_out))


def shortened(name: str, longest: int) -> str:
    """`name` where it has at most `longest` bytes; else its beginning, a digest of the whole, and its endings. The same
    name is always cut alike, so that a later run finds the result."""
    whole = os.fsencode(name)
    if len(whole) <= longest:
        return name
    # `.pdf.json` says what was read; an ending of many letters is none.
    ending = "".join(suffix for suffix in PurePath(name).suffixes[-2:] if len(suffix) <= 6)
    mark = f"~{hashlib.sha256(whole).hexdigest()[:_DIGEST]}"
    room = longest - len(os.fsencode(mark + ending))
    return whole[:room].decode("utf-8", errors="ignore") + mark + ending


def _limits(out: Path) -> tuple[int, int]:
    """Bytes of the longest name and path where the results go."""
    above = (out.absolute(), *out.absolute().parents)
    # `Path.is_dir` raises where the path itself is too long.
    there = next((folder for folder in above if os.path.isdir(folder)), Path.cwd())  # noqa: PTH112
    try:
        return os.pathconf(there, "PC_NAME_MAX"), os.pathconf(there, "PC_PATH_MAX")
    except (AttributeError, ValueError, OSError):  # Windows has no pathconf, some file systems no answer
        return _LONGEST_NAME, _LONGEST_PATH


def _matched(argument: str, out: Path, kinds: Mapping[str, tuple[str, ...]]) -> tuple[dict[Path, Path], list[LeftOut]]:
    path = Path(argument)
    if path.is_dir():
        return _of_folder(path, out.resolve(), kinds)
    if path.exists():
        return {path: _place(Path(path.name))}, []
    matches = map(Path, sorted(glob(argument, recursive=True)))  # noqa: PTH207 - it may be absolute
    return {match: _place(Path(match.name)) for match in matches if match.is_file()}, []


def _nothing(argument: str, left_out: Sequence[LeftOut]) -> str:
    """Why there is nothing to send."""
    if not Path(argument).is_dir():
        return f"{argument}: there is no such file or folder, and the pattern matches none"
    if not left_out:
        return f"{argument}: the folder holds no documents"
    reasons = "; ".join(sorted({one.reason for one in left_out}))
    return f"{argument}: nothing in the folder can be sent. Left out are {len(left_out)} files: {reasons}"


def _of_folder(folder: Path, out: Path, kinds: Mapping[str, tuple[str, ...]]) -> tuple[dict[Path, Path], list[LeftOut]]:
    suffixes = frozenset(suffix for endings in kinds.values() for suffix in endings)
    found: dict[Path, Path] = {}
    left_out: list[LeftOut] = []
    for inside in _files(folder, out):
        reason = _unfit(inside, folder, suffixes)
        if reason:
            left_out.append(LeftOut(inside, reason))
        else:
            found[inside] = _place(inside.relative_to(folder))
    return found, left_out


def _files(folder: Path, out: Path) -> Iterator[Path]:
    """All in it; results of an earlier run are no documents, and are not even named."""
    for inside in sorted(folder.rglob("*")):
        if inside.is_file() and (out == folder.resolve() or out not in inside.resolve().parents):
            yield inside


def _unfit(path: Path, folder: Path, suffixes: Collection[str]) -> str | None:
    """Why a file of a folder is not sent."""
    suffix = path.suffix.lower()
    if any(part.startswith(".") for part in path.relative_to(folder).parts):
        return "hidden"
    if suffix not in suffixes:
        known = any(suffix in endings for endings in KINDS.values())
        return (
            f"{suffix} needs a schema or an extractor"
            if known
            else f"{suffix or 'a name without an ending'} is not read"
        )
    return None if path.stat().st_size else "empty"


def _place(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
