"""The real handlers on an account in memory: put in place once in a process, and taken away again."""

from __future__ import annotations

import importlib
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from tests.faults.account import BUCKET, IDEMPOTENCY, JOBS, Account
from tests.faults.web import Web

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "JOBS_TABLE": JOBS,
    "IDEMPOTENCY_TABLE": IDEMPOTENCY,
    "BUCKET": BUCKET,
    "ADMIT_QUEUE": "https://sqs.eu-central-1.amazonaws.com/123456789012/admit.fifo",
    "STATE_MACHINE": "arn:aws:states:eu-central-1:123456789012:stateMachine:document",
    "OCR_TOPIC": "arn:aws:sns:eu-central-1:123456789012:ocr",
    "OCR_ROLE": "arn:aws:iam::123456789012:role/ocr",
    "ALLOWED_NETWORKS": "",
}
_current: list[Account] = []
_handlers: dict[str, Callable[[Any, Any], Any]] = {}
_worlds: list[Callable[[], object]] = []


def account() -> Account:
    return _current[-1]


@contextmanager
def installed() -> Iterator[None]:
    """Until it is left, boto3's calls, clocks, sleeps, threads and ids of our code are the current account's."""
    with mock.patch.dict(os.environ, ENVIRONMENT):
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
            os.environ.pop(name, None)
        from quire.adapters import clients
        from quire.adapters.aws import Aws
        from quire.domain import ids
        from quire.http import telemetry
        from quire.reading import sandbox

        telemetry.logger.setLevel("CRITICAL")
        made_once = [made for made in vars(clients).values() if hasattr(made, "cache_clear")]
        _forget(made_once)
        patches = [
            mock.patch.object(BaseClient, "_make_api_call", lambda client, *asked: account().call(client, *asked)),
            mock.patch.object(ThreadPoolExecutor, "submit", _at_once),
            mock.patch.object(Aws, "clock", staticmethod(lambda: account().now())),
            mock.patch.object(ids, "secrets", SimpleNamespace(randbits=lambda bits: account().randbits(bits))),
            mock.patch.object(Aws, "web", Web(account)),
            mock.patch.object(sandbox, "_run", Remembered(sandbox._run)),
            *_virtual_time(),
        ]
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in reversed(patches):
                patch.stop()
            while _worlds:
                _worlds.pop()()
            _handlers.clear()
            _forget(made_once)


def handler(function: str) -> Callable[[Any, Any], Any]:
    """That of functions/`function`, with a world of its own that is the current account's."""
    if function not in _handlers:
        from quire.adapters.aws import Aws

        module: Any = importlib.import_module(f"functions.{function}.handler")
        patch = mock.patch.object(module, "world", Aws(note))
        patch.start()
        _worlds.append(patch.stop)
        _handlers[function] = module.handler
    return _handlers[function]


@contextmanager
def in_account(case_account: Account) -> Iterator[Account]:
    _current.append(case_account)
    try:
        yield case_account
    finally:
        case_account.pump.close()
        _current.pop()


def note(event: str, **facts: object) -> None:
    account().note(event, **facts)


def _forget(made_once: list[Any]) -> None:
    for made in made_once:
        made.cache_clear()


def _at_once(_pool: ThreadPoolExecutor, work: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
    """Threads would take the calls out of the actor's hands: one after the other instead."""
    future: Future[Any] = Future()
    try:
        future.set_result(work(*args, **more))
    except Exception as fault:
        future.set_exception(fault)
    return future


def _virtual_time() -> Iterator[Any]:
    """`time` in each of our modules, and `time.sleep` where it is a function's default."""

    def sleep(seconds: float) -> None:
        if account().pump.actor():
            account().pump.park(max(1, int(seconds * 1000)))

    virtual = SimpleNamespace(
        time=lambda: account().now() / 1000,
        time_ns=lambda: account().now() * 1_000_000,
        monotonic=lambda: account().now() / 1000,
        perf_counter=time.perf_counter,
        sleep=sleep,
    )
    for module in _ours():
        if getattr(module, "time", None) is time:
            yield mock.patch.object(module, "time", virtual)
        if getattr(module, "random", None) is random:
            yield mock.patch.object(module, "random", random.Random(7))
        for function in _functions(module):
            defaults = function.__defaults__
            if defaults and time.sleep in defaults:
                changed = tuple(sleep if value is time.sleep else value for value in defaults)
                yield mock.patch.object(function, "__defaults__", changed)


def _ours() -> list[ModuleType]:
    return [
        module
        for name, module in sorted(sys.modules.items())
        if name.startswith(("quire.adapters", "quire.service", "quire.http", "quire.domain"))
    ]


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    for found in vars(module).values():
        if isinstance(found, FunctionType) and found.__module__ == module.__name__:
            yield found


class Remembered:
    """The sandbox' children, each run once for the same bytes: they see no AWS, and take a tenth of a second."""

    def __init__(self, run: Callable[..., Any]) -> None:
        self._run = run
        self._known: dict[str, tuple[Any, dict[str, bytes]]] = {}

    def __call__(self, task: str, seconds: float, **arguments: Any) -> Any:
        outputs = [Path(path) for path in (arguments.get("out_path"), *arguments.get("cuts", {})) if path]
        source = sha256(Path(arguments["path"]).read_bytes()).hexdigest() if "path" in arguments else ""
        facts = {name: value for name, value in arguments.items() if name not in ("path", "out_path", "cuts")}
        key = json.dumps([task, source, facts, [path.name for path in outputs]], default=str, sort_keys=True)
        if "files" in arguments or key not in self._known:
            answer = self._run(task, seconds, **arguments)
            self._known[key] = (answer, {path.name: path.read_bytes() for path in outputs})
            return answer
        answer, written = self._known[key]
        for path in outputs:
            path.write_bytes(written[path.name])
        return answer
