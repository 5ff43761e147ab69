"""A review as the console shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, JsonValue

from functions.api_console.contract import time_or_none
from quire.domain.document import Review, Verdict
from quire.http.times import say_time


class Edit(BaseModel):
    path: str
    before: JsonValue
    after: JsonValue


class ReviewShown(BaseModel):
    """`flagged` fields are less sure than `threshold` percent. Without a `verdict` until `deadline` the document fails.
    `first` is the data as it was extracted, where a person changed it."""

    threshold: int
    flagged: list[str]
    since: str
    deadline: str
    verdict: Verdict | None
    decided_at: str | None
    decided_by: str | None
    edits: list[Edit]
    first: list[JsonValue] | None


def say_review(review: Review, first: Mapping[str, Any], output: Mapping[str, Any]) -> ReviewShown:
    """`first` as it was extracted, and the `output` that counts now."""
    decision = review.decision
    edits = [Edit(path=edit["path"], before=edit["before"], after=edit["after"]) for edit in output.get("edits", ())]
    return ReviewShown(
        threshold=review.threshold,
        flagged=list(first.get("flagged", ())),
        since=say_time(review.since),
        deadline=say_time(review.deadline),
        verdict=decision.verdict if decision else None,
        decided_at=time_or_none(decision.at if decision else None),
        decided_by=decision.by if decision else None,
        edits=edits,
        first=[part["data"] for part in first.get("parts", ())] if edits else None,
    )
