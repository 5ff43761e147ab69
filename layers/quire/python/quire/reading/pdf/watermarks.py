"""Words across a page ("DRAFT", "COPY"): they lie over the text and are no part of its lines."""

from __future__ import annotations

import math
import statistics

from quire.reading.lines import same_row
from quire.reading.model import Box
from quire.reading.pdf.words import PageText, Standout

_TIMES_AS_LARGE = 2.5  # as the page's usual word is high
_OVERLAP = 0.1  # of a word's area: a heading leaves the words beside it alone


def take_watermarks(text: PageText) -> int:
    """Take the watermarks from the page's words; returns how many words they are.

    A watermark is pale or large and runs aslant, or is pale and large and lies, with its line, over other words.
    """
    if not text.standouts:
        return 0
    apart = {id(standout.word) for standout in text.standouts}
    others = [word for words in text.words.values() for word in words if id(word) not in apart]
    usual = statistics.median([min(word.box.width, word.box.height) for word in others]) if others else math.inf
    level = [one for one in text.standouts if not one.slanted and one.pale and _is_large(one, usual)]
    over = [one for one in level if any(_over(one.word.box, word.box) for word in others)]
    found = [one for one in text.standouts if one.slanted and (one.pale or _is_large(one, usual))]
    found += [one for one in level if any(same_row(one.word.box, other.word.box) for other in over)]
    marks = {id(one.word) for one in found}
    if marks:
        left = {turn: [word for word in words if id(word) not in marks] for turn, words in text.words.items()}
        text.words = {turn: words for turn, words in left.items() if words}
    return len(marks)


def _is_large(standout: Standout, usual: float) -> bool:
    return standout.size >= _TIMES_AS_LARGE * usual


def _over(mark: Box, word: Box) -> bool:
    across = min(mark.x1, word.x1) - max(mark.x0, word.x0)
    down = min(mark.y1, word.y1) - max(mark.y0, word.y0)
    return across > 0 and down > 0 and across * down >= _OVERLAP * word.width * word.height
