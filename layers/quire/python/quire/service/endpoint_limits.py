"""What a webhook endpoint may hold: checked before it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address

from quire.domain.endpoint import (
    MOST_EXTRACTORS,
    MOST_NAME_CHARACTERS,
    MOST_SUBSCRIPTIONS,
    MOST_URL_CHARACTERS,
    Endpoint,
)
from quire.domain.extractor import compact
from quire.domain.refusal import Refusal, invalid
from quire.domain.weburl import BadUrl, parse
from quire.service.checks import utf8_size

MOST_SETTINGS_BYTES = 16_000
MOST_SUBSCRIPTION_BYTES = 1_000
"""Of its settings: a row of DynamoDB holds 400 KB, and has room for them all."""
_STATIC = re.compile(r"[!-~][ -~]{6,253}[!-~]")
"""What a header can hold (RFC 9110, 5.5), of 8 to 255 characters (PerfectParser, "Webhooks")."""


def check_endpoint(endpoint: Endpoint) -> Refusal | None:
    reason = _url_reason(endpoint.url)
    if reason:
        return invalid("body", reason, "value_error", "url")
    if len(endpoint.name) > MOST_NAME_CHARACTERS or utf8_size(endpoint.name) is None:
        return invalid("body", f"A name has at most {MOST_NAME_CHARACTERS} characters.", "value_error", "name")
    if len(endpoint.extractors or ()) > MOST_EXTRACTORS:
        return invalid(
            "body",
            f"A webhook endpoint is limited to at most {MOST_EXTRACTORS} extractors.",
            "value_error",
            "extractors",
        )
    if len(endpoint.subscriptions) > MOST_SUBSCRIPTIONS:
        return invalid(
            "body",
            f"A webhook endpoint has at most {MOST_SUBSCRIPTIONS} subscriptions.",
            "value_error",
            "subscriptions",
        )
    kept = [(endpoint.settings, MOST_SETTINGS_BYTES)]
    kept += [(own.settings, MOST_SUBSCRIPTION_BYTES) for own in endpoint.subscriptions]
    return next((refused for settings, most in kept if (refused := _check_settings(settings, most))), None)


def check_static(static: str | None) -> Refusal | None:
    """A word that each call repeats as it is."""
    if static is None or _STATIC.fullmatch(static):
        return None
    return invalid(
        "body",
        "A secret has 8 to 255 characters of printable ASCII, and no space at its ends.",
        "value_error",
        "secret",
    )


def check_url(url: str, *where: str | int) -> Refusal | None:
    """A URL that is to be called without an endpoint of its own; `where` leads to it in the request's body."""
    reason = _url_reason(url)
    return None if reason is None else invalid("body", reason, "value_error", *where)


def _url_reason(url: str) -> str | None:
    """Why we would not call there. Where its name leads is judged at each call, for it may change."""
    if len(url) > MOST_URL_CHARACTERS:
        return f"A URL has at most {MOST_URL_CHARACTERS} characters."
    if utf8_size(url) is None:
        return "The URL is not well formed."
    try:
        where = parse(url)
    except BadUrl as bad:
        return str(bad)
    if where.scheme == "http" and not _is_loopback(where.host):
        return "The URL begins with http://: only https:// keeps what is sent to itself."
    return None


def _is_loopback(host: str) -> bool:
    """What never leaves the machine. The guard of outbound calls reaches it only where the stack's owner allows it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _check_settings(settings: Mapping[str, object], most: int) -> Refusal | None:
    size = utf8_size(compact(settings))
    if size is None or size > most:
        return invalid("body", f"The settings have at most {most} bytes of UTF-8.", "value_error", "settings")
    return None
