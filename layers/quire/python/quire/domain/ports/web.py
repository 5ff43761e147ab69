"""What others serve by HTTP, at URLs that callers named."""

from __future__ import annotations

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


class Web(Protocol):
    def fetch(self, url: str, path: Path, *, most_bytes: int, seconds: float) -> Fetched | NotFetched:
        """Write what the URL answers to `path`, as it comes. Redirects are followed; addresses that are not public are
        refused. Neither the answer nor an exception holds the URL."""
        ...
