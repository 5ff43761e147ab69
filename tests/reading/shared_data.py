"""Documents that are not part of the repository: real answers, real documents, hostile files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_DEFAULT = Path(__file__).parents[3] / "shared" / "data"


def shared_files(pattern: str) -> list[Path]:
    """The files that `pattern` names under the folder of shared data; none where it is absent."""
    return sorted(Path(os.environ.get("QUIRE_SHARED_DATA", _DEFAULT)).glob(pattern))


def need(pattern: str) -> list[Path]:
    """`shared_files`, skipping the test where there are none."""
    files = shared_files(pattern)
    if not files:
        pytest.skip(f"no {pattern} in the folder of shared data (QUIRE_SHARED_DATA)")
    return files
