"""The API calls that each function makes, recorded while the fault sweep's account runs its scenarios."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from quire.adapters.s3 import S3Blobs
from tests.faults import harness
from tests.faults.account import Account
from tests.faults.cases import run
from tests.faults.plan import Case, Kind
from tests.faults.scenarios import SCENARIOS
from tests.infra.rights import ACCOUNT, REGION, Need, Template
from tests.infra.test_template import FOLDERS

API = "api"
"""Every contract's function, for what one does, all may do."""
_ACTORS = {"admit_again": "admit", "decide": "api_console", "look": "api_pages"}
"""The functions behind scripts of a scenario that are no request to a contract."""
Call = tuple[str, str, dict[str, Any]]
"""Service, operation, parameters."""
Calls = Mapping[str, Mapping[str, Call]]
"""By function, each call once."""
_OBJECT = {"Bucket": harness.ENVIRONMENT["BUCKET"], "Name": "uploads/acme/file", "Version": "v1"}
_ANALYSIS = {
    "DocumentLocation": {"S3Object": _OBJECT},
    "NotificationChannel": {
        "SNSTopicArn": harness.ENVIRONMENT["OCR_TOPIC"],
        "RoleArn": harness.ENVIRONMENT["OCR_ROLE"],
    },
    "OutputConfig": {"S3Bucket": _OBJECT["Bucket"], "S3Prefix": "working/acme/job/0/textract"},
}
UNSEEN: dict[str, list[Call]] = {
    "read": [
        ("textract", "AnalyzeDocument", {"Document": {"S3Object": _OBJECT}}),
        ("textract", "StartDocumentAnalysis", _ANALYSIS),
        ("textract", "GetDocumentAnalysis", {"JobId": "1"}),
        ("stepfunctions", "SendTaskFailure", {"taskToken": "t"}),
    ],
    "elsewhere": [
        ("dynamodb", "GetItem", {"TableName": harness.ENVIRONMENT["JOBS_TABLE"], "Key": {"PK": {"S": "key#1"}}}),
    ],
    API: [("s3", "DeleteObject", {"Bucket": _OBJECT["Bucket"], "Key": _OBJECT["Name"], "VersionId": "v1"})],
}
"""Calls that no scenario makes: the other modes' and that of a busy Textract, a look at the key of who asks for
what is not offered, and the removal of a file's bytes."""


def calls() -> Calls:
    """Of every scenario, alone and with an event of each kind lost, for what is taken up then; of a poke that fails;
    and UNSEEN."""
    made: dict[str, dict[str, Call]] = defaultdict(dict)

    def seen(actor: str, service: str, operation: str, asked: Mapping[str, Any]) -> None:
        function = actor if actor in FOLDERS else _ACTORS.get(actor, API)
        plain = {name: value for name, value in asked.items() if name != "Body"}
        made[function].setdefault(json.dumps([service, operation, plain], default=str), (service, operation, plain))

    with harness.installed(), _watched(seen):
        for name in sorted(SCENARIOS):
            events = {site.name.split("#")[0] for site in run(Case(name)).trace if Kind.LOST in site.kinds}
            for event in sorted(events):
                run(Case(name, {f"{event}#1": Kind.LOST}))
        run(Case("a-document", {"admit:dynamodb.Query#1": Kind.FAIL_AFTER}))
    for function, more in UNSEEN.items():
        made[function] |= {f"unseen {call[1]}": call for call in more}
    return made


@contextmanager
def _watched(seen: Any) -> Iterator[None]:
    call = Account.call
    upload_url, download_url = S3Blobs.upload_url, S3Blobs.download_url

    def at_call(self: Account, client: Any, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        actor = None if self._aside else self.pump.actor()
        if actor is not None:
            seen(actor.name, client.meta.service_model.service_name, operation, asked)
        return call(self, client, operation, asked)

    def signed(operation: str, bucket: str, **where: str) -> None:
        """Whoever follows the URL acts with the rights of the role that signed it."""
        actor = harness.account().pump.actor()
        if actor is not None:
            seen(actor.name, "s3", operation, {"Bucket": bucket, **where})

    def at_upload(self: S3Blobs, key: str, size: int | None, seconds: int) -> str:
        signed("PutObject", self.bucket, Key=key)
        return upload_url(self, key, size, seconds)

    def at_download(self: S3Blobs, stored: Any, seconds: int) -> str:
        signed("GetObject", self.bucket, Key=stored.key, VersionId=stored.version)
        return download_url(self, stored, seconds)

    with (
        mock.patch.object(Account, "call", at_call),
        mock.patch.object(S3Blobs, "upload_url", at_upload),
        mock.patch.object(S3Blobs, "download_url", at_download),
    ):
        yield


def needs(template: Template, environment: Mapping[str, str], made: Call) -> Iterator[Need]:
    """What a call needs in AWS, of whoever makes it: `environment` is that function's own, in the template."""
    service, operation, asked = made
    yield from _OF[service](template, operation, _in_aws(asked, environment))


def _in_aws(value: Any, environment: Mapping[str, str]) -> Any:
    """The sweep's account has names of its own: each is what an environment variable says in the template."""
    if isinstance(value, dict):
        return {_in_aws(name, environment): _in_aws(part, environment) for name, part in value.items()}
    if isinstance(value, list):
        return [_in_aws(part, environment) for part in value]
    for variable, name in harness.ENVIRONMENT.items():
        if name and value == name:
            return environment[variable]
    return value


def _table(name: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _of_dynamodb(_template: Template, operation: str, asked: dict[str, Any]) -> Iterator[Need]:
    if operation == "TransactWriteItems":
        actions = {
            "Put": "PutItem",
            "Update": "UpdateItem",
            "Delete": "DeleteItem",
            "ConditionCheck": "ConditionCheckItem",
        }
        for action in asked["TransactItems"]:
            ((verb, what),) = action.items()
            yield Need(f"dynamodb:{actions[verb]}", _table(what["TableName"]))
    elif operation == "BatchGetItem":
        for table in asked["RequestItems"]:
            yield Need("dynamodb:BatchGetItem", _table(table))
    else:
        index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
        yield Need(f"dynamodb:{operation}", _table(asked["TableName"]) + index)


def _of_s3(_template: Template, operation: str, asked: dict[str, Any]) -> Iterator[Need]:
    """Amazon S3 API reference, "Permissions" of each operation."""
    bucket = f"arn:aws:s3:::{asked['Bucket']}"
    if operation in ("ListObjectsV2", "ListObjectVersions"):
        yield Need("s3:ListBucket" if operation == "ListObjectsV2" else "s3:ListBucketVersions", bucket)
    elif operation == "DeleteObjects":
        for one in asked["Delete"]["Objects"]:
            yield Need("s3:DeleteObject", f"{bucket}/{one['Key']}")
            yield Need("s3:DeleteObjectVersion", f"{bucket}/{one['Key']}")
    else:
        action = {"HeadObject": "GetObject"}.get(operation, operation)
        version = "Version" if "VersionId" in asked else ""
        yield Need(f"s3:{action}{version}", f"{bucket}/{asked['Key']}")
        if action == "GetObject":
            yield Need("s3:ListBucket", bucket)  # else S3 says of an object that is missing that it is forbidden


def _of_sqs(_template: Template, operation: str, asked: dict[str, Any]) -> Iterator[Need]:
    host, account, name = asked["QueueUrl"].removeprefix("https://").split("/")
    yield Need(f"sqs:{operation}", f"arn:aws:sqs:{host.split('.')[1]}:{account}:{name}")


def _of_stepfunctions(template: Template, operation: str, asked: dict[str, Any]) -> Iterator[Need]:
    """A task's token is of a machine, and that is what AWS asks about, as CDK's `grant_task_response` has it. (The
    Service Authorization Reference names no resource; the refusals do.)"""
    (logical,) = template.of_type("AWS::StepFunctions::StateMachine")
    machine = template.resolve({"Ref": logical})
    if "executionArn" in asked:
        name = asked["executionArn"].rsplit(":", 1)[1]
        yield Need(f"states:{operation}", f"{machine.replace(':stateMachine:', ':execution:')}:{name}")
    else:
        yield Need(f"states:{operation}", asked.get("stateMachineArn", machine))


def _of_textract(_template: Template, operation: str, asked: dict[str, Any]) -> Iterator[Need]:
    """Textract looks at the object, and writes its output, with the rights of its caller (Textract guide, "Identity and
    access management": s3:GetObject; of a version that is named S3 asks for GetObjectVersion)."""
    yield Need(f"textract:{operation}", "*")
    where = asked.get("Document", asked.get("DocumentLocation", {})).get("S3Object")
    if where:
        for action in ("GetObject", "GetObjectVersion"):
            yield Need(f"s3:{action}", f"arn:aws:s3:::{where['Bucket']}/{where['Name']}")
    if "OutputConfig" in asked:
        output = asked["OutputConfig"]
        yield Need("s3:PutObject", f"arn:aws:s3:::{output['S3Bucket']}/{output['S3Prefix']}/job/1")
    if "NotificationChannel" in asked:
        context = {"iam:PassedToService": "textract.amazonaws.com"}
        yield Need("iam:PassRole", asked["NotificationChannel"]["RoleArn"], context)


_OF = {
    "dynamodb": _of_dynamodb,
    "s3": _of_s3,
    "sqs": _of_sqs,
    "stepfunctions": _of_stepfunctions,
    "textract": _of_textract,
}
