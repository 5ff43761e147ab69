"""One execution environment: load a handler, then answer invocations until the emulator hangs up.

It behaves as the Lambda runtime for Python: the same context object, the same shape of errors, and an exception ends
the invocation, not the process.
"""

import importlib
import json
import os
import resource
import socket
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from local.emulator.lambdas.wire import receive_frame, send_frame

Handler = Callable[[Any, "Context"], Any]


class Context:
    """What Lambda hands a Python handler as its second argument."""

    identity = None
    client_context = None
    tenant_id = None

    def __init__(self, function: dict[str, Any], request_id: str, deadline: float) -> None:
        self.aws_request_id = request_id
        self.function_name: str = function["name"]
        self.function_version = "$LATEST"
        self.invoked_function_arn: str = function["arn"]
        self.memory_limit_in_mb: int = function["memory"]
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = f"local/[$LATEST]{os.getpid()}"
        self._deadline = deadline

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds left before the invocation is stopped."""
        return max(0, int((self._deadline - time.time()) * 1000))


def serve(connection: socket.socket, function: dict[str, Any]) -> None:
    """Answer invocations that arrive on ``connection``.

    The first frame sent says whether the handler could be loaded: ``{}`` or ``{"error": …}``. Then each frame received
    is ``{"request_id", "deadline", "event"}`` (deadline: Unix seconds) and is answered by ``{"result", "rss"}`` or
    ``{"error", "rss"}``, rss being the bytes of memory the process holds.
    """
    os.environ.clear()
    os.environ.update(function["environment"])
    sys.path[:0] = [entry for entry in function["path"] if entry not in sys.path]
    try:
        handler = _load(function["handler"])
    except BaseException as error:  # noqa: BLE001 - whatever it is, the caller hears of it
        send_frame(connection, json.dumps({"error": _load_error(function["handler"], error)}).encode())
        return
    send_frame(connection, b"{}")
    while (frame := receive_frame(connection)) is not None:
        request = json.loads(frame)
        answer = _answer(handler, request["event"], Context(function, request["request_id"], request["deadline"]))
        sys.stdout.flush()
        sys.stderr.flush()
        send_frame(connection, answer)


def _load(name: str) -> Handler:
    module, _, attribute = name.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module.replace("/", ".")), attribute)
    return handler


def _answer(handler: Handler, event: Any, context: Context) -> bytes:
    try:
        result = handler(event, context)
    except Exception as error:  # noqa: BLE001 - as Lambda does
        return _encode({"error": _error(error)})
    try:
        return _encode({"result": result})
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        return _encode({"error": {"errorMessage": message, "errorType": "Runtime.MarshalError", "stackTrace": []}})


def _encode(answer: dict[str, Any]) -> bytes:
    return json.dumps({**answer, "rss": _resident_bytes()}, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _error(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename != __file__]
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": "",
        "stackTrace": traceback.format_list(ours),
    }


def _load_error(handler: str, error: BaseException) -> dict[str, Any]:
    """The error of the init phase, as the Lambda runtime names it (awslambdaric, bootstrap.py)."""
    found = _error(error)
    module = handler.rpartition(".")[0]
    if isinstance(error, ImportError):
        return {
            **found,
            "errorType": "Runtime.ImportModuleError",
            "errorMessage": f"Unable to import module '{module}': {error}",
        }
    if isinstance(error, AttributeError) and error.obj is sys.modules.get(module):
        message = f"Handler '{handler.rpartition('.')[2]}' missing on module '{module}'"
        return {**found, "errorType": "Runtime.HandlerNotFound", "errorMessage": message}
    return found


def _resident_bytes() -> int:
    try:
        with open("/proc/self/statm") as pages:  # noqa: PTH123 - pathlib is not worth its import here
            return int(pages.read().split()[1]) * resource.getpagesize()
    except OSError:  # not Linux: the peak, which macOS gives in bytes
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
