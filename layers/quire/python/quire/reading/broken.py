"""The one exception of untrusted input."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "unsupported_input", "extraction_failed", "page_limit_exceeded", "password_required", "document_too_complex"
]


_WHAT_TO_DO: Mapping[Kind, str] = {
    "unsupported_input": "send it as a plain PDF",
    "extraction_failed": "save it anew, or print it to a PDF, and send that",
    "page_limit_exceeded": "split it",
    "password_required": "send its password with it, or save it without one",
    "document_too_complex": "split it, or print it to a plain PDF, and send that",
}


class Broken(Exception):
    """This document cannot be read, and `kind` says why: the document's fault, not ours, so trying again is useless.

    `message` says what is wrong and, after a colon, what to do about it where that is more than the usual.
    """

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind: Kind = kind
        self.message = message

    @property
    def advice(self) -> str:
        """What is wrong and what to do about it, for the caller."""
        return self.message if ": " in self.message else f"{self.message}: {_WHAT_TO_DO[self.kind]}"

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
