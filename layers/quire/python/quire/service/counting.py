"""Files whose bytes are at hand: what they are and how many pages they have, before a job is made of them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quire.domain.document import MOST_PAGES
from quire.domain.refusal import Kind, Refusal
from quire.reading import sandbox
from quire.reading.media import Accepted, Media, sniff_file
from quire.service.inspect import refusal_of


@dataclass(frozen=True, slots=True)
class Counted:
    """What a file's bytes are, whatever its name says, and its pages."""

    media: Media
    pages: int


def count_pages(files: Sequence[tuple[str | None, bytes]], accepted: Accepted) -> list[Counted] | Refusal:
    """Each file's (name, bytes) counted, without a password; or the refusal of the first that cannot be, with its
    position (0-based) as `details["file"]`: as Inspect would refuse its document later."""
    kinds: list[Media] = []
    with tempfile.TemporaryDirectory() as folder:
        paths: list[Path] = []
        for position, (name, body) in enumerate(files):
            path = Path(folder) / str(position)
            path.write_bytes(body)
            media = sniff_file(path, name)
            if media is None or media not in accepted.media:
                message = f"The bytes of {_called(name, position)} are not a {accepted.named}, whatever its name says."
                return Refusal(Kind.UNSUPPORTED_INPUT, message, {"file": position})
            paths.append(path)
            kinds.append(media)
        found = sandbox.inspect_each(list(zip(paths, kinds, strict=True)), most_pages=MOST_PAGES)
    counted: list[Counted] = []
    for position, (media, one) in enumerate(zip(kinds, found, strict=True)):
        if isinstance(one, sandbox.Broken):
            refusal = refusal_of(one)
            message = f"{_called(files[position][0], position)}: {refusal.message}"
            return Refusal(refusal.kind, message, {"file": position})
        counted.append(Counted(media, one.pages))
    return counted


def _called(name: str | None, position: int) -> str:
    return name or f"file {position + 1}"
