"""Right-to-left text in the order in which it is read: from where letters and words stand, whatever order a file keeps.

What is shown is the same however a PDF stores it, so places decide: sorted from the left, then turned round where a
reader goes from the right. That is the Unicode bidirectional algorithm (UAX #9) the other way, from the display back.
Libraries have no function for it: they order a stored paragraph for display, and know neither boxes nor words. Of its
rules those that a document needs: numbers run from the left, Latin words in a row too, brackets are mirrored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from typing import Literal, TypeVar

from quire.reading.model import Word

Direction = Literal["right", "left", "number", "neutral"]
"""Where a character or a word leads: to the left (Hebrew, Arabic …), to the right (Latin, Chinese …)."""

# Blocks of scripts that run to the left, with their presentation forms (Unicode, Scripts.txt).
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_FORMS = re.compile(r"[\ufb1d-\ufdff\ufe70-\ufefc]")
_DIRECTIONS: dict[str, Direction] = {"R": "left", "AL": "left", "L": "right", "EN": "number", "AN": "number"}
# Signs of numbers and what separates their digits (UAX #9, table 4).
_OF_NUMBERS = frozenset(("ES", "CS", "ET"))
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_BRACKETS = ("()", "[]", "{}", "«»", "‹›")
# What ends a word, and begins none.
_ENDS = frozenset(":;!?،؛؟")
_CLOSES = _ENDS | frozenset(".,")

T = TypeVar("T")


def is_right_to_left(text: str) -> bool:
    """Whether some of its letters belong to a script that runs to the left."""
    return _RIGHT_TO_LEFT.search(text) is not None


def mostly_right_to_left(words: Iterable[Word]) -> bool:
    """Whether half of their letters at least do."""
    text = "".join([word.text for word in words])
    left = len(_RIGHT_TO_LEFT.findall(text))
    return left > 0 and 2 * left >= sum(map(str.isalpha, text))


def in_reading_order(words: Sequence[Word], from_right: bool) -> list[Word]:
    """The words of a line, given from the left and each spelled as it is read, in the order in which they are read.

    Args:
        from_right: whether the text around is; a line whose own letters mostly run to the left always is.
    """
    directions = [_of_word(word.text) for word in words]
    if "left" not in directions:
        return list(words)
    # A label's colon tells how its line is read.
    labels = {direction for word, direction in zip(words, directions, strict=True) if word.text.endswith(":")}
    if labels != {"right"}:
        from_right = from_right or labels == {"left"} or mostly_right_to_left(words)
    return _ordered(words, directions, from_right and labels != {"right"})


def spelled(letters: Sequence[str], places: Sequence[tuple[float, float]]) -> str:
    """A word as it is read.

    PDFium turns runs of right-to-left letters round and mirrors the brackets in them, taking it that their content is
    stored in the order of places. Where one piece of text is stored in the order of reading, letter by letter
    backwards, that makes them wrong; and what ends a Latin word may come before it.

    Args:
        letters: as PDFium gives them.
        places: where each begins and ends along the line, in the direction of the line's Latin text.
    """
    shown = _paired(_from_the_left(letters, places))
    if not any(map(is_right_to_left, shown)):
        first = next((n for n, cluster in enumerate(shown) if cluster not in _ENDS), 0)
        return "".join(shown[first:] + shown[:first])
    # A mark at the right end can only end the word, for nothing begins with it: the line is read from the left.
    end = len(shown)
    while shown[end - 1] in _CLOSES:
        end -= 1
    clusters = _with_numbers(shown[:end])
    ordered = _ordered(clusters, [_of_cluster(cluster) for cluster in clusters], from_right=True)
    text = "".join(chain((cluster.translate(_MIRRORED) for cluster in ordered), shown[end:]))
    return _FORMS.sub(lambda form: unicodedata.normalize("NFKC", form.group()), text)


def _ordered(parts: Sequence[T], directions: Sequence[Direction], from_right: bool) -> list[T]:
    """Parts that stand in a row, given from the left, in the order of reading."""
    levels = _levels(directions, from_right)
    runs: list[list[T]] = []
    for level, members in groupby(zip(levels, parts, strict=True), key=lambda pair: pair[0]):
        run = [part for _, part in members]
        runs.append(run[::-1] if level == "left" else run)
    return list(chain.from_iterable(reversed(runs) if from_right else runs))


def _levels(directions: Sequence[Direction], from_right: bool) -> list[Direction]:
    """For each part whether the run that it is in is read to the "left" or to the "right"."""
    around: Direction = "left" if from_right else "right"
    before = _strong_before(directions)
    after = _strong_before(directions[::-1])[::-1]
    right = _beside_latin(directions)
    right_after = _beside_latin(directions[::-1])[::-1]
    levels: list[Direction] = []
    for n, direction in enumerate(directions):
        if direction in ("left", "right"):
            levels.append(direction)
        elif before[n] is not None and before[n] == after[n]:
            levels.append(before[n] or around)
        elif direction == "number" and (right[n] or right_after[n]):
            levels.append("right")
        else:
            levels.append(around)
    return levels


def _beside_latin(directions: Sequence[Direction]) -> list[bool]:
    """For each place whether numbers alone stand between it and a Latin word before it: "ISO 9001", "Acme Ltd 12"."""
    beside: list[bool] = []
    is_beside = False
    for direction in directions:
        beside.append(is_beside)
        is_beside = direction == "right" or (direction == "number" and is_beside)
    return beside


def _strong_before(directions: Sequence[Direction]) -> list[Direction | None]:
    """For each place the last direction before it that letters have."""
    found: list[Direction | None] = []
    last: Direction | None = None
    for direction in directions:
        found.append(last)
        if direction in ("left", "right"):
            last = direction
    return found


def _of_word(text: str) -> Direction:
    if is_right_to_left(text):
        return "left"
    kinds = {_DIRECTIONS.get(unicodedata.bidirectional(character)) for character in text}
    return "right" if "right" in kinds else "number" if "number" in kinds else "neutral"


def _of_cluster(cluster: str) -> Direction:
    direction = _DIRECTIONS.get(unicodedata.bidirectional(cluster[0]), "neutral")
    return "right" if direction == "number" else direction  # within a word both keep their order


def _with_numbers(clusters: Sequence[str]) -> list[str]:
    """The clusters, a number's digits and what separates them as one."""
    joined: list[str] = []
    for n, cluster in enumerate(clusters):
        follows = n > 0 and _is_digit(clusters[n - 1])
        between = 0 < n < len(clusters) - 1 and _separates(cluster) and follows and _is_digit(clusters[n + 1])
        after = n > 1 and _separates(clusters[n - 1]) and _is_digit(clusters[n - 2])
        if between or (_is_digit(cluster) and (follows or after)):
            joined[-1] += cluster
        else:
            joined.append(cluster)
    return joined


def _is_digit(cluster: str) -> bool:
    return unicodedata.bidirectional(cluster[0]) in ("EN", "AN")


def _separates(cluster: str) -> bool:
    return unicodedata.bidirectional(cluster[0]) in _OF_NUMBERS


def _from_the_left(letters: Sequence[str], places: Sequence[tuple[float, float]]) -> list[str]:
    """The letters in the order of their places, each with the marks over it, a ligature's together; brackets as they
    show."""
    clusters: list[tuple[float, str]] = []
    for n, (letter, (begins, ends)) in enumerate(zip(letters, places, strict=True)):
        if not letter:
            continue
        if clusters and ((begins, ends) == places[n - 1] or unicodedata.category(letter) == "Mn"):
            clusters[-1] = clusters[-1][0], clusters[-1][1] + letter
            continue
        beside = n + 1 if n + 1 < len(places) else n - 1
        turned = (places[beside][0] < begins) == (beside > n) and beside >= 0
        clusters.append((begins, letter.translate(_MIRRORED) if turned else letter))
    clusters.sort(key=lambda cluster: cluster[0])
    return [cluster for _, cluster in clusters]


def _paired(shown: list[str]) -> list[str]:
    """Two brackets of a kind show as a pair, whichever way the line is read."""
    for pair in _BRACKETS:
        at = [n for n, cluster in enumerate(shown) if cluster in pair]
        if len(at) == 2:
            shown[at[0]], shown[at[1]] = pair[0], pair[1]
    return shown
