"""The one exception of untrusted input."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "unsupported_input", "extraction_failed", "page_limit_exceeded", "password_required", "document_too_complex"
]


class Broken(Exception):
    """This document cannot be read, and `kind` says why: the document's fault, not ours, so trying again is useless."""

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind: Kind = kind
        self.message = message

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"
