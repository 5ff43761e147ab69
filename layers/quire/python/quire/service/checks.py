"""What the checks of saved things share."""

from __future__ import annotations

from quire.domain.refusal import Kind, Refusal


def utf8_size(text: str) -> int | None:
    """Bytes of UTF-8; None when the text has none: JSON can name half of a surrogate pair."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return None


def invalid_field(where: str, message: str) -> Refusal:
    """A refusal of one field of the body."""
    error = {"loc": ["body", where], "msg": message, "type": "value_error"}
    return Refusal(Kind.INVALID_REQUEST, message, {"errors": [error]})
