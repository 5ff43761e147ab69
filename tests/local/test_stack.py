"""Starting and stopping a stack."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.__main__ import main
from local.stack import Stack, StartFailed, find, start, stop

APP = """
import os
from pathlib import Path
from tests.local.emulator.template import template, write_assembly

write_assembly(Path(os.environ["CDK_OUTDIR"]), "Quire", template())
"""


def application(folder: Path, source: str) -> Path:
    """Make a folder with an app.py that synthesizes without CDK."""
    folder.mkdir()
    (folder / "app.py").write_text(textwrap.dedent(source))
    return folder


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application that can be deployed."""
    return application(tmp_path_factory.mktemp("good") / "application", APP)


@pytest.fixture(scope="module")
def running(good: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that stays up over the tests of this module."""
    state = tmp_path_factory.mktemp("running")
    yield begin(good, state)
    stop(state)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state folder; whatever runs in it is stopped afterwards."""
    folder = tmp_path / "state"
    yield folder
    stop(folder)


def begin(root: Path, state: Path, port: int = 0) -> Stack:
    """Start a stack without the Textract twin."""

    def seed(outputs: dict[str, str], endpoint: str) -> str:
        return f"key for {endpoint} and {outputs['Task'][:10]}"

    return start(root, state, port=port, seed=seed, textract=False)


def processes_of(group: int) -> list[int]:
    """Return the living processes of a process group."""
    listed = subprocess.run(["ps", "-eo", "pid,pgid,stat"], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()[1:]]
    return [int(pid) for pid, pgid, status in rows if int(pgid) == group and not status.startswith("Z")]


def group_of(state: Path) -> int:
    """Return the process group of the emulator of a stack."""
    return int((state / "emulator.lock").read_text())


def test_a_started_stack_serves_and_says_where(running: Stack) -> None:
    assert httpx.get(f"{running.base_url}/hello").json()["rawPath"] == "/hello"
    assert running.outputs["Allowed"] == "127.0.0.1/32"  # the laptop's own services may be called
    assert running.api_key == f"key for {running.aws_endpoint} and Quire-Task"
    env = running.state / "env"
    # Sourced by a shell, it sets them for the commands that follow.
    told = subprocess.run(
        ["sh", "-c", f'. "{env}"; exec env'], env={}, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    settings = {"BASE_URL": running.base_url, "API_KEY": running.api_key, "AWS_ENDPOINT": running.aws_endpoint}
    assert {f"{name}={value}" for name, value in settings.items()} <= set(told)
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_starting_twice_is_starting_once(good: Path, running: Stack) -> None:
    assert begin(good, running.state) == running
    assert find(running.state) == running


def test_a_stack_listens_on_this_machine_only(running: Stack) -> None:
    for address in (running.base_url, running.aws_endpoint):
        port = int(address.rpartition(":")[2])
        listening = subprocess.run(["ss", "-ltnH", f"sport = :{port}"], capture_output=True, text=True, check=False)
        if listening.returncode == 0:
            assert {line.split()[3] for line in listening.stdout.splitlines()} == {f"127.0.0.1:{port}"}


def test_a_second_stack_takes_another_port_and_leaves_no_process(good: Path, running: Stack, state: Path) -> None:
    taken = int(running.base_url.rpartition(":")[2])
    second = begin(good, state, port=taken)
    assert second.base_url != running.base_url

    httpx.get(f"{second.base_url}/hello")  # a worker is warm now
    group = group_of(state)
    assert len(processes_of(group)) == 3  # the emulator, the process that forks workers, a worker
    assert stop(state)
    assert processes_of(group) == []
    assert find(state) is None
    assert not stop(state)
    assert httpx.get(f"{running.base_url}/hello").status_code == 200


def test_what_a_killed_stack_left_is_cleared(good: Path, state: Path) -> None:
    begin(good, state)
    os.killpg(group_of(state), signal.SIGKILL)

    deadline = time.monotonic() + 20  # the kernel takes a moment to let go of a process with many threads
    while find(state) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert find(state) is None
    assert httpx.get(f"{begin(good, state).base_url}/hello").status_code == 200


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        ({"Type": "AWS::Nonsense::Thing", "Properties": {}}, "AWS::Nonsense::Thing"),
        ({"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True, "QueueName": "plain"}}, "TheBadOne"),
    ],
)
def test_a_failed_deployment_says_why_and_leaves_nothing(
    tmp_path: Path, state: Path, resource: dict[str, Any], reason: str
) -> None:
    source = APP.replace("template())", f"{{'Resources': {{'TheBadOne': {resource}}}}})")
    bad = application(tmp_path / "application", source)

    with pytest.raises(StartFailed, match=reason):
        begin(bad, state)
    assert not (state / "emulator.lock").exists()
    assert not (state / "env").exists()


def test_a_failed_synthesis_says_why(tmp_path: Path, state: Path) -> None:
    bad = application(tmp_path / "application", "raise SystemExit('no bucket today')")

    with pytest.raises(StartFailed, match="no bucket today"):
        begin(bad, state)
    assert not (state / "emulator.lock").exists()


def test_an_interrupted_start_leaves_nothing(tmp_path: Path, state: Path) -> None:
    slow = application(tmp_path / "application", "import time; time.sleep(60)")
    program = (
        "import signal, sys; from pathlib import Path; from local.stack import start;"
        # Where the tests run in the background, a shell has told them to ignore it.
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "start(Path(sys.argv[1]), Path(sys.argv[2]), port=0, seed=lambda *_: '', textract=False)"
    )
    starting = subprocess.Popen(
        [sys.executable, "-c", program, str(slow), str(state)], stderr=subprocess.PIPE, start_new_session=True
    )
    lock = state / "emulator.lock"
    while not (lock.is_file() and lock.read_text()):
        time.sleep(0.02)
    group = int(lock.read_text())
    os.killpg(starting.pid, signal.SIGINT)  # as a terminal does: to the whole group

    _, printed = starting.communicate(timeout=20)
    assert b"KeyboardInterrupt" in printed
    assert processes_of(group) == []
    assert processes_of(starting.pid) == []  # the synthesis
    assert not lock.exists()


def test_the_command_has_a_verb_for_each_step() -> None:
    assert set(main.commands) == {"up", "down", "status", "run"}
