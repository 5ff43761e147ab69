"""Identifiers: UUIDv7 (RFC 9562), with a job's documents numbered inside the job's own id.

The low 16 bits of a job's id are zero; a document's id is the job's id plus its position + 1. So a document's id is a
UUID of its own, is known before its row is written, and leads back to its job without a lookup.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid

MOST_DOCUMENTS = 10_000
_POSITION_BITS = 16
_POSITION_MASK = (1 << _POSITION_BITS) - 1


def new_id(now_ms: int) -> str:
    """A UUIDv7 for the millisecond `now_ms`, as 36 characters."""
    return _uuid7(now_ms, secrets.randbits(74))


def new_job_id(now_ms: int) -> str:
    """A UUIDv7 whose low 16 bits are zero: room for the positions of its documents."""
    return _uuid7(now_ms, secrets.randbits(58) << _POSITION_BITS)


def derived_job_id(*facts: str) -> str:
    """A job id that is a pure function of `facts`: the same event delivered twice makes one job (UUIDv8)."""
    digest = int.from_bytes(hashlib.sha256("\x00".join(facts).encode()).digest()[:16], "big")
    value = (digest & ~_POSITION_MASK & ~(0xF << 76) & ~(0b11 << 62)) | (8 << 76) | (0b10 << 62)
    return str(uuid.UUID(int=value))


def derived_id(at_ms: int, *facts: str) -> str:
    """An id in the order of time that is a pure function of the millisecond `at_ms` and `facts` (UUIDv8)."""
    random = int.from_bytes(hashlib.sha256("\x00".join(facts).encode()).digest()[:16], "big")
    return str(uuid.UUID(int=_timed(at_ms, 8, random)))


def document_id(job_id: str, position: int) -> str:
    """The id of the job's document at `position` (0-based)."""
    if not 0 <= position < _POSITION_MASK:
        raise ValueError(f"position {position} is outside a job")
    return str(uuid.UUID(int=uuid.UUID(job_id).int + position + 1))


def locate(document_id: str) -> tuple[str, int]:
    """The (job id, position) that a document's id holds. ValueError when it is not a document's id."""
    value = uuid.UUID(document_id).int
    place = value & _POSITION_MASK
    if place == 0:
        raise ValueError("that is the id of a job")
    return str(uuid.UUID(int=value - place)), place - 1


def _uuid7(now_ms: int, random: int) -> str:
    return str(uuid.UUID(int=_timed(now_ms, 7, random)))


def _timed(now_ms: int, version: int, random: int) -> int:
    high = (now_ms & ((1 << 48) - 1)) << 80 | version << 76 | (random >> 62 & 0xFFF) << 64
    return high | 0b10 << 62 | random & ((1 << 62) - 1)
