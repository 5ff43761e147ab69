"""The stack that a command administers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from quire.adapters.aws import Aws
from quire.adapters.s3 import S3Blobs
from quire.adapters.table import Table
from quire.adapters.workflow import StepFunctionsTokens
from quire.domain.ports import World
from quire.domain.refusal import Refusal
from quire.domain.tenant import Tenant
from quire.service.credentials import authenticate
from quire_client.laptop import setting

STACK = "Quire"
_LAPTOP = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}

Command = Callable[..., None]
Outcome = TypeVar("Outcome")


class StackWorld(Aws):
    """The world by the outputs of a stack, instead of a function's environment; `local` are what boto3 needs to reach
    the local one. What is reached is made when it is first asked for."""

    def __init__(self, outputs: Mapping[str, str], local: Mapping[str, Any]) -> None:
        super().__init__(_unheard)
        self._outputs = outputs
        self._local = local

    def _client(self, service: str) -> Any:
        client: Any = boto3.client(service, **self._local)
        return client

    @cached_property
    def _jobs_table(self) -> Table:
        return Table(self._outputs["JobsTable"], self._client("dynamodb"))

    @cached_property
    def blobs(self) -> S3Blobs:
        return S3Blobs(self._outputs["BucketName"], self._client("s3"))

    @cached_property
    def tokens(self) -> StepFunctionsTokens:
        return StepFunctionsTokens(self._client("stepfunctions"))


@dataclass(frozen=True, slots=True)
class Found:
    """A stack as CloudFormation has it; `local` are what boto3 needs to reach the local one."""

    name: str
    outputs: Mapping[str, str]
    local: Mapping[str, Any]

    def resources(self, kind: str) -> list[str]:
        """The physical ids of its resources of that type."""
        cloudformation: Any = boto3.client("cloudformation", **self.local)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        found = (resource for page in pages for resource in page["StackResourceSummaries"])
        return [resource["PhysicalResourceId"] for resource in found if resource["ResourceType"] == kind]


def find_stack(stack: str | None, endpoint: str | None) -> Found:
    """A stack by its CloudFormation name in the AWS account and region of the environment; without a name the local
    stack at `endpoint`, or else `STACK`.

    Raises click.ClickException where there is none, botocore's errors where AWS says no."""
    local: dict[str, Any] = {**_LAPTOP, "endpoint_url": endpoint} if endpoint and stack is None else {}
    cloudformation: Any = boto3.client("cloudformation", **local)
    name = stack or STACK
    (found,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
    if "JobsTable" not in outputs:
        raise click.ClickException(f"the stack {name} is no Quire")
    where = "the local stack" if local else found["StackId"]
    click.echo(f"In {where}:", err=True)
    return Found(name, outputs, local)


def open_world(stack: str | None, endpoint: str | None) -> World:
    """The world of a stack; finds and raises as `find_stack`."""
    found = find_stack(stack, endpoint)
    return StackWorld(found.outputs, found.local)


def on_found(command: Command) -> Command:
    """A command that gets the stack as its first argument."""

    @click.option("--stack", help=f"CloudFormation stack in your AWS account; usually the local stack, else {STACK}.")
    @click.option("--aws-endpoint", envvar="AWS_ENDPOINT", default=setting("AWS_ENDPOINT"), hidden=True)
    @functools.wraps(command)
    def opened(*arguments: Any, stack: str | None, aws_endpoint: str | None, **options: Any) -> None:
        try:
            command(find_stack(stack, aws_endpoint), *arguments, **options)
        except (BotoCoreError, ClientError) as error:
            raise click.ClickException(str(error)) from error

    return opened


def on_stack(command: Command) -> Command:
    """A command that gets the world as its first argument."""

    @on_found
    @functools.wraps(command)
    def opened(found: Found, *arguments: Any, **options: Any) -> None:
        command(StackWorld(found.outputs, found.local), *arguments, **options)

    return opened


def on_tenant(command: Command) -> Command:
    """A command that gets the world and a tenant as its first arguments."""

    @on_stack
    @click.option("--tenant", help="Whose; else the one that API_KEY belongs to.")
    @click.option("--api-key", envvar="API_KEY", default=setting("API_KEY"), hidden=True)
    @functools.wraps(command)
    def opened(world: World, *arguments: Any, tenant: str | None, api_key: str | None, **options: Any) -> None:
        command(world, find_tenant(world, tenant, api_key), *arguments, **options)

    return opened


def find_tenant(world: World, name: str | None, api_key: str | None) -> Tenant:
    """The tenant of that name, or else of that key. Raises click.ClickException where there is none."""
    if name is None:
        if api_key is None:
            raise click.UsageError("name a --tenant, or set API_KEY")
        tenant, _ = accepted(authenticate(world, api_key))
        return tenant
    found = world.tenants.get(name)
    if found is None:
        raise click.ClickException(f"there is no tenant {name}")
    return found


def accepted(outcome: Outcome | Refusal) -> Outcome:
    """A use case's outcome; click.ClickException where it was refused."""
    if isinstance(outcome, Refusal):
        raise click.ClickException(outcome.message)
    return outcome


def table_of(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Text in columns."""
    lines = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def time_of(milliseconds: int) -> str:
    """To the minute, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def _unheard(event: str, **facts: object) -> None:
    """`quire.domain.ports.Log`: who administers sees the outcome."""
