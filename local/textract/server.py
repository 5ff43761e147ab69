"""The twin over HTTP: AWS's JSON 1.1 protocol at `/`, what tests ask at `/_twin/`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from local.textract.control import Control
from local.textract.errors import TextractError
from local.textract.limits import MAX_SYNCHRONOUS_BYTES
from local.textract.operations import Operations

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# A document of the largest size in base64, and the rest of its request.
MAX_BODY = MAX_SYNCHRONOUS_BYTES * 4 // 3 + 64 * 1024


class App:
    """The ASGI application; `opened` runs when the server is up, `closed` before it goes."""

    def __init__(
        self,
        operations: Operations,
        control: Control,
        opened: Callable[[], None],
        closed: Callable[[], Awaitable[None]],
    ) -> None:
        self._operations = operations
        self._control = control
        self._opened = opened
        self._closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            status, answer = await self._respond(scope, receive)
            await _send_json(send, status, answer)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            event = (await receive())["type"]
            if event == "lifespan.startup":
                self._opened()
            elif event == "lifespan.shutdown":
                await self._closed()
            await send({"type": f"{event}.complete"})
            if event == "lifespan.shutdown":
                return

    async def _respond(self, scope: Scope, receive: Receive) -> tuple[int, Any]:
        match scope["method"], scope["path"]:
            case "POST", "/":
                return await self._operate(scope, receive)
            case "POST", "/_twin/faults":
                try:
                    self._control.set_fault(json.loads(await _body(receive)))
                except (ValueError, TextractError) as error:
                    return 400, {"message": str(error)}
                return 200, {}
            case "GET", "/_twin/calls":
                return 200, self._control.report()
        return 404, {"message": "Not found"}

    async def _operate(self, scope: Scope, receive: Receive) -> tuple[int, Any]:
        target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
        try:
            body = await _body(receive)
            try:
                request = json.loads(body)
            except ValueError as error:
                raise TextractError("SerializationException") from error
            return 200, await self._operations.call(target.removeprefix("Textract."), request)
        except TextractError as error:
            return _refused(error)
        except Exception:  # noqa: BLE001 - the service too answers 500; a traceback could hold a document's text
            return _refused(TextractError("InternalServerError"))


def _refused(error: TextractError) -> tuple[int, dict[str, str]]:
    return error.status, {"__type": error.code, "Message": error.message}


async def _body(receive: Receive) -> bytes:
    """The request's body.

    Raises:
        TextractError: DocumentTooLargeException, as only a document can be so large.
    """
    body = bytearray()
    more = True
    while more:
        event = await receive()
        more = event.get("more_body", False)
        if len(body) <= MAX_BODY:  # beyond, read on and keep nothing: a client reads the answer when it has sent all
            body += event.get("body", b"")
    if len(body) > MAX_BODY:
        raise TextractError("DocumentTooLargeException")
    return bytes(body)


async def _send_json(send: Send, status: int, answer: Any) -> None:
    body = json.dumps(answer).encode()
    headers = [
        (b"x-amzn-requestid", str(uuid4()).encode()),
        (b"content-type", b"application/x-amz-json-1.1"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
