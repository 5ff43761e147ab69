"""Words laid out by hand, for the pure parts."""

from __future__ import annotations

from local.textract.geometry import Box, Word

CHARACTER, HEIGHT = 10, 20


def word(text: str, x: float, y: float, confidence: float = 90.0) -> Word:
    """A word whose top left is (x, y), 10 pixels a character and 20 high."""
    return Word(text, confidence, Box(x, y, x + CHARACTER * len(text), y + HEIGHT).quad)


def row(y: float, **texts: str) -> list[Word]:
    """Words of one row; each keyword is `x` and where a text begins: `x40="two words"`."""
    words = []
    for place, text in texts.items():
        x = float(place.removeprefix("x"))
        for part in text.split():
            words.append(word(part, x, y))
            x += CHARACTER * (len(part) + 1)
    return words


def text_of(words: tuple[Word, ...]) -> str:
    return " ".join(w.text for w in words)
