"""The process that workers are forked from: it has the slow imports done, so a cold start costs milliseconds.

Run as ``python -m local.emulator.lambdas.zygote FD``; FD is a Unix socket. Each request is one byte that carries two
file descriptors (the worker's connection and its output), then a frame with the function; the answer is a frame with
the worker's process id. When the socket closes, all workers are killed: none outlives the emulator.
"""

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys

from local.emulator.lambdas.host import NO_CONFIG
from local.emulator.lambdas.wire import receive_frame, send_frame
from local.emulator.lambdas.worker import serve

# Each is large and used by most functions; what is absent is skipped.
_SLOW = ("boto3", "boto3.session", "botocore.signers", "botocore.httpsession", "pydantic", "aws_lambda_powertools")
# Not quire.http: its logger is configured from the function's variables when it is imported.
_LAYER = ("quire.domain", "quire.adapters", "quire.service")
_SERVICES = ("dynamodb", "s3", "sqs", "stepfunctions")


def main(descriptor: int) -> None:
    """Fork a worker for each request that arrives on the socket ``descriptor``, until it closes."""
    control = socket.socket(fileno=descriptor)
    _import_all()
    children: set[int] = set()

    def reap(*_: object) -> None:
        for child in list(children):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(child, os.WNOHANG)[0] == 0:
                    continue
            children.discard(child)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the emulator, which hangs up
    signal.signal(signal.SIGCHLD, reap)
    gc.collect()
    gc.freeze()  # the collector would otherwise touch, and so copy, every shared page
    while True:
        mark, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if not mark:
            break
        frame = receive_frame(control)
        if frame is None:
            break
        connection, output = descriptors
        child = os.fork()
        if child == 0:
            _become_worker(control, connection, output, frame)
        children.add(child)
        os.close(connection)
        os.close(output)
        send_frame(control, str(child).encode())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _import_all() -> None:
    """Import what is slow to import. Nothing here may depend on a function's variables, which come later: without any
    of them, a module that asks for one fails, and is then imported by each worker itself."""
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(NO_CONFIG)
    try:
        for name in (*_SLOW, *_layer_modules()):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        with contextlib.suppress(ImportError):
            _read_service_models()
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _layer_modules() -> list[str]:
    modules = []
    for package in _LAYER:
        with contextlib.suppress(ImportError):
            folder = importlib.import_module(package).__path__
            modules += [f"{package}.{module.name}" for module in pkgutil.iter_modules(folder)]
    return modules


def _read_service_models() -> None:
    """Have boto3's default session hold the descriptions of the services that clients will be made for."""
    import boto3

    loader = boto3._get_default_session()._session.get_component("data_loader")
    for service in _SERVICES:
        loader.load_service_model(service, "service-2")
        loader.load_service_model(service, "endpoint-rule-set-1")
    for name in ("endpoints", "partitions", "_retry", "sdk-default-configuration"):
        loader.load_data(name)


def _become_worker(control: socket.socket, connection: int, output: int, frame: bytes) -> None:
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        sys.stdout = open(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
        serve(socket.socket(fileno=connection), json.loads(frame))
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except (BrokenPipeError, ConnectionError, KeyboardInterrupt):
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # never back into the loop of the parent


if __name__ == "__main__":
    main(int(sys.argv[1]))
