"""The console's words: how its page and its API say a refusal, a time and a page of a list.

No hosted service speaks this contract: it is what the page at `/console` asks for, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field

from quire.domain.cursor import MOST_CHARACTERS
from quire.domain.rate import Rate
from quire.domain.refusal import Kind, Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.ids import plain_uuid
from quire.http.statuses import STATUS
from quire.http.times import say_time

NAME = "console"
Item = TypeVar("Item")


class Paging(BaseModel):
    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=MOST_CHARACTERS)


class Page(BaseModel, Generic[Item]):
    """A page of a list; `next_cursor` leads to the next one, null after the last."""

    items: list[Item]
    next_cursor: str | None = None


class ErrorBody(BaseModel):
    """`code` is the kind of the refusal; `details` name wrong fields."""

    code: str
    message: str
    details: dict[str, Any] = Field(default_factory=dict)


class ErrorEnvelope(BaseModel):
    error: ErrorBody


def say_refusal(refusal: Refusal) -> Answer:
    """`{"error": {"code", "message", "details"}}`"""
    said = dict(refusal.details)
    allow = said.pop("allow", None)
    body = ErrorBody(code=refusal.kind.value, message=refusal.message, details=said)
    return Answer(STATUS[refusal.kind], ErrorEnvelope(error=body), {"allow": str(allow)} if allow else {})


class Words:
    """What all routes of the console share of `quire.http.edge.Contract`."""

    name = NAME
    rate = Rate(600)

    def credential(self, headers: Mapping[str, str]) -> str | None:
        kind, _, key = headers.get("authorization", "").partition(" ")
        return key if kind.lower() == "bearer" else None

    def refuse(self, refusal: Refusal) -> Answer:
        return say_refusal(refusal)

    limits = staticmethod(edge.limits_from_now)


def time_or_none(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else say_time(milliseconds)


def known_id(said: str, kind: Kind, what: str) -> str | Refusal:
    """One of our ids, or the refusal of one that we never wrote."""
    return plain_uuid(said) or Refusal(kind, f"There is no such {what}.")
