"""What API Gateway answers and adds where a page of another origin calls (HTTP API developer guide, "Configure CORS").

The configuration is CloudFormation's `CorsConfiguration`. Without one nothing is answered and nothing added: a
preflight then goes to the function, as any request does.
"""

from collections.abc import Mapping
from typing import Any

from local.emulator.front.payload import Request, Response


def preflight(configuration: Mapping[str, Any], request: Request) -> Response | None:
    """The gateway's own answer to a browser's question; None where the request is none, or nothing is configured."""
    headers = dict(request.headers)
    if not configuration or request.method != "OPTIONS" or "access-control-request-method" not in headers:
        return None
    if "origin" not in headers:
        return None
    allowed = _origin(configuration, headers["origin"])
    if allowed is None:
        return Response(204, b"")
    said = [
        ("access-control-allow-origin", allowed),
        ("access-control-allow-methods", ",".join(configuration.get("AllowMethods", ()))),
        ("access-control-allow-headers", ",".join(configuration.get("AllowHeaders", ()))),
        ("access-control-max-age", str(configuration.get("MaxAge", 0))),
    ]
    return Response(204, b"", [(name, value) for name, value in said if value])


def added(configuration: Mapping[str, Any], request: Request) -> list[tuple[str, str]]:
    """The headers of an answer to a page of an allowed origin."""
    origin = dict(request.headers).get("origin")
    allowed = _origin(configuration, origin) if configuration and origin else None
    if allowed is None:
        return []
    exposed = ",".join(configuration.get("ExposeHeaders", ()))
    return [
        ("access-control-allow-origin", allowed),
        *([("access-control-expose-headers", exposed)] if exposed else []),
    ]


def is_of_cors(name: str) -> bool:
    """The gateway ignores what a function says of it, where it is configured itself."""
    return name.startswith("access-control-")


def _origin(configuration: Mapping[str, Any], origin: str) -> str | None:
    origins = configuration.get("AllowOrigins", ())
    return "*" if "*" in origins else origin if origin in origins else None
