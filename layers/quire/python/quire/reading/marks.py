"""Check boxes that are written as text: ☐ ☒ ☑, the same from a symbol font, [x] and [ ]."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quire.reading.model import Box, Line, Mark, Word, around

# Unicode's boxes, and where Wingdings lies in the private use area when a PDF names no better code. A black square or
# an empty circle is more often a bullet than a box.
_EMPTY = "☐□▢◻❏❐❑❒\uf06f\uf071\uf072\uf0a8"
_TICKED = "☑☒🗹🗵⊠✓✔✗✘\uf0fd\uf0fe\uf0fc\uf0fb\uf078"
_MARK = re.compile(rf"[{_EMPTY}{_TICKED}]|\[[xX✓✔]?\s?\]")
_BRACKETS = re.compile(r"^\[([ xX✓✔]?)\]")


def find(lines: Sequence[Line]) -> list[Mark]:
    """The marks among the words of `lines`, in their order and coordinates."""
    return [mark for line in lines for mark in _in_line(line.words)]


def without_marks(text: str) -> str:
    """`text` without the boxes in it."""
    if text.isascii() and "[" not in text:
        return text.strip()
    return _MARK.sub("", text).strip()


def _in_line(words: Sequence[Word]) -> list[Mark]:
    found: list[Mark] = []
    for n, word in enumerate(words):
        text = word.text
        first = text[0]
        if first in _EMPTY or first in _TICKED:
            found.append(Mark(first in _TICKED, _share(word, 1), word.confidence))
        elif first != "[":
            continue
        elif brackets := _BRACKETS.match(text):
            found.append(Mark(bool(brackets[1].strip()), _share(word, brackets.end()), word.confidence))
        elif text == "[":
            # Parted into words: "[ ]", "[ x ]".
            rest = [other.text for other in words[n + 1 : n + 3]]
            if rest[:1] == ["]"]:
                found.append(Mark(False, around((word.box, words[n + 1].box)), word.confidence))
            elif len(rest) == 2 and rest[0] in ("x", "X") and rest[1] == "]":
                found.append(Mark(True, around((word.box, words[n + 2].box)), word.confidence))
    return found


def _share(word: Word, characters: int) -> Box:
    """Where the word's first characters stand."""
    box = word.box
    return Box(box.x0, box.y0, box.x0 + box.width * characters / len(word.text), box.y1).rounded()
