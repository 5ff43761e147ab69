"""Extend's own SDKs, unchanged, against the local stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.stack import Stack
from tests.clients.environments import modules_with, python_with, run_node, run_python

SAMPLES = Path(__file__).parents[2] / "samples"
INVOICE = json.loads((SAMPLES / "expected" / "invoice.json").read_text())


@pytest.fixture(scope="module")
def python(stack: Stack) -> dict[str, Any]:
    """What the Python SDK's script found."""
    found: dict[str, Any] = run_python(
        python_with("extend-ai==1.20.0"), "use_extend.py", stack, FILE=SAMPLES / "invoice.pdf"
    )
    return found


@pytest.fixture(scope="module")
def node(stack: Stack) -> dict[str, Any]:
    """What the TypeScript SDK's script found."""
    modules = modules_with("extend-ai@1.17.0", "zod@4.3.6")
    found: dict[str, Any] = run_node(modules, "use_extend.mjs", stack, FILE=SAMPLES / "invoice.pdf")
    return found


def test_python_files(python: dict[str, Any]) -> None:
    assert python["file"] == ["invoice.pdf", "PDF", True]
    assert python["listed"] is True
    assert python["file deleted"] == [True, ["NotFoundError", 404, "NOT_FOUND"]]


def test_python_plain(python: dict[str, Any]) -> None:
    status, value, metadata, credits = python["plain"]
    assert (status, metadata) == ("PROCESSED", {"order": 7}) and credits >= 1
    assert value == {"invoice_number": INVOICE["invoice_number"], "total_amount": INVOICE["total_amount"]}
    page, text, corners, same_file = python["citation"]
    assert (page, corners, same_file) == (1, 4, True) and INVOICE["invoice_number"] in text
    assert 0.5 < python["confidence"] <= 1


def test_python_typed(python: dict[str, Any]) -> None:
    total, lines = INVOICE["total_amount"], len(INVOICE["line_items"])
    assert python["typed"] == ["Invoice", INVOICE["invoice_number"], INVOICE["invoice_date"], total, lines]
    assert python["async"] == INVOICE["invoice_number"]


def test_python_saved_extractors(python: dict[str, Any]) -> None:
    assert python["versions"] == ["draft", "0.1"]
    assert (python["latest"], python["extractor"], python["in list"]) == (True, "sdk 2", True)
    assert python["saved"] == ["PROCESSED", INVOICE["invoice_number"], "0.1"]


def test_python_batches_and_texts(python: dict[str, Any]) -> None:
    assert python["batch"] == [3, [["PROCESSED", 0], ["PROCESSED", 1], ["PROCESSED", 2]]]
    assert python["batch value"] == "A-2"
    status, values = python["inferred"]
    assert status == "PROCESSED" and "Ada Byron" in values


def test_python_ends_and_refusals(python: dict[str, Any]) -> None:
    assert python["failed"] == ["FAILED", "INVALID_CONFIGURATION", True]
    assert python["cancelled"] == ["PROCESSING", "CANCELLED"]
    assert python["cancelled again"] == ["BadRequestError", 400, "INVALID_REQUEST"]
    assert python["deleted"] is True
    assert python["gone"] == ["NotFoundError", 404, "NOT_FOUND"]
    assert python["bad schema"] == ["BadRequestError", 400, "INVALID_REQUEST"]
    assert python["bad key"] == ["UnauthorizedError", 401, "UNAUTHORIZED"]


def test_python_webhooks(python: dict[str, Any]) -> None:
    assert python["webhooks"] == ["wss_", "disabled", True, True]


def test_node_plain(node: dict[str, Any]) -> None:
    assert node["file"] == ["invoice.pdf", "PDF", True] and node["fileDeleted"] is True
    value = {"invoice_number": INVOICE["invoice_number"], "total_amount": INVOICE["total_amount"]}
    assert node["plain"] == ["PROCESSED", value]
    ((page, text),) = node["citation"]
    assert page == 1 and INVOICE["invoice_number"] in text


def test_node_typed(node: dict[str, Any]) -> None:
    number, date, total, lines = node["typed"]
    assert (number, date) == (INVOICE["invoice_number"], INVOICE["invoice_date"])
    assert (total, lines) == (INVOICE["total_amount"], len(INVOICE["line_items"]))


def test_node_saved_extractors_and_batches(node: dict[str, Any]) -> None:
    assert node["version"] == ["1.0", "draft"]
    assert node["saved"] == ["PROCESSED", INVOICE["invoice_number"], "1.0"]
    assert node["batch"] == [2, [["PROCESSED", 0], ["PROCESSED", 1]]]


def test_node_ends_and_refusals(node: dict[str, Any]) -> None:
    assert node["cancelled"] == ["PROCESSING", "CANCELLED"] and node["deleted"] is True
    assert node["gone"] == [404, "NOT_FOUND"]
    assert node["badKey"] == [401, "UNAUTHORIZED"]
    assert node["badSchema"] == [400, "INVALID_REQUEST"]
