"""Ink over a line to sign on."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from local.textract.rules import rules_of
from local.textract.signatures import Signature, signatures_of
from tests.local.textract.pages import word

Gray = NDArray[np.uint8]
WORDS = [word("Signature", 100, 430), word("Printed", 500, 430)]


def page(draw: Callable[[Gray], object] = lambda _: None) -> Gray:
    """A page of 800 x 1,000 pixels with a line from (100, 420) to (400, 420)."""
    gray = np.full((1000, 800), 255, np.uint8)
    cv2.line(gray, (100, 420), (400, 420), (0,), 2)
    draw(gray)
    return gray


def scrawl(gray: Gray) -> None:
    points = np.array([(140 + 4 * n, 390 + round(22 * np.sin(n / 2.0))) for n in range(40)], np.int32)
    cv2.polylines(gray, [points], isClosed=False, color=(20,), thickness=3)


def found(gray: Gray) -> list[Signature]:
    return signatures_of(gray, rules_of(gray, WORDS), WORDS)


def test_a_scrawl_over_a_line_is_a_signature() -> None:
    (signature,) = found(page(scrawl))
    assert signature.box.left == pytest.approx(139, abs=4)
    assert signature.box.right == pytest.approx(297, abs=4)
    assert 360 < signature.box.top < signature.box.bottom < 445
    assert 0 < signature.confidence <= 100


def test_a_line_that_nobody_signed_is_none() -> None:
    assert found(page()) == []


def test_specks_are_none() -> None:
    assert found(page(lambda gray: cv2.circle(gray, (200, 400), 3, (0,), -1))) == []


def test_text_over_a_line_is_none() -> None:
    gray = page(lambda gray: cv2.putText(gray, "Jane Roe", (120, 405), 0, 1.0, (0,), 2))
    words = [*WORDS, word("Jane", 120, 380, 95), word("Roe_____", 200, 380, 95)]
    assert signatures_of(gray, rules_of(gray, words), words) == []


def test_a_drawing_in_a_cell_is_none() -> None:
    def framed(gray: Gray) -> None:
        cv2.rectangle(gray, (100, 340), (400, 420), (0,), 2)
        scrawl(gray)

    assert found(page(framed)) == []
