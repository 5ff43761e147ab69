"""The stack for what clients do: one for all of them."""

from tests.stack.conftest import stack, user

__all__ = ["stack", "user"]
