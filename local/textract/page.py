"""One page, from its image to its blocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.answers import answer_of
from local.textract.blocks import Block, Reading, page_blocks
from local.textract.engine import Engine, Image
from local.textract.forms import pairs_of
from local.textract.geometry import Box, Line, Word
from local.textract.orient import Matrix, levelling, moved, skew_of, upright
from local.textract.rows import rows_of
from local.textract.rules import Rules, rules_of
from local.textract.signatures import signatures_of
from local.textract.tables import tables_of

# Under this mean confidence (0..100) a page may have been read the wrong way up.
DOUBTFUL = 80.0


def read_page(
    image: Image,
    engine: Engine,
    features: Collection[str] = (),
    queries: Sequence[dict[str, Any]] = (),
    number: int | None = None,
) -> list[Block]:
    """The blocks of one page image.

    `features` are AnalyzeDocument's FeatureTypes: TABLES, FORMS, SIGNATURES and, with `queries`, QUERIES add blocks;
    LAYOUT adds none.
    """
    turn, lines = _lines(image, engine)
    straight, to_submitted = upright(image, turn)
    height, width = straight.shape[:2]
    level = levelling(skew_of(lines), (width, height))
    lines = _in_order([_moved(level, line) for line in lines])
    words = [word for line in lines for word in line.words]
    drawn = bool({"TABLES", "SIGNATURES"}.intersection(features))
    gray = _level_gray(straight, level) if drawn else None
    rules = rules_of(gray, words) if gray is not None else Rules()
    tables = tables_of(words, rules) if "TABLES" in features else []
    pairs = pairs_of(words) if "FORMS" in features else []
    signed = signatures_of(gray, rules, words) if gray is not None and "SIGNATURES" in features else []
    answered = [(query, answer_of(query["Text"], words)) for query in queries]
    unlevel = cv2.invertAffineTransform(level)
    chained = np.vstack((to_submitted, (0, 0, 1))) @ np.vstack((unlevel, (0, 0, 1)))
    ratios = np.diag((1 / image.shape[1], 1 / image.shape[0])) @ chained[:2]
    outline = moved(level, Box(0, 0, width, height).quad)
    return page_blocks(
        Reading(lines, tables, pairs, signed, answered), outline, lambda quad: moved(ratios, quad), number
    )


def _lines(image: Image, engine: Engine) -> tuple[int, list[Line]]:
    """The page's lines and the quarter turns they were read at: if poorly read, the best of some other turns."""
    first = engine.turn(image)
    tried = {first: engine.lines(upright(image, first)[0])}
    if tried[first] and _confidence(tried[first]) < DOUBTFUL:
        for turn in {0, (first + 2) % 4} - {first}:
            tried[turn] = engine.lines(upright(image, turn)[0])
    best = max(tried, key=lambda turn: _confidence(tried[turn]))
    return best, tried[best]


def _confidence(lines: Sequence[Line]) -> float:
    """The mean confidence of the lines' characters."""
    words = [word for line in lines for word in line.words]
    total = sum(len(word.text) for word in words)
    return sum(len(word.text) * word.confidence for word in words) / total if total else 0.0


def _moved(matrix: Matrix, line: Line) -> Line:
    words = tuple(Word(word.text, word.confidence, moved(matrix, word.quad)) for word in line.words)
    return Line(words, moved(matrix, line.quad))


def _in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines from top to bottom, those of one row from left to right."""
    whole = [Word(line.text, line.confidence, line.quad) for line in lines]
    line_of = {id(word): line for word, line in zip(whole, lines, strict=True)}
    return [line_of[id(word)] for row in rows_of(whole) for word in row]


def _level_gray(image: Image, level: Matrix) -> NDArray[np.uint8]:
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    height, width = gray.shape
    turned = cv2.warpAffine(gray, level, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=(255,))
    return np.asarray(turned, dtype=np.uint8)
