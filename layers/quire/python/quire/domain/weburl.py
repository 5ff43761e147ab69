"""A URL that a caller names: read once, strictly, so that what was judged is what is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

MOST_CHARACTERS = 8192
_PORTS = {"http": 80, "https": 443}
_NEVER = re.compile(r"[\x00-\x1f\x7f\\]")
_AS_THEY_ARE = "/%:@!$&'()*+,;=?~[]"
"""Characters of a path or query that stay (RFC 3986, 3.3 and 3.4); whatever else stands there is percent-encoded."""


class BadUrl(ValueError):
    """That is no URL that we call; the message says why, and never the URL."""


@dataclass(frozen=True, slots=True)
class WebUrl:
    """`host` is a name in ASCII or an address without brackets, `target` what the request line asks for."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def netloc(self) -> str:
        """As the Host header says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parse(text: str) -> WebUrl:
    """An absolute http or https URL without credentials. BadUrl."""
    if len(text) > MOST_CHARACTERS:
        raise BadUrl(f"The URL has more than {MOST_CHARACTERS} characters.")
    if _NEVER.search(text):
        raise BadUrl("The URL holds characters that no URL has.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        name = host if ":" in host else host.encode("idna").decode()
    except ValueError as error:  # of UnicodeError too: labels that no domain has
        raise BadUrl("The URL is not well formed.") from error
    if parts.scheme not in _PORTS:
        raise BadUrl("The URL begins with neither http:// nor https://.")
    if not name:
        raise BadUrl("The URL names no host.")
    if "@" in parts.netloc:
        raise BadUrl("The URL holds a user name or a password: leave them out.")
    path, query = quote(parts.path or "/", safe=_AS_THEY_ARE), quote(parts.query, safe=_AS_THEY_ARE)
    return WebUrl(parts.scheme, name, port or _PORTS[parts.scheme], f"{path}?{query}" if query else path)
