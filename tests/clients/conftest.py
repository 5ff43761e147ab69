"""The stack for what clients do: one for all of them, where the emulator evaluates each function's role."""

from collections.abc import Iterator

import pytest

from local.stack import Stack
from tests.stack.conftest import user
from tests.stack.test_rights import denied, guarded_stack

__all__ = ["stack", "user"]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack; nothing that clients did may have been denied to a function."""
    with guarded_stack(tmp_path_factory) as stack:
        yield stack
        assert denied(stack) == []
