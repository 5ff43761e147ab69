"""Step Functions: one execution for each document, named by its id; and the queue that wakes `admit`."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_stepfunctions import SFNClient


@dataclass(frozen=True, slots=True)
class StepFunctionsWorkflow:
    """`machine` is the state machine's ARN."""

    machine: str
    client: SFNClient

    def start(self, tenant: str, document_id: str) -> None:
        """The input is a pure function of the document, so a start that is repeated is the same start."""
        payload = json.dumps({"tenant": tenant, "document_id": document_id}, sort_keys=True)
        try:
            self.client.start_execution(stateMachineArn=self.machine, name=document_id, input=payload)
        except self.client.exceptions.ExecutionAlreadyExists:
            return

    def state(self, document_id: str) -> str | None:
        arn = self.machine.replace(":stateMachine:", ":execution:") + f":{document_id}"
        try:
            return self.client.describe_execution(executionArn=arn)["status"]
        except self.client.exceptions.ExecutionDoesNotExist:
            return None


@dataclass(frozen=True, slots=True)
class StepFunctionsTokens:
    """Tasks that wait for a token are completed by it, whatever machine they are of."""

    client: SFNClient

    def succeed(self, token: str, output: Mapping[str, object]) -> None:
        with self._unless_gone():
            self.client.send_task_success(taskToken=token, output=json.dumps(output))

    def fail(self, token: str, error: str) -> None:
        with self._unless_gone():
            self.client.send_task_failure(taskToken=token, error=error)

    def _unless_gone(self) -> suppress:
        gone = self.client.exceptions
        return suppress(gone.TaskTimedOut, gone.InvalidToken, gone.TaskDoesNotExist)


@dataclass(frozen=True, slots=True)
class SqsPokes:
    """A FIFO queue, a tenant's lane its group: one `admit` at a time for each."""

    url: str
    client: SQSClient

    def poke(self, tenant: str, *, lane: str = "") -> None:
        group = f"{tenant}/{lane}" if lane else tenant
        # Equal deduplication ids would be dropped for five minutes: each poke is its own.
        self.client.send_message(
            QueueUrl=self.url, MessageBody=tenant, MessageGroupId=group, MessageDeduplicationId=str(uuid.uuid4())
        )

    def again(self, receipt: str, seconds: int) -> None:
        self.client.change_message_visibility(QueueUrl=self.url, ReceiptHandle=receipt, VisibilityTimeout=seconds)
