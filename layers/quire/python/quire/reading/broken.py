"""The one exception of untrusted input."""

from __future__ import annotations

import errno
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


_OURS = frozenset(
    (errno.EACCES, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOENT, errno.ENOSPC, errno.EROFS)
)


def is_ours(error: Exception) -> bool:
    """Whether an exception is the machine's fault, not the document's: no disk, no library. Trying again may help.

    A parser raises OSError on damaged files too, so its number decides.
    """
    return isinstance(error, ImportError) or (isinstance(error, OSError) and error.errno in _OURS)
