"""Run functions later, on one thread: retries of events and timeouts of executions."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger("quire.local.timers")


class Timers:
    """A heap of functions that are due; a function must be short, since all share one thread."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="quire-timers", daemon=True).start()

    def later(self, seconds: float, function: Callable[[], object]) -> Callable[[], None]:
        """Call ``function`` after ``seconds``; the returned function cancels it, also when it is too late."""
        number = next(self._numbers)
        entry = (time.monotonic() + seconds, number, function)
        with self._changed:
            heapq.heappush(self._due, entry)
            self._changed.notify()

        def cancel() -> None:
            with self._changed:
                if entry in self._due:
                    self._due.remove(entry)
                    heapq.heapify(self._due)

        return cancel

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                _, _, function = heapq.heappop(self._due)
            try:
                function()
            except Exception:
                logger.exception("a timer failed")
