"""Guards for the places where a repair takes hold of MiniStack."""

import hashlib
import importlib.metadata
import inspect
from types import ModuleType
from typing import Any

MINISTACK = "1.5.33"


class SeamChanged(RuntimeError):
    """MiniStack is not the one that the repairs were written for."""


def require_version() -> None:
    """Refuse every MiniStack but the one that the repairs were written for.

    Raises:
        SeamChanged: another version is installed.
    """
    found = importlib.metadata.version("ministack")
    if found != MINISTACK:
        raise SeamChanged(f"the repairs in local/emulator/repairs are for MiniStack {MINISTACK}; {found} is installed")


def digest(function: Any) -> str:
    """Return the first 12 hex digits of the SHA-256 of a function's source."""
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]


def seam(module: ModuleType, name: str, expected: str) -> Any:
    """Return ``module.name`` when its source is still the one that a repair was written against.

    Args:
        module: a MiniStack module.
        name: the function that the repair replaces, wraps or relies on.
        expected: its digest, as ``digest`` gives it.

    Raises:
        SeamChanged: the function is gone or reads differently; the message holds its new digest.
    """
    function = getattr(module, name, None)
    if function is None:
        raise SeamChanged(f"{module.__name__}.{name} is gone")
    found = digest(function)
    if found != expected:
        raise SeamChanged(f"{module.__name__}.{name} changed: its digest is {found}, the repair knows {expected}")
    return function
