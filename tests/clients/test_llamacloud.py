"""LlamaCloud's own SDKs of both generations, unchanged, against the local stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.stack import Stack
from tests.clients.environments import modules_with, python_with, run_node, run_python

SAMPLES = Path(__file__).parents[2] / "samples"
INVOICE = json.loads((SAMPLES / "expected" / "invoice.json").read_text())
RECEIPT = json.loads((SAMPLES / "expected" / "receipt.json").read_text())
NUMBER = INVOICE["invoice_number"]
MADE = ["total_amount", "vendor_name"]
Found = dict[str, Any]


@pytest.fixture(scope="module")
def v1(stack: Stack) -> Found:
    """What llama-cloud 1.x found."""
    found: Found = run_python(python_with("llama-cloud==1.6.0"), "use_llamacloud_v1.py", stack, SAMPLES=SAMPLES)
    return found


@pytest.fixture(scope="module")
def v2(stack: Stack) -> Found:
    """What llama-cloud 2.x found."""
    found: Found = run_python(python_with("llama-cloud==2.19.0"), "use_llamacloud_v2.py", stack, SAMPLES=SAMPLES)
    return found


@pytest.fixture(scope="module")
def services(stack: Stack) -> Found:
    """What llama-cloud-services found."""
    python = python_with("llama-cloud-services==0.6.94")
    found: Found = run_python(python, "use_llamacloud_services.py", stack, SAMPLES=SAMPLES)
    return found


@pytest.fixture(scope="module")
def node_v1(stack: Stack) -> Found:
    """What the TypeScript SDK 1.x found."""
    modules = modules_with("@llamaindex/llama-cloud@1.8.0")
    found: Found = run_node(modules, "use_llamacloud_v1.mjs", stack, SAMPLES=SAMPLES)
    return found


@pytest.fixture(scope="module")
def node_v2(stack: Stack) -> Found:
    """What the TypeScript SDK 2.x found."""
    modules = modules_with("@llamaindex/llama-cloud@2.16.0")
    found: Found = run_node(modules, "use_llamacloud_v2.mjs", stack, SAMPLES=SAMPLES)
    return found


# ---- llama-cloud 1.6.0 -----------------------------------------------------------------------------------------------


def test_v1_files(v1: Found) -> None:
    assert v1["file"] == ["invoice.pdf", "pdf", "extract", "mine"]
    assert v1["listed"] and v1["link"]
    assert v1["file deleted"] == ["NotFoundError", 404, "file_not_found"]


def test_v1_schemas(v1: Found) -> None:
    assert v1["valid"] and v1["generated"] == MADE
    assert v1["invalid"] == ["BadRequestError", 400, "invalid_request"]


def test_v1_without_an_agent(v1: Found) -> None:
    assert v1["stateless"] == ["SUCCESS", "default", INVOICE]
    assert v1["cited"] == [1, NUMBER, True]
    assert (v1["text"], v1["async"]) == ("A-77", RECEIPT["total"])


def test_v1_agents(v1: Found) -> None:
    assert v1["agent"] == [True, "PAGE", True]
    assert v1["of agent"] == NUMBER
    assert v1["file sent"] == ["SUCCESS", 2]
    assert v1["changed"] == [MADE, "BALANCED"]
    assert v1["agent deleted"] == ["NotFoundError", 404, "extractor_not_found"]


def test_v1_runs(v1: Found) -> None:
    assert v1["runs"] == [["SUCCESS", "SUCCESS"], True, True]
    assert v1["run deleted"] == ["NotFoundError", 404, "job_not_found"]


def test_v1_ends_and_refusals(v1: Found) -> None:
    status, why = v1["failed"]
    assert status == "ERROR" and "1 page" in why
    assert v1["bad key"] == ["AuthenticationError", 401, "unauthenticated"]


# ---- llama-cloud 2.19.0 ----------------------------------------------------------------------------------------------


def test_v2_files_and_schemas(v2: Found) -> None:
    assert v2["file"] == ["invoice.pdf", "extract", True]
    assert v2["link"] and v2["valid"]
    assert v2["generated"] == ["made", "extract_v2", MADE]


def test_v2_jobs(v2: Found) -> None:
    assert v2["job"] == ["PENDING", "COMPLETED", INVOICE, 1]
    assert v2["expanded"] == ["cost_effective", 1]
    assert v2["cited"] == [1, NUMBER, True]
    assert v2["listed"] == [[True], True, True]
    assert v2["async"] == RECEIPT["total"]


def test_v2_configurations(v2: Found) -> None:
    assert v2["saved"] == ["COMPLETED", True]
    assert v2["configurations"] == [True, "other"]
    assert v2["agents"] is True
    assert v2["configuration deleted"] == ["NotFoundError", 404, "extractor_not_found"]


def test_v2_saved_webhooks(v2: Found) -> None:
    assert v2["webhooks"] == [True, "https://example.com/hook", "json", True, True, "PENDING"]
    assert v2["webhook deleted"] == ["NotFoundError", 404, "endpoint_not_found"]


def test_v2_ends_and_refusals(v2: Found) -> None:
    error, status, why = v2["failed"]
    assert (error, status) == ("PollingError", "FAILED") and "1 page" in why
    assert v2["cancelled too late"] == ["BadRequestError", 400, "result_not_ready"]
    assert v2["deleted"] == ["NotFoundError", 404, "job_not_found"]
    assert v2["file deleted"] == ["NotFoundError", 404, "file_not_found"]
    assert v2["bad schema"] == ["UnprocessableEntityError", 422, None]
    assert v2["bad key"] == ["AuthenticationError", 401, "unauthenticated"]


# ---- llama-cloud-services 0.6.94 -------------------------------------------------------------------------------------


def test_services_agents(services: Found) -> None:
    assert services["agent"] == [True, True]
    assert services["run"] == ["SUCCESS", INVOICE, "FAST", "invoice.pdf"]
    assert services["cited"] == [1, NUMBER]
    assert services["several"] == [NUMBER, "A-77"]
    assert services["saved"] == "7"
    assert services["agent deleted"] == ["ApiError", 404]


def test_services_without_an_agent(services: Found) -> None:
    assert services["stateless"] == [NUMBER, "A-77"]


def test_services_runs(services: Found) -> None:
    assert services["runs"] == [3, 2]
    status, why = services["failed"]
    assert status == "ERROR" and "1 page" in why
    assert services["run deleted"] == 3


def test_services_presigned_uploads_and_batches(services: Found) -> None:
    assert services["presigned"] == ["invoice.pdf", (SAMPLES / "invoice.pdf").stat().st_size]
    assert services["batch"] == [True, True]


def test_services_refusals(services: Found) -> None:
    assert services["bad schema"] == ["UnprocessableEntityError", 422]
    assert services["bad key"] == ["ApiError", 401]


# ---- @llamaindex/llama-cloud -----------------------------------------------------------------------------------------


def test_node_v1(node_v1: Found) -> None:
    assert node_v1["file"] == ["receipt.jpg", "jpg"]
    assert node_v1["stateless"] == ["SUCCESS", RECEIPT]
    assert node_v1["ofAgent"] == RECEIPT
    assert node_v1["runs"] == [["SUCCESS", RECEIPT["total"]]]
    assert node_v1["agentDeleted"] == ["NotFoundError", 404]
    assert node_v1["badKey"] == ["AuthenticationError", 401]


def test_node_v2(node_v2: Found) -> None:
    assert node_v2["job"] == ["PENDING", "COMPLETED", RECEIPT]
    assert node_v2["expanded"] == ["cost_effective", 1]
    assert node_v2["listed"] == [True]
    assert node_v2["lateCancel"] == ["BadRequestError", 400]
    assert node_v2["deleted"] == ["NotFoundError", 404]
    assert node_v2["badKey"] == ["AuthenticationError", 401]
