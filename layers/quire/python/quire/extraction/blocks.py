"""Parts of a document that say the same things again: an item each, from where its first label stands to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quire.extraction.labels import Labels
from quire.extraction.ready import Ready
from quire.extraction.view import Segment, View
from quire.extraction.words import Tokens

_NAMED = 0.75  # how well a label names a field to begin or to fill a block
_LABEL_WORDS = 6


@dataclass(frozen=True, slots=True)
class _Place:
    """A label in a row: the number of the field that it names."""

    row: int
    field: int


def parts(view: View, inner: Ready) -> list[View]:
    """The document's parts, one for each item; none where no label stands twice.

    A part begins at the label that comes first among those that are repeated. What stands alone is one part where it
    names two fields or more.
    """
    places = _places(view, inner.labels)
    if not places:
        return []
    by_field: dict[int, list[int]] = {}
    for place in places:
        rows = by_field.setdefault(place.field, [])
        if not rows or rows[-1] != place.row:
            rows.append(place.row)
    repeated = {field: rows for field, rows in by_field.items() if len(rows) > 1}
    if repeated and (len(by_field) > 1 or inner.arrays):
        first = min(repeated, key=lambda field: (repeated[field][0], -len(repeated[field])))
        starts = repeated[first]
    elif len(by_field) > 1 and not inner.arrays:
        starts = [places[0].row]
    else:
        return []
    ends = [*starts[1:], len(view.rows)]
    found = [view.part(start, end) for start, end in zip(starts, ends, strict=True)]
    if repeated:
        # The last part ends where no part before it goes on: what follows is not said again.
        longest = max((end - start for start, end in zip(starts, ends[:-1], strict=False)), default=0)
        found[-1] = view.part(starts[-1], min(len(view.rows), starts[-1] + (longest if not inner.arrays else 10**9)))
    return found


def _places(view: View, labels: Labels) -> list[_Place]:
    found: list[_Place] = []
    for row in view.rows:
        for segment in row.segments:
            if not segment.tokens:
                continue
            tokens = _label(view, segment)
            if not tokens:
                continue
            matches = labels.match(tokens)
            best = max(matches.owns, key=lambda n: (matches.owns[n], -n), default=-1)
            if best >= 0 and matches[best].own >= _NAMED and matches[best].own >= matches[best].rival:
                found.append(_Place(row.index, best))
    return found


def _label(view: View, segment: Segment) -> Tokens:
    """The words of a line up to its colon, or all of a short line with a value right of it."""
    words: Sequence[str] = [word.text for word in segment.words]
    for n, text in enumerate(words[:_LABEL_WORDS]):
        if text.endswith((":", "#")):
            return tuple(token for labels in segment.labels[: n + 1] for token in labels)
    row = view.rows[segment.row].segments
    if len(words) <= _LABEL_WORDS and segment.column == 0 and len(row) == 2 and not segment.numbers:
        return segment.tokens
    return ()
