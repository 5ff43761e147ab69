"""Each hour: what arrived in the bucket, and nobody told of."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.reconcile import reconcile

world = Aws(log)


@discreet
def handler(_event: dict[str, Any], _context: object) -> None:
    """The schedule's event says nothing."""
    reconcile(world)
