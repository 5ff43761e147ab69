"""Lambda: run handlers from the source tree, in a bounded pool of warm workers.

Stock MiniStack starts a process for each concurrent call, refuses or drops what exceeds a limit, names every exception
``Runtime.HandlerError`` (so no Retry or Catch of a state machine matches) and keeps a log stream per invocation in
memory. Every path to a function, asynchronous, from a queue, a stream or a state machine, passes ``_execute_function``.
"""

import hashlib
import io
import logging
import uuid
import zipfile
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.emulator.emulator import Emulator
from local.emulator.lambdas.host import Function
from local.emulator.seams import seam

logger = logging.getLogger("quire.local.lambda")


def install(emulator: Emulator) -> None:
    """Let all invocations of Python functions run in the emulator's pool."""
    stock = seam(lambda_svc, "_execute_function", "3ceb16d6480a")
    seam(lambda_runtime, "execution_credentials", "cffaadc4f396")

    def execute(func: dict[str, Any], event: Any) -> dict[str, Any]:
        runtime = str((func.get("config") or func).get("Runtime", ""))
        if not runtime.startswith("python"):
            result: dict[str, Any] = stock(func, event)
            return result
        outcome = emulator.pool.submit(function(func, emulator), event, str(uuid.uuid4())).result()
        if outcome.error is not None:
            return {"body": outcome.error, "error": True, "log": ""}
        return {"body": outcome.result, "log": ""}

    lambda_svc._execute_function = execute


def function(func: dict[str, Any], emulator: Emulator) -> Function:
    """Return what a worker needs to know of a function that MiniStack holds (its record, or a configuration)."""
    config = func.get("config") or func
    handler = str(config["Handler"])
    variables = {**((config.get("Environment") or {}).get("Variables") or {}), **_role_session(config)}
    return Function(
        name=config["FunctionName"],
        arn=config["FunctionArn"],
        handler=handler,
        timeout=float(config.get("Timeout") or 3),
        memory=int(config.get("MemorySize") or 128),
        environment=tuple(sorted((name, str(value)) for name, value in variables.items())),
        path=() if _in_sources(handler, emulator) else _unpacked(func, emulator.settings.state / "code"),
        reserved=lambda_svc._reserved_concurrency(func, config),
    )


def _role_session(config: dict[str, Any]) -> dict[str, str]:
    """The credentials of the function's role, where the emulator evaluates IAM; else it has the account's."""
    return lambda_runtime.execution_credentials(config) if app.AUTH else {}


def _in_sources(handler: str, emulator: Emulator) -> bool:
    package = handler.replace("/", ".").split(".")[0]
    return any(
        (source / package).is_dir() or (source / f"{package}.py").is_file() for source in emulator.settings.sources
    )


def _unpacked(func: dict[str, Any], folder: Path) -> tuple[str, ...]:
    """The folder of a function whose code is not ours: inline in the template, or CDK's own."""
    archive = func.get("code_zip")
    if not archive:
        return ()
    target = folder / hashlib.sha256(archive).hexdigest()[:16]
    if not target.is_dir():
        target.mkdir(parents=True)
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            files.extractall(target)
    return (str(target),)
