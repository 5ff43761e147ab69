"""Zips of parts (Word, Excel), looked at before anything is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from quire.reading.broken import Broken

_MOST_PARTS = 10_000
# What a writer really unpacks to; zipfile reads no further than what a part says of its own size.
_MOST_BYTES = 512 << 20
_ENCRYPTED = 0x1


def checked(path: Path) -> None:
    """Nothing, when the zip can be read and unpacks to something of this world.

    Raises:
        Broken: document_too_complex (a bomb), extraction_failed (no zip, or damaged), password_required.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise Broken("extraction_failed", "the file is damaged: it is no zip of parts") from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise Broken("document_too_complex", f"the file unpacks to more than {_MOST_BYTES >> 20} MB")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise Broken("password_required", "the file's parts are encrypted: save it without a password")
