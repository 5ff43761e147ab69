"""What others serve by HTTP, at URLs that callers named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from quire.domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Fetched:
    """`size` in bytes."""

    size: int


@dataclass(frozen=True, slots=True)
class NotFetched:
    """`again`: it may go better another time."""

    refusal: Refusal
    again: bool


@dataclass(frozen=True, slots=True)
class Posted:
    """An answer: its status, whatever that is, the first bytes of its body, and the milliseconds until it came."""

    status: int
    answer: bytes
    milliseconds: int


@dataclass(frozen=True, slots=True)
class NotPosted:
    """There was no answer, after so many milliseconds; `reason` never holds the URL."""

    reason: str
    milliseconds: int


class Web(Protocol):
    def fetch(self, url: str, path: Path, *, most_bytes: int, seconds: float) -> Fetched | NotFetched:
        """Write what the URL answers to `path`, as it comes. Redirects are followed; addresses that are not public are
        refused. Neither the answer nor an exception holds the URL."""
        ...

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, most_bytes: int, seconds: float
    ) -> Posted | NotPosted:
        """Send a body, and read at most so many bytes of the answer's. Redirects are answers like others; addresses
        that are not public are refused."""
        ...
