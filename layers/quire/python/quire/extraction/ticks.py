"""Whether the box beside a word is ticked: a box that is a character, a mark of Textract's, or its label's own."""

from __future__ import annotations

from quire.extraction.view import Segment, View
from quire.extraction.words import plain

_TICKED = frozenset(["x", "✓", "✔", "☒", "☑", "[x]", "(x)", "■", "●", "☓", "✗", "✘", "⊠", "\uf0fe", "\uf0fd", "\uf078"])
_OPEN = frozenset(["☐", "[]", "()", "□", "○", "▢", "❑", "❏", "\uf06f", "\uf0a8", "\uf071"])
_NEAR = 2.5  # heights of a line between a box and its word


def tick_of(view: View, segment: Segment, first: int, *, after: bool = False) -> bool | None:
    """Of the word `first` of a segment; None where no box is seen.

    `after`: a box behind the segment's last word counts too.
    """
    word = segment.words[first]
    if len(word.text) > 1:  # `□Spouse`: the box and the word in one
        state = _state(word.text[:1]) if not word.text[:1].isalnum() else None
        if state is not None:
            return state
        if word.text[:3].casefold() in ("[x]", "(x)"):
            return True
        if word.text[:2] in ("[]", "()"):
            return False
    if first:
        state = _state(segment.words[first - 1].text)
    else:
        left = view.left(segment)
        state = _state(left[0].words[-1].text) if left else None
    return state if state is not None else _beside(view, segment, first, after=after)


def _state(text: str) -> bool | None:
    mark = plain(text).strip()
    return True if mark in _TICKED else False if mark in _OPEN else None


def _beside(view: View, segment: Segment, first: int, *, after: bool) -> bool | None:
    """By the marks that the reading states: the nearest left of the word (over it, where its label is marked)."""
    box = segment.words[first].box
    behind = segment.words[-1].box
    height = max(box.height, 1.0)
    best: tuple[float, bool] | None = None
    for mark, ticked in view.facts[segment.page].ticks:
        if not box.y0 - 0.5 * height <= mark.centre[1] <= box.y1 + 0.5 * height:
            continue
        gap = box.x0 - mark.x1
        if mark.x0 - 1 <= box.centre[0] <= mark.x1 + 1:
            gap = 0.0
        elif after and mark.x0 >= behind.x1:
            gap = mark.x0 - behind.x1
        if -0.3 * height <= gap <= _NEAR * height and (best is None or gap < best[0]):
            best = (gap, ticked)
    return best[1] if best is not None else None
