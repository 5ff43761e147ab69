"""The ruling lines of a page."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.geometry import Box

# The shortest rule, as a part of the page's longer side: under it lie the strokes of large letters.
SHORTEST = 1 / 50
THICKEST = 12


@dataclass(frozen=True)
class Rules:
    """Ruling lines as thin boxes, in pixels."""

    horizontal: tuple[Box, ...] = ()
    vertical: tuple[Box, ...] = ()


def rules_of(gray: NDArray[np.uint8]) -> Rules:
    """The straight dark lines of a level page (gray, uint8) that are too long and thin to be writing."""
    ink: NDArray[np.uint8] = np.asarray(
        cv2.adaptiveThreshold(255 - gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 25, -8), np.uint8
    )
    length = max(20, round(SHORTEST * max(gray.shape)))
    return Rules(_runs(ink, (length, 1)), _runs(ink, (1, length)))


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
