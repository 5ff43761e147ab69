"""Engines that stand in for OCR where OCR is not the point; a worker makes them by `--engine module:name`."""

from __future__ import annotations

import os
import signal
import time

import numpy as np

from local.textract.engine import Image
from local.textract.geometry import Box, Line, Word
from local.textract.worker import MEMORY


def dark(image: Image) -> float:
    """How dark a page's first pixel is, 0 (white) to 255."""
    return 255.0 - float(np.asarray(image)[0, 0].mean())


class FakeEngine:
    """Reads one word for each 10 pixels of the page's width, in lines of ten words: "w0 w1 …"."""

    def turn(self, image: Image) -> int:
        return 0

    def lines(self, image: Image) -> list[Line]:
        words = [
            Word(f"w{i}", 99.0, Box(40 * (i % 10), 20 * (i // 10), 40 * (i % 10) + 30, 20 * (i // 10) + 12).quad)
            for i in range(image.shape[1] // 10)
        ]
        rows = [words[i : i + 10] for i in range(0, len(words), 10)]
        return [Line(tuple(row), Box(*row[0].box[:2], *row[-1].box[2:]).quad) for row in rows]


class BlackPagesKill(FakeEngine):
    """Dies on a page whose first pixel is black."""

    def lines(self, image: Image) -> list[Line]:
        if dark(image) > 250:
            os._exit(11)
        return super().lines(image)


class BlackPagesHang(FakeEngine):
    """Never ends on a page whose first pixel is black."""

    def lines(self, image: Image) -> list[Line]:
        if dark(image) > 250:
            time.sleep(3600)
        return super().lines(image)


class BlackPagesTurn(FakeEngine):
    """Works without end on a page whose first pixel is black."""

    def lines(self, image: Image) -> list[Line]:
        while dark(image) > 250:
            pass
        return super().lines(image)


class BlackPagesKilled(FakeEngine):
    """Is killed, as the system does when memory is short, on a page whose first pixel is black."""

    def lines(self, image: Image) -> list[Line]:
        if dark(image) > 250:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().lines(image)


class BlackPagesEat(FakeEngine):
    """Asks for more memory than a worker may have on a page whose first pixel is black."""

    def lines(self, image: Image) -> list[Line]:
        if dark(image) > 250:
            bytearray(MEMORY + 1)
        return super().lines(image)


class SlowEngine(FakeEngine):
    """Takes a while for each page."""

    def lines(self, image: Image) -> list[Line]:
        time.sleep(0.2)
        return super().lines(image)
