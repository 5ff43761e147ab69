"""Whether a page's text layer says what the page shows. If not, the page is read by OCR.

A wrong "sound" gives wrong values without a warning; a wrong "unsound" costs the price of one OCR page. So doubt means
unsound. In particular a hidden OCR layer over a scan (text that is not painted) is never used: it is some other
program's guess, without confidences, and what no reader of the page can see must not become a value.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from quire.reading.model import Box, Word

# More of the page than this is picture: then the text has to stand on it, as on a page with a background.
_MOSTLY_IMAGE = 0.5
_FEW_WORDS = 30
# A bullet from a symbol font is no fault; a line of them is.
_MOST_STRANGE = 0.1
# Text drawn as shapes: more small curved shapes than characters.
_FEWEST_OUTLINES = 20
# A font whose codes were shuffled gives letters, but no words. In the languages written in Latin letters these eight
# make half to two thirds of the text; of shuffled letters, a third.
_COMMON = frozenset("aeinorst")
_FEWEST_COMMON = 0.42
_LETTERS_TO_JUDGE = 50
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]{4,}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one page.

    Attributes:
        words: what its text layer paints visibly.
        unmapped: how many of them begin with a character for which the font gives no Unicode (a guess then).
        images: where pictures are, clipped to the page; points.
        width, height: of the page; points.
        outlines: how many curved shapes of about a letter's size are drawn.
        drawn: whether anything but text is painted at all.
        hidden: whether it has text that does not show.
        painted_over: whether something opaque lies over text that is not painted again.
    """

    words: Sequence[Word]
    unmapped: int
    images: Sequence[Box]
    width: float
    height: float
    outlines: int
    drawn: bool
    hidden: bool
    painted_over: bool


def fault(page: Evidence) -> str | None:
    """Why the text layer is not to be trusted; None when it is sound. A blank page is sound, and empty."""
    if not page.words:
        return "nothing is painted as text" if page.drawn or page.hidden else None
    if page.painted_over:
        return "something is painted over text"
    counts = Counter("".join(word.text for word in page.words))
    characters = counts.total()
    strange = sum(count for character, count in counts.items() if _is_strange(character))
    if strange > _MOST_STRANGE * characters or page.unmapped > _MOST_STRANGE * len(page.words):
        return "characters without a meaning"
    if page.outlines > max(characters, _FEWEST_OUTLINES):
        return "text is drawn as shapes"
    if _covered(page) > _MOSTLY_IMAGE and _words_on_images(page) < _FEW_WORDS:
        return "mostly a picture"
    if not _looks_written(page.words):
        return "letters that make no words"
    return None


def _is_strange(character: str) -> bool:
    # Control, private use, surrogate, unassigned; and the replacement character.
    return character == "\ufffd" or unicodedata.category(character) in ("Cc", "Co", "Cs", "Cn")


def _covered(page: Evidence) -> float:
    """The share of the page under pictures, on a grid of 32 x 32: they overlap and come in strips."""
    rows = [0] * 32
    for image in page.images:
        x0, x1 = (min(max(round(x * 32 / page.width), 0), 32) for x in (image.x0, image.x1))
        y0, y1 = (min(max(round(y * 32 / page.height), 0), 32) for y in (image.y0, image.y1))
        for row in range(y0, y1):
            rows[row] |= (1 << x1) - (1 << x0)
    return sum(row.bit_count() for row in rows) / 1024


def _words_on_images(page: Evidence) -> int:
    return sum(any(image.holds(*word.box.centre) for image in page.images) for word in page.words)


def _looks_written(words: Sequence[Word]) -> bool:
    # Each word once: a code that is repeated in a hundred rows is no evidence.
    letters = "".join({match.group().lower() for word in words for match in _LATIN_WORD.finditer(word.text)})
    if len(letters) < _LETTERS_TO_JUDGE:
        return True
    common = sum(letter in _COMMON or ord(letter) > 127 for letter in letters)
    return common >= _FEWEST_COMMON * len(letters)
