"""One change at a time in a copy of the tree, and the nearest tests run upon it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.mutants.changes import Change

_LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__", "cdk.out", "node_modules")
_LONGEST_FIRST = 600.0  # seconds, of tests without any change
_SLOWER = 5.0  # times as long as without a change: then it is an endless loop, which somebody notices
_LEAST = 20.0  # seconds, for processes on a busy machine


class Fate(StrEnum):
    KILLED = "killed"
    SURVIVED = "survived"
    UNJUDGED = "unjudged"
    """Its tests fail without the change, too."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of the module at `path`, from the tree's top, and the test files that are to notice it."""

    path: str
    change: Change
    tests: tuple[str, ...]


@dataclass(slots=True)
class Trial:
    """`top` is the copy. `_seconds`: how long test files took without a change; None where they failed."""

    top: Path
    _seconds: dict[tuple[str, ...], float | None] = field(default_factory=dict)

    def fate(self, mutant: Mutant) -> Fate:
        if not mutant.tests:
            return Fate.SURVIVED
        if mutant.tests not in self._seconds:
            began = time.monotonic()
            passed = _passes(self.top, mutant.tests, _LONGEST_FIRST)
            self._seconds[mutant.tests] = time.monotonic() - began if passed else None
        usual = self._seconds[mutant.tests]
        if usual is None:
            return Fate.UNJUDGED
        path = self.top / mutant.path
        source = path.read_bytes()
        path.write_bytes(mutant.change.applied(source))
        try:
            passed = _passes(self.top, mutant.tests, _LEAST + _SLOWER * usual)
        finally:
            path.write_bytes(source)
        return Fate.SURVIVED if passed else Fate.KILLED


@contextmanager
def copied(checkout: Path, folder: Path) -> Iterator[Trial]:
    """A copy in `folder`, which is gone afterwards; the checkout stays as it is."""
    top = folder / "tree"
    shutil.copytree(checkout, top, ignore=_LEFT_BEHIND)
    try:
        yield Trial(top)
    finally:
        shutil.rmtree(top)


def _passes(top: Path, tests: Sequence[str], seconds: float) -> bool:
    path = os.pathsep.join(str(top / part) for part in ("", "layers/quire/python", "client"))
    # Compiled modules are known by their second and size, which a change may leave as they are.
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    process = subprocess.Popen(
        command, cwd=top, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
