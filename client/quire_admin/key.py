"""`quire key`: the API keys of a tenant."""

from __future__ import annotations

import click

from quire.domain.ports import World
from quire.domain.tenant import ApiKey, Tenant
from quire.service.credentials import make_key, revoke_key
from quire_admin.desk import accepted, on_tenant, table_of, time_of


@click.group()
def commands() -> None:
    """API keys: what a client of a tenant shows."""


@commands.command()
@click.option("--name", help="What it is for.")
@on_tenant
def add(world: World, tenant: Tenant, name: str | None) -> None:
    """Make a key and print it: it is kept nowhere."""
    click.echo(make_key(world.tenants, tenant.id, world.clock(), name).secret)


@commands.command(name="list")
@on_tenant
def list_keys(world: World, tenant: Tenant) -> None:
    """Print the ids of all keys, which do not open anything, and what became of them."""
    keys = world.tenants.keys(tenant.id)
    rows = [(key.id, key.name or "-", time_of(key.created_at), _state(key, world.clock())) for key in keys]
    click.echo(table_of(("KEY", "NAME", "CREATED", "STATE"), rows))


@commands.command()
@click.argument("key_id", metavar="KEY")
@on_tenant
def revoke(world: World, tenant: Tenant, key_id: str) -> None:
    """Let nobody in with KEY, an id of `quire key list`, from now on."""
    revoked = accepted(revoke_key(world.tenants, tenant.id, key_id, world.clock()))
    click.echo(f"{revoked.id} is revoked")


def _state(key: ApiKey, now: int) -> str:
    if key.revoked_at is not None:
        return f"revoked {time_of(key.revoked_at)}"
    return "valid" if key.valid(now) else "expired"
