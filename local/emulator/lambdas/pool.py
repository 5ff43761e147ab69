"""Invocations wait here for a worker: at most so many processes over all functions, warm ones first, none refused.

Two kinds of invocation share the workers: *interactive* ones, for which an HTTP client waits, and all others. Either
may fill most of the pool but not all of it, so that a page answers while documents run, and documents run while
requests wait for them.

A cold start costs more than most invocations, so a full pool does not end another function's warm worker at once: an
invocation whose function has workers, all busy, first waits a little for one of them.
"""

import itertools
import json
import logging
import threading
import time
from collections import Counter, deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from local.emulator.lambdas.host import Function, Worker, WorkerHost
from local.emulator.timers import Timers

logger = logging.getLogger("quire.local.pool")

RESPONSE_BYTES = 6_291_556  # Lambda quotas: 6 MB each for request and response, synchronously
LOAD_SECONDS = 60.0  # a cold import on a busy laptop; Lambda allows 10 s of its own
IDLE_SECONDS = 90.0
PATIENCE_SECONDS = 0.4
WORKER_BYTES = 220_000_000  # a worker that holds more is let go after its invocation


@dataclass(frozen=True)
class Outcome:
    """What an invocation came to: ``error`` is None and ``result`` any JSON value, or ``error`` is Lambda's error
    object (``errorType``, ``errorMessage``, ``stackTrace``)."""

    result: Any = None
    error: dict[str, Any] | None = None


@dataclass(eq=False)
class _Invocation:
    function: Function
    event: Any
    request_id: str
    interactive: bool
    number: int
    arrived: float = field(default_factory=time.monotonic)
    held: bool = False
    outcome: "Future[Outcome]" = field(default_factory=Future)


class _Slot:
    """A thread and the worker process it talks to."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.inbox: SimpleQueue[_Invocation | None] = SimpleQueue()
        self.worker: Worker | None = None
        self.invocation: _Invocation | None = None


class Pool:
    """A bounded, queueing pool of workers."""

    def __init__(self, host: WorkerHost, timers: Timers, size: int = 8) -> None:
        """``size``: the most worker processes over all functions, at least 2."""
        self._host = host
        self._timers = timers
        self._size = size
        self._share = size - max(1, size // 4)
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._lines: dict[tuple[bool, Function], deque[_Invocation]] = {}
        self._slots: list[_Slot] = []  # idle ones in the order of their last use
        self._closed = False

    def submit(
        self, function: Function, event: Any, request_id: str, *, interactive: bool = False
    ) -> "Future[Outcome]":
        """Queue an invocation. The future always gets an outcome: what goes wrong is an error of Lambda's kind.

        Args:
            event: any JSON value.
            request_id: as the context and the log will show it.
            interactive: an HTTP client waits for this one.
        """
        invocation = _Invocation(function, event, request_id, interactive, next(self._numbers))
        with self._lock:
            self._lines.setdefault((interactive, function), deque()).append(invocation)
            self._dispatch()
        return invocation.outcome

    def counts(self) -> dict[str, int]:
        """Return how many workers live and are busy, and how many invocations wait."""
        with self._lock:
            busy = sum(slot.invocation is not None for slot in self._slots)
            waiting = sum(len(line) for line in self._lines.values())
            return {"workers": len(self._slots), "busy": busy, "waiting": waiting}

    def close(self) -> None:
        """Kill every worker; waiting invocations stay without an outcome."""
        with self._lock:
            self._closed = True
            slots, self._slots = self._slots, []
        for slot in slots:
            slot.inbox.put(None)
            if slot.worker is not None:
                slot.worker.kill()

    def _dispatch(self) -> None:
        """Give waiting invocations to workers while there is room; the lock is held."""
        started = True
        while started and not self._closed:
            started = False
            for invocation in self._heads():
                slot = self._room(invocation)
                if slot is not None:
                    key = invocation.interactive, invocation.function
                    self._lines[key].popleft()
                    if not self._lines[key]:
                        del self._lines[key]
                    slot.invocation = invocation
                    slot.inbox.put(invocation)
                    started = True
                    break

    def _heads(self) -> list[_Invocation]:
        """The first of each line that may start now, within its share and its reservation: requests before the rest,
        the oldest first."""
        running = [slot.invocation for slot in self._slots if slot.invocation is not None]
        if len(running) >= self._size:
            return []
        kinds = Counter(other.interactive for other in running)
        functions = Counter(other.function.arn for other in running)
        heads = [
            line[0]
            for (interactive, function), line in self._lines.items()
            if kinds[interactive] < self._share
            and (function.reserved is None or functions[function.arn] < function.reserved)
        ]
        return sorted(heads, key=lambda invocation: (not invocation.interactive, invocation.number))

    def _room(self, invocation: _Invocation) -> _Slot | None:
        """An idle worker of the function, a new one, or one in place of another function's; None to wait."""
        function = invocation.function
        idle = [slot for slot in self._slots if slot.invocation is None]
        for slot in reversed(idle):
            if slot.function == function:
                return slot
        if len(self._slots) >= self._size:
            if not idle:
                return None
            waits = time.monotonic() - invocation.arrived
            if waits < PATIENCE_SECONDS and any(slot.function == function for slot in self._slots):
                if not invocation.held:
                    invocation.held = True
                    self._timers.later(PATIENCE_SECONDS - waits, self._look_again)
                return None
            self._evict(idle)
        slot = _Slot(function)
        self._slots.append(slot)
        threading.Thread(target=self._serve, args=(slot,), name=f"quire-{function.name}", daemon=True).start()
        return slot

    def _look_again(self) -> None:
        with self._lock:
            self._dispatch()

    def _evict(self, idle: list[_Slot]) -> None:
        """End the longest idle worker of the function that has the most of them."""
        count = Counter(slot.function for slot in idle)
        gone = max(idle, key=lambda slot: count[slot.function])
        self._slots.remove(gone)
        gone.inbox.put(None)

    def _serve(self, slot: _Slot) -> None:
        while True:
            try:
                invocation = slot.inbox.get(timeout=IDLE_SECONDS)
            except Empty:
                with self._lock:
                    if slot.invocation is not None or slot not in self._slots:
                        continue  # work, or the notice to leave, is on its way
                    self._slots.remove(slot)
                break
            if invocation is None:
                break
            outcome, usable = self._invoke(slot, invocation)
            with self._lock:
                slot.invocation = None
                if slot in self._slots:
                    self._slots.remove(slot)
                    if usable:
                        self._slots.append(slot)
                leaving = slot not in self._slots
                self._dispatch()
            invocation.outcome.set_result(outcome)
            if leaving:
                break
        if slot.worker is not None:
            slot.worker.close()

    def _invoke(self, slot: _Slot, invocation: _Invocation) -> tuple[Outcome, bool]:
        """Run one invocation; also say whether the worker may serve another."""
        function, request_id = invocation.function, invocation.request_id
        try:
            if slot.worker is None:
                slot.worker = self._host.spawn(function)
                slot.worker.request_id = request_id
                loaded = slot.worker.ask(b"", LOAD_SECONDS)
                if loaded is None or "error" in loaded:
                    error = loaded["error"] if loaded else _exit_error(request_id)
                    return Outcome(error={**error, "requestId": request_id}), False
            slot.worker.request_id = request_id
            payload = {"request_id": request_id, "deadline": time.time() + function.timeout, "event": invocation.event}
            answer = slot.worker.ask(json.dumps(payload).encode(), function.timeout)
        except TimeoutError:
            if slot.worker is not None:
                slot.worker.kill()
            return Outcome(error=_timeout_error(request_id, function.timeout)), False
        except Exception as error:
            logger.exception("invocation of %s failed", function.name)
            return Outcome(
                error={"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": []}
            ), False
        if answer is None:
            return Outcome(error=_exit_error(request_id)), False
        small = answer.get("rss", 0) < WORKER_BYTES
        if "error" in answer:
            return Outcome(error={**answer["error"], "requestId": request_id}), small
        return Outcome(answer["result"]), small


def _timeout_error(request_id: str, seconds: float) -> dict[str, Any]:
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    return {"errorType": "Sandbox.Timedout", "errorMessage": message}


def _exit_error(request_id: str) -> dict[str, Any]:
    message = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
    return {"errorType": "Runtime.ExitError", "errorMessage": message}
