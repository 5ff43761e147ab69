"""Functions that the tests of the pool run."""

import os
import time
from typing import Any


class QuiteSpecificError(Exception):
    """An error with a name of its own."""


def describe(event: Any, context: Any) -> dict[str, Any]:
    """Return all that a handler can see."""
    return {
        "event": event,
        "request_id": context.aws_request_id,
        "name": context.function_name,
        "left": context.get_remaining_time_in_millis(),
        "environment": dict(os.environ),
        "process": os.getpid(),
    }


def fail(event: Any, context: Any) -> None:
    """Raise."""
    raise QuiteSpecificError("on purpose")


def sleep(event: float, context: Any) -> None:
    """Take as many seconds as the event says."""
    time.sleep(event)


def leave(event: Any, context: Any) -> None:
    """End the process."""
    raise SystemExit(3)


def unserializable(event: Any, context: Any) -> Any:
    """Return what is not JSON."""
    return {1, 2}


def speak(event: Any, context: Any) -> None:
    """Print in three ways."""
    print("plain words")
    print('{"level": "INFO", "message": "structured"}')
    os.write(2, b"from outside Python\n")
