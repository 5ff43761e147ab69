"""`quire tenant`, `key`, `credits` and `template` on a stack in an emulated AWS account."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from quire.domain.refusal import Refusal
from quire.service.credentials import authenticate
from quire_admin.desk import open_world
from quire_client.command import main

SCHEMA = {"type": "object", "description": "A bill", "properties": {"total": {"type": "number"}}}


def _template(output: str) -> str:
    def key(*names: str) -> list[dict[str, str]]:
        return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=True)]

    jobs: dict[str, Any] = {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key("PK", "SK"),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK", "owner", "listed")
        ],
        "GlobalSecondaryIndexes": [
            {"IndexName": "owned", "KeySchema": key("owner", "listed"), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
    }
    resources = {"Jobs": {"Type": "AWS::DynamoDB::Table", "Properties": jobs}}
    return json.dumps({"Resources": resources, "Outputs": {output: {"Value": {"Ref": "Jobs"}}}})


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An AWS account with two stacks, and a folder without a local one."""
    for name in ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_PROFILE", "API_KEY", "BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.chdir(tmp_path)
    with mock_aws():
        cloudformation = boto3.client("cloudformation")
        for stack, output in (("Quire", "JobsTable"), ("Second", "JobsTable"), ("Other", "Something")):
            cloudformation.create_stack(StackName=stack, TemplateBody=_template(output))
        yield


def ran(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def quire(*arguments: str, **environment: str) -> str:
    """What it prints."""
    result = ran(*arguments, **environment)
    assert result.exit_code == 0, result.output
    return result.stdout


def columns(text: str) -> list[list[str]]:
    """Of a table, without its head."""
    return [line.split() for line in text.splitlines()[1:]]


def opens(key: str) -> bool:
    return not isinstance(authenticate(open_world("Quire", None), key.strip()), Refusal)


def test_a_tenant_has_a_key_credits_and_slots() -> None:
    key = quire("tenant", "add", "acme", "--credits", "500", "--slots", "3")
    quire("tenant", "add", "other")
    assert opens(key)
    assert columns(quire("tenant", "list")) == [["acme", "3", "500", "0", "0"], ["other", "8", "0", "0", "0"]]


def test_a_tenant_that_is_there_stays_as_it_is() -> None:
    quire("tenant", "add", "acme", "--credits", "5")
    again = ran("tenant", "add", "acme", "--credits", "5")
    assert again.exit_code == 1 and "already" in again.stderr
    assert columns(quire("tenant", "list")) == [["acme", "8", "5", "0", "0"]]


def test_a_tenant_needs_a_plain_name() -> None:
    assert ran("tenant", "add", "Acme Inc.").exit_code == 2
    assert columns(quire("tenant", "list")) == []


def test_keys_are_made_listed_and_revoked() -> None:
    first = quire("tenant", "add", "acme")
    second = quire("key", "add", "--tenant", "acme", "--name", "CI")
    listed = quire("key", "list", "--tenant", "acme")
    assert second.strip() not in listed
    names = {line[1]: line[0] for line in columns(listed)}
    assert set(names) == {"-", "CI"}
    assert opens(second)
    quire("key", "revoke", names["CI"], "--tenant", "acme")
    assert opens(first) and not opens(second)
    states = {line[1]: line[4] for line in columns(quire("key", "list", "--tenant", "acme"))}
    assert states == {"-": "valid", "CI": "revoked"}


def test_a_key_of_another_tenant_cannot_be_revoked() -> None:
    quire("tenant", "add", "acme")
    other = quire("tenant", "add", "other")
    ((key_id, *_),) = columns(quire("key", "list", "--tenant", "other"))
    refused = ran("key", "revoke", key_id, "--tenant", "acme")
    assert refused.exit_code == 1 and "no such key" in refused.stderr
    assert opens(other)


def test_credits_are_granted_to_the_tenant_of_the_key() -> None:
    key = quire("tenant", "add", "acme", "--credits", "10").strip()
    assert columns(quire("credits", "grant", "5", API_KEY=key)) == [["acme", "15", "0", "0"]]
    assert columns(quire("credits", "show", "--tenant", "acme")) == [["acme", "15", "0", "0"]]
    assert ran("credits", "grant", "0", API_KEY=key).exit_code == 2


def test_templates_are_saved_in_versions_shown_and_removed(tmp_path: Path) -> None:
    key = quire("tenant", "add", "acme").strip()
    schema = tmp_path / "s.json"
    schema.write_text(json.dumps(SCHEMA))
    assert quire("template", "add", "bill", str(schema), API_KEY=key) == "bill version 1\n"
    schema.write_text(json.dumps({**SCHEMA, "title": "changed"}))
    assert quire("template", "add", "bill", str(schema), API_KEY=key) == "bill version 2\n"
    assert json.loads(quire("template", "show", "bill", API_KEY=key)) == {**SCHEMA, "title": "changed"}
    assert [line[:2] for line in columns(quire("template", "list", API_KEY=key))] == [["bill", "2"]]
    quire("template", "remove", "bill", API_KEY=key)
    assert columns(quire("template", "list", API_KEY=key)) == []
    assert ran("template", "show", "bill", API_KEY=key).exit_code == 1


def test_a_schema_that_is_none_is_not_saved(tmp_path: Path) -> None:
    key = quire("tenant", "add", "acme").strip()
    (tmp_path / "s.json").write_text('{"type": "wish"}')
    refused = ran("template", "add", "bill", str(tmp_path / "s.json"), API_KEY=key)
    assert refused.exit_code == 1 and refused.stderr
    assert columns(quire("template", "list", API_KEY=key)) == []


def test_of_several_stacks_the_one_that_is_named() -> None:
    quire("tenant", "add", "acme", "--stack", "Second")
    assert columns(quire("tenant", "list")) == []
    assert [line[0] for line in columns(quire("tenant", "list", "--stack", "Second"))] == ["acme"]
    assert "stack/Second" in ran("tenant", "list", "--stack", "Second").stderr


@pytest.mark.parametrize(("stack", "said"), [("Nothing", "does not exist"), ("Other", "no Quire")])
def test_a_stack_that_is_none_says_so(stack: str, said: str) -> None:
    refused = ran("tenant", "list", "--stack", stack)
    assert refused.exit_code == 1 and said in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "said"),
    [
        (("credits", "show"), {}, 2, "--tenant"),
        (("credits", "show"), {"API_KEY": "wrong"}, 1, "not valid"),
        (("credits", "show", "--tenant", "nobody"), {}, 1, "nobody"),
    ],
    ids=["nobody named", "wrong key", "unknown tenant"],
)
def test_whose_it_is_must_be_known(
    arguments: tuple[str, ...], environment: dict[str, str], status: int, said: str
) -> None:
    refused = ran(*arguments, **environment)
    assert refused.exit_code == status and said in refused.stderr


def test_without_the_extra_the_command_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    for name in ("quire_admin.tenant", "quire_admin.desk"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    refused = ran("tenant", "list")
    assert refused.exit_code == 1 and "quire[admin]" in refused.stderr
    assert "template" not in quire("--help")
