"""Processes that go on after the command that started them, and are found again by a lock that they hold."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from local.interpreter import environment

_STOP_SECONDS = 8.0


class Background:
    """A named background process of one state folder, with its log.

    The process inherits a locked file and holds the lock as long as it lives, so that a process id left by a crash or
    a reboot is never taken for ours.
    """

    def __init__(self, state: Path, name: str) -> None:
        self._lock = state / f"{name}.lock"
        self.log = state / "logs" / f"{name}.out"

    def start(self, command: Sequence[str], cwd: Path) -> None:
        """Start ``command`` in a session of its own; its output goes to the log.

        Raises:
            BlockingIOError: it is running already.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with self.log.open("wb") as log:
                process = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env=environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=[lock],
                    start_new_session=True,
                )
            process.returncode = 0  # it outlives us: Popen must not wait for it, nor warn
            os.ftruncate(lock, 0)
            os.write(lock, str(process.pid).encode())
        finally:
            os.close(lock)

    def alive(self) -> bool:
        """Say whether the process, or a child that inherited its lock, lives."""
        try:
            lock = os.open(self._lock, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def stop(self) -> None:
        """Ask the process and its children to end, then make them; return when they have."""
        if self.alive():
            process = int(self._lock.read_bytes() or b"0")
            for number, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, _STOP_SECONDS)):
                if process and self.alive():
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process, number)
                    self._await_end(process, seconds)
            with contextlib.suppress(ProcessLookupError):  # whoever ignored the end of its parent
                if process:
                    os.killpg(process, signal.SIGKILL)
        self._lock.unlink(missing_ok=True)

    def _await_end(self, process: int, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        with contextlib.suppress(ChildProcessError):  # only if it is a child of this very process
            os.waitpid(process, os.WNOHANG)

    def tail(self, lines: int = 25) -> str:
        """Return the end of its log."""
        with contextlib.suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""
