"""The paths of the system, as scripts: each is what clients do, and the account does the rest.

To add one: write a function that takes the clients, and decorate it. Its call sites are found by running it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quire.domain.tenant import Tenant
from tests.faults.client import Client
from tests.faults.material import NO_DOCUMENT, digital, scan

OTHER_CREDITS = 100
Script = Callable[[Client, Client], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`script` has the client of a tenant with `slots` and `credits` (pages), and that of another tenant.

    `steady`: a single fault that passes changes no document's end; else the time decides, as where a cancel races."""

    name: str
    script: Script
    slots: int = 2
    credits: int = 100
    steady: bool = True

    @property
    def tenants(self) -> tuple[Tenant, Tenant]:
        return Tenant("acme", slots=self.slots, rate_factor=100), Tenant("zeta", slots=1, rate_factor=100)


SCENARIOS: dict[str, Scenario] = {}


def scenario(*, slots: int = 2, credits: int = 100, steady: bool = True) -> Callable[[Script], Script]:
    """The function's name, with hyphens, is the scenario's."""

    def kept(script: Script) -> Script:
        name = script.__name__.replace("_", "-")
        SCENARIOS[name] = Scenario(name, script, slots, credits, steady)
        return script

    return kept


@scenario()
def a_document(client: Client, _other: Client) -> None:
    """Uploaded, submitted, read from its text layer."""
    client.submit(client.upload(digital(2)))


@scenario()
def a_scan(client: Client, _other: Client) -> None:
    """One page, by Textract's synchronous call."""
    client.submit(client.upload(scan()))


@scenario()
def scanned_pages(client: Client, _other: Client) -> None:
    """Two pages, by Textract's asynchronous job and its notice."""
    client.submit(client.upload(scan(2)))


@scenario()
def no_document(client: Client, _other: Client) -> None:
    """Refused by Inspect."""
    client.submit(client.upload(NO_DOCUMENT))


@scenario(slots=1)
def three_in_line(client: Client, _other: Client) -> None:
    """One after the other through one slot."""
    client.submit(*(client.upload(digital(pages)) for pages in (1, 2, 3)))
