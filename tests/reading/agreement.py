"""How far tables and key-values worked out from words alone agree with Textract's own.

`python -m tests.reading.agreement` reads each real answer twice: as it is, and stripped to its text (what
DetectDocumentText gives), and prints precision, recall and F1 of the second against the first. A cell agrees when its
text is the same and it stands within Textract's cell; empty cells are not counted. A key-value agrees when key and
value are the same words; keys without a text value (check boxes, blanks) are not counted, nothing shows them in words.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quire.reading import textract
from quire.reading.model import Cell, KeyValue

from . import shared_data

_HEIGHT, _USUAL = 792.0, 612.0  # points
_LETTER = 0.6  # how wide a letter is on average, in heights of its word's box
_TEXT = ("PAGE", "LINE", "WORD")
_SLACK = 3.0  # points


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of things: `found` by us, `stated` by Textract, `agreed` by both."""

    found: int = 0
    stated: int = 0
    agreed: int = 0

    @property
    def f1(self) -> float:
        """0..1; 1 where there is nothing to find and nothing was found."""
        return 2 * self.agreed / (self.found + self.stated) if self.found + self.stated else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(self.found + other.found, self.stated + other.stated, self.agreed + other.agreed)

    def __str__(self) -> str:
        precision = self.agreed / self.found if self.found else 1.0
        recall = self.agreed / self.stated if self.stated else 1.0
        return f"{self.f1:.3f} (P {precision:.2f} R {recall:.2f}, {self.stated:3d})"


def answers() -> list[tuple[str, dict[str, Any]]]:
    """Name and content of each real answer in which Textract was asked for more than text."""
    parsed = [(path, json.loads(path.read_bytes())) for path in shared_data.answers()]
    return [
        (_name(path), answer)
        for path, answer in parsed
        if any(block["BlockType"] in ("TABLE", "KEY_VALUE_SET") for block in answer.get("Blocks") or ())
    ]


def scores(answer: dict[str, Any]) -> tuple[Score, Score]:
    """Of cells, and of key-values."""
    sizes = sizes_of(answer)
    stated = list(textract.contents([answer], sizes))
    found = list(textract.pages([words_alone(answer)], sizes))
    cells, pairs = Score(), Score()
    for truth, page in zip(stated, found, strict=True):
        tables = truth.known.tables
        asked = {block["BlockType"] for block in answer["Blocks"]}
        if "TABLE" in asked:
            cells += _cells([c for t in tables for c in t.cells], [c for t in page.tables for c in t.cells])
        if "KEY_VALUE_SET" in asked:
            pairs += _pairs(truth.known.key_values, page.key_values)
    return cells, pairs


def sizes_of(answer: dict[str, Any]) -> dict[int, tuple[float, float]]:
    """The pages' size. An answer does not say, but the shape of its letters tells a landscape page from a portrait."""
    level = [
        abs(corners[1]["Y"] - corners[0]["Y"]) < 0.1 * (corners[1]["X"] - corners[0]["X"])
        for block in answer["Blocks"]
        if block["BlockType"] == "LINE"
        for corners in (block["Geometry"]["Polygon"],)
    ]
    if sum(level) < len(level) / 2:  # turned text has other shapes
        return dict.fromkeys(range(1, 1001), (_USUAL, _HEIGHT))
    shapes = [
        box["Width"] / len(block["Text"]) / box["Height"]
        for block in answer["Blocks"]
        if block["BlockType"] == "WORD" and len(block["Text"]) > 2
        for box in (block["Geometry"]["BoundingBox"],)
    ]
    width = _HEIGHT * _LETTER / statistics.median(shapes)
    return dict.fromkeys(range(1, 1001), (width, _HEIGHT))


def words_alone(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as DetectDocumentText would have given it."""
    return {"Blocks": [block for block in answer["Blocks"] if block["BlockType"] in _TEXT]}


def plain(text: str) -> str:
    """Only letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", text).casefold()


def pair_of(pair: KeyValue) -> tuple[str, str]:
    return plain(pair.key), plain(pair.value)


def _cells(stated: Iterable[Cell], found: Iterable[Cell]) -> Score:
    truth = [cell for cell in stated if plain(cell.text)]
    ours = [cell for cell in found if plain(cell.text)]
    left = list(truth)
    for cell in ours:
        match = next(
            (
                other
                for other in left
                if plain(other.text) == plain(cell.text) and other.box.holds(*cell.box.centre, slack=_SLACK)
            ),
            None,
        )
        if match is not None:
            left.remove(match)
    return Score(len(ours), len(truth), len(truth) - len(left))


def _pairs(stated: Sequence[KeyValue], found: Sequence[KeyValue]) -> Score:
    truth, ours = (Counter(pair for pair in map(pair_of, pairs) if all(pair)) for pairs in (stated, found))
    return Score(ours.total(), truth.total(), (truth & ours).total())


def _name(path: Path) -> str:
    return path.stem.rsplit("~", 1)[-1]


def differences(answer: dict[str, Any]) -> list[str]:
    """What one side says and the other does not, for a reader who works on it."""
    sizes = sizes_of(answer)
    said: list[str] = []
    pages = textract.pages([words_alone(answer)], sizes)
    for truth, page in zip(textract.contents([answer], sizes), pages, strict=True):
        said += _difference("key-value", map(pair_of, truth.known.key_values), map(pair_of, page.key_values))
        said += _difference(
            "cell",
            [(plain(cell.text),) for table in truth.known.tables for cell in table.cells],
            [(plain(cell.text),) for table in page.tables for cell in table.cells],
        )
    return said


def _difference(label: str, stated: Iterable[tuple[str, ...]], found: Iterable[tuple[str, ...]]) -> list[str]:
    theirs, ours = (Counter(thing for thing in things if all(thing)) for things in (stated, found))
    return [
        f"  {sign} {label} {' | '.join(thing)}"
        for sign, side in (("-", theirs - ours), ("+", ours - theirs))
        for thing in sorted(side.elements())
    ]


def main() -> None:
    wanted = sys.argv[1:]
    cells, pairs = Score(), Score()
    for name, answer in answers():
        if wanted and not any(part in name for part in wanted):
            continue
        of_cells, of_pairs = scores(answer)
        print(f"{name:60.60} cells {of_cells}  key-values {of_pairs}")
        if wanted:
            print("\n".join(differences(answer)))
        cells, pairs = cells + of_cells, pairs + of_pairs
    print(f"{'all':60} cells {cells}  key-values {pairs}")


if __name__ == "__main__":
    main()
