"""What the checks of saved things share."""

from __future__ import annotations


def utf8_size(text: str) -> int | None:
    """Bytes of UTF-8; None when the text has none: JSON can name half of a surrogate pair."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return None
