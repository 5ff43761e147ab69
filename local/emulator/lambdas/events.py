"""Lambda's asynchronous invocations: accepted at once, tried up to three times, then sent where failures go."""

import logging
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from local.emulator.lambdas.host import Function
from local.emulator.lambdas.pool import Outcome, Pool
from local.emulator.timers import Timers

logger = logging.getLogger("quire.local.events")

# Lambda waits one minute, then two; a laptop's user would take that for a hang.
RETRY_SECONDS = (1.0, 2.0)


@dataclass
class _Delivery:
    function: Function
    event: Any
    request_id: str
    retries: int
    failed: Callable[[dict[str, Any], int], None]
    tries: int = 0


class Events:
    """Delivers events to functions; a waiting event costs an object, not a thread."""

    def __init__(self, pool: Pool, timers: Timers) -> None:
        self._pool = pool
        self._timers = timers

    def send(
        self,
        function: Function,
        event: Any,
        *,
        retries: int = len(RETRY_SECONDS),
        failed: Callable[[dict[str, Any], int], None],
    ) -> str:
        """Accept an event and return its request id, which stays the same over its tries, as Lambda's does.

        Args:
            retries: MaximumRetryAttempts, 0 to 2.
            failed: called with the last error and the number of tries when no try is left.
        """
        delivery = _Delivery(function, event, str(uuid.uuid4()), retries, failed)
        self._try(delivery)
        return delivery.request_id

    def _try(self, delivery: _Delivery) -> None:
        delivery.tries += 1
        future = self._pool.submit(delivery.function, delivery.event, delivery.request_id)
        future.add_done_callback(lambda done: self._tried(delivery, done))

    def _tried(self, delivery: _Delivery, done: "Future[Outcome]") -> None:
        error = done.result().error
        if error is None:
            return
        name = delivery.function.name
        logger.warning("%s failed (try %d): %s: %s", name, delivery.tries, error["errorType"], error["errorMessage"])
        if delivery.tries <= delivery.retries:
            delay = RETRY_SECONDS[min(delivery.tries, len(RETRY_SECONDS)) - 1]
            self._timers.later(delay, lambda: self._try(delivery))
        else:
            delivery.failed(error, delivery.tries)
