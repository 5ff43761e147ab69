"""OCR by RapidOCR: an upright page image in, lines of words with tight outlines out.

Detection runs on a reduced page, recognition on crops of the full one: detection's cost grows with the area and
it needs to see only where lines are; recognition needs every pixel of the small print.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.geometry import Box, Line, Point, Quad, Word, around
from local.textract.ink import tighten
from local.textract.orient import Turns

Image = NDArray[np.uint8]  # height x width x 3, RGB

DETECTION_PIXELS = 900_000
# The detector wants at least so many pixels a side, and no side more than so many times the other.
LEAST_SIDE, STRIP = 64, 8
# Crops are padded to this width at a height of 48: by default 320, which makes each short word cost as a long one.
SHORTEST = 160
# A line under this score is noise of the paper more often than writing.
LOWEST_SCORE = 0.5
# Columns of the recogniser (8 px of a crop 48 px high) between two characters from which they are two words.
WORD_GAP = 6
# Longer than any line of print; the recogniser's memory grows with the length.
LONGEST = 120
# From this height to width a crop may hold writing turned by 90 degrees.
TALL = 1.5


class Engine(Protocol):
    """What a page is read with; a test gives its own."""

    def turn(self, image: Image) -> int:
        """How many quarter turns counter-clockwise make the page upright."""

    def lines(self, image: Image) -> list[Line]:
        """The lines of an upright page, in its pixels."""


class RapidEngine:
    """RapidOCR's detector and recogniser, and the page orientation model, loaded once."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        self._turns = Turns()
        # Any: what a call returns depends on the steps asked for.
        self._ocr: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.return_word_box": True,
                "Global.text_score": 0.0,
                "Global.use_preprocess_img": False,  # sizes and borders are chosen here
                "Global.use_vertical_padding": False,
                "Det.limit_side_len": 32,
                "Rec.rec_img_shape": [3, 48, SHORTEST],
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def turn(self, image: Image) -> int:
        return self._turns(image)

    def lines(self, image: Image) -> list[Line]:
        bgr = np.ascontiguousarray(image[:, :, ::-1])
        return [line for quad in self._detect(bgr) for line in self._recognise(bgr, quad)]

    def _detect(self, bgr: Image) -> list[Quad]:
        padded, offset = _pad(bgr)
        height, width = padded.shape[:2]
        scale = min(1.0, (DETECTION_PIXELS / (height * width)) ** 0.5)
        small = cv2.resize(padded, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else padded
        found = self._ocr(small, use_det=True, use_rec=False).boxes
        return [] if found is None else [_quad(box / scale - offset) for box in found]

    def _recognise(self, bgr: Image, quad: Quad) -> list[Line]:
        """The words of one detected line, tried turned where the crop is tall; none if it cannot be read."""
        best: tuple[float, Quad, Image, Any] | None = None
        for side in _sides(quad):
            crop = rectify(bgr, side)
            if crop.shape[1] > LONGEST * crop.shape[0]:
                continue
            read = self._ocr(crop, use_det=False, use_rec=True)
            score = float(read.scores[0]) if read.txts and read.txts[0].strip() else 0.0
            if score >= LOWEST_SCORE and (best is None or score > best[0]):
                best = score, side, crop, read
        if best is None:
            return []
        _, side, crop, read = best
        return lines_of(side, crop, read.txts[0], read.word_results[0])


def _pad(bgr: Image) -> tuple[Image, tuple[float, float]]:
    """The page with a white border where it is a strip, in which the detector sees nothing; and the border's (x, y)."""
    height, width = bgr.shape[:2]
    least = max(LEAST_SIDE, max(height, width) // STRIP)
    x, y = max(0, -(-(least - width) // 2)), max(0, -(-(least - height) // 2))
    if not x and not y:
        return bgr, (0.0, 0.0)
    padded = cv2.copyMakeBorder(bgr, y, y, x, x, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    return np.asarray(padded, dtype=np.uint8), (float(x), float(y))


def _quad(corners: NDArray[np.float32]) -> Quad:
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return a, b, c, d


def _lengths(quad: Quad) -> tuple[float, float]:
    """A quad's mean width (along its reading direction) and height."""
    (a, b, c, d) = (np.array(point) for point in quad)
    return (
        float(np.linalg.norm(b - a) + np.linalg.norm(c - d)) / 2,
        float(np.linalg.norm(d - a) + np.linalg.norm(c - b)) / 2,
    )


def _sides(quad: Quad) -> list[Quad]:
    """The directions in which the quad may be read: as it lies, and if tall also upwards and downwards."""
    width, height = _lengths(quad)
    if height < TALL * width:
        return [quad]
    a, b, c, d = quad
    turned: list[Quad] = [(d, a, b, c), (b, c, d, a)]
    return turned if height > 3 * TALL * width else [quad, *turned]


def rectify(image: Image, quad: Quad) -> Image:
    """The quad's content as an upright image."""
    width, height = (max(1, round(length)) for length in _lengths(quad))
    corners = np.array(((0, 0), (width, 0), (width, height), (0, height)), dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(quad, dtype=np.float32), corners)
    return np.asarray(
        cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
        dtype=np.uint8,
    )


def _place(quad: Quad, size: tuple[int, int], box: Box) -> Quad:
    """A box of the crop back on the page: bilinear between the quad's corners. `size` is the crop's (width, height)."""
    a, b, c, d = (np.array(point) for point in quad)

    def back(point: Point) -> Point:
        u, v = point[0] / size[0], point[1] / size[1]
        x, y = (a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + c * u) * v
        return float(x), float(y)

    p, q, r, s = (back(point) for point in box.quad)
    return p, q, r, s


def split(text: str, columns: Sequence[int]) -> list[range]:
    """The words of a line as ranges into its characters other than spaces.

    `columns` are those characters' places in the recogniser's columns: where it saw no space, a wide gap parts too.
    """
    starts, position, parted = [], 0, True
    for character in text:
        if character.isspace():
            parted = True
            continue
        if parted or columns[position] - columns[position - 1] > WORD_GAP:
            starts.append(position)
        parted = False
        position += 1
    return [range(a, b) for a, b in pairwise([*starts, position])]


def lines_of(quad: Quad, crop: Image, text: str, found: Any) -> list[Line]:
    """The line of one crop, as RapidOCR's `WordInfo` places its characters; two lines where a gap is very wide."""
    columns = [column for word in found.word_cols for column in word]
    visible = [c for c in text if not c.isspace()]
    # One score for each character, spaces too.
    scores = [score for score, c in zip(found.confs, text, strict=False) if not c.isspace()]
    if not visible or not len(visible) == len(columns) == len(scores):
        return []
    height, width = crop.shape[:2]
    pitch = width / found.line_txt_len
    words = split(text, columns)
    half = _half_width(columns, words) * pitch
    spans = [((columns[w[0]] + 0.5) * pitch - half, (columns[w[-1]] + 0.5) * pitch + half) for w in words]
    boxes = tighten(np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), dtype=np.uint8), spans, reach=3.2 * half)
    read = [
        (Word("".join(visible[i] for i in word), 100 * float(np.mean([scores[i] for i in word])), placed), box)
        for word, box in zip(words, boxes, strict=True)
        for placed in [_place(quad, (width, height), box)]
    ]
    return [
        Line(tuple(word for word, _ in run), _place(quad, (width, height), around(box for _, box in run)))
        for run in _runs(read, widest=2.0 * height)
    ]


def _half_width(columns: Sequence[int], words: Sequence[range]) -> float:
    """Half a character's width in the recogniser's columns."""
    steps = [b - a for word in words for a, b in pairwise(columns[word[0] : word[-1] + 1])]
    return max(1.0, float(np.median(steps)) / 2) if steps else 1.5


def _runs(read: Sequence[tuple[Word, Box]], widest: float) -> list[list[tuple[Word, Box]]]:
    """The words parted where the blank between two is wider than `widest` pixels."""
    runs = [[read[0]]]
    for before, after in pairwise(read):
        if after[1].left - before[1].right > widest:
            runs.append([])
        runs[-1].append(after)
    return runs
