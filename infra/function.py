"""The one Lambda recipe: arm64, Python 3.13, a role of its own with what it needs and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Size, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.bundling import dependencies_layer, function_code, quire_layer

_TEMPORARY_MIB = 512


@dataclass(frozen=True, slots=True)
class Layers:
    quire: lambda_.LayerVersion
    dependencies: lambda_.LayerVersion


def layers(scope: Construct) -> Layers:
    """The two layers that every function has."""
    return Layers(_layer(scope, "QuireLayer", quire_layer()), _layer(scope, "DependenciesLayer", dependencies_layer()))


def _layer(scope: Construct, name: str, code: lambda_.Code) -> lambda_.LayerVersion:
    return lambda_.LayerVersion(
        scope,
        name,
        code=code,
        compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
        compatible_architectures=[lambda_.Architecture.ARM_64],
    )


def function(
    scope: Construct,
    name: str,
    shared: Layers,
    *,
    environment: Mapping[str, str],
    may: Sequence[iam.PolicyStatement],
    seconds: int = 30,
    memory_mib: int = 512,
    beside: Sequence[str] = (),
) -> lambda_.Function:
    """`functions/{name}`, with the folders `beside` it that it imports. `may` is all that its role allows, and its own
    log."""
    title = "".join(word.capitalize() for word in name.split("_"))
    log = logs.LogGroup(
        scope, f"{title}Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
    )
    role = iam.Role(scope, f"{title}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    writes = iam.PolicyStatement(
        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[f"{log.log_group_arn}:log-stream:*"]
    )
    for statement in (writes, *may):
        role.add_to_policy(statement)
    _acknowledge_streams(role, log)
    return lambda_.Function(
        scope,
        title,
        code=function_code(name, *beside),
        handler=f"functions.{name}.handler.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        architecture=lambda_.Architecture.ARM_64,
        layers=[shared.dependencies, shared.quire],
        role=role,
        log_group=log,
        timeout=Duration.seconds(seconds),
        memory_size=memory_mib,
        ephemeral_storage_size=Size.mebibytes(_TEMPORARY_MIB),
        environment={"POWERTOOLS_SERVICE_NAME": name, **environment},
    )


def _acknowledge_streams(role: iam.Role, log: logs.LogGroup) -> None:
    group = log.node.default_child
    if not isinstance(group, logs.CfnLogGroup):
        raise TypeError(group)
    finding = f"AwsSolutions-IAM5[Resource::<{Stack.of(log).get_logical_id(group)}.Arn>:log-stream:*]"
    reason = "A function writes to the streams of its own log group; their names are Lambda's to choose."
    Validations.of(role).acknowledge(Acknowledgment(id=finding, reason=reason))
