"""The ruling lines of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.geometry import Box, Word

# The shortest rule, as a part of the page's longer side: shorter ones are the strokes of letters.
SHORTEST = 1 / 50
THICKEST = 12
SLACK = 2


@dataclass(frozen=True)
class Rules:
    """Ruling lines as thin boxes, in pixels."""

    horizontal: tuple[Box, ...] = ()
    vertical: tuple[Box, ...] = ()


def rules_of(gray: NDArray[np.uint8], words: Iterable[Word]) -> Rules:
    """The straight dark lines of a level page (gray, uint8) that are long, thin and no stroke of a word."""
    ink: NDArray[np.uint8] = np.asarray(
        cv2.adaptiveThreshold(255 - gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 25, -8), np.uint8
    )
    length = max(20, round(SHORTEST * max(gray.shape)))
    boxes = [word.box for word in words]
    horizontal, vertical = _runs(ink, (length, 1)), _runs(ink, (1, length))
    return Rules(_outside(horizontal, boxes), _outside(vertical, boxes))


def _outside(rules: Iterable[Box], words: Sequence[Box]) -> tuple[Box, ...]:
    """The rules that lie in no word: the bars of large letters do."""
    return tuple(
        rule
        for rule in rules
        if not any(
            word.left - SLACK <= rule.left
            and rule.right <= word.right + SLACK
            and word.top - SLACK <= rule.top
            and rule.bottom <= word.bottom + SLACK
            for word in words
        )
    )


def _runs(ink: NDArray[np.uint8], kernel: tuple[int, int]) -> tuple[Box, ...]:
    """The connected runs of ink that hold the kernel (width, height), hair cracks closed."""
    along = (7, 3) if kernel[0] > 1 else (3, 7)
    opened = cv2.morphologyEx(ink, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, kernel))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, along))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed)
    return tuple(
        Box(float(x), float(y), float(x + width), float(y + height))
        for x, y, width, height, _ in stats[1:]  # the first is the background
        if min(width, height) <= THICKEST
    )
