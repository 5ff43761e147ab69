"""The account of the fault sweep is wired as the template wires one on AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.faults import wires
from tests.faults.cases import HOUR_MS, MINUTE_MS
from tests.infra.conftest import of_type


@pytest.fixture
def folder(template: dict[str, Any]) -> dict[str, str]:
    """The folder of each function, by its name in the template."""
    return {
        name: properties["Handler"].split(".")[1]
        for name, properties in of_type(template, "AWS::Lambda::Function").items()
    }


@pytest.fixture
def rules(template: dict[str, Any], folder: dict[str, str]) -> dict[str, dict[str, Any]]:
    """EventBridge's rules by the folder of the one function that each wakes."""
    found = {}
    for rule in of_type(template, "AWS::Events::Rule").values():
        (target,) = rule["Targets"]
        found[folder[target["Arn"]["Fn::GetAtt"][0]]] = rule
    return found


def _mappings(template: dict[str, Any], folder: dict[str, str]) -> dict[str, dict[str, Any]]:
    found = of_type(template, "AWS::Lambda::EventSourceMapping").values()
    return {folder[mapping["FunctionName"]["Ref"]]: mapping for mapping in found}


def test_the_stream_tells_of_the_same_rows(template: dict[str, Any], folder: dict[str, str]) -> None:
    marks = {}
    for function, mapping in _mappings(template, folder).items():
        if "FilterCriteria" not in mapping:
            continue
        (given,) = (json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"])
        (prefix,) = given["dynamodb"]["Keys"]["SK"]["S"]
        marks[prefix["prefix"]] = (function, tuple(given["eventName"]))
        assert mapping["MaximumRetryAttempts"] == wires.STREAM_TRIES - 1
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert marks == wires.MARKS


def test_the_queue_delivers_alike(template: dict[str, Any], folder: dict[str, str]) -> None:
    mappings = _mappings(template, folder)
    assert mappings.keys() == {"admit", *(function for function, _ in wires.MARKS.values())}
    assert mappings["admit"]["BatchSize"] == wires.BATCH
    (queue,) = (queue for queue in of_type(template, "AWS::SQS::Queue").values() if "RedrivePolicy" in queue)
    assert queue["VisibilityTimeout"] * 1000 == wires.VISIBILITY_MS
    assert queue["RedrivePolicy"]["maxReceiveCount"] == wires.RECEIVES


def test_eventbridge_wakes_the_same_functions(rules: dict[str, dict[str, Any]]) -> None:
    assert rules.keys() == {"accept", "fail", "sweep", "reconcile"}
    keys = rules["accept"]["EventPattern"]["detail"]["object"]["key"]
    assert tuple(key["prefix"] for key in keys) == wires.ARRIVALS
    assert rules["fail"]["EventPattern"]["source"] == ["aws.states"]


def test_the_schedules_are_the_same(rules: dict[str, dict[str, Any]]) -> None:
    assert (rules["sweep"]["ScheduleExpression"], MINUTE_MS) == ("rate(1 minute)", 60_000)
    assert (rules["reconcile"]["ScheduleExpression"], HOUR_MS) == ("rate(1 hour)", 3_600_000)


def test_textract_s_notices_reach_the_same_function(template: dict[str, Any], folder: dict[str, str]) -> None:
    (subscription,) = of_type(template, "AWS::SNS::Subscription").values()
    assert folder[subscription["Endpoint"]["Fn::GetAtt"][0]] == "ocr_finished"


def test_lambda_tries_an_event_as_often(template: dict[str, Any]) -> None:
    """Twice more, unless a function says otherwise (Lambda guide, "Error handling for async")."""
    assert of_type(template, "AWS::Lambda::EventInvokeConfig") == {}
    assert len(wires.ASYNC_PAUSES_MS) == 2
