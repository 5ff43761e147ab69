"""What cdk-nag finds and we mean, each with its reason. Anything else fails the synthesis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Acknowledgment, Validations
from constructs import Construct, IConstruct

from infra.storage import RETENTION, Storage

EVERYWHERE = {
    "AwsSolutions-APIG4": "Each contract has its own credential header: the handlers check the key before anything.",
    "AwsSolutions-L1": "The third-party wheels are locked for Python 3.13; a newer runtime comes with a new lock.",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:"
    "<AWS::StackName>-document:*]": "Executions of our own state machine are named by their documents.",
    "AwsSolutions-S1": "Who reads and writes objects is told by CloudTrail data events, where an account wants them.",
    "AwsSolutions-SF1": "Every event of every document would cost more than the states; our functions log the endings.",
    "AwsSolutions-SF2": "Tracing is paid for each document; the logs carry the document's id through its path.",
}
TEXTRACT = "Textract's actions know no resources."
STREAMS = "ListStreams knows no resources; CDK adds it to the reader of a table's stream."


def acknowledge(stack: Construct, storage: Storage, wildcards: Mapping[str, Sequence[IConstruct]]) -> None:
    """`wildcards` names the roles that may act on resource `*`, by the reason."""
    for finding, reason in EVERYWHERE.items():
        _say(stack, finding, reason)
    for reason, roles in wildcards.items():
        for role in roles:
            _say(role, "AwsSolutions-IAM5[Resource::*]", reason)
    for prefix in RETENTION:
        reason = f"Objects of the retention class {prefix} are named by tenant and document."
        _say(stack, f"AwsSolutions-IAM5[Resource::<{storage.bucket_id}.Arn>/{prefix}*]", reason)


def _say(where: IConstruct, finding: str, reason: str) -> None:
    Validations.of(where).acknowledge(Acknowledgment(id=finding, reason=reason))
