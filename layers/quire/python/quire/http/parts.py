"""The parts of a multipart body (RFC 7578): how a file is named, and what is wrong where they cannot be told apart."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import multipart

from quire.domain.file import plain_name

_MOST_PARTS = 96
_MOST_FIELD_BYTES = 1024 * 1024
_EXTENDED = re.compile(r";\s*filename\*\s*=\s*\"?(utf-8|iso-8859-1)'[^']*'([^\s;\"]+)", re.IGNORECASE)
"""A name in the form of RFC 8187 (before: RFC 5987), in quotes too, which some clients put around it."""


def parts_of(body: bytes, boundary: str) -> Iterator[Any]:
    """`multipart.MultipartPart`s, in memory as the body is. MultipartError."""
    return iter(
        multipart.MultipartParser(
            io.BytesIO(body),
            boundary,
            content_length=len(body),
            part_limit=_MOST_PARTS,
            spool_limit=len(body) + 1,
            memory_limit=len(body) + _MOST_FIELD_BYTES,
        )
    )


def is_file(part: Any) -> bool:
    return part.filename is not None or _extended(part) is not None


def name_of(part: Any) -> str | None:
    """A file's name, without a path; None where it has none. Where it is said twice, the form that can say any
    character counts (RFC 6266, 4.3)."""
    return plain_name(_extended(part) or part.filename)


def _extended(part: Any) -> str | None:
    said = _EXTENDED.search(part.headers.get("Content-Disposition", ""))
    return unquote(said[2], encoding=said[1], errors="replace") if said else None


def malformed(body: bytes, boundary: str) -> str:
    """What is wrong with a body that cannot be parsed, in words that lead to the mistake."""
    delimiter = b"--" + boundary.encode(errors="replace")
    if delimiter not in body:
        return "The multipart body is malformed: the boundary that Content-Type names is not in it."
    if re.search(rb"(?<!\r)\n" + re.escape(delimiter), body) or re.match(re.escape(delimiter) + rb"(--)?\n", body):
        return "The multipart body is malformed: its lines end with LF alone, and must end with CRLF."
    if delimiter + b"--" not in body:
        return "The multipart body is malformed: the final boundary is missing, so the body was cut off or never ended."
    return "The multipart body is malformed."
