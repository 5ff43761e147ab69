"""Till receipts, photographed or scanned: JPEG without a text layer, read by OCR.

Traps: a subtotal before the total, cash given and change returned after it; a tax number like a receipt's.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from reportlab.pdfgen.canvas import Canvas

from samples import scan, schema
from samples.drawing.page import draw
from samples.labelled.made import Kind, Made
from samples.labelled.places import PLACES, Place, drawn_day, drawn_firm
from samples.raster import raster

WIDTH, MARGIN, LEADING = 230.0, 16.0, 12.0
DPI = 180

SCHEMA = schema.record(
    "Receipt",
    "A till receipt from a shop.",
    {
        "company": schema.text("Company", "Name of the shop or company that issued the receipt."),
        "date": schema.date("Date", "Day of the purchase."),
        "total": schema.number("Total", "Total amount of the purchase."),
    },
)


@dataclass(frozen=True, slots=True)
class _Receipt:
    place: Place
    shop: str
    on: date
    rows: tuple[tuple[str, Decimal], ...]
    given: Decimal
    till: int

    @property
    def total(self) -> Decimal:
        return sum((price for _, price in self.rows), Decimal(0))


def _drawn(split: str, n: int, chance: random.Random) -> Made:
    place = PLACES[n % len(PLACES)]
    count = chance.randint(2, 9)
    rows = tuple((chance.choice(place.goods)[:22], Decimal(chance.randint(80, 3_000)) / 100) for _ in range(count))
    total = sum((price for _, price in rows), Decimal(0))
    given = (total // 10 + 1) * 10
    one = _Receipt(place, drawn_firm(place, split, chance), drawn_day(chance), rows, given, chance.randint(1, 9))
    size = (WIDTH, LEADING * (count + 18))
    pdf = draw(lambda canvas: _paint(canvas, one, size[1]), size, "Receipt", one.shop, one.on)
    fields = {"company": one.shop, "date": one.on.isoformat(), "total": float(one.total)}
    return Made(f"receipt-{split}-{n:02}.jpg", _photographed(pdf, chance), fields)


KIND = Kind("drawn-receipts", SCHEMA, _drawn, {"dev": 8, "test": 8})


def _photographed(pdf: bytes, chance: random.Random) -> bytes:
    rng = np.random.default_rng(chance.randrange(2**32))
    strip = scan.fade(np.asarray(raster(pdf, DPI)[0]), ink=chance.randint(30, 70), paper=chance.randint(225, 245))
    bed = np.full((strip.shape[0] + 120, strip.shape[1] + 160, 3), 250, np.uint8)
    bed[60 : 60 + strip.shape[0], 80 : 80 + strip.shape[1]] = strip
    image = scan.blur(scan.skew(bed, chance.uniform(-1.5, 1.5), paper=250), chance.uniform(0.3, 0.8))
    return scan.jpeg(scan.noise(scan.light(image, (0.3, 0.2), 0.88), 3, rng), quality=75, dpi=DPI)


def _paint(canvas: Canvas, one: _Receipt, height: float) -> None:
    place, word = one.place, one.place.words
    y = height - 30

    def row(left: str, right: str = "", size: float = 9, centred: bool = False) -> None:
        nonlocal y
        canvas.setFont("Courier-Bold", size)
        if centred:
            canvas.drawCentredString(WIDTH / 2, y, left)
        else:
            canvas.drawString(MARGIN, y, left)
            canvas.drawRightString(WIDTH - MARGIN, y, right)
        y -= LEADING

    row(one.shop, centred=True)
    row(place.streets[2], size=8, centred=True)
    row(" ".join(place.cities[1]), size=8, centred=True)
    row(f"Tax ID 00{one.till}4172 83", size=8, centred=True)
    y -= 4
    row(place.written(one.on), f"{word['till']} {one.till}", size=8)
    row("-" * 34)
    for name, price in one.rows:
        row(name, place.money(price), size=8)
    row("-" * 34)
    row(word["subtotal"], place.money(one.total))
    row(f"{word['total']} {place.currency}", place.money(one.total), size=12)
    row(word["cash"], place.money(one.given))
    row(word["change"], place.money(one.given - one.total))
    y -= 4
    row(word["thanks"], centred=True)
