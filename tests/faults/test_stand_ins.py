"""DynamoDB in memory answers as moto does, call by call: what whole scenarios ask is asked of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.adapters.conftest import REGION, _make_tables
from tests.faults.account import Account
from tests.faults.cases import run
from tests.faults.dynamo import Dynamo, Shape
from tests.faults.errors import Refused
from tests.faults.expressions import Given, Item, holds, updated
from tests.faults.harness import installed
from tests.faults.plan import Case

Asked = list[tuple[str, str, Mapping[str, Any], Any]]
_LOOKED_AT = ("Item", "Items", "Attributes", "Responses", "LastEvaluatedKey")
SCENARIOS = ("files-to-come", "cancelled-on-the-way", "told-by-webhook", "edited", "out-of-credits")


def answers_of(scenario: str, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What a scenario asks of DynamoDB, in order, and how it was answered: checks' own calls too."""
    asked: Asked = []
    do = Account._do

    def recorded(self: Account, client: Any, service: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        place = len(asked)  # the checks look at a write while it is answered
        asked.append((service, operation, parameters, None))
        try:
            answer: Any = do(self, client, service, operation, parameters)
        except ClientError as error:
            answer = error
            raise
        finally:
            asked[place] = (service, operation, parameters, answer)
        return answer

    with monkeypatch.context() as patched, installed():
        patched.setattr(Account, "_do", recorded)
        patched.setattr("tests.faults.account.INDEX_LAG_MS", 0)
        assert run(Case(scenario)).violations == []
    return asked


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseClient]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        _make_tables()
        yield boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_dynamodb_answers_as_moto_does(scenario: str, moto: BaseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [call for call in answers_of(scenario, monkeypatch) if call[0] == "dynamodb"]
    assert len(asked) > 100
    since_the_last_write: set[str] = set()
    for number, (_, operation, parameters, answer) in enumerate(asked):
        said = repr((operation, parameters))
        if not operation.startswith(("Get", "BatchGet", "Query")):
            since_the_last_write.clear()
        elif said in since_the_last_write:
            continue
        since_the_last_write.add(said)
        assert _of_moto(moto, operation, parameters) == _plain(answer), (number, operation, parameters)


def _of_moto(moto: BaseClient, operation: str, parameters: Mapping[str, Any]) -> Any:
    try:
        return _plain(moto._make_api_call(operation, dict(parameters)))  # type: ignore[attr-defined]
    except ClientError as error:
        return _plain(error)


def _plain(answer: Any) -> Any:
    """What our code looks at: items, attributes, the error's code with its reasons and the item that stands."""
    if isinstance(answer, ClientError):
        response: Any = answer.response
        reasons = [reason["Code"] for reason in response.get("CancellationReasons", ())]
        return response["Error"]["Code"], reasons, _sorted(response.get("Item"))
    kept = {
        name: answer[name]
        for name in ("Item", "Items", "Attributes", "Responses", "LastEvaluatedKey")
        if answer.get(name)
    }
    if "Responses" in kept:  # in no order
        kept["Responses"] = {
            table: sorted(map(repr, map(_sorted, items))) for table, items in kept["Responses"].items() if items
        }
    return _sorted(kept) if kept.get("Responses") != {} else {}


def _sorted(value: Any) -> Any:
    """Sets have no order, nor have attributes."""
    if isinstance(value, dict):
        return {name: sorted(part) if name in ("SS", "NS") else _sorted(part) for name, part in sorted(value.items())}
    return [_sorted(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("attribute_exists(a) AND NOT attribute_exists(b)", True),
        ("n BETWEEN :one AND :three", True),
        ("(n = :three OR n <> :three) AND begins_with(a, :te)", True),
        ("n IN (:one, :three)", False),
        ("size(members) >= :three", False),
        ("contains(members, :te)", False),
        ("m.inner = :te", True),
        ("absent < :one", False),
    ],
)
def test_conditions_hold_as_the_developer_guide_says(expression: str, expected: bool) -> None:
    item: Item = {
        "a": {"S": "text"},
        "n": {"N": "2"},
        "members": {"SS": ["x", "y"]},
        "m": {"M": {"inner": {"S": "te"}}},
    }
    values = {":one": {"N": "1"}, ":three": {"N": "3.0"}, ":te": {"S": "te"}}
    assert holds(expression, Given(item, {}, values)) is expected


def test_an_update_sees_the_item_as_it_was() -> None:
    given = Given(
        {"n": {"N": "2"}, "s": {"SS": ["x"]}},
        {"#n": "n"},
        {":one": {"N": "1"}, ":x": {"SS": ["x"]}, ":y": {"SS": ["y"]}},
    )
    assert updated("SET before = #n, c = if_not_exists(c, :one) ADD #n :one, t :y DELETE s :x", given) == {
        "n": {"N": "3"},
        "before": {"N": "2"},
        "c": {"N": "1"},
        "t": {"SS": ["y"]},
    }


def test_what_is_not_understood_is_said() -> None:
    with pytest.raises(ValueError, match="not understood"):
        holds("a ? b", Given({}, {}, {}))
    with pytest.raises(ValueError, match="left over"):
        holds("attribute_exists(a) a", Given({}, {}, {}))


def test_a_transaction_takes_no_item_twice() -> None:
    dynamo = Dynamo({"t": Shape(("PK",))}, lambda: 0, lambda _: None)
    put = {"Put": {"TableName": "t", "Item": {"PK": {"S": "a"}}}}
    with pytest.raises(Refused, match="ValidationException"):
        dynamo.call("TransactWriteItems", {"TransactItems": [put, put]})
    assert dynamo.rows("t", "a") == []
