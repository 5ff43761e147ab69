"""Configuration objects whose members are all known: one that is misspelt would be thrown away, and the work done and
charged without it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

UNKNOWN = "unknown_member"
"""The type of the error in a refusal's details."""
_MOST_NAMED, _MOST_CHARACTERS = 5, 60
"""Of a caller's names in one message."""


class Closed(BaseModel):
    """Refuses members that it has not, by their names; where one is near to a known one, that is said, too."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _all_known(cls, said: Any) -> Any:
        if isinstance(said, dict):
            aliases = {name: field.alias or name for name, field in cls.model_fields.items()}
            unknown = [str(name) for name in said if name not in aliases and name not in aliases.values()]
            if unknown:
                raise PydanticCustomError(UNKNOWN, "{why}", {"why": _why(unknown, aliases.values())})
        return said


def _why(unknown: list[str], known: Iterable[str]) -> str:
    names = ", ".join(_named(name, list(known)) for name in unknown[:_MOST_NAMED])
    return f"There is no such member: {names}{' and more' if len(unknown) > _MOST_NAMED else ''}"


def _named(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    shown = f"`{name[:_MOST_CHARACTERS]}`"
    return f"{shown} (is `{near[0]}` meant?)" if near else shown
