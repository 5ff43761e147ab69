"""Each function's role is enough in AWS: every call that the sweep's scenarios make, held against the template's own
statements in AWS's form of ARNs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from infra.stack import CONTRACTS
from tests.infra import recorded
from tests.infra.conftest import ROOT
from tests.infra.reached import asked_by, rows_asked_by
from tests.infra.recorded import API, Calls
from tests.infra.rights import Need, Template, allowed, lacking
from tests.infra.test_template import FOLDERS

ADAPTERS = ROOT / "layers" / "quire" / "python" / "quire" / "adapters"


@pytest.fixture(scope="module")
def real(template: dict[str, Any]) -> Template:
    return Template(template)


@pytest.fixture(scope="module")
def deployed(real: Template) -> dict[str, dict[str, Any]]:
    """The functions' resolved properties by folder."""
    found = real.of_type("AWS::Lambda::Function").values()
    return {properties["Handler"].split(".")[1]: properties for properties in found}


@pytest.fixture(scope="module")
def calls() -> Calls:
    return recorded.calls()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_function_may_make_the_calls_that_it_makes(
    real: Template, deployed: Mapping[str, Any], calls: Calls, name: str
) -> None:
    role, environment = deployed[name]["Role"], deployed[name]["Environment"]["Variables"]
    made = [*calls.get(name, {}).values(), *(calls[API].values() if name in CONTRACTS else ())]
    assert made
    needs = [need for call in made for need in recorded.needs(real, environment, call)]
    assert lacking(real.statements(role), needs) == []


ACTIONS = {
    ("blobs", "put"): ["s3:PutObject"],
    ("blobs", "put_file"): ["s3:PutObject"],
    ("blobs", "get"): ["s3:GetObjectVersion"],
    ("blobs", "range"): ["s3:GetObjectVersion"],
    ("blobs", "read"): ["s3:GetObject"],
    ("blobs", "delete"): ["s3:DeleteObjectVersion"],
    ("blobs", "clear"): ["s3:ListBucketVersions", "s3:DeleteObject", "s3:DeleteObjectVersion"],
    ("blobs", "arrivals"): ["s3:ListBucketVersions"],
    ("blobs", "keys"): ["s3:ListBucket"],
    ("blobs", "upload_url"): ["s3:PutObject"],
    ("blobs", "download_url"): ["s3:GetObjectVersion"],
    ("workflow", "start"): ["states:StartExecution"],
    ("workflow", "state"): ["states:DescribeExecution"],
    ("tokens", "succeed"): ["states:SendTaskSuccess"],
    ("tokens", "fail"): ["states:SendTaskFailure"],
    ("pokes", "poke"): ["sqs:SendMessage"],
    ("pokes", "again"): ["sqs:ChangeMessageVisibility"],
}
"""What a port's method needs on some resource, where that is the same for all that it may be asked for."""


UNREACHED = {"inspect": {"dynamodb:Query"}}
"""What the code of a port's method can ask for and this function never does: it names the positions that it reads."""


@pytest.mark.parametrize("name", FOLDERS)
def test_a_function_may_do_what_its_code_can_ask_for(real: Template, deployed: Mapping[str, Any], name: str) -> None:
    """Also where no scenario comes: read off the code, with less to say of the resource."""
    given = {
        action
        for statement in real.statements(deployed[name]["Role"])
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    needed = {action for asked in asked_by(name) for action in ACTIONS.get(asked, ())}
    needed |= {f"dynamodb:{action}" for action in rows_asked_by(name)}
    assert needed - given == UNREACHED.get(name, set())


@pytest.mark.parametrize("name", FOLDERS)
def test_a_function_may_write_its_log(real: Template, deployed: Mapping[str, Any], name: str) -> None:
    group = deployed[name]["LoggingConfig"]["LogGroup"]
    stream = f"arn:aws:logs:eu-central-1:123456789012:log-group:{group}:log-stream:2026/12/01/[$LATEST]0a1b"
    needs = [Need(f"logs:{action}", stream) for action in ("CreateLogStream", "PutLogEvents")]
    assert lacking(real.statements(deployed[name]["Role"]), needs) == []
    elsewhere = stream.replace(group, "another")
    assert not allowed(real.statements(deployed[name]["Role"]), Need("logs:PutLogEvents", elsewhere))


def test_lambda_may_read_for_a_function_what_wakes_it(real: Template) -> None:
    """The rights of an event source mapping are those of its function's role (Lambda guide)."""
    roles = {
        real.resolve({"Ref": name}): real.resolve(one["Properties"]["Role"])
        for name, one in real.resources.items()
        if one["Type"] == "AWS::Lambda::Function"
    }
    mappings = real.of_type("AWS::Lambda::EventSourceMapping").values()
    assert len(mappings) == 4
    for mapping in mappings:
        source = mapping["EventSourceArn"]
        if ":sqs:" in source:
            needs = [Need(f"sqs:{verb}", source) for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")]
        else:
            needs = [Need(f"dynamodb:{verb}", source) for verb in ("DescribeStream", "GetRecords", "GetShardIterator")]
            needs.append(Need("dynamodb:ListStreams", "*"))
        assert lacking(real.statements(roles[mapping["FunctionName"]]), needs) == []


def test_the_state_machine_may_call_each_of_its_tasks(real: Template) -> None:
    (machine,) = real.of_type("AWS::StepFunctions::StateMachine").values()
    tasks = [arn for arn in machine["DefinitionSubstitutions"].values() if ":function:" in arn]
    definition = json.loads((ROOT / "infra" / "document.asl.json").read_text())
    assert len(tasks) == sum(state["Type"] == "Task" for state in definition["States"].values())
    needs = [Need("lambda:InvokeFunction", task) for task in tasks]
    assert lacking(real.statements(machine["RoleArn"]), needs) == []


def test_textract_may_say_that_it_has_ended(real: Template, deployed: Mapping[str, Any]) -> None:
    environment = deployed["read"]["Environment"]["Variables"]
    needs = [Need("sns:Publish", environment["OCR_TOPIC"])]
    assert lacking(real.statements(environment["OCR_ROLE"]), needs) == []


def test_each_service_may_invoke_what_it_wakes(real: Template) -> None:
    """By the function's own policy: EventBridge each rule's target, SNS its subscriber, API Gateway each route's."""
    permits = real.of_type("AWS::Lambda::Permission").values()

    def invoked_by(service: str) -> list[tuple[str, str]]:
        return sorted((one["SourceArn"], one["FunctionName"]) for one in permits if one["Principal"] == service)

    rules = {
        real.resolve({"Fn::GetAtt": [name, "Arn"]}): real.resolve(one["Properties"]["Targets"])
        for name, one in real.resources.items()
        if one["Type"] == "AWS::Events::Rule"
    }
    assert invoked_by("events.amazonaws.com") == sorted(
        (rule, target["Arn"]) for rule, targets in rules.items() for target in targets
    )
    subscriptions = real.of_type("AWS::SNS::Subscription").values()
    assert invoked_by("sns.amazonaws.com") == [(one["TopicArn"], one["Endpoint"]) for one in subscriptions]
    routes = real.of_type("AWS::ApiGatewayV2::Route")
    assert len(invoked_by("apigateway.amazonaws.com")) == len(routes)


def test_the_policies_of_the_bucket_the_queue_and_the_topic_refuse_nothing_but_what_comes_without_tls(
    real: Template,
) -> None:
    kinds = ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
    policies = [policy for kind in kinds for policy in real.of_type(kind).values()]
    statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    (bucket,) = real.of_type("AWS::S3::Bucket")
    asked = ("s3:GetObject", real.resolve({"Fn::GetAtt": [bucket, "Arn"]}) + "/uploads/acme/file")
    assert len(statements) == 4
    for secure in ("true", "false"):
        need = Need(*asked, {"aws:SecureTransport": secure})
        assert allowed([anything, *statements], need) is (secure == "true")
    topic = real.resolve({"Ref": next(iter(real.of_type("AWS::SNS::Topic")))})
    assert allowed([anything, *statements], Need("sns:Publish", topic, {"aws:SecureTransport": "true"}))


def test_the_scenarios_make_every_call_of_the_adapters(calls: Calls) -> None:
    """So that a call that is added to an adapter is among those that are held against the roles."""
    text = "".join(path.read_text() for path in ADAPTERS.glob("*.py"))
    written = set(re.findall(r"\bclient\.([a-z_]+)\b(?!\.)", text)) - {"meta", "exceptions", "get_paginator"}
    written |= set(re.findall(r'get_paginator\("(\w+)"\)', text))
    made = {_snake(operation) for by in calls.values() for _, operation, _ in by.values()}
    assert written - made == {"generate_presigned_url"}, "recorded as what its URL does"


def test_the_matcher_can_refuse(real: Template, deployed: Mapping[str, Any]) -> None:
    """Also the right that was once given and never matched: nothing may follow the ARN of a log group."""
    group = next(name for name, one in real.resources.items() if one["Type"] == "AWS::Logs::LogGroup")
    arn = real.resolve({"Fn::GetAtt": [group, "Arn"]})
    stream = f"{arn.removesuffix(':*')}:log-stream:any"
    said = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": f"{arn}:log-stream:*"}
    assert not allowed([said], Need("logs:PutLogEvents", stream))
    assert allowed([{**said, "Resource": arn}], Need("logs:PutLogEvents", stream))
    assert not allowed(
        [{**said, "Resource": arn}, {**said, "Effect": "Deny", "Resource": "*"}], Need("logs:PutLogEvents", stream)
    )
    passes = real.statements(deployed["read"]["Role"])
    role = deployed["read"]["Environment"]["Variables"]["OCR_ROLE"]
    assert not allowed(passes, Need("iam:PassRole", role, {"iam:PassedToService": "lambda.amazonaws.com"}))


def _snake(operation: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation).lower()
