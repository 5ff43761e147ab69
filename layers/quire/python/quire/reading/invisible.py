"""Characters that take no room: web pages, Word and Excel put them into codes and dates, where no reader sees them."""

from __future__ import annotations

import re

# Soft hyphen, Mongolian vowel separator, zero-width space, marks and overrides of direction, word joiner and the
# invisible operators, isolates, the byte order mark (Unicode 16, "Format characters", chapter 23.2 and 23.3).
_NO_ROOM = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
# Joiners shape letters of Arabic and of Indic scripts, and pictures; after those they stay (chapter 23.2, "Cursive
# Connection"), after letters of other scripts, digits and signs they do nothing.
_JOINERS = re.compile(
    r"(?<![\u0600-\u08ff\u0900-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)
_INVISIBLE = re.compile(f"[{_NO_ROOM}]")
_ANY = re.compile(f"[{_NO_ROOM}\u200c\u200d]")


def visible(text: str) -> str:
    """`text` without what takes no room."""
    if text.isascii() or not _ANY.search(text):
        return text
    return _JOINERS.sub("", _INVISIBLE.sub("", text))
