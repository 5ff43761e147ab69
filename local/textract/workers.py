"""The pool of OCR worker processes: started when needed, replaced when they die, hang or grow."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

from local.textract.errors import TextractError
from local.textract.tasks import Done, Task

# Seconds of CPU for one page, far more than any honest one takes, and seconds for which a worker may stand still. Not
# of the clock: on a machine that is busy with other things a page takes as long as it takes.
TIME_LIMIT = 120.0
# Of the time: a worker that gets less than so much of a core stands still.
STILL = 0.01
# Seconds between two looks at a worker.
LOOK = 1.0
# Where the system tells nothing of a process's CPU time (it is not Linux): so many times the limit, by the clock.
BY_THE_CLOCK = 5
# Seconds to wait before another try where the system has killed a worker (short of memory): others end meanwhile.
PAUSES = (1.0, 5.0, 20.0)
# A worker that once held so much is replaced: the allocator gives little back.
RECYCLE_AT = 1_500 * 1024**2
RAPID = "local.textract.engine:RapidEngine"


class WorkerDiedError(Exception):
    """The worker is gone (crash, memory limit) or was ended for taking too long.

    `killed`: from outside, as the system does when memory is short: not by its page.
    """

    def __init__(self, *, late: bool = False, killed: bool = False) -> None:
        super().__init__("the worker took too long" if late else "the worker died")
        self.late = late
        self.killed = killed


class Worker:
    """One worker process."""

    def __init__(self, engine: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "local.textract.worker", str(theirs.fileno()), engine],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # OpenMP and BLAS would start a thread per core in each worker.
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        self._connection = Connection(ours.detach())

    def do(self, task: Task, time_limit: float) -> Done:
        """The task's outcome.

        Raises:
            WorkerDiedError: the process is gone afterwards.
        """
        try:
            self._connection.send(task)
            self._await(time_limit)
            done = self._connection.recv()
        except (EOFError, OSError) as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(LOOK)
            killed = self.process.returncode == -signal.SIGKILL
            self.close()
            raise WorkerDiedError(killed=killed) from error
        assert isinstance(done, Done)  # noqa: S101 - a type narrowed, not a check
        return done

    def _await(self, limit: float) -> None:
        """Returns when the worker has said something.

        Raises:
            WorkerDiedError: late, it has had its CPU time, or stood still for as long; it is ended.
        """
        started = since = time.monotonic()
        spent = before = _cpu_seconds(self.process.pid)
        while not self._connection.poll(min(LOOK, limit)):
            now, cpu = time.monotonic(), _cpu_seconds(self.process.pid)
            if spent is None or before is None or cpu is None:
                late = now - started > BY_THE_CLOCK * limit
            elif now - since >= limit:
                late = cpu - before < STILL * limit
                since, before = now, cpu
            else:
                late = cpu - spent > limit
            if late:
                self.close()
                raise WorkerDiedError(late=True)

    def close(self) -> None:
        """Ends the process at once. It holds nothing worth saving."""
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            self._connection.close()


def _cpu_seconds(pid: int) -> float | None:
    """What the process has had of the CPU; None where the system does not tell, or the process is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    # utime and stime are the 14th and 15th (proc(5)); the name, which may hold spaces, is the second.
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Workers:
    """As many workers as `size`, each with a thread that talks to it; tasks are done in order of arrival."""

    def __init__(self, size: int, engine: str = RAPID, time_limit: float = TIME_LIMIT) -> None:
        self.size = size
        self._engine = engine
        self._time_limit = time_limit
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._alive: set[Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="ocr")

    async def do(self, task: Task) -> Done:
        """The task's outcome.

        Raises:
            TextractError: what the document was refused for; BadDocumentException when it kills its worker;
                InternalServerError when the system does, again and again.
        """
        done = await asyncio.get_running_loop().run_in_executor(self._threads, self._do, task)
        if done.refusal:
            raise TextractError(*done.refusal)
        return done

    def _do(self, task: Task) -> Done:
        pauses = iter(PAUSES)
        again = True
        while True:
            try:
                return self._once(task)
            except WorkerDiedError as error:
                if error.killed and not self._closed:
                    pause = next(pauses, None)
                    if pause is None:
                        raise TextractError("InternalServerError") from error
                    time.sleep(pause)
                elif error.late or not again:
                    raise TextractError("BadDocumentException") from error
                else:  # its death may not be the document's doing: once more
                    again = False

    def _once(self, task: Task) -> Done:
        worker = self._take()
        try:
            done = worker.do(task, self._time_limit)
        except WorkerDiedError:
            self._forget(worker)
            raise
        if done.memory > RECYCLE_AT:
            worker.close()
            self._forget(worker)
        else:
            self._idle.put(worker)
        return done

    def _take(self) -> Worker:
        with contextlib.suppress(queue.Empty):
            while True:
                idle = self._idle.get_nowait()
                if idle.process.poll() is None:
                    return idle
                idle.close()  # it died while it had nothing to do
                self._forget(idle)
        with self._lock:
            if self._closed:
                raise TextractError("InternalServerError")
            worker = Worker(self._engine)
            self._alive.add(worker)
            return worker

    def _forget(self, worker: Worker) -> None:
        with self._lock:
            self._alive.discard(worker)

    def close(self) -> None:
        """Ends every worker, busy or not."""
        with self._lock:
            self._closed = True
            alive, self._alive = self._alive, set()
        for worker in alive:
            worker.process.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in alive:
            worker.close()
