"""Repairs of MiniStack, each in its own module, which says what stock MiniStack does wrong.

A repair takes hold of MiniStack only through ``seam``, so that an upgrade that changes what it relies on fails at the
start and not in the middle of a document.
"""

from local.emulator.emulator import Emulator
from local.emulator.repairs import (
    cloudformation_properties,
    execution_ends,
    execution_history,
    execution_starts,
    lambda_events,
    lambda_executor,
    object_bodies,
    object_events,
    object_expiry,
    object_ranges,
    queue_messages,
    request_bodies,
    state_size,
    stream_batches,
    task_tokens,
    unread_records,
)
from local.emulator.seams import require_version

# In this order where two wrap the same function; a seam is taken before the first of them replaces it.
_ALL = (
    lambda_executor,
    lambda_events,
    queue_messages,
    stream_batches,
    task_tokens,
    execution_ends,
    execution_history,
    execution_starts,
    state_size,
    cloudformation_properties,
    object_expiry,
    object_bodies,
    object_ranges,
    object_events,
    request_bodies,
    unread_records,
)


def install(emulator: Emulator) -> None:
    """Install every repair.

    Raises:
        SeamChanged: MiniStack is not the version, or not the code, that they were written for.
    """
    require_version()
    for repair in _ALL:
        repair.install(emulator)
