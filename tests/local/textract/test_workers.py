"""Workers that die, hang, grow and idle."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.textract import workers as module
from local.textract.errors import TextractError
from local.textract.tasks import Done, Task
from local.textract.workers import Worker, WorkerDiedError, Workers
from tests.local.textract.documents import image_bytes, png, written

ENGINES = "tests.local.textract.engines"


@contextmanager
def pool(engine: str = "FakeEngine", size: int = 1, time_limit: float = 20.0) -> Iterator[Workers]:
    workers = Workers(size, f"{ENGINES}:{engine}", time_limit)
    try:
        yield workers
    finally:
        workers.close()


def do(workers: Workers, *tasks: Task) -> list[Done | BaseException]:
    async def together() -> list[Done | BaseException]:
        return await asyncio.gather(*(workers.do(task) for task in tasks), return_exceptions=True)

    return asyncio.run(together())


def only(workers: Workers, task: Task) -> Done:
    (done,) = do(workers, task)
    if isinstance(done, BaseException):
        raise done
    return done


@pytest.fixture
def white(tmp_path: Path) -> str:
    path = tmp_path / "white.png"
    path.write_bytes(png())
    return str(path)


@pytest.fixture
def black(tmp_path: Path) -> str:
    path = tmp_path / "black.png"
    path.write_bytes(png(color="black"))
    return str(path)


def process_of(workers: Workers) -> int:
    (worker,) = workers._alive
    return worker.process.pid


def test_starts_a_worker_on_the_first_task_and_keeps_it(white: str) -> None:
    with pool(size=2) as workers:
        assert not workers._alive
        assert only(workers, Task(white)).pages == 1
        first = process_of(workers)
        assert only(workers, Task(white, 1)).blocks[0]["BlockType"] == "PAGE"
        assert process_of(workers) == first


def test_a_page_that_kills_its_worker_fails_and_the_next_is_read(white: str, black: str) -> None:
    with pool("BlackPagesKill") as workers:
        with pytest.raises(TextractError) as error:
            only(workers, Task(black, 1))

        assert error.value.code == "BadDocumentException"
        assert only(workers, Task(white, 1)).blocks


def test_a_page_that_takes_too_long_fails_and_the_next_is_read(white: str, black: str) -> None:
    with pool("BlackPagesHang", time_limit=8) as workers:
        first, second = do(workers, Task(black, 1), Task(white, 1))

        assert isinstance(first, TextractError)
        assert first.code == "BadDocumentException"
        assert isinstance(second, Done)


def test_a_worker_killed_from_outside_costs_no_document(white: str) -> None:
    with pool() as workers:
        only(workers, Task(white, 1))
        os.kill(process_of(workers), signal.SIGKILL)

        assert only(workers, Task(white, 1)).blocks


def test_a_page_that_works_on_for_too_long_fails(black: str) -> None:
    with pool("BlackPagesTurn", time_limit=2) as workers, pytest.raises(TextractError) as error:
        only(workers, Task(black, 1))

    assert error.value.code == "BadDocumentException"


def test_a_page_that_waits_for_the_machine_is_read(white: str) -> None:
    """By the clock it takes longer than it may: the machine had other things to do."""
    with pool("SlowEngine", time_limit=3) as workers:
        only(workers, Task(white, 1))
        pid = process_of(workers)
        pauses = threading.Thread(target=_hold_up, args=(pid, 4.0))
        pauses.start()
        done = do(workers, *(Task(white, 1) for _ in range(8)))
        pauses.join()

        assert all(isinstance(one, Done) for one in done)
        assert process_of(workers) == pid


def _hold_up(pid: int, seconds: float) -> None:
    """Let the process have every tenth of a second only."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.09)
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.01)


def test_a_worker_that_the_system_kills_again_and_again_costs_no_document(
    black: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.01, 0.01))
    with pool("BlackPagesKilled") as workers, pytest.raises(TextractError) as error:
        only(workers, Task(black, 1))

    assert error.value.code == "InternalServerError"


def test_a_worker_that_grew_is_replaced(white: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECYCLE_AT", 1)
    with pool() as workers:
        only(workers, Task(white, 1))

        assert not workers._alive


def test_a_page_beyond_the_memory_limit_fails(black: str) -> None:
    with pool("BlackPagesEat") as workers, pytest.raises(TextractError) as error:
        only(workers, Task(black, 1))

    assert error.value.code == "BadDocumentException"


def test_closing_ends_workers_that_are_busy(black: str) -> None:
    async def interrupted() -> BaseException | Done:
        with pool("BlackPagesHang") as workers:
            task = asyncio.create_task(workers.do(Task(black, 1)))
            await asyncio.sleep(1.0)
            process = process_of(workers)
            await asyncio.to_thread(workers.close)
            with pytest.raises(ProcessLookupError):
                os.kill(process, 0)
            return (await asyncio.gather(task, return_exceptions=True))[0]

    assert isinstance(asyncio.run(interrupted()), TextractError)


def test_a_worker_leaves_when_its_parent_is_gone() -> None:
    worker = Worker(f"{ENGINES}:FakeEngine")
    worker._connection.close()

    assert worker.process.wait(10) == 0


def test_a_dead_worker_says_so(white: str) -> None:
    worker = Worker(f"{ENGINES}:FakeEngine")
    worker.process.kill()
    worker.process.wait()

    with pytest.raises(WorkerDiedError):
        worker.do(Task(white), 5)


def test_real_ocr_fits_under_the_memory_limit(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(image_bytes(written(["Invoice 2024-117", "Total due: 1,234.50"] * 4, (2000, 2000))))
    workers = Workers(1)
    try:
        blocks = only(workers, Task(str(path), 1, ("TABLES", "FORMS"))).blocks
    finally:
        workers.close()

    assert sum(block["BlockType"] == "LINE" for block in blocks) == 8
