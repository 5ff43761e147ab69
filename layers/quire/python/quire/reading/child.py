"""The sandbox's child process: one task on untrusted files, under limits, its outcome as JSON on standard output.

`python -m quire.reading.child`, with the task as one line of JSON on standard input: {"task", "memory", "seconds", …its
arguments}. A child whose file is elsewhere says {"want": [start, length]} and is given as many bytes on standard input.
Each task imports the one library that it needs, so that the child starts quickly.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quire.reading.broken import Broken, is_ours
from quire.reading.media import FLOWING, Media
from quire.reading.ranges import BLOCK, Remote

if TYPE_CHECKING:
    from quire.reading.images import Measured

# With the document itself (150 MB), two of them fit into a function's /tmp: a document is stopped, not the machine.
_LARGEST_FILE = 176 << 20
_LIMITS = (errno.ENOMEM, errno.EFBIG)  # how the system says that a limit of ours was met


def _inspect(path: str, media: str, password: str | None, most_pages: int) -> dict[str, Any]:
    if media == Media.PDF:
        from quire.reading.pdf.count import count_pages

        pages, encrypted = count_pages(Path(path), password, most_pages)
        return {"pages": pages, "encrypted": encrypted, "side_px": None, "sizes": []}
    if media in FLOWING:
        from quire.reading.formats import files

        pages = files.count_pages(Path(path), Media(media), password, most_pages)
        return {"pages": pages, "encrypted": False, "side_px": None, "sizes": []}
    from quire.reading.images import measure

    with Path(path).open("rb") as file:
        return _of_image(measure(file, Media(media), most_pages))


def _of_image(image: Measured) -> dict[str, Any]:
    return {"pages": len(image.sizes), "encrypted": False, **asdict(image)}


def _glance(size: int, media: str, password: str | None, most_pages: int) -> dict[str, Any] | None:
    with io.BufferedReader(Remote(_fetched, size), BLOCK) as file:
        if media == Media.PDF:
            from quire.reading.pdf.count import stated_pages

            stated = stated_pages(file, password)
            if stated is None or stated[0] > most_pages:
                return None
            return {"pages": stated[0], "encrypted": stated[1], "side_px": None, "sizes": []}
        from quire.reading.images import measure

        return _of_image(measure(file, Media(media), most_pages, to_its_end=False))


def _fetched(start: int, length: int) -> bytes:
    _say({"want": [start, length]})
    return sys.stdin.buffer.read(length)


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _inspect_each(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_answer(_inspect, file) for file in files]


def _read_text(path: str, out_path: str, media: str, password: str | None, pages: list[int] | None) -> dict[str, Any]:
    if media in FLOWING:
        from quire.reading.formats.files import read_pages

        return {"sizes": read_pages(Path(path), Path(out_path), Media(media), password, pages), "faults": {}}
    from quire.reading.pdf.text import read_text

    sizes, faults, attachments = read_text(Path(path), Path(out_path), password, pages)
    return {"sizes": sizes, "faults": faults, "attachments": attachments}


def _cut_pages(path: str, media: str, cuts: dict[str, list[int]], password: str | None) -> dict[str, Any]:
    wanted = {Path(out_path): pages for out_path, pages in cuts.items()}
    if media == Media.PDF:
        from quire.reading.pdf.cut import cut_pages

        cut_pages(Path(path), wanted, password)
    else:
        from quire.reading.images import bind

        for out_path, pages in wanted.items():
            bind(Path(path), Media(media), out_path, pages)
    return {}


def _fit_image(path: str, media: str, out_path: str, most_side: int, most_bytes: int) -> dict[str, Any]:
    from quire.reading.images import fit

    return {"side_px": fit(Path(path), Media(media), Path(out_path), most_side, most_bytes)}


def _take_pictures(path: str, out_path: str, media: str, looks: list[Any], password: str | None) -> dict[str, Any]:
    from quire.reading.picture_files import take_pictures
    from quire.reading.pictures import looks_of

    take_pictures(Path(path), Media(media), Path(out_path), looks_of(looks), password)
    return {}


def _draw_pages(path: str, media: str, pages: dict[str, int], width: int, password: str | None) -> dict[str, Any]:
    from quire.reading.page_images import draw_pages

    draw_pages(Path(path), Media(media), {Path(out): number for out, number in pages.items()}, width, password)
    return {}


_TASKS: dict[str, Callable[..., Any]] = {
    "inspect": _inspect,
    "glance": _glance,
    "inspect_each": _inspect_each,
    "read_text": _read_text,
    "cut_pages": _cut_pages,
    "fit_image": _fit_image,
    "take_pictures": _take_pictures,
    "draw_pages": _draw_pages,
}


def limit(memory: int, seconds: int) -> None:
    """Cap this process: bytes of address space, seconds of CPU; no core dump, no file above 1 GiB."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses a limit on memory
            resource.setrlimit(what, (most, most))


def _answer(task: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """Do it; whatever goes wrong with the document, short of a crash, is an answer too."""
    try:
        return {"done": task(**arguments)}
    except Broken as broken:
        return {"broken": [broken.kind, broken.message]}
    except MemoryError:
        return {"broken": ["document_too_complex", "the document needs too much memory"]}
    except Exception as error:  # hostile input finds every bug of a parser: it costs the document, not the caller
        if is_ours(error):
            raise
        if isinstance(error, OSError) and error.errno in _LIMITS:
            return {"broken": ["document_too_complex", "the document needs too much room"]}
        return {"broken": ["extraction_failed", f"the document cannot be read ({type(error).__name__})"]}


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline())
    limit(order.pop("memory"), order.pop("seconds"))
    _say(_answer(_TASKS[order.pop("task")], order))


if __name__ == "__main__":
    main()
