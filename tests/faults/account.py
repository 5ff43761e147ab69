"""An account in memory behind the real boto3 clients: each call that a handler makes comes by here, is numbered, and
meets the fault that the case has for it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from tests.adapters.conftest import BUCKET, IDEMPOTENCY, INDEXES, JOBS
from tests.faults import plan
from tests.faults.bucket import Bucket
from tests.faults.dynamo import Dynamo, Shape, Write
from tests.faults.errors import Crash, Refused
from tests.faults.plan import Case, Kind, Site
from tests.faults.pump import Pump
from tests.faults.states import Execution, States
from tests.faults.textract import Textract
from tests.faults.wires import Wires

_READS = ("Get", "BatchGet", "Query", "Head", "List", "Describe")
_THROTTLES = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "s3": "SlowDown",
    "sqs": "RequestThrottled",
    "stepfunctions": "ThrottlingException",
    "textract": "ThrottlingException",
}
SHAPES = {JOBS: Shape(("PK", "SK"), INDEXES), IDEMPOTENCY: Shape(("PK",))}
INDEX_LAG_MS = 1_000
MOST_CALLS = 6_000


class Account:
    """One case's world. `trace` are the sites that were passed, in order; `violations` what the checks found; `broken`
    functions fail so many times more; `posted` are the webhooks that arrived: URL, id, body."""

    def __init__(
        self,
        case: Case,
        handler: Callable[[str], Callable[[Any, Any], Any]],
        pages_of: Callable[[bytes], int],
        definition: Mapping[str, Any],
    ) -> None:
        rng = None if case.seed is None else random.Random(case.seed)
        self.case = case
        self.handler = handler
        self.pump = Pump(rng, case.side_by_side)
        self.wires = Wires(self)
        self.dynamo = Dynamo(SHAPES, self.now, self._committed, INDEX_LAG_MS)
        self.bucket = Bucket(self.wires.stored, self.now)
        self.states = States(self, definition)
        self.textract = Textract(self.bucket, self.later, self.wires.noticed, pages_of)
        self.trace: list[Site] = []
        self.violations: list[str] = []
        self.notes: list[tuple[int, str, dict[str, object]]] = []
        self.watch: Callable[[Sequence[Write]], None] | None = None
        self.writes = self.calls = 0
        self.reconciled_at = self.pump.now
        self.posted: list[tuple[str, str, bytes]] = []
        self.broken: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._random = random.Random(7)
        self.left = dict(case.faults)
        self._aside = 0

    # ---- the clock, and what the machine needs -----------------------------------------------------------------------

    def now(self) -> int:
        return self.pump.now

    def later(
        self, milliseconds: int, what: Callable[[], None], name: str = "", awaited: Callable[[], bool] = lambda: True
    ) -> None:
        self.pump.later(milliseconds, what, name, awaited)

    def randbits(self, bits: int) -> int:
        return self._random.getrandbits(bits)

    def invoke(self, function: str, event: Any, done: Callable[[Any, str | None], None]) -> None:
        self.wires.task(function, event, done)

    def gone(self, execution: Execution) -> None:
        self.wires.gone(execution)

    def abort_all(self) -> None:
        """An operator stops whatever runs."""
        for execution in self.states.executions.values():
            self.states.end(execution, "ABORTED")

    def note(self, event: str, **facts: object) -> None:
        """`quire.domain.ports.Log`, kept for whoever looks at a case."""
        self.notes.append((self.now(), event, facts))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Calls in here are the checks': none of the system's sites."""
        self._aside += 1
        try:
            yield
        finally:
            self._aside -= 1

    # ---- sites -------------------------------------------------------------------------------------------------------

    def passed(self, name: str, kinds: tuple[Kind, ...], invocation: int = 0) -> Kind | None:
        """A site is passed: the fault that the case has there."""
        self._counts[name] += 1
        site = Site(f"{name}#{self._counts[name]}", kinds, invocation)
        self.trace.append(site)
        kind = self.left.pop(site.name, None)
        return kind if kind in kinds else None

    @property
    def failed(self) -> bool:
        return bool(self.violations)

    def call(self, client: Any, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A boto3 client's call."""
        service = client.meta.service_model.service_name
        actor = None if self._aside else self.pump.actor()
        if actor is None:
            return self._do(client, service, operation, asked)
        body = asked.get("Body")
        if body is not None and not isinstance(body, bytes):
            asked = {**asked, "Body": body.read()}  # botocore would rewind it
        self.pump.pause()
        self.pump.now += 1
        self._spend()
        kind = self.passed(f"{actor.name}:{service}.{operation}", _kinds(client, operation), actor.number)
        if kind in (None, Kind.SLOW, Kind.DELAY):
            try:
                return self._do(client, service, operation, asked)
            finally:
                if kind is not None:
                    self.pump.park(plan.SLOW_MS if kind is Kind.SLOW else plan.DELAY_MS)
        return self._faulty(kind, client, service, operation, asked)

    def _spend(self) -> None:
        """A call of those that a case may take: one that goes round in circles ends, and whoever calls then crashes."""
        self.calls += 1
        if self.calls == MOST_CALLS:
            self.violations.append(f"rest: more than {MOST_CALLS} calls")
        if self.calls >= MOST_CALLS:
            raise Crash

    def _faulty(
        self, kind: Kind, client: Any, service: str, operation: str, asked: Mapping[str, Any]
    ) -> dict[str, Any]:
        def act() -> dict[str, Any]:
            return self._do(client, service, operation, asked)

        if kind is Kind.CRASH_BEFORE:
            raise Crash
        if kind is Kind.FAIL_BEFORE:
            raise EndpointConnectionError(endpoint_url="injected")
        if kind is Kind.THROTTLE:
            raise _throttled(client, service, operation, asked)
        if kind is Kind.TIMEOUT:
            self.later(plan.LANDS_MS, lambda: _quietly(act), "a late effect")
            raise ReadTimeoutError(endpoint_url="injected")
        answer = act()
        if kind is Kind.CRASH_AFTER:
            raise Crash
        if kind is Kind.FAIL_AFTER:
            raise ConnectionClosedError(endpoint_url="injected")
        # Kind.DUPLICATE: botocore's own retry after a lost answer, with the request token that it gives transactions.
        return answer if operation == "TransactWriteItems" else act()

    def _do(self, client: Any, service: str, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        try:
            if service == "sqs":
                return self.wires.sent(asked) if operation == "SendMessage" else self.wires.put_off(asked)
            stand_in: Any = {
                "dynamodb": self.dynamo,
                "s3": self.bucket,
                "stepfunctions": self.states,
                "textract": self.textract,
            }[service]
            answer: dict[str, Any] = stand_in.call(operation, asked)
        except Refused as refused:
            raise _error(client, operation, refused) from None
        return answer

    def _committed(self, writes: Sequence[Write]) -> None:
        # How far `reconcile` has looked moves on each hour, also while nothing goes on.
        self.writes += any(write.key[0] != "arrivals" for write in writes)
        self.wires.written([write for write in writes if write.table == JOBS])
        if self.watch:
            self.watch(writes)


def _kinds(client: Any, operation: str) -> tuple[Kind, ...]:
    if operation.startswith(_READS) and not operation.startswith("GetDocument"):
        return plan.OF_READS
    retries = client.meta.config.retries or {}
    if retries.get("total_max_attempts") == 1:  # a client that never asks twice by itself
        return tuple(kind for kind in plan.OF_WRITES if kind is not Kind.DUPLICATE)
    return plan.OF_WRITES


def _throttled(client: Any, service: str, operation: str, asked: Mapping[str, Any]) -> ClientError:
    if operation == "TransactWriteItems":
        reasons = [{"Code": "TransactionConflict"}] + [{"Code": "None"}] * (len(asked["TransactItems"]) - 1)
        refused = Refused("TransactionCanceledException", "conflict", {"CancellationReasons": reasons})
    else:
        refused = Refused(_THROTTLES[service], "slow down")
    return _error(client, operation, refused)


def _error(client: Any, operation: str, refused: Refused) -> ClientError:
    response = {
        "Error": {"Code": refused.code, "Message": refused.message},
        "ResponseMetadata": {"HTTPStatusCode": refused.status},
        **refused.more,
    }
    error: ClientError = client.exceptions.from_code(refused.code)(response, operation)
    return error


def _quietly(act: Callable[[], object]) -> None:
    try:
        act()
    except ClientError:
        return


__all__ = ["BUCKET", "IDEMPOTENCY", "JOBS", "Account"]
