"""The tenant of the laptop: `demo`, with credits, a key, some extractors, and rate limits that nobody meets by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from local.deploy import client
from quire.adapters.aws import Aws, now_ms
from quire.adapters.endpoints import DynamoEndpoints
from quire.adapters.extractors import DynamoExtractors
from quire.adapters.table import Table
from quire.adapters.tenants import DynamoTenants
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.config import Config, to_options
from quire.service.credentials import add_tenant
from quire.service.extractors import Wanted, create

CREDITS = 1_000_000
RATE_FACTOR = 100
DEMO = Tenant("demo", rate_factor=RATE_FACTOR)
EXTRACTORS = ("invoice", "receipt")
"""Those of `samples/schemas` that the tenant has by name."""
SCHEMAS = Path(__file__).parents[1] / "samples" / "schemas"


def seed(outputs: Mapping[str, str], aws_endpoint: str) -> str:
    """Create the tenant in the stack whose outputs these are; answers its API key."""
    table = Table(outputs["JobsTable"], client("dynamodb", aws_endpoint))
    world = Aws(_unheard)
    world.extractors, world.endpoints = DynamoExtractors(table), DynamoEndpoints(table)
    key = add_tenant(DynamoTenants(table), DEMO, CREDITS, now_ms())
    add_extractors(world)
    return key


def add_extractors(world: World) -> None:
    """Save the extractors of `demo`; those that are there stay as they are."""
    for name in EXTRACTORS:
        schema = json.loads((SCHEMAS / f"{name}.json").read_text())
        wanted = Wanted(name, schema, to_options(Config()), schema["description"])
        outcome = create(world, DEMO, wanted)
        if isinstance(outcome, Refusal) and outcome.kind is not Kind.NAME_TAKEN:
            raise RuntimeError(f"{name}: {outcome.message}")


def _unheard(event: str, **facts: object) -> None:
    """`quire.domain.ports.Log`: who seeds sees the outcome."""
