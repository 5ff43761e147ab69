"""Frozen dataclasses that are quick to make."""

from __future__ import annotations

from dataclasses import MISSING, field, fields, make_dataclass
from typing import Any, TypeVar

T = TypeVar("T")


def quick(frozen: type[T]) -> type[T]:
    """The frozen dataclass, with the constructor of one that is not: made in a third of the time.

    A page has thousands of words, and a frozen dataclass sets each field by a call. For the type checker it stays
    frozen; only at run time nothing stops an assignment any more.
    """
    names: list[Any] = [
        (part.name, Any) if part.default is MISSING else (part.name, Any, field(default=part.default))
        for part in fields(frozen)  # type: ignore[arg-type]
    ]
    frozen.__init__ = make_dataclass("Plain", names).__init__  # type: ignore[method-assign, misc]
    del frozen.__setattr__, frozen.__delattr__
    return frozen
