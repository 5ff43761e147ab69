"""`quire logs`: what the functions said of a document, a job or a file, in the order of time."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import click

from quire.domain.ids import locate
from quire_admin.desk import Found, on_found
from quire_client.laptop import function_logs

_OWN = ("level", "location", "message", "timestamp", "service", "xray_trace_id")
"""What the logger itself puts in a line, beside the facts of an event."""


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    function: str
    event: str
    facts: Mapping[str, Any]
    error: bool

    def __str__(self) -> str:
        told = " ".join(f"{name}={_plain(fact)}" for name, fact in self.facts.items() if fact is not None)
        event = f"ERROR {self.event}" if self.error else self.event
        return f"{self.at:%Y-%m-%d %H:%M:%S.%f}"[:-3] + f"  {self.function:<18} {event} {told}"


@click.command()
@click.argument("identity", metavar="[ID]", required=False)
@click.option("--minutes", type=click.IntRange(min=1), default=60, show_default=True, help="How far back.")
@click.option("--errors", is_flag=True, help="Only what went wrong.")
@on_found
def commands(found: Found, identity: str | None, minutes: int, errors: bool) -> None:
    """Print what the functions logged: all, or what is of a document, a job or a file by its ID, in any contract's
    words. Of a document, what is of its job alone is shown, too."""
    ids = None if identity is None else _ids(identity)
    since = datetime.now(UTC) - timedelta(minutes=minutes)
    said = _of_laptop() if found.local else _of_stack(found, since, ids)
    lines = (line for line in said if line.at >= since and (line.error or not errors))
    for line in sorted((line for line in lines if ids is None or _is_of(line, ids)), key=lambda line: line.at):
        click.echo(str(line))


def _ids(said: str) -> tuple[str, str]:
    """A thing's id, and that of the job that it belongs to: the same where it is none's."""
    try:
        identity = str(uuid.UUID(said.rsplit("_", 1)[-1]))
    except ValueError:
        raise click.UsageError(f"{said} is no id of Quire's") from None
    try:
        return identity, locate(identity)[0]
    except ValueError:
        return identity, identity


def _is_of(line: Line, ids: tuple[str, str]) -> bool:
    identity, job = ids
    document = str(line.facts.get("document_id", ""))
    its_document = document == identity or (identity == job and document[:-4] == job[:-4])
    return its_document or line.facts.get("job_id") == job or line.facts.get("file_id") == identity


def _of_laptop() -> Iterator[Line]:
    for path in function_logs():
        with path.open(encoding="utf-8") as file:
            yield from _lines(json.loads(line)["message"] for line in file)


def _of_stack(found: Found, since: datetime, ids: tuple[str, str] | None) -> Iterator[Line]:
    """From CloudWatch Logs, each function's group in turn."""
    client: Any = boto3.client("logs")
    pages = client.get_paginator("filter_log_events")
    start = int(since.timestamp() * 1000)
    for group in found.resources("AWS::Logs::LogGroup"):
        for page in pages.paginate(logGroupName=group, startTime=start, filterPattern=_pattern(ids)):
            yield from _lines(json.loads(event["message"]) for event in page["events"])


def _pattern(ids: tuple[str, str] | None) -> str:
    """What CloudWatch sends of a group, roughly: `_is_of` decides (CloudWatch Logs guide, "Filter pattern syntax")."""
    if ids is None:
        return '{ $.service = "*" }'
    identity, job = ids
    return f'{{ $.document_id = "{job[:-4]}*" || $.job_id = "{job}" || $.file_id = "{identity}" }}'


def _lines(messages: Iterable[Any]) -> Iterator[Line]:
    """Of those that our logger wrote."""
    for said in messages:
        if isinstance(said, dict) and "service" in said and "timestamp" in said:
            at = datetime.strptime(said["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z")
            facts = {name: fact for name, fact in said.items() if name not in _OWN}
            yield Line(at, said["service"], said["message"], facts, said["level"] == "ERROR")


def _plain(fact: object) -> str:
    return fact if isinstance(fact, str) else json.dumps(fact)
