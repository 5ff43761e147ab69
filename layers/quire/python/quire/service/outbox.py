"""Who is to be told of what happens: read before the transaction that makes it happen, which writes the deliveries."""

from __future__ import annotations

from quire.domain.delivery import Audience
from quire.domain.ports import World


def audience(world: World, tenant: str) -> Audience:
    """One read, of which a tenant without endpoints pays the least. What is told to whom: `quire.domain.delivery`."""
    return Audience([endpoint for endpoint in world.endpoints.listed(tenant) if endpoint.active])
