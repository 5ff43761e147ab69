"""Logs: one JSON line an event, by name, with ids and counts. Never text of a document, nor a key."""

from __future__ import annotations

import traceback

from aws_lambda_powertools import Logger

logger = Logger()


def log(event: str, **facts: object) -> None:
    """`quire.domain.ports.Log`. A fact called `metric` names the metric that the alarms count (a metric filter)."""
    logger.info(event, extra=facts)


def log_fault(fault: Exception) -> None:
    """An unexpected error: its type and where it happened. Its message stays out: it may hold what a caller sent."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    logger.error("fault", extra={"error": type(fault).__name__, "place": place, "metric": "Faults"})
