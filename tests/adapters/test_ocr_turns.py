"""The port `OcrTurns`: how often Textract may be called, by all tenants together."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from quire.adapters import clients
from quire.adapters.aws import Aws
from quire.adapters.ocr_turns import DynamoOcrTurns, rates
from quire.adapters.table import Table
from quire.domain.ports import OcrCall, OcrTurns
from quire.domain.rate import Rate
from quire.testing import world as memory
from quire.testing.ocr import MemoryOcrTurns
from tests.adapters.conftest import JOBS
from tests.adapters.rows import NOW

RATES = {call: Rate(2 + number, 1000) for number, call in enumerate(OcrCall)}


@pytest.fixture(params=["memory", "aws"])
def turns(request: pytest.FixtureRequest) -> OcrTurns:
    if request.param == "memory":
        return MemoryOcrTurns(memory.World().store, RATES)
    request.getfixturevalue("aws")
    return DynamoOcrTurns(Table(JOBS, clients.dynamodb()), RATES)


@pytest.fixture
def asked(aws: Aws) -> Iterator[Counter[str]]:
    """The calls of DynamoDB by operation."""
    calls: Counter[str] = Counter()

    def count(model: Any, **_: object) -> None:
        calls[model.name] += 1

    events = clients.dynamodb().meta.events
    events.register("provide-client-params.dynamodb.*", count)
    yield calls
    events.unregister("provide-client-params.dynamodb.*", count)


# ---- the rates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "detect", "analyze"), [("us-east-1", 25, 10), ("eu-west-1", 5, 5), ("eu-central-1", 1, 1)]
)
def test_without_a_word_they_are_the_region_s_defaults(region: str, detect: int, analyze: int) -> None:
    found = rates("", region)
    assert set(found) == set(OcrCall)
    assert (found[OcrCall.DETECT], found[OcrCall.ANALYZE]) == (Rate(detect, 1000), Rate(analyze, 1000))


def test_the_owner_of_a_larger_quota_names_it() -> None:
    found = rates("DetectDocumentText=50, StartDocumentAnalysis=20", "eu-central-1")
    assert (found[OcrCall.DETECT].limit, found[OcrCall.START_ANALYSIS].limit) == (50, 20)
    assert found[OcrCall.ANALYZE] == rates("", "eu-central-1")[OcrCall.ANALYZE]


@pytest.mark.parametrize("text", ["Detect=5", "AnalyzeDocument", "AnalyzeDocument=0", "AnalyzeDocument=-1", "=", "5"])
def test_what_is_no_rate_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        rates(text, "us-east-1")


def test_the_environment_says_them(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTRACT_RATES", "AnalyzeDocument=7")
    assert aws.ocr_turns.rates == rates("AnalyzeDocument=7", "eu-central-1")


# ---- turns -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", OcrCall)
def test_no_more_turns_are_given_than_the_rate_allows(turns: OcrTurns, call: OcrCall) -> None:
    limit = RATES[call].limit
    assert [turns.take(call, NOW) for _ in range(limit + 2)] == [True] * limit + [False] * 2


def test_a_turn_comes_back_with_each_interval(turns: OcrTurns) -> None:
    while turns.take(OcrCall.DETECT, NOW):
        pass
    interval = int(RATES[OcrCall.DETECT].interval_ms)
    assert not turns.take(OcrCall.DETECT, NOW + interval - 50)
    assert turns.take(OcrCall.DETECT, NOW + interval)
    assert not turns.take(OcrCall.DETECT, NOW + interval)


def test_each_operation_has_its_own(turns: OcrTurns) -> None:
    while turns.take(OcrCall.DETECT, NOW):
        pass
    assert turns.take(OcrCall.ANALYZE, NOW)


def test_over_ten_seconds_they_are_as_many_as_the_rate_says(turns: OcrTurns) -> None:
    """Whoever asks in vain costs nobody a turn."""
    given = sum(turns.take(OcrCall.START_ANALYSIS, NOW + tick * 50) for tick in range(200))
    limit = RATES[OcrCall.START_ANALYSIS].limit
    assert 10 * limit <= given <= 11 * limit


def test_those_who_ask_at_once_share_them(turns: OcrTurns) -> None:
    given: list[bool] = []
    threads = [
        threading.Thread(target=lambda: given.extend(turns.take(OcrCall.ANALYZE, NOW) for _ in range(3)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [False] * 15 + [True] * 3


def test_who_asks_in_vain_writes_nothing(aws: Aws, asked: Counter[str]) -> None:
    turns = DynamoOcrTurns(Table(JOBS, clients.dynamodb()), RATES)
    while turns.take(OcrCall.DETECT, NOW):
        pass
    asked.clear()
    assert not any(turns.take(OcrCall.DETECT, NOW + 1) for _ in range(10))
    assert asked == {"GetItem": 10}


def test_a_turn_costs_one_write(aws: Aws, asked: Counter[str]) -> None:
    turns = DynamoOcrTurns(Table(JOBS, clients.dynamodb()), RATES)
    assert turns.take(OcrCall.ANALYZE, NOW)
    assert turns.take(OcrCall.ANALYZE, NOW), "also while the bucket is in use"
    assert asked == {"GetItem": 2, "UpdateItem": 2}


class Refusing(Table):
    """A row that is asked too often, or not at all."""

    __slots__ = ("code",)

    def get(self, key: object) -> dict[str, Any] | None:
        raise ClientError({"Error": {"Code": self.code, "Message": ""}}, "GetItem")  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException"])
def test_a_row_that_is_throttled_gives_no_turn(aws: Aws, code: str) -> None:
    table = Refusing(JOBS, clients.dynamodb())
    object.__setattr__(table, "code", code)
    assert not DynamoOcrTurns(table, RATES).take(OcrCall.DETECT, NOW)


def test_another_error_is_one(aws: Aws) -> None:
    table = Refusing(JOBS, clients.dynamodb())
    object.__setattr__(table, "code", "AccessDeniedException")
    with pytest.raises(ClientError):
        DynamoOcrTurns(table, RATES).take(OcrCall.DETECT, NOW)
