"""The environment that our own Python processes start with."""

import os
import sys
from pathlib import Path

_CACHE = Path(__file__).resolve().parents[1] / ".local" / "bytecode"


def environment() -> dict[str, str]:
    """Return this process's environment, with bytecode on.

    Where ``PYTHONDONTWRITEBYTECODE`` keeps the tree clean, bytecode goes to a folder of its own instead of nowhere:
    MiniStack alone takes three seconds to compile, at every start.
    """
    found = dict(os.environ)
    if sys.dont_write_bytecode:
        found.pop("PYTHONDONTWRITEBYTECODE", None)
        found.setdefault("PYTHONPYCACHEPREFIX", str(_CACHE))
    return found
