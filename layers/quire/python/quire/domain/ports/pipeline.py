"""What a running document's tasks write."""

from __future__ import annotations

from typing import Protocol

from quire.domain.delivery import NOBODY, Audience
from quire.domain.document import Document, Ending


class Pipeline(Protocol):
    def reserve(self, document: Document, pages: int) -> bool:
        """Hold credits for all `pages`, beyond those held already. False: short."""
        ...

    def end(self, document: Document, ending: Ending, now: int, audience: Audience = NOBODY) -> bool:
        """One transaction: the document ends; its slot (or ticket, or place in the queue of reviews), its job's counts
        and ending, its credits, and what the `audience` is told. False when it had ended before, or has another status
        than `document` was read with: running, pending to lapse, or held for review; or when what it waited for, a
        file or a decision, came in the meantime."""
        ...

    def wait_for_ocr(self, document: Document, token: str) -> Document | None:
        """Store a task token. Answers the document as it was given (with the token of an earlier entry, if any), and
        with any outcome that is recorded by now; None when it does not run any more."""
        ...

    def ocr_ended(self, tenant: str, document_id: str, status: str) -> Document | None:
        """Record Textract's notice; answers the document as it then stands, None when it is not running."""
        ...

    def ocr_asked(self, document: Document, times: int) -> int:
        """Add to the number of synchronous calls that may have been paid; answers the sum."""
        ...
