"""Frozen dataclasses that are quick to make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def quick(fields: type[T]) -> type[T]:
    """A dataclass with slots that is frozen for the type checker only: made in a third of the time.

    A page has thousands of words, and a frozen dataclass sets each field by a call.
    """
    return dataclass(slots=True, unsafe_hash=True)(fields)
