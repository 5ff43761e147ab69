"""The tenant of the laptop: `demo`, with credits and a key, and rate limits that nobody meets by hand."""

from __future__ import annotations

from collections.abc import Mapping

from local.deploy import client
from quire.adapters.aws import now_ms
from quire.adapters.table import Table
from quire.adapters.tenants import DynamoTenants
from quire.domain.tenant import Tenant
from quire.service.credentials import add_tenant

CREDITS = 1_000_000
RATE_FACTOR = 100


def seed(outputs: Mapping[str, str], aws_endpoint: str) -> str:
    """Create the tenant in the stack whose outputs these are; answers its API key."""
    tenants = DynamoTenants(Table(outputs["JobsTable"], client("dynamodb", aws_endpoint)))
    return add_tenant(tenants, Tenant("demo", rate_factor=RATE_FACTOR), CREDITS, now_ms())
