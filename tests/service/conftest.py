"""The use cases run on the world in memory."""

from __future__ import annotations

import pytest

from quire.domain.tenant import Tenant
from quire.testing.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def acme(world: World) -> Tenant:
    """A tenant with three slots and a hundred credits."""
    tenant = Tenant("acme", slots=3)
    world.tenants.put(tenant)
    world.tenants.grant(tenant.id, 100)
    return tenant
