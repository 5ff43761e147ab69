"""What `make up` wrote in this folder, for those who set nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

SETTINGS = Path(".local/env")
_LOGS = Path(".local/logs")


def setting(name: str) -> Callable[[], str | None]:
    """A default for an option: asked for when it is needed, None where no local stack runs."""

    def read() -> str | None:
        return _settings(SETTINGS.read_text(encoding="utf-8")).get(name) if SETTINGS.is_file() else None

    return read


def _settings(text: str) -> dict[str, str]:
    """Of lines of a shell: `export NAME=value`."""
    pairs = (word.partition("=") for word in shlex.split(text, comments=True))
    return {name: value for name, equals, value in pairs if equals}


def function_logs() -> list[Path]:
    """The files of what the local stack's functions printed, the oldest first."""
    return sorted(_LOGS.glob("functions.jsonl*"), reverse=True)
