"""Tight word boxes inside one line's crop: the recogniser says roughly where words are, the ink says exactly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.geometry import Box

Gray = NDArray[np.uint8]
Mask = NDArray[np.bool_]

# A pixel row this full is a ruling line under or over the words, not writing.
RULE_FILL = 0.9
# The part of a crop above and below the writing, where a neighbouring line may reach in.
MARGIN = 0.2


def ink_of(crop: Gray) -> Mask:
    """Which pixels of a line's crop are writing (dark on light or light on dark), ruling lines left out."""
    _, binary = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    ink: Mask = binary.astype(bool)
    if ink.mean() > 0.5:  # white on black
        ink = ~ink
    ink[ink.mean(axis=1) > RULE_FILL] = False
    ink[:, ink.mean(axis=0) > 0.97] = False
    return ink & ~_strangers(ink)


def _strangers(ink: Mask) -> Mask:
    """The ink of the lines above and below: it touches the crop's edge and lies mostly outside its middle."""
    height = ink.shape[0]
    _, labels, stats, centers = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    top, bottom = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    middle = centers[:, 1] / height
    strange = ((top == 0) & (middle < MARGIN)) | ((bottom == height) & (middle > 1 - MARGIN))
    strange[0] = False  # the background
    return np.asarray(strange[labels], dtype=np.bool_)


def _gaps(columns: Mask) -> list[tuple[int, int]]:
    """The runs of blank columns, as [start, end)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (~columns).astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _cut(gaps: Sequence[tuple[int, int]], middle: float, reach: float) -> tuple[int, int]:
    """The blank run that parts two words: wide, and near where the recogniser saw the space."""

    def worth(gap: tuple[int, int]) -> float:
        return gap[1] - gap[0] - 0.35 * abs((gap[0] + gap[1]) / 2 - middle)

    near = [gap for gap in gaps if abs((gap[0] + gap[1]) / 2 - middle) < reach]
    return max(near, key=worth) if near else (round(middle), round(middle))


def tighten(crop: Gray, spans: Sequence[tuple[float, float]], reach: float) -> list[Box]:
    """The box of each word's ink.

    `crop` is one line, upright; `spans` are the words' rough (left, right) in its pixels, left to right; `reach`
    is how far a cut may lie from the rough place, in pixels. A word without ink keeps its rough place and the
    crop's height.
    """
    height, width = crop.shape
    ink = ink_of(crop)
    inner = [gap for gap in _gaps(np.asarray(ink.any(axis=0))) if gap[0] > 0 and gap[1] < width]
    cuts = [_cut(inner, (a[1] + b[0]) / 2, reach) for a, b in pairwise(spans)]
    starts = [0, *(cut[1] for cut in cuts)]
    ends = [*(cut[0] for cut in cuts), width]
    boxes = []
    for (left, right), start, end in zip(spans, starts, ends, strict=True):
        rows, columns = np.nonzero(ink[:, start : max(start, end)])
        if columns.size:
            x, y = start + columns, rows
            boxes.append(Box(float(x.min()), float(y.min()), float(x.max() + 1), float(y.max() + 1)))
        else:
            boxes.append(Box(max(0.0, left), 0, min(width, max(right, left + 1)), height))
    return boxes
