"""The console's own files: one page, its style and its scripts, served as they lie beside this module."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

_FOLDER = Path(__file__).parent / "page"
_PAGE = "index.html"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset(NamedTuple):
    media_type: str
    etag: str
    body: bytes


def _assets() -> dict[str, Asset]:
    """By name: whatever a request names is looked up among these, and never in the file system."""
    found = {}
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in _TYPES:
            body = path.read_bytes()
            found[path.name] = Asset(_TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:32]}"', body)
    return found


_ASSETS = _assets()


def file_of(event: Mapping[str, Any], bucket_origin: Callable[[], str]) -> dict[str, Any] | None:
    """The answer to a GET of the page or of one of its files; None where the path is another's.

    Scripts and styles are only our own (Content-Security-Policy Level 3); uploads and pictures of pages go to and come
    from the bucket, `bucket_origin`."""
    path, method = event["rawPath"], event["requestContext"]["http"]["method"]
    asset = _ASSETS.get(_name_of(path))
    if asset is None or method not in ("GET", "HEAD"):
        return None
    sent = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    shared = {"etag": asset.etag, "cache-control": "no-cache", **_guards(bucket_origin())}
    if sent.get("if-none-match") == asset.etag:
        return {"statusCode": 304, "headers": shared}
    headers = {"content-type": asset.media_type, **shared}
    if method == "HEAD":
        return {"statusCode": 200, "headers": headers}
    return {
        "statusCode": 200,
        "headers": headers,
        "body": base64.b64encode(asset.body).decode(),
        "isBase64Encoded": True,
    }


def _name_of(path: str) -> str:
    """The page's own path is `/console` alone."""
    if path in ("/console", "/console/"):
        return _PAGE
    name = path.removeprefix("/console/assets/")
    return "" if name in (path, _PAGE) else name


def _guards(bucket_origin: str) -> dict[str, str]:
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' blob: data: {bucket_origin}",
        "connect-src": f"'self' {bucket_origin}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }
