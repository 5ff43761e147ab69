"""What may lie in a file beside other documents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document that a caller expects, with what tells it apart."""

    name: str
    description: str = ""
