"""Logs: one JSON line an event, by name, with ids and counts. Never text of a document, nor a key."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools import Logger

logger = Logger()
Result = TypeVar("Result")


def log(event: str, **facts: object) -> None:
    """`quire.domain.ports.Log`. A fact called `metric` names the metric that the alarms count (a metric filter);
    one called `fault` is an exception: its type and place are logged, not its message, which may hold what a caller
    sent."""
    fault = facts.pop("fault", None)
    if isinstance(fault, Exception):
        logger.error(event, extra={**facts, **_described(fault)})
    else:
        logger.info(event, extra=facts)


def discreet(handler: Callable[[dict[str, Any], object], Result]) -> Callable[[dict[str, Any], object], Result]:
    """A handler that an unexpected error leaves by its name alone. Lambda logs an error's message, and Step Functions
    keeps it with the execution; it may hold what a caller sent. Retries go by the name, and the log tells the place."""

    @wraps(handler)
    def handled(event: dict[str, Any], context: object) -> Result:
        try:
            return handler(event, context)
        except Exception as fault:  # noqa: BLE001 - raised again below
            log("handler_failed", document_id=event.get("document_id"), fault=fault)
            name = type(fault).__name__
        raise type(name, (Exception,), {})("The log says where.")  # out here it has no context to be printed

    return handled


def _described(fault: Exception) -> dict[str, object]:
    frames = traceback.extract_tb(fault.__traceback__)
    place = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    response = getattr(fault, "response", None)  # botocore's ClientError
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return {"error": type(fault).__name__, "code": code, "place": place}
