"""`quire webhook`: the webhook endpoints of a tenant, and what became of the calls."""

from __future__ import annotations

import click

from quire.domain.delivery import Attempt, Delivery, DeliveryStatus
from quire.domain.endpoint import Event, shown_secret
from quire.domain.ports import World
from quire.domain.tenant import Tenant
from quire.service import deliveries, endpoints, extractors
from quire.service.endpoints import Wanted
from quire.service.wait import ANSWER_MS
from quire_admin.desk import accepted, on_tenant, table_of, time_of

_STANDARD, _TERRAFAI = "standard", "terrafai"
_EVENTS = [event.value for event in Event]
_JOBS = [event for event in Event if event.startswith("job.")]


@click.group()
def commands() -> None:
    """Webhooks: who is called when documents and jobs end, and what became of the calls."""


@commands.command()
@click.argument("url")
@click.option(
    "--contract",
    type=click.Choice([_STANDARD, _TERRAFAI]),
    default=_STANDARD,
    show_default=True,
    help="Whose words the calls speak; the other contracts make their webhooks by their own API.",
)
@click.option("--event", "events", type=click.Choice(_EVENTS), multiple=True, help="Only these; else all.")
@click.option("--template", "templates", multiple=True, help="Only of these templates, by name; else of all.")
@click.option("--name", default="", help="What it is for.")
@on_tenant
def add(
    world: World,
    tenant: Tenant,
    url: str,
    contract: str,
    events: tuple[str, ...],
    templates: tuple[str, ...],
    name: str,
) -> None:
    """Call URL from now on; prints its id and its signing secret, which is never shown again."""
    ids = frozenset(accepted(extractors.find(world, tenant, template)).id for template in templates)
    heard = frozenset(map(Event, events)) or frozenset(_JOBS if contract == _TERRAFAI else Event)
    wanted = Wanted(url, heard, name=name, extractors=ids or None)
    issued = accepted(endpoints.create(world, tenant, contract, wanted))
    click.echo(f"{issued.endpoint.id} {shown_secret(contract, issued.secret)}")


@commands.command(name="list")
@on_tenant
def list_webhooks(world: World, tenant: Tenant) -> None:
    """Print every webhook, of all contracts."""
    found = world.endpoints.listed(tenant.id)
    rows = [(one.id, one.contract, "active" if one.active else "off", one.url, one.name or "-") for one in found]
    click.echo(table_of(("WEBHOOK", "CONTRACT", "STATE", "URL", "NAME"), rows))


@commands.command()
@click.argument("webhook")
@on_tenant
def remove(world: World, tenant: Tenant, webhook: str) -> None:
    """Call WEBHOOK, an id of `quire webhook list`, no more."""
    found = accepted(endpoints.find(world, tenant, webhook))
    accepted(endpoints.delete(world, tenant, found.contract, found.id))
    click.echo(f"{found.id} is removed")


@commands.command()
@click.argument("webhook")
@on_tenant
def rotate(world: World, tenant: Tenant, webhook: str) -> None:
    """Print a new signing secret of WEBHOOK; the one before is good for a day more."""
    found = accepted(endpoints.find(world, tenant, webhook))
    issued = accepted(endpoints.rotate_secret(world, tenant, found.contract, found.id))
    click.echo(shown_secret(found.contract, issued.secret))


@commands.command()
@click.argument("webhook")
@on_tenant
def test(world: World, tenant: Tenant, webhook: str) -> None:
    """Send a made-up event to WEBHOOK, and print what became of it; the exit status is 1 when it was not taken."""
    sent = accepted(deliveries.send_test(world, tenant, webhook, world.clock() + ANSWER_MS))
    click.echo(_outcome(sent))
    if sent.status is not DeliveryStatus.DELIVERED:
        raise SystemExit(1)


@commands.command()
@click.argument("webhook", required=False)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@on_tenant
def log(world: World, tenant: Tenant, webhook: str | None, limit: int) -> None:
    """Print the last deliveries, of WEBHOOK or of all."""
    page = accepted(deliveries.listed(world, tenant, limit, receiver=webhook))
    rows = [
        (
            time_of(one.created_at),
            "test" if one.test else one.occasion.event,
            one.status,
            one.tries,
            _answer(one.attempts[-1]) if one.attempts else "-",
            one.receiver,
            one.id,
        )
        for one in page.deliveries
    ]
    click.echo(table_of(("TIME", "EVENT", "STATE", "TRIES", "ANSWER", "WEBHOOK", "DELIVERY"), rows))


@commands.command()
@click.argument("webhook")
@click.argument("delivery")
@on_tenant
def redeliver(world: World, tenant: Tenant, webhook: str, delivery: str) -> None:
    """Send DELIVERY of WEBHOOK, ids of `quire webhook log`, once more: the same event with the same id."""
    again = accepted(deliveries.redeliver(world, tenant, webhook, delivery))
    click.echo(f"{again.id} is sent again")


def _outcome(sent: Delivery) -> str:
    return f"{sent.status.value}: {_answer(sent.attempts[-1])}" if sent.attempts else "not answered yet"


def _answer(attempt: Attempt) -> str:
    said = str(attempt.status) if attempt.status is not None else attempt.reason or "no answer"
    return f"{said} ({attempt.milliseconds} ms)"
