"""Signatures: ink that is no text over a line to sign on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.geometry import Box, Word, around
from local.textract.rules import Rules

# A line to sign on, as a part of the page's width: shorter ones underline words, longer ones part sections.
_SHORTEST, _LONGEST = 0.08, 0.5
# Where ink may stand, and how much of it must: in heights of a line of text; and of the line's length.
_REACH, _HIGHEST, _LEAST_HEIGHT, _LEAST_WIDTH = 4.0, 8.0, 0.8, 0.15
# Scrawl may be read as words, in doubt (0..100).
_DOUBTFUL = 70.0
_DARK = 160
_CONFIDENCE = 60.0


@dataclass(frozen=True)
class Signature:
    """Where somebody has signed; `confidence` is 0..100."""

    box: Box
    confidence: float


def signatures_of(gray: NDArray[np.uint8], rules: Rules, words: Sequence[Word]) -> list[Signature]:
    """The signatures of a level page (gray, uint8), from the top down."""
    read = [word for word in words if word.confidence >= _DOUBTFUL]
    height = median([word.box.height for word in read]) if read else gray.shape[0] / 60
    ink = _free_ink(gray, rules, [word.box for word in read])
    found = [_over(ink, rule, height) for rule in rules.horizontal if _is_to_sign_on(rule, rules, gray.shape[1])]
    return [Signature(box, _CONFIDENCE) for box in found if box is not None]


def _is_to_sign_on(rule: Box, rules: Rules, width: int) -> bool:
    """Of a usual length, and no side of a cell or frame."""
    slack = 4
    touched = any(
        rule.left - slack <= side.center[0] <= rule.right + slack
        and side.top - slack <= rule.center[1] <= side.bottom + slack
        for side in rules.vertical
    )
    return _SHORTEST * width <= rule.width <= _LONGEST * width and not touched


def _free_ink(gray: NDArray[np.uint8], rules: Rules, words: Sequence[Box]) -> NDArray[np.uint8]:
    """Dark pixels that are neither text nor ruling lines."""
    ink = (gray < _DARK).astype(np.uint8)
    for box in (*words, *rules.horizontal, *rules.vertical):
        left, top, right, bottom = (round(side) for side in box)
        ink[max(top - 2, 0) : bottom + 2, max(left - 2, 0) : right + 2] = 0
    return ink


def _over(ink: NDArray[np.uint8], rule: Box, height: float) -> Box | None:
    """Around the ink over (and a little under) a line, None where there is too little of it."""
    left, right = round(rule.left), round(rule.right)
    top, bottom = max(round(rule.top - _REACH * height), 0), round(rule.bottom + height)
    _, _, stats, centers = cv2.connectedComponentsWithStats(ink[top:bottom, left:right])
    strokes = [
        Box(float(left + x), float(top + y), float(left + x + w), float(top + y + h))
        for (x, y, w, h, area), (_, middle) in zip(stats[1:], centers[1:], strict=True)
        if area >= height and top + middle < rule.bottom
    ]
    if not strokes:
        return None
    box = around(strokes)
    enough = box.width >= _LEAST_WIDTH * rule.width and _LEAST_HEIGHT * height <= box.height <= _HIGHEST * height
    return box if enough else None
