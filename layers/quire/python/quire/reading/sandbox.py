"""Untrusted files are parsed in a child process under limits: a crash or a bomb costs the document, not the caller.

PDFium aborts the process when memory runs out (a file of 14 KB can ask for 8 GB), so an exception handler is not
enough. The child is a fresh interpreter: a threaded parent must not fork, and Lambda has no shared memory for a pool.
It gets no credentials: of the environment only what finding its libraries takes. So it cannot fetch: of a file that is
elsewhere it asks its parent for ranges. What it leaves behind goes with a folder of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quire.reading.broken import Broken
from quire.reading.media import Media
from quire.reading.pictures import Looks, looks_to_plain
from quire.reading.ranges import Fetch

__all__ = [
    "Broken",
    "Inspection",
    "TextLayer",
    "cut_pages",
    "draw_pages",
    "fit_image",
    "glance",
    "inspect",
    "inspect_each",
    "read_text",
    "take_pictures",
]

_MEMORY = 1536 << 20  # bytes of address space
_OURS = 256 << 20  # bytes left to the calling process where it shares a Lambda function's memory
# Seconds by the clock; the same again of CPU. Read: 1,000 dense pages take some tens of seconds.
_INSPECT_SECONDS = 60
_READ_SECONDS = 300
_CUT_SECONDS = 120
_FIT_SECONDS = 120
_TAKE_SECONDS = 240
_DRAW_SECONDS = 20
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG", "HOME")
_LONGEST_LINE = 64 << 20  # bytes that a child says at once; a thousand pages take some 100 KB


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is.

    Attributes:
        pages: of a PDF, frames of a TIFF, sheets that show, what breaks part (see `formats.files`), else 1.
        encrypted: needs a password, or only restricts what may be done (opened without one).
        side_px: an image's width and height as it shows (a TIFF's first frame), else None.
        sizes: an image's pages' width and height in points, else empty (see `read_text`).
        as_stored: whether Textract can be given the file as it is: see `images.Measured`.
        left_out: frames of a moving picture beyond its first.
    """

    pages: int
    encrypted: bool
    side_px: tuple[int, int] | None
    sizes: list[tuple[float, float]]
    as_stored: bool = True
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class TextLayer:
    """Which pages were read from their text layer.

    Attributes:
        sound: numbers of the pages whose text layer is all.
        unsound: numbers of those that need OCR; one whose layer is sound and not all is written nevertheless.
        sizes: width and height in points, as displayed, of all of them.
        faults: why each unsound page is; for logs.
        attachments: how many files are attached to the PDF, which are on none of its pages.
    """

    sound: list[int]
    unsound: list[int]
    sizes: dict[int, tuple[float, float]]
    faults: dict[int, str]
    attachments: int = 0


def inspect(path: str | Path, media: Media, password: str | None = None, most_pages: int = 1000) -> Inspection:
    """Count pages and measure images, truthfully.

    Raises:
        Broken: unsupported_input, extraction_failed, page_limit_exceeded (more than `most_pages`), password_required
            (also when `password` is wrong), document_too_complex.
    """
    order = _to_inspect(path, media, password, most_pages)
    return _inspection(_run("inspect", _INSPECT_SECONDS, **order))


def glance(
    fetch: Fetch, size: int, media: Media, password: str | None = None, most_pages: int = 1000
) -> Inspection | None:
    """As `inspect` for a PDF or an image of which only some ranges are read, by its own word for the number of pages.

    None: only the whole file tells, as where it is damaged, or says that it has more than `most_pages`. What a PDF
    says may be a lie, and an image may end early: look at the whole before the number of pages costs anything.

    Args:
        fetch: ranges of the file; what it raises comes out of here.
        size: of the file, in bytes.

    Raises:
        Broken: password_required (also when `password` is wrong), unsupported_input, document_too_complex.
    """
    order = {"size": size, "media": str(media), "password": password, "most_pages": most_pages}
    done = _run("glance", _INSPECT_SECONDS, fetch, **order)
    return None if done is None else _inspection(done)


def inspect_each(
    files: Sequence[tuple[Path, Media]], seconds: float = 20, most_pages: int = 1000
) -> list[Inspection | Broken]:
    """As `inspect` for several small files in one child, which is started once; in `seconds`, all together.

    One that breaks the child breaks them all: they are then inspected one by one, while the time lasts.
    """
    ends_at = time.monotonic() + seconds
    orders = [_to_inspect(path, media, None, most_pages) for path, media in files]
    try:
        each = _run("inspect_each", seconds, files=orders)
    except Broken:
        return [_inspected(order, ends_at - time.monotonic()) for order in orders]
    return [Broken(*one["broken"]) if "broken" in one else _inspection(one["done"]) for one in each]


def _inspected(order: dict[str, Any], seconds: float) -> Inspection | Broken:
    if seconds < 1:
        return Broken("document_too_complex", "the documents take too long to read")
    try:
        return _inspection(_run("inspect", seconds, **order))
    except Broken as broken:
        return broken


def _to_inspect(path: str | Path, media: Media, password: str | None, most_pages: int) -> dict[str, Any]:
    return {"path": str(path), "media": str(media), "password": password, "most_pages": most_pages}


def _inspection(done: dict[str, Any]) -> Inspection:
    side = done["side_px"]
    return Inspection(
        pages=done["pages"],
        encrypted=done["encrypted"],
        side_px=None if side is None else (side[0], side[1]),
        sizes=[(width, height) for width, height in done["sizes"]],
        as_stored=done.get("as_stored", True),
        left_out=done.get("left_out", 0),
    )


def read_text(
    path: str | Path,
    out_path: str | Path,
    password: str | None = None,
    pages: Sequence[int] | None = None,
    media: Media = Media.PDF,
) -> TextLayer:
    """Write the pages of a PDF whose text layer is sound (`soundness`) to `out_path` as JSON Lines (`model.from_json`),
    with those that OCR must read as well (`Page.unread`).

    All pages of a file without places (`media.FLOWING`) are sound.

    Args:
        path: the PDF, or another file with text.
        out_path: is written anew; its pages come in the order of `pages`.
        password: opens it.
        pages: numbers from 1; None for all that the PDF says it has: give those that `inspect` counted.
        media: what the file is.

    Raises:
        Broken: extraction_failed (a page cannot be opened), password_required, unsupported_input, document_too_complex.
    """
    numbers = None if pages is None else list(pages)
    done = _run(
        "read_text",
        _READ_SECONDS,
        path=str(path),
        out_path=str(out_path),
        media=str(media),
        password=password,
        pages=numbers,
    )
    sizes = {int(number): (size[0], size[1]) for number, size in done["sizes"].items()}
    faults = {int(number): reason for number, reason in done["faults"].items()}
    sound = [number for number in sizes if number not in faults]
    return TextLayer(sound, list(faults), sizes, faults, done.get("attachments", 0))


def cut_pages(path: str | Path, media: Media, cuts: Mapping[Path, Sequence[int]], password: str | None = None) -> None:
    """Write to each path of `cuts` a PDF of only its pages (numbers from 1, in this order), without security.

    An image's pages are its frames.

    Raises:
        Broken: extraction_failed, password_required, unsupported_input, document_too_complex.
    """
    wanted = {str(out_path): list(pages) for out_path, pages in cuts.items()}
    _run("cut_pages", _CUT_SECONDS, path=str(path), media=str(media), cuts=wanted, password=password)


def fit_image(
    path: str | Path,
    media: Media,
    out_path: str | Path,
    most_side: int = 10_000,
    most_bytes: int = 10 * 1024 * 1024,
) -> tuple[int, int]:
    """Write an upright JPEG of an image that Textract does not take as it is: of another kind, turned by its metadata,
    or too large (guide, "Quotas": 10 MB and 10,000 pixels a side).

    Boxes are ratios of the page, so those of the copy hold for the original. Returns the copy's sides in pixels.

    Raises:
        Broken: extraction_failed, document_too_complex.
    """
    done = _run(
        "fit_image",
        _FIT_SECONDS,
        path=str(path),
        media=str(media),
        out_path=str(out_path),
        most_side=most_side,
        most_bytes=most_bytes,
    )
    return done["side_px"][0], done["side_px"][1]


def take_pictures(
    path: str | Path, media: Media, out_path: str | Path, looks: Looks, password: str | None = None
) -> None:
    """Write the pictures on the pages of `looks` to `out_path` as JSON Lines (`pictures.from_json`), page by page.

    Of a PDF its own images; of scans, and of image files, the figures that are named. At most `pictures.MOST_OF_PAGE`
    of a page and `MOST_OF_DOCUMENT`, each of at most `MOST_SIDE` pixels a side and `MOST_BYTES`.

    Raises:
        Broken: extraction_failed, password_required, document_too_complex.
    """
    _run(
        "take_pictures",
        _TAKE_SECONDS,
        path=str(path),
        out_path=str(out_path),
        media=str(media),
        looks=looks_to_plain(looks),
        password=password,
    )


def draw_pages(
    path: str | Path, media: Media, pages: Mapping[Path, int], width: int, password: str | None = None
) -> None:
    """Write a JPEG of each page (numbers from 1), at most `width` pixels wide, turned as boxes count it.

    One after the other, whole or not at all: those before one that is broken are there.

    Raises:
        Broken: extraction_failed, password_required, document_too_complex.
    """
    wanted = {str(out_path): number for out_path, number in pages.items()}
    _run("draw_pages", _DRAW_SECONDS, path=str(path), media=str(media), pages=wanted, width=width, password=password)


def _memory() -> int:
    """The child's limit: above the function's own memory Lambda would end the caller with it."""
    function = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")  # MB
    return min(_MEMORY, (int(function) << 20) - _OURS) if function else _MEMORY


def _run(task: str, seconds: float, fetch: Fetch | None = None, **arguments: Any) -> Any:
    """Do one task in a child (arguments on its standard input: a password must not show in the list of processes).

    Raises:
        Broken: what the child says of the document, or that the document ended it.
        RuntimeError: the child could not do its work: no disk, no library. Worth another try.
    """
    order = {"task": task, "memory": _memory(), "seconds": int(seconds) + 1, **arguments}
    expired = threading.Event()
    with _child() as child:

        def expire() -> None:
            expired.set()
            child.kill()

        clock = threading.Timer(seconds, expire)
        clock.start()
        try:
            answer = _answer(child, order, fetch)
            if answer:
                child.kill()  # its libraries take their time to go
            code = child.wait()
        finally:
            clock.cancel()
    if not answer and expired.is_set():
        raise Broken("document_too_complex", f"the document takes longer than {seconds:g} s to read")
    if not answer and code < 0:  # aborted by PDFium for want of memory, stopped by a limit, or crashed
        raise Broken("document_too_complex", f"the document cannot be read within limits ({code})")
    if not answer:  # it did not get as far as the document
        raise RuntimeError(f"the reading child failed ({code})")
    if "broken" in answer:
        raise Broken(*answer["broken"])
    return answer["done"]


@contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    """A fresh interpreter in a folder of its own, both gone afterwards, whatever happens."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    # Stopped, a child cannot tidy up; what it left would fill the disk for all that come after.
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "quire.reading.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "TMPDIR": folder},
            cwd=folder,
        )
        try:
            yield child
        finally:
            child.kill()
            with suppress(BrokenPipeError), child:  # closes its pipes, and waits
                pass


def _answer(child: subprocess.Popen[bytes], order: dict[str, Any], fetch: Fetch | None) -> dict[str, Any]:
    """Tell the child what to do and bring what it asks for; its answer, empty when it ended without one."""
    said = json.dumps(order).encode() + b"\n"
    while _sent(child, said):
        line = _heard(child)
        if fetch is None or "want" not in line:
            return line
        start, length = line["want"]
        said = fetch(start, length)
    return {}


def _sent(child: subprocess.Popen[bytes], content: bytes) -> bool:
    pipe = child.stdin
    if pipe is None:
        raise TypeError("no pipe to the child")
    try:
        pipe.write(content)
        pipe.flush()
    except BrokenPipeError:
        return False
    return True


def _heard(child: subprocess.Popen[bytes]) -> dict[str, Any]:
    if child.stdout is None:
        raise TypeError("no pipe from the child")
    try:
        heard: dict[str, Any] = json.loads(child.stdout.readline(_LONGEST_LINE) or b"{}")
    except ValueError:  # a document's words: nothing that our code says
        child.kill()
        return {}
    return heard
