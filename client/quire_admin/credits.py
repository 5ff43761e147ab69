"""`quire credits`: the pages that a tenant may use."""

from __future__ import annotations

import click

from quire.domain.ports import World
from quire.domain.tenant import Tenant
from quire_admin.desk import on_tenant, table_of


@click.group()
def commands() -> None:
    """Credits: one is a page of a document that succeeds."""


@commands.command()
@on_tenant
def show(world: World, tenant: Tenant) -> None:
    """Print what is free to use, held for documents that have not ended, and spent."""
    _show(world, tenant)


@commands.command()
@click.argument("pages", type=click.IntRange(min=1))
@on_tenant
def grant(world: World, tenant: Tenant, pages: int) -> None:
    """Add PAGES, and print what there is then."""
    world.tenants.grant(tenant.id, pages)
    _show(world, tenant)


def _show(world: World, tenant: Tenant) -> None:
    has = world.tenants.balance(tenant.id)
    row = (tenant.id, has.available, has.reserved, has.spent)
    click.echo(table_of(("TENANT", "AVAILABLE", "RESERVED", "SPENT"), [row]))
