"""What the state machine's tasks say to each other: small, ids and counts only, never text of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quire.domain.document import Document, DocumentStatus
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal

Outcome = dict[str, Any]


def go_on(**facts: object) -> Outcome:
    """The step did its work."""
    return {"outcome": "done", **facts}


def hold_back(**facts: object) -> Outcome:
    """The step did its work, and a person must see it first."""
    return {"outcome": "doubtful", **facts}


def refuse(refusal: Refusal) -> Outcome:
    """The document is refused: data that a Choice reads, not an exception."""
    return {"outcome": "refused", "refusal": {"kind": refusal.kind.value, "message": refusal.message}}


def refusal_in(outcome: Mapping[str, Any]) -> Refusal | None:
    """The refusal that a step's outcome holds."""
    said = outcome.get("refusal")
    return Refusal(Kind(said["kind"]), said["message"]) if said else None


def running(world: World, tenant: str, document_id: str) -> Document | None:
    """The document, while it runs; None when it has ended and there is nothing left to do."""
    document = world.jobs.document(tenant, document_id)
    return document if document and document.status is DocumentStatus.RUNNING else None


NOT_YET: Outcome = {"outcome": "not_yet"}
"""It is another's turn: the step is to be entered again."""
ENDED_BEFORE: Outcome = {"outcome": "ended"}
"""A step that was late: the document has ended by another way."""
