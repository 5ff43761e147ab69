"""`quire review`: documents whose values a person must see before they are given out."""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import click

from quire.domain.document import Document, Verdict
from quire.domain.job import Job
from quire.domain.ports import World
from quire.domain.tenant import Tenant
from quire.extraction.schema import Array, Node, Object, Scalar, parse
from quire.service import review
from quire.service.review import Subject
from quire_admin.desk import accepted, on_tenant, table_of, time_of

_AT_ONCE = 100
_PLACE = re.compile(r"\[\d+\]")


@click.group()
def commands() -> None:
    """Reviews: documents that wait for a person, because values of theirs are in doubt."""


@commands.command(name="list")
@on_tenant
def list_reviews(world: World, tenant: Tenant) -> None:
    """Print the documents that wait; in front is what ends first without a decision."""
    rows = [
        (row.id, row.review.flagged, f"< {row.review.threshold} %", time_of(row.review.deadline), _name(row))
        for _, row in _all(world, tenant)
        if row.review
    ]
    click.echo(table_of(("DOCUMENT", "FIELDS", "SURE", "UNTIL", "FILE"), rows))


@commands.command()
@click.argument("document")
@on_tenant
def show(world: World, tenant: Tenant, document: str) -> None:
    """Print the values of DOCUMENT, with a ? before those in doubt."""
    subject = accepted(review.get(world, tenant, document))
    decision = subject.document.review.decision if subject.document.review else None
    click.echo(table_of(("", "FIELD", "VALUE", "SURE", "PAGE", "WORDS"), list(_values(subject))))
    if decision:
        click.echo(f"{decision.verdict.value} {time_of(decision.at)} by {decision.by or '-'}")


@commands.command()
@click.argument("document")
@on_tenant
def approve(world: World, tenant: Tenant, document: str) -> None:
    """Let DOCUMENT pass as it is."""
    _decide(world, tenant, document, Verdict.APPROVED)


@commands.command()
@click.argument("document")
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
@on_tenant
def edit(world: World, tenant: Tenant, document: str, values: tuple[str, ...]) -> None:
    """Let DOCUMENT pass with the right values: `total=12.50`, `date=2025-12-31`, `lines[0].amount=null`; of a list or
    an object as JSON."""
    scalars = _scalars(accepted(review.get(world, tenant, document)))
    edits = {}
    for said in values:
        path, equals, value = said.partition("=")
        if not equals:
            raise click.UsageError(f"{said} is not FIELD=VALUE")
        edits[path] = _value(scalars, path, value)
    _decide(world, tenant, document, Verdict.EDITED, edits)


@commands.command()
@click.argument("document")
@on_tenant
def reject(world: World, tenant: Tenant, document: str) -> None:
    """Fail DOCUMENT; nothing is charged."""
    _decide(world, tenant, document, Verdict.REJECTED)


def _decide(
    world: World, tenant: Tenant, document: str, verdict: Verdict, edits: Mapping[str, Any] | None = None
) -> None:
    by = f"user {getpass.getuser()}"
    _, row = accepted(review.decide(world, tenant, document, verdict, edits=edits, by=by))
    decision = row.review.decision if row.review else None
    click.echo(f"{row.id} is {decision.verdict.value if decision else row.status.value}")


def _all(world: World, tenant: Tenant) -> Iterator[tuple[Job, Document]]:
    cursor: str | None = None
    while True:
        page = accepted(review.queue(world, tenant, cursor, _AT_ONCE))
        yield from page.reviews
        cursor = page.next_cursor
        if cursor is None:
            return


def _values(subject: Subject) -> Iterator[tuple[str, str, str, str, str, str]]:
    """As JSON: a document's text is nothing that a terminal should obey."""
    parts = subject.output["parts"]
    for number, part in enumerate(parts):
        before = "" if len(parts) == 1 and not any(path.startswith("[") for path in subject.flagged) else f"[{number}]."
        for field in part["fields"]:
            cited = field["citations"][0] if field["citations"] else {}
            path = before + field["path"]
            sure = f"{round(100 * field['confidence'])} %"
            words = json.dumps(cited.get("text", ""), ensure_ascii=True)
            mark = "?" if path in subject.flagged else ""
            yield mark, path, json.dumps(field["value"]), sure, str(cited.get("page", "-")), words
        for path in part["ungrounded"]:
            yield "?" if before + path in subject.flagged else "", before + path, "null", "-", "-", ""


def _name(document: Document) -> str:
    return json.dumps(document.source.name) if document.source.name else "-"


def _scalars(subject: Subject) -> dict[str, Scalar]:
    """The fields of the schema, by path without places in lists."""

    def within(node: Node) -> Iterator[Scalar]:
        if isinstance(node, Object):
            for part in node.properties:
                yield from within(part)
        elif isinstance(node, Array):
            yield from within(node.items)
        else:
            yield node

    return {scalar.path: scalar for scalar in within(parse(subject.schema))}


def _value(scalars: Mapping[str, Scalar], path: str, said: str) -> Any:
    """Text for a field that is one, JSON for all else."""
    inner = re.sub(r"^\[\d+\]\.", "", path)
    scalar = scalars.get(_PLACE.sub("[]", inner))
    if said != "null" and scalar is not None and scalar.written == "string":
        return said
    try:
        return json.loads(said)
    except ValueError:
        return said
