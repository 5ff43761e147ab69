"""An account in moto, as the adapters' own tests have it, for what a store must show."""

from __future__ import annotations

import pytest

from quire.adapters.aws import Aws
from quire.testing.workflow import MemoryPokes, MemoryTokens, MemoryWorkflow
from quire.testing.world import ManualClock
from tests.adapters.conftest import _own_clients, aws, bucket

__all__ = ["_own_clients", "account", "aws", "bucket"]


@pytest.fixture
def account(aws: Aws, bucket: str) -> Aws:
    """The adapters on their tables and their bucket, a clock moved by hand, and no state machine behind them."""
    vars(aws).update(
        clock=ManualClock(Aws.clock()), workflow=MemoryWorkflow(), tokens=MemoryTokens(), pokes=MemoryPokes()
    )
    return aws
