"""API Gateway's HTTP API at the root of a port: no API id and no stage in any URL.

MiniStack holds what the template deployed; this serves it with the limits and the answers of AWS (API Gateway quotas:
10 MB a request, 30 s an integration; Lambda quotas: 6 MB a payload).
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote

from ministack.core.responses import request_scope
from ministack.services import apigateway, lambda_svc

from local.emulator.emulator import ACCOUNT, REGION, Emulator
from local.emulator.front import cors
from local.emulator.front.payload import Request, Response, refusal, to_event, to_response
from local.emulator.lambdas.pool import RESPONSE_BYTES, Outcome
from local.emulator.repairs.lambda_executor import function
from local.emulator.seams import seam

logger = logging.getLogger("quire.local.gateway")

REQUEST_BYTES = 10 * 1024 * 1024
PAYLOAD_BYTES = RESPONSE_BYTES
DISCARDED_BYTES = 1 << 30
TIMEOUT_SECONDS = 30.0

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Gateway:
    """An ASGI application that serves the one HTTP API that is deployed."""

    def __init__(self, emulator: Emulator) -> None:
        seam(apigateway, "_match_route", "c47ed1dc647e")
        seam(apigateway, "_extract_path_params", "d3aaa9aa2c53")
        seam(apigateway, "decode_http_api_path", "09b93a97677f")
        seam(apigateway, "_extract_lambda_ref_from_integration_uri", "9454805a7592")
        self._emulator = emulator

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            body = await _read(receive)
        except ConnectionError:
            return
        if body is None:
            response = refusal(413, "Request Entity Too Large")
        else:
            try:
                response = await self._serve(_request(scope, body))
            except Exception:
                logger.exception("the gateway failed")
                response = refusal(500, "Internal Server Error")
        await send_response(send, response, head=scope["method"] == "HEAD")

    async def _serve(self, request: Request) -> Response:
        with request_scope(ACCOUNT, REGION):
            deployed = _deployed()
            allowed = apigateway._apis[deployed].get("corsConfiguration") or {} if deployed else {}
            preflight = cors.preflight(allowed, request)
            if preflight is not None:
                return preflight
            found = _route(deployed, request) if deployed else None
            if found is None:
                return refusal(404, "Not Found")
            api_id, route, parameters, func, seconds = found
            called = function(func, self._emulator)
        event = to_event(request, api_id=api_id, account=ACCOUNT, route=route, parameters=parameters)
        if len(json.dumps(event, ensure_ascii=False).encode("utf-8", "replace")) > PAYLOAD_BYTES:
            return refusal(413, "Request Entity Too Large")
        request_id = event["requestContext"]["requestId"]
        future = self._emulator.pool.submit(called, event, request_id, interactive=True)
        try:
            outcome = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), seconds)
        except TimeoutError:
            return refusal(503, "Service Unavailable")
        response = _respond(outcome)
        added = [("apigw-requestid", request_id), *cors.added(allowed, request)]
        kept = [(name, value) for name, value in response.headers if not (allowed and cors.is_of_cors(name))]
        return replace(response, headers=[*kept, *added])


def _respond(outcome: Outcome) -> Response:
    if outcome.error is not None or len(json.dumps(outcome.result).encode()) > RESPONSE_BYTES:
        return refusal(500, "Internal Server Error")
    return to_response(outcome.result)


def _deployed() -> str | None:
    """The id of the one HTTP API with a `$default` stage."""
    for api_id, api in apigateway._apis.items():
        if api.get("protocolType") == "HTTP" and "$default" in apigateway._stages.get(api_id, {}):
            return str(api_id)
    return None


def _route(api_id: str, request: Request) -> tuple[str, str, dict[str, str], dict[str, Any], float] | None:
    """The API, route, path parameters, function and timeout (seconds) for a request; None when nothing matches."""
    # A greedy parameter takes line breaks too; MiniStack's patterns end at them. A slash at a path's end is under that
    # path for AWS; MiniStack's greedy parameters want more than it.
    path = re.sub(r"[\r\n]", " ", request.path)
    route = apigateway._match_route(api_id, request.method, path.rstrip("/") or "/")
    if route is None:
        return None
    if (route.get("authorizationType") or "NONE") != "NONE":
        raise NotImplementedError("authorizers are not emulated")
    key = route["routeKey"]
    integration = apigateway._integrations[api_id][route["target"].rpartition("/")[2]]
    reference = apigateway._extract_lambda_ref_from_integration_uri(integration["integrationUri"])
    func, config, _ = lambda_svc._get_func_record_for_ref(reference)
    if func is None or config is None:
        raise LookupError(f"the function of route {key} is not there: {reference}")
    pattern = key.partition(" ")[2]
    found = (apigateway._extract_path_params(pattern, request.path) if pattern else None) or {}
    parameters = {name: unquote(value) for name, value in found.items()}
    seconds = min(TIMEOUT_SECONDS, float(integration.get("timeoutInMillis") or 30_000) / 1000)
    return api_id, key, parameters, lambda_svc._execution_record_for_config(func, config), seconds


def _request(scope: dict[str, Any], body: bytes) -> Request:
    headers = [(name.decode("latin-1").lower(), _text(value)) for name, value in scope["headers"]]
    client = (scope.get("client") or ("127.0.0.1",))[0]
    names = {name for name, _ in headers}
    port = str(scope["server"][1])
    added = (("x-forwarded-for", client), ("x-forwarded-port", port), ("x-forwarded-proto", "http"))
    raw = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    return Request(
        method=scope["method"],
        path=apigateway.decode_http_api_path(raw),
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers + [(name, value) for name, value in added if name not in names],
        body=body,
        client=client,
        version=scope.get("http_version", "1.1"),
    )


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


async def _read(receive: Receive) -> bytes | None:
    """Return the body, or None when it is larger than API Gateway takes.

    A body that is too large is read to its end and dropped: a client that still sends would see a broken connection
    instead of the answer.

    Raises:
        ConnectionError: the client went away.
    """
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionError
        piece = message.get("body", b"")
        size += len(piece)
        if size <= REQUEST_BYTES:
            pieces.append(piece)
        else:
            pieces.clear()
        if size > DISCARDED_BYTES or not message.get("more_body", False):
            return b"".join(pieces) if size <= REQUEST_BYTES else None


async def send_response(send: Send, response: Response, *, head: bool) -> None:
    """Send a whole response; its body is left out where ``head``."""
    headers = [(name.encode("latin-1"), value.encode("utf-8")) for name, value in response.headers]
    headers = [(name, value) for name, value in headers if name != b"content-length"]
    headers += [(b"content-length", str(len(response.body)).encode()), (b"date", formatdate(usegmt=True).encode())]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else response.body})
