"""An OCR worker process: reads pages that its parent names, one at a time, and may die of a hostile one.

    python -m local.textract.worker FD ENGINE

FD is the worker's end of a socket pair; ENGINE names what makes the engine, as `module:callable`. A request is a
`Task`; the answer is a `Done`. The worker leaves when the other end is closed.
"""

from __future__ import annotations

import contextlib
import importlib
import resource
import signal
import sys
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from local.textract.errors import TextractError
from local.textract.tasks import Done, Task

# Address space of a worker: OCR maps about 1.5 GB; a page's bomb must end before the machine feels it.
MEMORY = 3 * 1024**3


def run(task: Task, engine: Callable[[], Any]) -> Done:
    """Carries out one task; `engine` gives the engine, made on first use."""
    from local.textract import page, render

    try:
        if not task.page:
            return Done(pages=render.inspect(Path(task.path)), memory=_memory())
        image = render.render(Path(task.path), task.page)
        blocks = page.read_page(image, engine(), task.features, task.queries, task.number)
        return Done(blocks=blocks, memory=_memory())
    except TextractError as error:
        return Done(refusal=(error.code, error.message))
    except MemoryError:
        return Done(refusal=("BadDocumentException", "A page needs too much memory"))


def _memory() -> int:
    """The most memory this process has held, in bytes."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:  # not Linux: in bytes on macOS
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Not the rusage, which begins with what the process held that started this one (getrusage(2), proc(5)).
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def main(descriptor: int, engine_path: str) -> None:
    """Serves tasks until the parent closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends us
    with contextlib.suppress(ValueError, OSError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    module, name = engine_path.split(":")

    @cache
    def engine() -> Any:
        return getattr(importlib.import_module(module), name)()

    connection = Connection(descriptor)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            connection.send(run(connection.recv(), engine))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
