"""LINE and WORD blocks as lines of words, by the direction in which they run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from quire.reading.frame import Frame, frame
from quire.reading.lines import lines as lines_of
from quire.reading.model import Box, Line, Word, around, line_of
from quire.reading.textract.blocks import (
    Block,
    Blocks,
    Size,
    confidence_of,
    mean_confidence_of,
    polygon_of,
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
    claimed: set[str | None] = set()
    groups: list[Group] = []
    for direction, members in _by_direction(line_blocks, size):
        groups.append((direction, _lines(members, blocks, size, direction, claimed)))
    if len(claimed) < len(word_blocks):
        main = groups[0][0] if groups else Frame(0.0)
        stray = [
            word
            for block in word_blocks
            if block.id not in claimed and (word := _stray_word(block, size, main)) is not None
        ]
        if not groups:
            groups.append((main, []))
        groups[0][1].extend(lines_of(stray))
    return groups


def _by_direction(line_blocks: Sequence[Block], size: Size) -> list[tuple[Frame, list[Block]]]:
    """Lines by the quarter turn they are nearest to; each quarter's frame has the mean direction of its lines, so that
    a skewed scan is levelled."""
    width, height = size
    rightwards: list[Block] = []
    members: dict[int, list[Block]] = {0: rightwards}
    along: dict[int, tuple[float, float]] = {}
    x = y = 0.0
    for block in line_blocks:
        # The polygon's first side; rightwards where there is none.
        points: Any = polygon_of(block)
        try:
            first, second, *_ = points
            dx, dy = (second.x - first.x) * width, (second.y - first.y) * height
        except (AttributeError, TypeError, ValueError):
            dx, dy = 1.0, 0.0
        if -dx < dy < dx or dx == dy == 0:
            x, y = x + dx, y + dy
            rightwards.append(block)
        else:
            quarter = round(math.atan2(dy, dx) / (math.pi / 2)) % 4
            members.setdefault(quarter, []).append(block)
            before = along.get(quarter, (0.0, 0.0))
            along[quarter] = before[0] + dx, before[1] + dy
    sums = along.get(0, (0.0, 0.0))
    along[0] = x + sums[0], y + sums[1]
    quarters = sorted((quarter for quarter in members if members[quarter]), key=lambda q: -math.hypot(*along[q]))
    return [(frame(math.degrees(math.atan2(along[q][1], along[q][0]))), members[q]) for q in quarters]


def _lines(
    line_blocks: Sequence[Block], blocks: Blocks, size: Size, direction: Frame, claimed: set[str | None]
) -> list[Line]:
    lines: list[Line] = []
    for block in line_blocks:
        line = (direction.level and _plain_line(block, blocks, size, claimed)) or _line(
            block, blocks, size, direction, claimed
        )
        if line:
            lines.append(line)
    return lines


def _plain_line(block: Any, blocks: Mapping[str | None, Any], size: Size, claimed: set[str | None]) -> Line | None:
    """`_line` for what nearly every line is: level, of words of its own, with nothing absent or null; else None.

    This is where a long answer's time goes, so it asks for nothing twice and calls no function that it can do without.
    """
    x, y = size[0] * 100.0, size[1] * 100.0
    try:
        [relationship] = block.relationships
        identities: list[str | None] = relationship.ids
        if relationship.type != "CHILD" or not claimed.isdisjoint(identities):
            return None
        words: list[Word] = []
        for identity in identities:
            child = blocks[identity]
            text = child.text
            if child.block_type != "WORD" or not text:
                return None
            bounding = child.geometry.bounding_box
            left, top = bounding.left, bounding.top
            words.append(
                Word(
                    text,
                    Box(
                        (left * x + 0.5) // 1 / 100,
                        (top * y + 0.5) // 1 / 100,
                        ((left + bounding.width) * x + 0.5) // 1 / 100,
                        ((top + bounding.height) * y + 0.5) // 1 / 100,
                    ),
                    (child.confidence * 100.0 + 0.5) // 1 / 10000,
                )
            )
        bounding = block.geometry.bounding_box
        left, top = bounding.left, bounding.top
        line = Line(
            block.text,
            Box(
                (left * x + 0.5) // 1 / 100,
                (top * y + 0.5) // 1 / 100,
                ((left + bounding.width) * x + 0.5) // 1 / 100,
                ((top + bounding.height) * y + 0.5) // 1 / 100,
            ),
            (block.confidence * 100.0 + 0.5) // 1 / 10000,
            tuple(words),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if not words or not line.text:
        return None
    claimed.update(identities)
    return line


def _line(block: Block, blocks: Blocks, size: Size, direction: Frame, claimed: set[str | None]) -> Line | None:
    own = upright_box_of(block, size, direction)
    words: list[Word] = []
    held: list[Block] = []
    identities = related(block)
    for identity in identities:
        child = blocks.get(identity)
        if child is None or child.block_type != "WORD" or identity in claimed:
            continue
        text = child.text
        # A word that does not say where it stands is somewhere in its line.
        box = upright_box_of(child, size, direction) or own
        if text and box is not None:
            claimed.add(identity)
            held.append(child)
            words.append(Word(text, box, confidence_of(child)))
    text = block.text or ""
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
    text = block.text
    box = upright_box_of(block, size, direction)
    return Word(text, box, confidence_of(block)) if text and box is not None else None
