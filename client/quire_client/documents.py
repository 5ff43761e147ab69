"""Which files are meant, and where the result of each goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from glob import glob
from pathlib import Path

SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".heic", ".gif", ".bmp"})
"""What is taken of a folder; a file that is named is sent whatever it is called."""


class Unclear(Exception):
    """The message says which argument, and why."""


def find(arguments: Sequence[str]) -> dict[Path, Path]:
    """Each file with the place of its result under the output folder: `<file name>.json`, below the same folders as in
    a folder that was named. An argument is a file, a folder, or a pattern such as `scans/**/*.pdf`.

    Raises Unclear where an argument matches nothing, or two results would have one place."""
    found: dict[Path, Path] = {}
    for argument in arguments:
        ours = dict(_matched(argument))
        if not ours:
            raise Unclear(f"{argument} is no file, holds no document and matches none")
        found |= ours
    taken: dict[Path, Path] = {}
    for path, place in found.items():
        other = taken.setdefault(place, path)
        if other.resolve() != path.resolve():
            raise Unclear(f"{other} and {path} would both be written to {place}: send them to folders of their own")
    return {path: place for place, path in taken.items()}


def _matched(argument: str) -> Iterator[tuple[Path, Path]]:
    path = Path(argument)
    if path.is_dir():
        for inside in sorted(path.rglob("*")):
            if inside.suffix.lower() in SUFFIXES and inside.is_file():
                yield inside, _place(inside.relative_to(path))
    elif path.exists():
        yield path, _place(Path(path.name))
    else:
        for match in map(Path, sorted(glob(argument, recursive=True))):  # noqa: PTH207 - it may be absolute
            if match.is_file():
                yield match, _place(Path(match.name))


def _place(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
