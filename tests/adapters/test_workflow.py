"""The ports `Workflow` and `Pokes`."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from quire.adapters import clients
from quire.adapters.aws import Aws
from quire.adapters.workflow import StepFunctionsTokens, StepFunctionsWorkflow
from quire.domain.ids import derived_job_id, document_id
from quire.domain.ports import World
from quire.testing.workflow import MemoryPokes, MemoryTokens, MemoryWorkflow

DOCUMENT = document_id(derived_job_id("job"), 0)
OTHER = document_id(derived_job_id("job"), 1)


@pytest.mark.usefixtures("machine")
class TestExecutions:
    def test_a_document_that_was_never_started_has_no_state(self, world: World) -> None:
        assert world.workflow.state(DOCUMENT) is None

    def test_a_started_document_runs(self, world: World) -> None:
        world.workflow.start("acme", DOCUMENT)
        assert world.workflow.state(DOCUMENT) == "RUNNING"
        assert world.workflow.state(OTHER) is None

    def test_started_twice_is_started_once(self, world: World) -> None:
        world.workflow.start("acme", DOCUMENT)
        world.workflow.start("acme", DOCUMENT)
        assert world.workflow.state(DOCUMENT) == "RUNNING"


def test_an_execution_is_named_by_its_document_and_gets_ids_only(aws: Aws, machine: str) -> None:
    aws.workflow.start("acme", DOCUMENT)
    (execution,) = clients.stepfunctions().list_executions(stateMachineArn=machine)["executions"]
    said = clients.stepfunctions().describe_execution(executionArn=execution["executionArn"])
    assert said["name"] == DOCUMENT
    assert json.loads(said["input"]) == {"tenant": "acme", "document_id": DOCUMENT}


def test_an_execution_that_has_ended_is_not_started_again(aws: Aws, machine: str) -> None:
    aws.workflow.start("acme", DOCUMENT)
    (execution,) = clients.stepfunctions().list_executions(stateMachineArn=machine)["executions"]
    clients.stepfunctions().stop_execution(executionArn=execution["executionArn"])
    aws.workflow.start("acme", DOCUMENT)
    assert aws.workflow.state(DOCUMENT) == "ABORTED"
    assert len(clients.stepfunctions().list_executions(stateMachineArn=machine)["executions"]) == 1


def test_other_refusals_to_start_are_faults(aws: Aws) -> None:
    with Stubber(clients.stepfunctions()) as stub:
        stub.add_client_error("start_execution", "ExecutionLimitExceeded")
        with pytest.raises(ClientError, match="ExecutionLimitExceeded"):
            StepFunctionsWorkflow("arn", clients.stepfunctions()).start("acme", DOCUMENT)


def test_a_task_is_completed_by_its_token(aws: Aws) -> None:
    with Stubber(clients.stepfunctions()) as stub:
        stub.add_response("send_task_success", {}, {"taskToken": "t1", "output": '{"outcome": "done"}'})
        StepFunctionsTokens(clients.stepfunctions()).succeed("t1", {"outcome": "done"})
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["TaskTimedOut", "InvalidToken", "TaskDoesNotExist"])
def test_a_token_that_is_no_longer_waited_for_counts_as_done(aws: Aws, code: str) -> None:
    with Stubber(clients.stepfunctions()) as stub:
        stub.add_client_error("send_task_success", code)
        StepFunctionsTokens(clients.stepfunctions()).succeed("t1", {})


@pytest.mark.parametrize("code", ["InvalidOutput", "ThrottlingException"])
def test_other_refusals_of_a_token_are_faults(aws: Aws, code: str) -> None:
    with Stubber(clients.stepfunctions()) as stub:
        stub.add_client_error("send_task_success", code)
        with pytest.raises(ClientError, match=code):
            StepFunctionsTokens(clients.stepfunctions()).succeed("t1", {})


def test_a_try_of_a_task_is_ended_by_the_name_of_an_error(aws: Aws) -> None:
    with Stubber(clients.stepfunctions()) as stub:
        stub.add_response("send_task_failure", {}, {"taskToken": "t1", "error": "OcrBusy"})
        StepFunctionsTokens(clients.stepfunctions()).fail("t1", "OcrBusy")
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["TaskTimedOut", "InvalidToken", "TaskDoesNotExist"])
def test_a_try_that_has_ended_otherwise_counts_as_ended(aws: Aws, code: str) -> None:
    with Stubber(clients.stepfunctions()) as stub:
        stub.add_client_error("send_task_failure", code)
        StepFunctionsTokens(clients.stepfunctions()).fail("t1", "OcrBusy")
        stub.assert_no_pending_responses()


def test_in_memory_a_task_ends_once() -> None:
    tokens = MemoryTokens()
    tokens.fail("t1", "OcrBusy")
    tokens.succeed("t1", {"outcome": "done"})
    tokens.succeed("t2", {"outcome": "done"})
    tokens.fail("t2", "OcrBusy")
    assert (tokens.completed, tokens.failed) == ({"t2": {"outcome": "done"}}, {"t1": "OcrBusy"})


def test_in_memory_the_first_completion_of_a_task_stands() -> None:
    tokens = MemoryTokens()
    tokens.succeed("t1", {"outcome": "done"})
    tokens.succeed("t1", {"outcome": "refused"})
    assert tokens.completed == {"t1": {"outcome": "done"}}


def test_in_memory_executions_are_recorded_by_name() -> None:
    workflow = MemoryWorkflow()
    for _ in range(2):
        workflow.start("acme", DOCUMENT)
    assert workflow.started == [("acme", DOCUMENT)]
    workflow.states[DOCUMENT] = "FAILED"
    workflow.start("acme", DOCUMENT)
    assert workflow.state(DOCUMENT) == "FAILED"
    assert len(workflow.started) == 1


def test_each_poke_is_its_own_message_in_its_tenant_s_group(aws: Aws, queue: str) -> None:
    for tenant in ("acme", "acme", "other"):
        aws.pokes.poke(tenant)
    answer = clients.sqs().receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"], WaitTimeSeconds=0
    )
    messages = answer["Messages"]
    assert [message["Body"] for message in messages] == ["acme", "acme", "other"]
    assert [message["Attributes"]["MessageGroupId"] for message in messages] == ["acme", "acme", "other"]
    assert len({message["Attributes"]["MessageDeduplicationId"] for message in messages}) == 3


def test_a_lane_does_not_wait_behind_a_poke_that_is_in_flight(aws: Aws, queue: str) -> None:
    aws.pokes.poke("acme")
    aws.pokes.poke("acme")
    aws.pokes.poke("acme", lane="sweep")
    (first,) = clients.sqs().receive_message(QueueUrl=queue, MaxNumberOfMessages=1)["Messages"]
    answer = clients.sqs().receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"], WaitTimeSeconds=0
    )
    (second,) = answer["Messages"]
    assert (first["Body"], second["Body"]) == ("acme", "acme")
    assert second["Attributes"]["MessageGroupId"] == "acme/sweep"


def test_a_poke_that_failed_comes_again_when_it_is_said_to(aws: Aws, queue: str) -> None:
    aws.pokes.poke("acme")
    (first,) = clients.sqs().receive_message(QueueUrl=queue, VisibilityTimeout=360)["Messages"]
    assert "Messages" not in clients.sqs().receive_message(QueueUrl=queue, WaitTimeSeconds=0)
    aws.pokes.again(first["ReceiptHandle"], 0)
    (second,) = clients.sqs().receive_message(QueueUrl=queue, WaitTimeSeconds=0)["Messages"]
    assert second["MessageId"] == first["MessageId"]


def test_in_memory_each_poke_is_recorded() -> None:
    pokes = MemoryPokes()
    for tenant in ("acme", "acme", "other"):
        pokes.poke(tenant)
    assert pokes.poked == ["acme", "acme", "other"]
