"""LINE and WORD blocks as lines of words, by the direction in which they run."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quire.reading.frame import Frame, frame
from quire.reading.lines import lines as lines_of
from quire.reading.model import Line, Word, around, line_of
from quire.reading.textract_blocks import (
    Block,
    Blocks,
    Size,
    confidence_of,
    mean_confidence_of,
    related,
    text_of,
    upright_box_of,
)

Group = tuple[Frame, list[Line]]


def grouped_lines(
    line_blocks: Sequence[Block], word_blocks: Sequence[Block], blocks: Blocks, size: Size
) -> list[Group]:
    """The page's lines in upright coordinates of the frame in which they run, the direction with most text first.

    Words that belong to no line are joined into lines by where they stand.
    """
    claimed: set[str] = set()
    groups: list[Group] = []
    for direction, members in _by_direction(line_blocks, size):
        lines: list[Line] = []
        for block in members:
            line = _line(block, blocks, size, direction, claimed)
            if line is not None:
                lines.append(line)
        groups.append((direction, lines))
    if len(claimed) < len(word_blocks):
        main = groups[0][0] if groups else Frame(0.0)
        stray = [
            word
            for block in word_blocks
            if block.get("Id") not in claimed and (word := _stray_word(block, size, main)) is not None
        ]
        if not groups:
            groups.append((main, []))
        groups[0][1].extend(lines_of(stray))
    return groups


def _by_direction(line_blocks: Sequence[Block], size: Size) -> list[tuple[Frame, list[Block]]]:
    """Lines by the quarter turn they are nearest to; each quarter's frame has the mean direction of its lines, so that
    a skewed scan is levelled."""
    members: dict[int, list[Block]] = {}
    along: dict[int, tuple[float, float]] = {}
    for block in line_blocks:
        dx, dy = _direction(block, size)
        quarter = 0 if abs(dy) < dx else round(math.atan2(dy, dx) / (math.pi / 2)) % 4
        members.setdefault(quarter, []).append(block)
        x, y = along.get(quarter, (0.0, 0.0))
        along[quarter] = x + dx, y + dy
    quarters = sorted(members, key=lambda quarter: -math.hypot(*along[quarter]))
    return [
        (frame(math.degrees(math.atan2(along[quarter][1], along[quarter][0]))), members[quarter])
        for quarter in quarters
    ]


def _direction(block: Block, size: Size) -> tuple[float, float]:
    """The polygon's first side in points; rightwards where there is none."""
    try:
        first, second = block["Geometry"]["Polygon"][:2]
        side = (second["X"] - first["X"]) * size[0], (second["Y"] - first["Y"]) * size[1]
    except (KeyError, TypeError, ValueError):
        return 1.0, 0.0
    return side if any(side) else (1.0, 0.0)


def _line(block: Block, blocks: Blocks, size: Size, direction: Frame, claimed: set[str]) -> Line | None:
    own = upright_box_of(block, size, direction)
    words: list[Word] = []
    held: list[Block] = []
    identities = related(block)
    for identity in identities:
        child = blocks.get(identity)
        if child is None or child.get("BlockType") != "WORD" or identity in claimed:
            continue
        text = child.get("Text")
        # A word that does not say where it stands is somewhere in its line.
        box = upright_box_of(child, size, direction) or own
        if text and box is not None:
            claimed.add(identity)
            held.append(child)
            words.append(Word(text, box, confidence_of(child)))
    text = block.get("Text") or ""
    confidence = confidence_of(block)
    if not words:
        # An answer stripped of its words still has the line.
        return line_of([Word(text, own, confidence)]) if text and own is not None and not identities else None
    return Line(
        text or text_of(held),
        own or around([word.box for word in words]),
        mean_confidence_of(held) if confidence is None else confidence,
        tuple(words),
    )


def _stray_word(block: Block, size: Size, direction: Frame) -> Word | None:
    """What is nowhere cannot be cited and is left out."""
    text = block.get("Text")
    box = upright_box_of(block, size, direction)
    return Word(text, box, confidence_of(block)) if text and box is not None else None
