"""The state machine of one document, what wakes `admit`, and how Textract answers."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import ArnFormat, Aws, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

DEFINITION = Path(__file__).parent / "document.asl.json"
ADMIT_SECONDS = 60
_NAME = f"{Aws.STACK_NAME}-document"


class Pokes(Construct):
    """A FIFO queue, the tenant its group. A poke that fails again and again is parked: `sweep` pokes anew."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        parked = sqs.Queue(self, "Parked", fifo=True, enforce_ssl=True, retention_period=Duration.days(14))
        self.queue = sqs.Queue(
            self,
            "Queue",
            fifo=True,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(6 * ADMIT_SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(queue=parked, max_receive_count=10),
        )
        self.parked = parked

    def send(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.queue.queue_arn])

    def put_off(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(actions=["sqs:ChangeMessageVisibility"], resources=[self.queue.queue_arn])


class OcrNotices(Construct):
    """The topic on which Textract says that a job has ended, and the role in which it says it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "textract.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
            ),
        )
        self.role.add_to_policy(iam.PolicyStatement(actions=["sns:Publish"], resources=[self.topic.topic_arn]))

    def pass_role(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[self.role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "textract.amazonaws.com"}},
        )


class DocumentWorkflow(Construct):
    """document.asl.json with the functions of its tasks."""

    @staticmethod
    def complete(stack: Stack) -> iam.PolicyStatement:
        """For tasks to complete themselves by token: known by name, for the machine in turn names the tasks."""
        machine = _arn(stack, "stateMachine", _NAME)
        return iam.PolicyStatement(actions=["states:SendTaskSuccess"], resources=[machine])

    @staticmethod
    def postpone(stack: Stack) -> iam.PolicyStatement:
        """For tasks to fail a try of themselves by token."""
        machine = _arn(stack, "stateMachine", _NAME)
        return iam.PolicyStatement(actions=["states:SendTaskFailure"], resources=[machine])

    def __init__(self, scope: Construct, construct_id: str, tasks: dict[str, lambda_.Function]) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        invoke = iam.PolicyStatement(
            actions=["lambda:InvokeFunction"], resources=[task.function_arn for task in tasks.values()]
        )
        role.add_to_policy(invoke)
        substitutions = {name: task.function_arn for name, task in tasks.items()}
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=_NAME,
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_file(str(DEFINITION)),
            definition_substitutions={"Partition": Aws.PARTITION, **substitutions},
            role=role,
            removal_policy=RemovalPolicy.DESTROY,
        )
        # Rights that the machine needs before it may be created.
        self.machine.node.add_dependency(role)

    def start(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(actions=["states:StartExecution"], resources=[self.machine.state_machine_arn])

    def describe(self) -> iam.PolicyStatement:
        executions = _arn(Stack.of(self), "execution", f"{_NAME}:*")
        return iam.PolicyStatement(actions=["states:DescribeExecution"], resources=[executions])


def _arn(stack: Stack, resource: str, name: str) -> str:
    return stack.format_arn(
        service="states", resource=resource, resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
