"""`quire tenant`: who may use the stack."""

from __future__ import annotations

import click

from quire.domain.ports import World
from quire.domain.tenant import Tenant, is_tenant_id
from quire.service.credentials import add_tenant
from quire_admin.desk import on_stack, table_of


@click.group()
def commands() -> None:
    """Tenants: each owns its files, jobs, keys, credits and templates."""


@commands.command()
@click.argument("name")
@click.option("--credits", type=click.IntRange(min=0), default=0, show_default=True, help="Pages that it may use.")
@click.option("--slots", type=click.IntRange(min=1), help="Documents that run at once.")
@on_stack
def add(world: World, name: str, credits: int, slots: int | None) -> None:
    """Create the tenant NAME and print its first API key, which is kept nowhere."""
    if not is_tenant_id(name):
        raise click.UsageError("a tenant's name is 1 to 24 of a-z, 0-9 and hyphen")
    if world.tenants.get(name):
        raise click.ClickException(f"there is a tenant {name} already")
    tenant = Tenant(name) if slots is None else Tenant(name, slots=slots)
    click.echo(add_tenant(world.tenants, tenant, credits, world.clock()))


@commands.command(name="list")
@on_stack
def list_tenants(world: World) -> None:
    """Print every tenant with its slots and its credits, in pages."""
    found = [(tenant, world.tenants.balance(tenant.id)) for tenant in world.tenants.all()]
    rows = [(tenant.id, tenant.slots, has.available, has.reserved, has.spent) for tenant, has in found]
    click.echo(table_of(("TENANT", "SLOTS", "AVAILABLE", "RESERVED", "SPENT"), rows))
