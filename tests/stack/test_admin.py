"""`quire tenant`, `key`, `credits` and `template` on the local stack, and a document under what they made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.stack import Stack
from quire_client import Client, Refused


def quire(stack: Stack, *arguments: object) -> str:
    """What it prints."""
    environment = {**os.environ, "AWS_ENDPOINT": stack.aws_endpoint, "API_KEY": stack.api_key}
    command = [sys.executable, "-m", "quire_client.command", *map(str, arguments)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_a_tenant_of_one_s_own_from_its_first_key_to_its_last(stack: Stack, samples: Path) -> None:
    quire(stack, "tenant", "add", "acme")
    key = quire(stack, "key", "add", "--tenant", "acme", "--name", "CI").strip()
    quire(stack, "credits", "grant", 3, "--tenant", "acme")
    quire(stack, "template", "add", "bill", samples / "schemas" / "invoice.json", "--tenant", "acme")
    expected = json.loads((samples / "expected" / "invoice.json").read_text())
    with Client(stack.base_url, key) as client:
        (outcome,) = client.extract([samples / "invoice.pdf"], extractor="bill")
        assert outcome.result, outcome
        assert outcome.result.data["total_amount"] == expected["total_amount"]
        values = {field.path: field for field in outcome.result.fields}
        assert values["invoice_number"].value == expected["invoice_number"]
        assert values["invoice_number"].citations[0].page == 1 and values["invoice_number"].citations[0].box
    assert quire(stack, "credits", "show", "--tenant", "acme").split()[-3:] == ["2", "0", "1"]
    (key_id,) = [
        line.split()[0] for line in quire(stack, "key", "list", "--tenant", "acme").splitlines() if "CI" in line
    ]
    quire(stack, "key", "revoke", key_id, "--tenant", "acme")
    with Client(stack.base_url, key) as client, pytest.raises(Refused, match="401"):
        list(client.extract([samples / "invoice.pdf"]))


def test_the_templates_of_the_laptop_s_tenant(stack: Stack) -> None:
    listed = quire(stack, "template", "list").splitlines()
    assert {line.split()[0] for line in listed[1:]} >= {"invoice", "receipt"}
    assert "total" in json.loads(quire(stack, "template", "show", "receipt"))["properties"]
