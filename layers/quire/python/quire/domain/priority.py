"""How soon a waiting document starts among its tenant's."""

from __future__ import annotations

from enum import StrEnum

STEP_MS = 3600 * 1000


class Priority(StrEnum):
    """The four levels of LlamaCloud (ExtractConfig, `priority`).

    Each step is an hour's head start: a document stands in line as if it had been submitted that much earlier. So a
    higher one goes first, and none starves: it is passed by such documents only as were submitted within three hours
    after it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def head_start_ms(self) -> int:
        """Before documents of medium priority (milliseconds); negative: behind them."""
        return (list(Priority).index(self) - list(Priority).index(Priority.MEDIUM)) * STEP_MS
