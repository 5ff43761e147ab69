"""What wakes which function (infra/stack.py), and how often AWS tries: streams, the queue, EventBridge, SNS, Lambda."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.faults import plan
from tests.faults.plan import Kind

if TYPE_CHECKING:
    from tests.faults.account import Account
    from tests.faults.dynamo import Write
    from tests.faults.states import Execution

MARKS = {
    "expand#": ("expand", ("INSERT",)),
    "fetch#": ("fetch", ("INSERT", "MODIFY")),
    "delivery#": ("deliver", ("INSERT", "MODIFY")),
}
"""Rows of the table by the prefix of their sort key: the function that the stream tells, of which writes."""
ARRIVALS = ("uploads/", "inbox/")
STREAM_TRIES = 11
STREAM_PAUSE_MS = 1_000
ASYNC_PAUSES_MS = (60_000, 120_000)
"""Before Lambda's second and third try of an asynchronous event (Lambda guide, "Error handling for async")."""
VISIBILITY_MS = 360_000
RECEIVES = 10
BATCH = 10
_LATENCY_MS = 5
Done = Callable[[Any, BaseException | None], None]


@dataclass(frozen=True, slots=True)
class Poke:
    """A message, as often as it was received."""

    message: str
    body: str
    receives: int = 1

    @property
    def record(self) -> dict[str, Any]:
        attributes = {"ApproximateReceiveCount": str(self.receives)}
        return {"body": self.body, "messageId": self.message, "receiptHandle": self.message, "attributes": attributes}


class Wires:
    def __init__(self, account: Account) -> None:
        self.account = account
        self._queued: dict[str, list[Poke]] = defaultdict(list)
        self._hidden_ms: dict[str, int] = {}
        self._busy: set[str] = set()
        self._messages = 0

    # ---- invocations -------------------------------------------------------------------------------------------------

    def run(self, function: str, event: Any, done: Done) -> None:
        """Invoke functions/`function` once, as an actor of that name."""
        payload = json.loads(json.dumps(event))

        def work() -> Any:
            if self.account.broken[function] > 0:
                self.account.broken[function] -= 1
                raise RuntimeError("this function is broken")
            return self.account.handler(function)(payload, None)

        self.account.pump.spawn(function, work, done)

    def task(self, function: str, event: Any, done: Callable[[Any, str | None], None]) -> None:
        """As a task of the state machine: an error is known by its class."""

        def told(answer: Any, fault: BaseException | None) -> None:
            name = None if fault is None else type(fault).__name__ if isinstance(fault, Exception) else "Lambda.Unknown"
            done(json.loads(json.dumps(answer)) if name is None else None, name)

        self.account.later(_LATENCY_MS, lambda: self.run(function, event, told), f"task {function}")

    def asynchronous(self, name: str, function: str, event: Any) -> None:
        """By Lambda's own queue: tried up to three times."""

        def attempt(tries: int) -> None:
            def done(_answer: Any, fault: BaseException | None) -> None:
                if fault is not None and tries < len(ASYNC_PAUSES_MS):
                    self.account.later(ASYNC_PAUSES_MS[tries], lambda: attempt(tries + 1), f"{name} again")

            self.run(function, event, done)

        self._send(name, lambda: attempt(0))

    def _send(self, name: str, deliver: Callable[[], None], again: Callable[[], None] | None = None) -> None:
        """An event on its way, which may be lost, come twice or late."""
        kind = self.account.passed(f"event:{name}", plan.OF_EVENTS)
        if kind is Kind.LOST:
            return
        self.account.later(plan.EVENT_LATE_MS if kind is Kind.LATE else _LATENCY_MS, deliver, name)
        if kind is Kind.TWICE:
            self.account.later(2 * _LATENCY_MS, again or deliver, name)

    # ---- what happens in the account ---------------------------------------------------------------------------------

    def stored(self, key: str, version: str, size: int) -> None:
        """EventBridge: an object was created."""
        if key.startswith(ARRIVALS):
            detail = {"object": {"key": key, "version-id": version, "size": size}}
            self.asynchronous("arrival", "accept", {"detail": detail})

    def noticed(self, notice: dict[str, str]) -> None:
        """SNS: Textract has ended a job."""
        self.asynchronous("notice", "ocr_finished", {"Records": [{"Sns": {"Message": json.dumps(notice)}}]})

    def gone(self, execution: Execution) -> None:
        """EventBridge: an execution ended by itself."""
        self.asynchronous("gone", "fail", {"detail": {"status": execution.status, "input": execution.input}})

    def written(self, writes: Sequence[Write]) -> None:
        """The table's stream."""
        for write in writes:
            if write.after is None or write.after == write.before:
                continue
            verb = "INSERT" if write.before is None else "MODIFY"
            for prefix, (function, verbs) in MARKS.items():
                if write.key[1].startswith(prefix) and verb in verbs:
                    self._stream(function, write.key)

    def _stream(self, function: str, key: tuple[str, ...]) -> None:
        keys = {"PK": {"S": key[0]}, "SK": {"S": key[1]}}
        event = {"Records": [{"dynamodb": {"Keys": keys, "SequenceNumber": "1"}}]}

        def attempt(tries: int) -> None:
            def done(answer: Any, fault: BaseException | None) -> None:
                if (fault is not None or answer["batchItemFailures"]) and tries < STREAM_TRIES:
                    self.account.later(STREAM_PAUSE_MS * tries, lambda: attempt(tries + 1), f"stream {function} again")

            self.run(function, event, done)

        self._send(f"stream-{function}", lambda: attempt(1))

    # ---- the queue ---------------------------------------------------------------------------------------------------

    def sent(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """SendMessage: a poke of a tenant, its group a lane of that tenant."""
        group = asked["MessageGroupId"]
        self._messages += 1
        poke = Poke(f"m-{self._messages}", asked["MessageBody"])

        def arrive() -> None:
            self._queued[group].append(poke)
            self._receive(group)

        def at_once() -> None:
            """Delivered a second time while the first is in flight, as where that took longer than its visibility."""
            self.run("admit", {"Records": [poke.record]}, lambda _answer, _fault: None)

        self._send("poke", arrive, at_once)
        return {"MessageId": poke.message}

    def put_off(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """ChangeMessageVisibility, of a message in flight."""
        self._hidden_ms[asked["ReceiptHandle"]] = asked["VisibilityTimeout"] * 1000
        return {}

    def _receive(self, group: str) -> None:
        """One batch of a group at a time is in flight."""
        if group in self._busy or not self._queued[group]:
            return
        batch, self._queued[group] = self._queued[group][:BATCH], self._queued[group][BATCH:]
        self._busy.add(group)
        event = {"Records": [poke.record for poke in batch]}

        def done(answer: Any, fault: BaseException | None) -> None:
            self._busy.discard(group)
            failed = None if fault is not None else {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            back = [poke for poke in batch if failed is None or poke.message in failed]
            hidden = [self._hidden_ms.pop(poke.message, VISIBILITY_MS) for poke in back]
            again = [replace(poke, receives=poke.receives + 1) for poke in back if poke.receives < RECEIVES]
            if again:
                self._busy.add(group)  # the group waits for them
                self.account.later(max(hidden), lambda: self._visible(group, again), "poke again")
            else:
                self.account.later(0, lambda: self._receive(group), "more pokes")

        self.run("admit", event, done)

    def _visible(self, group: str, messages: list[Poke]) -> None:
        self._busy.discard(group)
        self._queued[group] = messages + self._queued[group]
        self._receive(group)
