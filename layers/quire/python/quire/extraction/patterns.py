"""JSON Schema's `pattern`, checked in linear time: pydantic's engine has no backtracking that a schema could abuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Annotated, Any

from pydantic import StringConstraints, TypeAdapter
from pydantic_core import SchemaError

from quire.reading.model import Word

UUID = r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_LONGEST_PATTERN = 1000
_MOST_WORDS = 6  # that a value with a pattern has


def fits(pattern: str | None, value: Any) -> bool:
    """Whether a text has the pattern somewhere in it; without a pattern, or with one that cannot be read, it has."""
    return pattern is None or _check(pattern)(value)


@lru_cache(maxsize=256)
def _check(pattern: str) -> Callable[[Any], bool]:
    if len(pattern) > _LONGEST_PATTERN:
        return lambda _: True
    try:
        return TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)]).validator.isinstance_python
    except SchemaError:  # a look-around, which linear time excludes, or no pattern at all
        return lambda _: True


def spans(pattern: str, words: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
    """The shortest runs of words (first, one past the last) that have the pattern, each with its text."""
    check = _check(pattern)
    for first in range(len(words)):
        for last in range(first + 1, min(first + _MOST_WORDS, len(words)) + 1):
            text = " ".join(word.text for word in words[first:last])
            form = next((form for form in _forms(text) if check(form)), None)
            if form is not None:
                yield first, last, form
                break


def _forms(text: str) -> Iterator[str]:
    """As printed, without the punctuation around it, and without a label that a colon ties to it."""
    yield text
    bare = text.strip(" .,;:()[]\"'“”*")
    if bare != text:
        yield bare
    tail = bare.rpartition(":")[2].rpartition("#")[2]
    if tail != bare:
        yield tail
