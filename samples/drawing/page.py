"""Drawing on PDF pages: what several documents need."""

import contextlib
import io
import os
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from unittest import mock

from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas


def draw(paint: Callable[[Canvas], None], size: tuple[float, float], title: str, author: str, on: date) -> bytes:
    """A PDF of pages of `size` (points), its metadata dated `on`: the same bytes each time."""
    file = io.BytesIO()
    with dated(on):
        canvas = Canvas(file, pagesize=size, invariant=1)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        paint(canvas)
        canvas.save()
    return file.getvalue()


@contextlib.contextmanager
def dated(on: date) -> Iterator[None]:
    """Have reportlab write 09:00 UTC of a day as the time of creation; it takes it from the environment."""
    at = datetime.combine(on, time(9), UTC)
    with mock.patch.dict(os.environ, SOURCE_DATE_EPOCH=str(int(at.timestamp()))):
        yield


def lines(canvas: Canvas, x: float, y: float, texts: Sequence[str], font: str, size: float, leading: float) -> float:
    """Write lines downwards from the baseline `y`; return the baseline that would follow."""
    canvas.setFont(font, size)
    for text in texts:
        canvas.drawString(x, y, text)
        y -= leading
    return y


def paragraph(canvas: Canvas, x: float, y: float, width: float, text: str, font: str, size: float) -> float:
    """Write a text broken to `width`; return the baseline that would follow."""
    return lines(canvas, x, y, simpleSplit(text, font, size, width), font, size, size * 1.3)


def signature(canvas: Canvas, x: float, y: float, width: float, seed: int) -> None:
    """Sign: a few loops of a pen from left to right, ending in a flourish."""
    rng = random.Random(seed)
    strokes = rng.randint(5, 9)
    step, rise = width / strokes, rng.uniform(-0.04, 0.12)
    capitals = {0, rng.randint(2, strokes - 2)}
    path = canvas.beginPath()
    path.moveTo(x, y)
    for stroke in range(strokes):
        at, base = x + stroke * step, y + rise * stroke * step
        tall = rng.uniform(18, 27) if stroke in capitals else rng.uniform(4, 9)
        lean, loop = rng.uniform(0.5, 1.2) * step, rng.uniform(0.1, 0.6) * step
        path.curveTo(
            at + lean, base + tall, at + lean - loop, base + tall * 1.1, at + 0.5 * step, base - rng.uniform(0, 6)
        )
        path.curveTo(at + 0.65 * step, base - 3, at + 0.8 * step, base + 4, at + step, base + rng.uniform(0, 4))
    end = x + width
    path.curveTo(
        end + 14, y + 14, end - width * rng.uniform(0.2, 0.9), y - 12, end + rng.uniform(4, 20), y - rng.uniform(0, 7)
    )
    canvas.saveState()
    canvas.setLineWidth(1.1)
    canvas.setLineCap(1)
    canvas.drawPath(path)
    canvas.restoreState()


def money(amount: Decimal) -> str:
    """As printed: 1,234.50."""
    return f"{amount:,.2f}"


def day(on: date) -> str:
    """As printed where the month is a word: 3 March 2025."""
    return f"{on.day} {on:%B %Y}"
