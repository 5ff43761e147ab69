"""What the server and its OCR workers say to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Task:
    """What to do with the document at `path`: count its pages (`page` 0), or read one page (from 1)."""

    path: str
    page: int = 0
    features: Sequence[str] = ()
    queries: Sequence[dict[str, Any]] = ()
    number: int | None = None


@dataclass(frozen=True)
class Done:
    """The outcome: pages or blocks, or the code and message of a refusal; and the memory in use, in bytes."""

    pages: int = 0
    blocks: list[dict[str, Any]] = field(default_factory=list)
    refusal: tuple[str, str] | None = None
    memory: int = 0
