"""Data in its own shape, with something else in the place of each scalar: what a contract says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def shaped(data: Any, said: Callable[[str, Any], Any], path: str = "") -> Any:
    """`said` gets each scalar's path, as in `line_items[0].amount`, and its value."""
    if isinstance(data, dict):
        return {name: shaped(part, said, f"{path}.{name}" if path else name) for name, part in data.items()}
    if isinstance(data, list):
        return [shaped(part, said, f"{path}[{index}]") for index, part in enumerate(data)]
    return said(path, data)
