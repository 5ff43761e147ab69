"""`quire template`: the saved extractors of a tenant, which contracts call templates, parsers or agents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from quire.domain.extractor import Extractor
from quire.domain.ports import World
from quire.domain.tenant import Tenant
from quire.service import extractors
from quire.service.config import Config, to_options
from quire.service.extractors import Change, Wanted
from quire_admin.desk import accepted, on_tenant, table_of, time_of
from quire_client.command import read_schema

_AT_ONCE = 100


@click.group()
def commands() -> None:
    """Templates: schemas that are saved under a name."""


@commands.command()
@click.argument("name")
@click.argument("schema", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--review",
    type=click.IntRange(min=0, max=99),
    help="A person must see documents with values less sure than so many percent; 0: none. Else it stays as it is.",
)
@on_tenant
def add(world: World, tenant: Tenant, name: str, schema: Path, review: int | None) -> None:
    """Save SCHEMA, a file with a JSON Schema, as NAME: the next version where there is such a template."""
    fields = read_schema(schema)
    found = world.extractors.named(tenant.id, name)
    if found:
        stands = accepted(extractors.with_version(world, found)).version.config
        config = stands if review is None else {**stands, "review_threshold": review or None}
        held = accepted(extractors.update(world, tenant, found.id, Change(schema=fields, config=config)))
    else:
        described = str(fields.get("description") or "")
        options = to_options(Config(review_threshold=review or None))
        held = accepted(extractors.create(world, tenant, Wanted(name, fields, options, described)))
    click.echo(f"{held.extractor.name} version {held.version.number}")


@commands.command(name="list")
@on_tenant
def list_templates(world: World, tenant: Tenant) -> None:
    """Print every template with its newest version."""
    rows = [(one.name, one.latest, time_of(one.updated_at), one.id) for one in _all(world, tenant)]
    click.echo(table_of(("NAME", "VERSION", "UPDATED", "ID"), sorted(rows)))


@commands.command()
@click.argument("name")
@on_tenant
def show(world: World, tenant: Tenant, name: str) -> None:
    """Print the JSON Schema of NAME in its newest version."""
    found = accepted(extractors.find(world, tenant, name))
    held = accepted(extractors.with_version(world, found))
    click.echo(json.dumps(held.version.schema, ensure_ascii=False, indent=2))


@commands.command()
@click.argument("name")
@on_tenant
def remove(world: World, tenant: Tenant, name: str) -> None:
    """Away with NAME. Jobs that run go on."""
    found = accepted(extractors.find(world, tenant, name))
    accepted(extractors.delete(world, tenant, found.id))
    click.echo(f"{found.name} is removed")


def _all(world: World, tenant: Tenant) -> Iterator[Extractor]:
    cursor: str | None = None
    while True:
        page = accepted(extractors.listed(world, tenant, _AT_ONCE, cursor))
        yield from page.extractors
        cursor = page.cursor
        if cursor is None:
            return
