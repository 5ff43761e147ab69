"""API Gateway's payload format 2.0: a request becomes an event, a function's answer becomes a response.

The facts are those of the API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs".
"""

import base64
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

# API Gateway hands these on as text; the guide does not list them, MiniStack's authors tried it on AWS.
_TEXT = ("application/json", "application/xml", "application/javascript")


@dataclass(frozen=True)
class Request:
    """An HTTP request.

    Attributes:
        path: decoded as an HTTP API decodes it.
        query: as sent, without the question mark.
        headers: in order, names in lower case, repeated ones repeated.
    """

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    client: str
    version: str = "1.1"


@dataclass(frozen=True)
class Response:
    """An HTTP response."""

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


def refusal(status: int, message: str) -> Response:
    """Return an answer of API Gateway's own."""
    return Response(
        status, json.dumps({"message": message}, separators=(",", ":")).encode(), [("content-type", "application/json")]
    )


def to_event(request: Request, *, api_id: str, account: str, route: str, parameters: dict[str, str]) -> dict[str, Any]:
    """Return the event for the function behind ``route``, of the ``$default`` stage."""
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in request.headers:
        if name == "cookie":
            cookies += [cookie.strip() for cookie in value.split(";") if cookie.strip()]
        else:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    query: dict[str, str] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    now = time.time()
    host = headers.get("host", "")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": account,
            "apiId": api_id,
            "domainName": host,
            "domainPrefix": host.split(".")[0],
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": f"HTTP/{request.version}",
                "sourceIp": request.client,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": base64.b64encode(uuid.uuid4().bytes[:11]).decode(),
            "routeKey": route,
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if query:
        event["queryStringParameters"] = query
    if parameters:
        event["pathParameters"] = parameters
    if request.body:
        event["body"], event["isBase64Encoded"] = _body(request.body, headers.get("content-type", ""))
    return event


def _body(body: bytes, content_type: str) -> tuple[str, bool]:
    kind = content_type.split(";")[0].strip().lower()
    if kind.startswith("text/") or kind in _TEXT:
        return body.decode("utf-8", "replace"), False
    return base64.b64encode(body).decode(), True


def to_response(answer: Any) -> Response:
    """Return the response for a function's answer; what API Gateway cannot read is a 500 of its own."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        # "If your Lambda function returns valid JSON and doesn't return a statusCode", it is the body.
        return Response(200, json.dumps(answer).encode(), [("content-type", "application/json")])
    try:
        status = int(answer["statusCode"])
        content = answer.get("body")
        if content is None:
            body = b""
        elif answer.get("isBase64Encoded"):
            body = base64.b64decode(content, validate=True)
        else:
            body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        headers = [(str(name).lower(), _value(value)) for name, value in (answer.get("headers") or {}).items()]
    except (TypeError, ValueError, AttributeError):
        return refusal(500, "Internal Server Error")
    if not 100 <= status <= 599:
        return refusal(500, "Internal Server Error")
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "text/plain;charset=UTF-8"))
    headers += [("set-cookie", str(cookie)) for cookie in answer.get("cookies") or []]
    return Response(status, body, headers)


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
