"""A file that came inside a JSON body: base64, plain or as a data URL (RFC 2397)."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re

from quire.domain.file import plain_name
from quire.domain.refusal import Refusal, invalid
from quire.http.call import Sent

_DATA_URL = re.compile(r"data:([^;,]{0,128})(?:;[^;,]{1,128})*;base64,", re.IGNORECASE)
_WHITE = str.maketrans("", "", " \t\r\n")


def inline_file(text: str, name: str | None, field: str) -> Sent | Refusal:
    """The bytes that `text` stands for, under `field` of the body. A file without a name gets that of its media type,
    for only a name tells one kind of plain text from another."""
    url = _DATA_URL.match(text)
    media_type = (url[1].lower() or "text/plain") if url else None
    content = (text[url.end() :] if url else text).translate(_WHITE)  # encoders break lines
    try:
        body = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return invalid("body", "The file is neither base64 nor a data URL with base64 in it.", "base64_expected", field)
    return Sent(plain_name(name) or f"document{_suffix(media_type)}", media_type, body)


def _suffix(media_type: str | None) -> str:
    return (mimetypes.guess_extension(media_type) if media_type else None) or ""
