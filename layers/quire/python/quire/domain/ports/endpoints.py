"""Webhook endpoints, and what their calls are signed with."""

from __future__ import annotations

from typing import Protocol

from quire.domain.endpoint import Endpoint, Secrets


class Endpoints(Protocol):
    def create(self, endpoint: Endpoint, secrets: Secrets, most: int) -> bool:
        """One transaction: the endpoint and its secrets. False: the tenant has `most` already."""
        ...

    def save(self, before: Endpoint, after: Endpoint, secrets: Secrets | None = None) -> bool:
        """One transaction: the endpoint as `after`, with new secrets where they are given. False: it no longer stands
        as `before`."""
        ...

    def delete(self, endpoint: Endpoint) -> bool:
        """One transaction: the endpoint and its secrets are gone. False: it no longer stands as it was read."""
        ...

    def get(self, tenant: str, endpoint_id: str) -> Endpoint | None:
        """Strongly consistent."""
        ...

    def listed(self, tenant: str) -> list[Endpoint]:
        """All of a tenant's, the oldest first; strongly consistent."""
        ...

    def secrets(self, tenant: str, endpoint_id: str) -> Secrets | None:
        """Strongly consistent."""
        ...
