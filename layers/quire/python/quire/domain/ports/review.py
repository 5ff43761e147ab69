"""Documents that are held for a person: they keep no slot while they wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from quire.domain.delivery import Delivery
from quire.domain.document import Decision, Document, Review
from quire.domain.ports.jobs import Listed


class Reviews(Protocol):
    def hold(self, document: Document, review: Review, now: int, told: Sequence[Delivery] = ()) -> bool:
        """One transaction: running -> review_required, the slot free, the job's counts, a place in the queue, the
        deliveries of what it tells. False when it does not run any more, or its job is cancelled."""
        ...

    def wait(self, document: Document, token: str) -> Document | None:
        """Store the token of a task that was entered again; answers the document with any decision that is recorded by
        now, None when it is not held any more."""
        ...

    def decide(self, document: Document, decision: Decision) -> Document | None:
        """One transaction: the first decision stands, out of the queue, with a mark until the document has ended.
        Answers the document with the token to tell; None when it was decided before, is not held any more, or its job
        is cancelled."""
        ...

    def queue(self, tenant: str, limit: int, after: Listed | None = None) -> list[Listed]:
        """(deadline in milliseconds, document id) of those that wait for a decision, what ends first in front; strongly
        consistent."""
        ...

    def held(self, tenant: str, document_ids: Sequence[str]) -> list[Document]:
        """Those that exist, in the order asked; strongly consistent."""
        ...

    def decided(self, tenant: str) -> list[Listed]:
        """(decided at in milliseconds, document id) of those that have not ended yet."""
        ...

    def releasing(self, tenant: str) -> list[str]:
        """Ids of cancelled jobs, some of whose documents may still be held."""
        ...

    def released(self, tenant: str, job_id: str) -> None:
        """No document of a cancelled job is held any more: take the mark away."""
        ...
