"""What `make up` wrote in this folder, for those who set nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

SETTINGS = Path(".local/env")
_LOGS = Path(".local/logs")


def setting(name: str) -> Callable[[], str | None]:
    """A default for an option: asked for when it is needed, None where no local stack runs."""

    def read() -> str | None:
        if not SETTINGS.is_file():
            return None
        pairs = dict(line.split("=", 1) for line in SETTINGS.read_text().splitlines() if "=" in line)
        return pairs.get(name)

    return read


def function_logs() -> list[Path]:
    """The files of what the local stack's functions printed, the oldest first."""
    return sorted(_LOGS.glob("functions.jsonl*"), reverse=True)
