"""The emulator's side of the worker processes: start the zygote, ask it for workers, talk to them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator.lambdas.wire import receive_frame, send_frame
from local.emulator.logs import FunctionLog

# What a handler may see of the laptop's own environment; all else comes from the template.
_INHERITED = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"),
)

# What this machine's user has configured for AWS is none of a function's business.
NO_CONFIG = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


@dataclass(frozen=True)
class Function:
    """One function as a worker needs it.

    Attributes:
        handler: dotted, ``functions.accept.handler.handler``.
        timeout: seconds that an invocation may take.
        memory: MB, as the context reports it; it is not enforced.
        environment: the variables of the template.
        path: folders put in front of ``sys.path``, beside the source roots.
        reserved: the most invocations at once (ReservedConcurrentExecutions), or None.
    """

    name: str
    arn: str
    handler: str
    timeout: float
    memory: int
    environment: tuple[tuple[str, str], ...]
    path: tuple[str, ...] = ()
    reserved: int | None = None


class Worker:
    """One forked process: an execution environment of one function."""

    def __init__(self, connection: socket.socket, process: int) -> None:
        self.connection = connection
        self.process = process
        self.request_id = ""

    def ask(self, payload: bytes, seconds: float) -> dict[str, Any] | None:
        """Send a frame and return the answer; None when the process died.

        Raises:
            TimeoutError: no whole answer within ``seconds``.
        """
        self.connection.settimeout(seconds)
        try:
            if payload:
                send_frame(self.connection, payload)
            frame = receive_frame(self.connection)
        except TimeoutError:
            raise
        except OSError:
            return None
        if frame is None:
            return None
        answer: dict[str, Any] = json.loads(frame.decode("utf-8", "surrogatepass"))
        return answer

    def close(self) -> None:
        """Hang up; an idle worker ends itself."""
        _hang_up(self.connection)

    def kill(self) -> None:
        """End the process at once."""
        # The zygote reaps within microseconds of a death, and process ids do not wrap that fast.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        self.close()


class WorkerHost:
    """Starts the zygote and forks workers from it."""

    def __init__(self, sources: Sequence[Path], environment: dict[str, str], log: FunctionLog) -> None:
        """Start the zygote.

        Args:
            sources: the folders that handlers are imported from; the first holds this package.
            environment: variables that every function gets, beside its own (endpoint, credentials, region).
            log: where the functions' output goes.
        """
        self._environment = {name: os.environ[name] for name in _INHERITED if name in os.environ} | environment
        self._log = log
        self._lock = threading.Lock()
        self._sources = [str(source) for source in sources]
        self._control, theirs = socket.socketpair()
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "local.emulator.lambdas.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=self._sources[0],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(self._sources),
                "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
            },
            stdin=subprocess.DEVNULL,
        )
        theirs.close()

    def spawn(self, function: Function) -> Worker:
        """Fork a worker for ``function``; raises OSError when the zygote is gone."""
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        environment = {**NO_CONFIG, **self._environment, **dict(function.environment), **_reserved_variables(function)}
        init = {
            "name": function.name,
            "arn": function.arn,
            "handler": function.handler,
            "memory": function.memory,
            "path": [*self._sources, *function.path],
            "environment": environment,
        }
        try:
            with self._lock:
                socket.send_fds(self._control, [b"F"], [theirs.fileno(), write])
                send_frame(self._control, json.dumps(init).encode())
                process = receive_frame(self._control)
            if process is None:
                raise ConnectionResetError("the process that forks workers is gone")
        except OSError:
            ours.close()
            os.close(read)
            raise
        finally:
            theirs.close()
            os.close(write)
        worker = Worker(ours, int(process))
        self._log.follow(read, _source(function.name, worker))
        return worker

    def stop(self) -> None:
        """End the zygote and with it every worker."""
        _hang_up(self._control)
        try:
            self._zygote.wait(5)
        except subprocess.TimeoutExpired:
            self._zygote.kill()
            self._zygote.wait()


def _hang_up(connection: socket.socket) -> None:
    # Closing alone says nothing to the other side while a thread of ours still reads.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def _source(name: str, worker: Worker) -> Callable[[], tuple[str, str]]:
    return lambda: (name, worker.request_id)


def _reserved_variables(function: Function) -> dict[str, str]:
    """The variables that Lambda sets itself (Lambda developer guide, "Defined runtime environment variables")."""
    return {
        "_HANDLER": function.handler,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
    }
