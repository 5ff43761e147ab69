"""Small pages for tests: words placed by hand, read by the real layout."""

from __future__ import annotations

from quire.reading.frame import Frame
from quire.reading.layout import compose
from quire.reading.lines import lines
from quire.reading.model import Box, Page, Word

CHARACTER = 6.0
HEIGHT = 10.0


def page(*parts: tuple[float, float, str], number: int = 1) -> Page:
    """A page of 600 x 800 points with each text at (x, y); characters are 6 points wide and 10 high."""
    words: list[Word] = []
    for x, y, text in parts:
        at = x
        for word in text.split(" "):
            if word:
                words.append(Word(word, Box(at, y, at + CHARACTER * len(word), y + HEIGHT), None))
            at += CHARACTER * (len(word) + 0.5)
    return compose(number, (600.0, 800.0), "text", [(Frame(0.0), lines(words))])


def text(*rows: str, number: int = 1) -> Page:
    """A page of rows, 16 points apart; four spaces or more part two columns of a row."""
    parts: list[tuple[float, float, str]] = []
    for n, row in enumerate(rows):
        at = 0
        for piece in row.split("    "):
            if piece.strip():
                parts.append((40 + CHARACTER * (at + len(piece) - len(piece.lstrip())), 40 + 16 * n, piece.strip()))
            at += len(piece) + 4
    return page(*parts, number=number)
