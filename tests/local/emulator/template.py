"""A stack with one of everything that Quire deploys."""

import hashlib
import json
from pathlib import Path
from typing import Any

HANDLERS = "tests.local.emulator.handlers"


def _function(handler: str, timeout: int = 10, **variables: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": {"ZipFile": "def handler(event, context): raise RuntimeError('not the source tree')"},
            "Handler": f"{HANDLERS}.{handler}",
            "Runtime": "python3.13",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Timeout": timeout,
            "MemorySize": 256,
            "Environment": {"Variables": {"SEEN": {"Ref": "Seen"}, **variables}},
        },
    }


def _arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def _rule(target: str, **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Events::Rule", "Properties": {**properties, "Targets": [{"Id": "T", "Arn": _arn(target)}]}}


def _lambda_task(payload: dict[str, Any], callback: bool = False, **fields: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke" + (".waitForTaskToken" if callback else ""),
        "Parameters": {"FunctionName": "${Wait}" if callback else "${Task}", "Payload": payload},
        **fields,
    }


def _machine(definition: dict[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": _arn("Role"),
            "DefinitionString": json.dumps(definition),
            "DefinitionSubstitutions": {"Task": _arn("TaskFunction"), "Wait": _arn("WaitFunction")},
        },
    }


_CATCH = [{"ErrorEquals": ["HopelessError"], "ResultPath": "$.caught", "Next": "Caught"}]
_RETRY = [{"ErrorEquals": ["FlakyError"], "IntervalSeconds": 1, "MaxAttempts": 1, "BackoffRate": 1}]


def template() -> dict[str, Any]:
    """Return the CloudFormation template."""
    machine = {
        "StartAt": "Do",
        "States": {
            "Do": _lambda_task({"do.$": "$.do", "id.$": "$.id"}, Retry=_RETRY, Catch=_CATCH, End=True),
            "Caught": {"Type": "Pass", "End": True},
        },
    }
    waiting = {
        "StartAt": "Wait",
        "States": {
            "Wait": _lambda_task(
                {"id.$": "$.id", "do.$": "$.do", "token.$": "$$.Task.Token"},
                callback=True,
                TimeoutSeconds=20,
                Retry=[{**_RETRY[0], "ErrorEquals": ["Again"]}],
                Catch=_CATCH,
                End=True,
            ),
            "Caught": {"Type": "Pass", "End": True},
        },
    }
    resources: dict[str, Any] = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
        "Seen": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": "kind", "AttributeType": "S"},
                    {"AttributeName": "id", "AttributeType": "S"},
                ],
                "KeySchema": [
                    {"AttributeName": "kind", "KeyType": "HASH"},
                    {"AttributeName": "id", "KeyType": "RANGE"},
                ],
            },
        },
        "Jobs": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
                "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
            },
        },
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "VersioningConfiguration": {"Status": "Enabled"},
                "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "Id": "results",
                            "Status": "Enabled",
                            "Prefix": "results/",
                            "ExpirationInDays": 2,
                            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
                        },
                        {
                            "Id": "all",
                            "Status": "Enabled",
                            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                        },
                    ]
                },
            },
        },
        "DeadLetters": {"Type": "AWS::SQS::Queue", "Properties": {}},
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"FifoQueue": True, "VisibilityTimeout": 2},
        },
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
        "ApiFunction": _function("api", timeout=60),
        "ObjectFunction": _function("see", KIND="object"),
        "StatusFunction": _function("see", KIND="status"),
        "TickFunction": _function("see", KIND="tick"),
        "FlakyFunction": _function("fail_then_see", KIND="flaky"),
        "TopicFunction": _function("fail_then_see", KIND="notice"),
        "QueueFunction": _function("consume"),
        "StreamFunction": _function("follow"),
        "TaskFunction": _function("task", timeout=3, SETTING="from the template"),
        "WaitFunction": _function("wait"),
        "Subscription": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {"Protocol": "lambda", "TopicArn": {"Ref": "Topic"}, "Endpoint": _arn("TopicFunction")},
        },
        "QueueMapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": _arn("Queue"),
                "FunctionName": {"Ref": "QueueFunction"},
                "BatchSize": 10,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        },
        "StreamMapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Jobs", "StreamArn"]},
                "FunctionName": {"Ref": "StreamFunction"},
                "StartingPosition": "TRIM_HORIZON",
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        },
        "ObjectRule": _rule(
            "ObjectFunction",
            EventPattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [{"Ref": "Bucket"}]}, "object": {"key": [{"prefix": "uploads/"}]}},
            },
        ),
        "StatusRule": _rule(
            "StatusFunction",
            EventPattern={"source": ["aws.states"], "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"]}},
        ),
        "FlakyRule": _rule("FlakyFunction", EventPattern={"source": ["test"]}),
        "TickRule": _rule("TickFunction", ScheduleExpression="rate(1 minute)"),
        "Machine": _machine(machine),
        "WaitingMachine": _machine(waiting),
        "ShortMachine": _machine({**waiting, "TimeoutSeconds": 1}),
        "Api": {
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {
                "Name": "Api",
                "ProtocolType": "HTTP",
                "CorsConfiguration": {
                    "Fn::If": [
                        "SomeOrigins",
                        {
                            "AllowOrigins": {"Ref": "AllowedOrigins"},
                            "AllowMethods": ["GET", "POST"],
                            "AllowHeaders": ["x-api-key", "*"],
                            "ExposeHeaders": ["retry-after"],
                            "MaxAge": 60,
                        },
                        {"Ref": "AWS::NoValue"},
                    ]
                },
            },
        },
        "Stage": {
            "Type": "AWS::ApiGatewayV2::Stage",
            "Properties": {"ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": True},
        },
        "Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": _arn("ApiFunction"),
                "PayloadFormatVersion": "2.0",
                "TimeoutInMillis": 2000,
            },
        },
        "UnderRoute": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "RouteKey": "ANY /under/{path+}",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Integration"}]]},
            },
        },
        "OfRoute": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "RouteKey": "ANY /under",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Integration"}]]},
            },
        },
        "Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "RouteKey": "$default",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Integration"}]]},
            },
        },
    }
    outputs = {
        "Seen": {"Ref": "Seen"},
        "Jobs": {"Ref": "Jobs"},
        "Bucket": {"Ref": "Bucket"},
        "Queue": {"Ref": "Queue"},
        "Topic": {"Ref": "Topic"},
        "Task": {"Ref": "TaskFunction"},
        "Machine": {"Ref": "Machine"},
        "WaitingMachine": {"Ref": "WaitingMachine"},
        "ShortMachine": {"Ref": "ShortMachine"},
        "Allowed": {"Ref": "AllowedNetworks"},
    }
    return {
        "Parameters": {
            "AllowedNetworks": {"Type": "String", "Default": ""},
            "AllowedOrigins": {"Type": "CommaDelimitedList", "Default": ""},
        },
        "Conditions": {
            "SomeOrigins": {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "AllowedOrigins"}]}, ""]}]}
        },
        "Resources": resources,
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }


def write_assembly(folder: Path, stack: str, content: dict[str, Any]) -> None:
    """Write ``content`` as CDK's synthesis would: a template, and a manifest that has it as its one asset."""
    folder.mkdir(parents=True, exist_ok=True)
    body = json.dumps(content)
    name = f"{stack}.template.json"
    (folder / name).write_text(body)
    destination = {
        "bucketName": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}",
        "objectKey": f"{hashlib.sha256(body.encode()).hexdigest()}.json",
    }
    asset = {"source": {"path": name, "packaging": "file"}, "destinations": {"current": destination}}
    (folder / f"{stack}.assets.json").write_text(json.dumps({"version": "1", "files": {"template": asset}}))
