"""The one Lambda recipe: arm64, Python 3.13, a role of its own with what it needs and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.bundling import function_code, quire_layer, wheels_layer

_TEMPORARY_MIB = 512


@dataclass(frozen=True, slots=True)
class Layers:
    """`heic` decodes the pictures of iPhones: for the functions alone that look into them."""

    quire: lambda_.LayerVersion
    dependencies: lambda_.LayerVersion
    heic: lambda_.LayerVersion


def layers(scope: Construct) -> Layers:
    """The two layers that every function has, and one that few have."""
    return Layers(
        _layer(scope, "QuireLayer", quire_layer()),
        _layer(scope, "DependenciesLayer", wheels_layer("dependencies")),
        _layer(scope, "HeicLayer", wheels_layer("heic")),
    )


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
    heic: bool = False,
    data: Sequence[str] = (),
) -> lambda_.Function:
    """`functions/{name}`, with the folders `beside` it that it imports, and those of `data` that it reads. `may` is all
    that its role allows, and its own log; `heic`: it decodes such pictures."""
    title = "".join(word.capitalize() for word in name.split("_"))
    log = logs.LogGroup(
        scope, f"{title}Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
    )
    role = iam.Role(scope, f"{title}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    # Its own log group's streams, whose names are Lambda's to choose: the ARN that CloudFormation gives ends in `:*`
    # (reference, AWS::Logs::LogGroup, "Return values"), so nothing may follow it.
    writes = iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log.log_group_arn])
    for statement in (writes, *may):
        role.add_to_policy(statement)
    return lambda_.Function(
        scope,
        title,
        code=function_code(name, *beside, data=data),
        handler=f"functions.{name}.handler.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        architecture=lambda_.Architecture.ARM_64,
        layers=[shared.dependencies, shared.quire, *([shared.heic] if heic else [])],
        role=role,
        log_group=log,
        timeout=Duration.seconds(seconds),
        memory_size=memory_mib,
        ephemeral_storage_size=Size.mebibytes(_TEMPORARY_MIB),
        environment={"POWERTOOLS_SERVICE_NAME": name, **environment},
    )
