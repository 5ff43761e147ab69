"""Each minute: take up what was lost on the way."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.sweep import sweep

world = Aws(log)


@discreet
def handler(_event: dict[str, Any], _context: object) -> None:
    """The schedule's event says nothing."""
    sweep(world)
