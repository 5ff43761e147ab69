"""The local stack: the emulator with the deployed template, and the Textract twin.

Each stack has a state folder of its own (``.local`` unless told otherwise); stacks with different folders do not know
of each other.
"""

import contextlib
import fcntl
import importlib
import json
import os
import shlex
import shutil
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from local.assembly import SynthesisFailed, beginning
from local.background import Background
from local.deploy import DeployFailed, deploy

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".local"
USUAL_PORT = 8420
_START_SECONDS = 60.0

Seed = Callable[[dict[str, str], str], str]


@dataclass(frozen=True)
class Stack:
    """A stack that serves.

    Attributes:
        base_url: of the HTTP API, as clients use it.
        aws_endpoint: of the AWS services.
        api_key: of the tenant ``demo``.
        outputs: of the CloudFormation stack.
        state: its folder.
    """

    base_url: str
    aws_endpoint: str
    api_key: str
    outputs: dict[str, str]
    state: Path


class StartFailed(RuntimeError):
    """The stack did not come up; the message holds the reason and the ends of the logs. Nothing is left running."""


def start(
    root: Path = ROOT,
    state: Path = STATE,
    *,
    port: int = USUAL_PORT,
    seed: Seed | None = None,
    textract: bool = True,
) -> Stack:
    """Start a stack and return it once it serves; a stack that runs already is returned as it is.

    Args:
        root: where ``app.py`` and what it reads are.
        state: the folder for state, logs and ``env``.
        port: wanted for the HTTP API; when it is taken, a free one is used.
        seed: called with the outputs and the AWS endpoint, returns the API key; by default ``local.seed.seed``.
        textract: whether the twin runs too.

    Raises:
        StartFailed: see there.
    """
    state.mkdir(parents=True, exist_ok=True)
    with _exclusive(state):
        running = find(state)
        if running is not None:
            return running
        _clean(state)
        try:
            stack = _start(root, state, port, seed, textract)
        except (DeployFailed, SynthesisFailed, StartFailed, OSError) as error:
            tails = _tails(state)
            _clean(state)
            raise StartFailed(f"{error}\n{tails}".strip()) from error
        except BaseException:
            _clean(state)
            raise
        _remember(stack)
        return stack


def stop(state: Path = STATE) -> bool:
    """End everything that the stack of ``state`` started; say whether there was a stack. Doing it twice is harmless."""
    if not state.is_dir():
        return False
    with _exclusive(state):
        running = (state / "stack.json").is_file() or any(part.alive() for part in _parts(state))
        _clean(state)
        return running


def find(state: Path = STATE) -> Stack | None:
    """Return the stack of ``state`` if it serves; None also for what a killed stack left."""
    try:
        found = json.loads((state / "stack.json").read_text())
    except (FileNotFoundError, ValueError):
        return None
    emulator, twin = _parts(state)
    if not emulator.alive() or (found["textract"] and not twin.alive()):
        return None
    return Stack(found["base_url"], found["aws_endpoint"], found["api_key"], found["outputs"], state)


def _start(root: Path, state: Path, port: int, seed: Seed | None, textract: bool) -> Stack:
    emulator, twin = _parts(state)
    api_port, aws_port, twin_port = _ports(port)
    base_url, aws, twin_url = (f"http://127.0.0.1:{number}" for number in (api_port, aws_port, twin_port))
    command = [sys.executable, "-m", "local.emulator", "--api-port", str(api_port), "--aws-port", str(aws_port)]
    command += ["--state", str(state), *(["--textract-endpoint", twin_url] if textract else [])]
    emulator.start(command, ROOT)
    with beginning(root, state / "cdk.out") as synthesized:
        if textract:
            workers = str(os.cpu_count() or 1)
            options = ["--port", str(twin_port), "--aws-endpoint", aws, "--workers", workers]
            twin.start([sys.executable, "-m", "local.textract", *options], ROOT)
        _await(emulator, lambda: _healthy(aws))
        outputs = deploy(synthesized(), aws)
    seed = seed or importlib.import_module("local.seed").seed
    key = seed(outputs, aws)
    if textract:
        _await(twin, lambda: _listens(twin_port))
    return Stack(base_url, aws, key, outputs, state)


def _remember(stack: Stack) -> None:
    """Write ``env`` for people and scripts, ``stack.json`` for ``find``; both hold the key, so both are private."""
    described = {**asdict(stack), "state": str(stack.state), "textract": _parts(stack.state)[1].alive()}
    for name, content in (
        ("env", _settings(stack)),
        ("stack.json", json.dumps(described, indent=1)),
    ):
        path = stack.state / name
        path.touch(0o600)
        path.write_text(content)


def _settings(stack: Stack) -> str:
    """For `. .local/env`: exported, so that the commands after it have them too."""
    values = {"BASE_URL": stack.base_url, "API_KEY": stack.api_key, "AWS_ENDPOINT": stack.aws_endpoint}
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


def _clean(state: Path) -> None:
    """End what still runs, and remove what a stack leaves but its logs and its assembly."""
    for part in reversed(_parts(state)):
        part.stop()
    for name in ("stack.json", "env"):
        (state / name).unlink(missing_ok=True)
    for name in ("objects", "tmp", "code"):
        shutil.rmtree(state / name, ignore_errors=True)


def _parts(state: Path) -> tuple[Background, Background]:
    return Background(state, "emulator"), Background(state, "textract")


def _tails(state: Path) -> str:
    return "\n".join(f"--- {part.log}\n{tail}" for part in _parts(state) if (tail := part.tail()))


@contextlib.contextmanager
def _exclusive(state: Path) -> Iterator[None]:
    """Let no other start or stop of the same stack happen meanwhile."""
    with (state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ports(wanted: int) -> tuple[int, int, int]:
    """The wanted port, or a free one, and two more free ones."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(3)]
        for index, probe in enumerate(sockets):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted if index == 0 else 0))
            except OSError:
                probe.bind(("127.0.0.1", 0))
        api, aws, twin = (probe.getsockname()[1] for probe in sockets)
        return api, aws, twin


def _await(part: Background, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ready():
        if not part.alive():
            raise StartFailed(f"{part.log.stem} ended")
        if time.monotonic() > deadline:
            raise StartFailed(f"{part.log.stem} does not answer after {_START_SECONDS:.0f} s")
        time.sleep(0.03)


def _healthy(endpoint: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{endpoint}/_ministack/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
