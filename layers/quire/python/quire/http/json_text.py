"""JSON that a caller sent, bounded before it is parsed: how deep it is, and that it is JSON (RFC 8259) of numbers that
we can keep and say again. Python's own parser would take NaN and half of a surrogate pair, and recurse without end."""

from __future__ import annotations

import re
from typing import Any

from pydantic_core import from_json

MOST_DEPTH = 32
MOST_DIGITS = 308
"""Of a whole number: what JSON's readers, which have doubles, can hold."""

# Possessive: each byte is looked at once, whatever a caller leaves open.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NO_NUMBER = re.compile(rb"NaN|Infinity")
_LONG = re.compile(rb"(?<!\d)\d{%d}" % (MOST_DIGITS + 1))
_EXPONENT = re.compile(rb"(?<![\d.])\d++(?:\.\d++)?[eE]\+?\d++")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Unbounded(ValueError):
    """JSON that we do not parse; `error` is the kind of it, as pydantic names such."""

    def __init__(self, message: str, error: str) -> None:
        super().__init__(message)
        self.error = error


def check_bounds(text: bytes) -> None:
    """Unbounded where it is nested too deep, or holds a number that is none. Whether it is JSON else is the parser's to
    say."""
    bare = _STRING.sub(b'""', text)
    if _depth(bare) > MOST_DEPTH:
        raise Unbounded(f"The JSON is nested deeper than {MOST_DEPTH}.", "json_too_deep")
    infinite = (float(found[0]) == float("inf") for found in _EXPONENT.finditer(bare))
    if _NO_NUMBER.search(bare) or _LONG.search(bare) or any(infinite):
        raise Unbounded("The JSON holds a number that is none, or too large.", "json_number")


def loads(text: str) -> Any:
    """What a text inside a request says in JSON. ValueError."""
    body = text.encode()
    check_bounds(body)
    return from_json(body, allow_inf_nan=False)


def _depth(bare: bytes) -> int:
    depth = deepest = 0
    for byte in bare.translate(None, delete=_NOT_BRACKETS):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
