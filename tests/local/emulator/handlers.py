"""The functions of the test's template. What they see they write to a table, where the tests read it."""

import json
import os
import time
import uuid
from typing import Any

import boto3


class FlakyError(Exception):
    """An error that a state machine retries by name."""


class HopelessError(Exception):
    """An error that a state machine catches by name."""


def _record(kind: str, value: Any) -> None:
    item = {"kind": {"S": kind}, "id": {"S": str(uuid.uuid4())}, "value": {"S": json.dumps(value)}}
    boto3.client("dynamodb").put_item(TableName=os.environ["SEEN"], Item=item)


def api(event: dict[str, Any], context: Any) -> Any:
    """Answer an HTTP request; the path says how."""
    path = event["rawPath"]
    if path == "/crash":
        raise FlakyError("on purpose")
    if path == "/slow":
        time.sleep(float(event["queryStringParameters"]["seconds"]))
    if path == "/large":
        return {"statusCode": 200, "body": "x" * 7_000_000}
    if path == "/binary":
        return {
            "statusCode": 201,
            "headers": {"content-type": "image/png"},
            "body": "AAEC/w==",
            "isBase64Encoded": True,
        }
    if path == "/cookies":
        return {"statusCode": 204, "cookies": ["a=1; Path=/", "b=2"]}
    if path == "/plain":
        return {"anything": True}
    if path == "/of-itself":
        return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "https://other.example"}, "body": "x"}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event)}


def see(event: dict[str, Any], context: Any) -> None:
    """Record an event."""
    _record(os.environ["KIND"], event)


def fail_then_see(event: dict[str, Any], context: Any) -> None:
    """Fail the first time that an event comes, record it the second time."""
    table = os.environ["SEEN"]
    key = {"kind": {"S": "tries"}, "id": {"S": context.aws_request_id}}
    tries = boto3.client("dynamodb").update_item(
        TableName=table,
        Key=key,
        UpdateExpression="ADD tries :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="ALL_NEW",
    )["Attributes"]["tries"]["N"]
    if tries == "1":
        raise FlakyError("the first try fails")
    _record(os.environ["KIND"], event)


def consume(event: dict[str, Any], context: Any) -> Any:
    """Record each message of a batch; report the ones that say so as failed."""
    failed = []
    for record in event["Records"]:
        if "fail" in record["body"] and record["attributes"]["ApproximateReceiveCount"] == "1":
            failed.append({"itemIdentifier": record["messageId"]})
        else:
            _record("message", {"body": record["body"], "group": record["attributes"]["MessageGroupId"]})
    return {"batchItemFailures": failed}


def follow(event: dict[str, Any], context: Any) -> Any:
    """Record each change of the stream; items named slow take their time."""
    for record in event["Records"]:
        keys = record["dynamodb"]["Keys"]
        if keys["pk"]["S"].startswith("slow"):
            time.sleep(3)
        _record("change", {"event": record["eventName"], "pk": keys["pk"]["S"]})
    return {"batchItemFailures": []}


def task(event: dict[str, Any], context: Any) -> Any:
    """A task of the state machine."""
    if event.get("do") == "flaky":
        _record("attempt", event["id"])
        raise FlakyError("again")
    if event.get("do") == "hopeless":
        raise HopelessError("never")
    if event.get("do") == "sleep":
        time.sleep(event["seconds"])
    if event.get("do") == "exit":
        os._exit(7)
    if event.get("do") == "large":
        return "x" * 300_000
    return {
        "did": event.get("do"),
        "environment": {name: os.environ.get(name) for name in event.get("variables", [])},
        "name": context.function_name,
        "left": context.get_remaining_time_in_millis(),
        "process": os.getpid(),
    }


def wait(event: dict[str, Any], context: Any) -> None:
    """Keep the task token, or fail."""
    _record("token", {"id": event["id"], "token": event["token"]})
    if event.get("do") == "hopeless":
        raise HopelessError("before the answer")
