"""The pool of workers: bounded, queueing, warm."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest

from local.emulator.lambdas.host import Function, WorkerHost
from local.emulator.lambdas.pool import Pool
from local.emulator.logs import FunctionLog
from local.emulator.timers import Timers

ROOT = Path(__file__).resolve().parents[3]


def function(name: str, timeout: float = 5, reserved: int | None = None, **variables: str) -> Function:
    """Describe one of the functions below."""
    return Function(
        name=name,
        arn=f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
        handler=f"tests.local.emulator.pool_handlers.{name.partition('-')[0]}",
        timeout=timeout,
        memory=128,
        environment=tuple(variables.items()),
        reserved=reserved,
    )


@pytest.fixture(scope="module")
def log_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the functions' output goes."""
    return tmp_path_factory.mktemp("logs") / "functions.jsonl"


@pytest.fixture(scope="module")
def host(log_path: Path) -> Iterator[WorkerHost]:
    """The process that forks workers."""
    host = WorkerHost([ROOT], {"AWS_REGION": "us-east-1"}, FunctionLog(log_path))
    yield host
    host.stop()


@pytest.fixture
def pool(host: WorkerHost) -> Iterator[Pool]:
    """A pool of four, so one is kept for each kind of invocation."""
    pool = Pool(host, Timers(), 4)
    yield pool
    pool.close()


def test_a_handler_gets_the_event_the_context_and_its_variables(pool: Pool) -> None:
    outcome = pool.submit(function("describe", COLOUR="blue"), {"a": "é"}, "request-1").result()

    assert outcome.error is None
    assert outcome.result["event"] == {"a": "é"}
    assert outcome.result["request_id"] == "request-1"
    assert outcome.result["name"] == outcome.result["environment"]["AWS_LAMBDA_FUNCTION_NAME"] == "describe"
    assert 4000 < outcome.result["left"] <= 5000
    assert outcome.result["environment"]["COLOUR"] == "blue"
    assert outcome.result["environment"]["AWS_REGION"] == "us-east-1"


def test_a_handler_sees_nothing_else_of_this_machine(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = pool.submit(function("describe"), {}, "r").result().result["environment"]

    assert not {name for name in environment if name.startswith(("PYTEST", "VIRTUAL", "PYTHON"))}


def test_a_worker_is_used_again(pool: Pool) -> None:
    first, second = (pool.submit(function("describe"), {}, "r").result().result["process"] for _ in range(2))

    assert first == second


def test_an_exception_has_its_own_name_and_does_not_end_the_worker(pool: Pool) -> None:
    raised = pool.submit(function("fail"), {}, "request-2").result()
    again = pool.submit(function("fail"), {}, "r").result()

    assert raised.error is not None
    assert raised.error["errorType"] == "QuiteSpecificError"
    assert raised.error["errorMessage"] == "on purpose"
    assert "pool_handlers.py" in raised.error["stackTrace"][-1]
    assert again.error is not None
    assert again.error["errorType"] == "QuiteSpecificError"
    assert pool.counts()["workers"] == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("missing", "Runtime.HandlerNotFound"),
        ("unserializable", "Runtime.MarshalError"),
        ("leave", "Runtime.ExitError"),
    ],
)
def test_what_the_runtime_reports_has_lambdas_names(pool: Pool, name: str, kind: str) -> None:
    error = pool.submit(function(name), {}, "r").result().error

    assert error is not None
    assert error["errorType"] == kind


def test_a_module_that_is_not_there_is_an_import_error(pool: Pool) -> None:
    absent = Function("absent", "arn", "no.such.module.handler", 3, 128, ())

    error = pool.submit(absent, {}, "r").result().error
    assert error is not None
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "no.such.module" in error["errorMessage"]


def test_an_invocation_past_its_timeout_is_killed(pool: Pool) -> None:
    error = pool.submit(function("sleep", timeout=0.5), 30, "r-9").result().error

    assert error == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: r-9 Error: Task timed out after 0.50 seconds",
    }
    assert pool.counts()["workers"] == 0


def test_no_more_workers_than_the_pool_has_and_none_refused(pool: Pool) -> None:
    futures = [pool.submit(function(f"sleep-{number % 6}"), 0.02, "r") for number in range(40)]

    most = 0
    while not all(future.done() for future in futures):
        most = max(most, pool.counts()["workers"])
        time.sleep(0.005)
    assert most <= 4
    assert all(future.result().error is None for future in futures)


def test_requests_do_not_wait_for_a_pool_full_of_documents(pool: Pool) -> None:
    documents = [pool.submit(function(f"sleep-{number}"), 4, "r") for number in range(8)]
    request = pool.submit(function("describe"), {}, "r", interactive=True)

    assert request.result().error is None
    assert not any(future.done() for future in documents)


def test_documents_do_not_wait_for_a_pool_full_of_requests(pool: Pool) -> None:
    requests = [pool.submit(function("sleep"), 4, "r", interactive=True) for _ in range(8)]
    document = pool.submit(function("describe"), {}, "r")

    assert document.result().error is None
    assert not any(future.done() for future in requests)


def test_a_warm_worker_of_another_function_is_not_ended_in_haste(pool: Pool) -> None:
    names = [f"describe-{number}" for number in range(3)]
    warm = {name: pool.submit(function(name), {}, "r").result().result["process"] for name in names}
    wait([pool.submit(function("sleep"), 0.05, "r") for _ in range(5)])

    again = {name: pool.submit(function(name), {}, "r").result().result["process"] for name in names}
    assert again == warm


def test_a_function_whose_workers_stay_busy_gets_another_one(pool: Pool) -> None:
    for number in range(3):
        pool.submit(function(f"describe-{number}"), {}, "r").result()
    long = pool.submit(function("sleep"), 4, "r", interactive=True)

    assert pool.submit(function("sleep"), 0, "r", interactive=True).result().error is None
    assert not long.done()


def test_reserved_concurrency_queues_instead_of_refusing(pool: Pool) -> None:
    one_at_a_time = function("sleep", reserved=1)
    futures = [pool.submit(one_at_a_time, 0.2, "r") for _ in range(3)]

    wait(futures)
    assert all(future.result().error is None for future in futures)
    assert pool.counts()["workers"] == 1


def test_what_a_function_prints_is_kept_as_json_lines(pool: Pool, log_path: Path) -> None:
    pool.submit(function("speak"), {}, "request-7").result()

    deadline = time.monotonic() + 5
    while True:
        lines = [json.loads(line) for line in log_path.read_text().splitlines()]
        mine = [line["message"] for line in lines if line["request_id"] == "request-7"]
        if len(mine) == 3 or time.monotonic() > deadline:
            break
        time.sleep(0.02)
    assert mine[0] == "plain words"
    assert {"level": "INFO", "message": "structured"} in mine
    assert "from outside Python" in mine
    assert {line["function"] for line in lines if line["request_id"] == "request-7"} == {"speak"}


def test_the_end_of_the_host_ends_the_workers(tmp_path: Path) -> None:
    host = WorkerHost([ROOT], {}, FunctionLog(tmp_path / "log"))
    pool = Pool(host, Timers(), 2)
    worker = pool.submit(function("describe"), {}, "r").result().result["process"]
    pool.submit(function("sleep"), 30, "r")
    pool.close()
    host.stop()

    deadline = time.monotonic() + 5
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{worker}").exists()
