"""A till receipt that someone laid on a scanner."""

import random
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from reportlab.pdfgen.canvas import Canvas

from samples import scan, schema
from samples.drawing.page import draw, money
from samples.raster import raster
from samples.sample import Sample

COMPANY = "HARBOUR LANE GROCERS LTD"
ADDRESS = ["17 Harbour Lane, Quayside,", "Whitcombe WC4 7TN"]
AT = datetime(2025, 3, 22, 17, 42)
VAT_RATE = Decimal("0.20")
PAPER = (227.0, 505.0)  # a roll 80 mm wide, in points
MARGIN = 14.0
SIZE, LEADING = 8.6, 11.2
DPI = 200


@dataclass(frozen=True)
class Bought:
    name: str
    each: Decimal
    count: int = 1
    taxed: bool = False

    @property
    def price(self) -> Decimal:
        return self.each * self.count


BASKET = [
    Bought("WHOLEMEAL LOAF 800G", Decimal("1.85")),
    Bought("SEMI SKIMMED MILK 2L", Decimal("1.55"), 2),
    Bought("FREE RANGE EGGS X12", Decimal("3.20")),
    Bought("CHEDDAR MATURE 400G", Decimal("4.15")),
    Bought("VINE TOMATOES", Decimal("1.35"), 3),
    Bought("GROUND COFFEE 227G", Decimal("4.60")),
    Bought("DISHWASHER TABS X40", Decimal("7.99"), 1, True),
    Bought("LEMONADE 1.5L", Decimal("1.25"), 2, True),
    Bought("CARRIER BAG", Decimal("0.10"), 1, True),
]
TOTAL = sum((bought.price for bought in BASKET), Decimal(0))
TAXED = sum((bought.price for bought in BASKET if bought.taxed), Decimal(0))
VAT = (TAXED - TAXED / (1 + VAT_RATE)).quantize(Decimal("0.01"))

SCHEMA = schema.record(
    "Receipt",
    "A till receipt from a shop.",
    {
        "company": schema.text("Company", "Name of the shop or company that issued the receipt."),
        "date": schema.date("Date", "Day on which the purchase was made."),
        "address": schema.text("Address", "Address of the shop, on one line."),
        "total": schema.number("Total", "Total amount of the purchase, tax included."),
    },
)


def receipt() -> Sample:
    pdf = draw(_paint, PAPER, "Receipt", COMPANY, AT.date())
    fields = {
        "company": COMPANY,
        "date": AT.date().isoformat(),
        "address": " ".join(ADDRESS),
        "total": float(TOTAL),
    }
    return Sample("receipt.jpg", SCHEMA, fields, pdf, _scanned(pdf))


def _scanned(pdf: bytes) -> bytes:
    rng = np.random.default_rng(20250322)
    strip = scan.fade(np.asarray(raster(pdf, DPI)[0]), ink=58, paper=240)
    strip = scan.light(strip, (0.35, 0.3), 0.9)
    height, width = strip.shape[:2]
    bed = np.full((height + 240, width + 420, 3), 252, np.uint8)
    # The lid leaves a shadow along two edges of the paper.
    bed[126 : 126 + height, 216 : 216 + width] = 196
    bed[120 : 120 + height, 210 : 210 + width] = strip
    image = scan.blur(scan.skew(scan.specks(bed, 18, rng), 1.6, paper=252), 0.9)
    image = scan.light(image, (0.3, 0.2), 0.86)
    image = scan.noise(image, 5, rng)
    return scan.jpeg(image, quality=68, dpi=DPI)


def _paint(canvas: Canvas) -> None:
    right, middle = PAPER[0] - MARGIN, PAPER[0] / 2
    y = PAPER[1] - 30

    def centred(text: str, size: float = SIZE) -> None:
        nonlocal y
        canvas.setFont("Courier-Bold", size)
        canvas.drawCentredString(middle, y, text)
        y -= LEADING

    def row(left: str, amount: str = "", size: float = SIZE) -> None:
        nonlocal y
        canvas.setFont("Courier-Bold", size)
        canvas.drawString(MARGIN, y, left)
        canvas.drawRightString(right, y, amount)
        y -= LEADING * size / SIZE

    def rule() -> None:
        row("-" * 38)

    centred(COMPANY, 12)
    y -= 3
    for line in ADDRESS:
        centred(line)
    centred("Tel 01632 960 417")
    centred("VAT No. 000 4172 83")
    y -= 6
    row(f"{AT:%d/%m/%Y  %H:%M}", "Till 03")
    row("Receipt 0317-004982", "Op: JADE")
    rule()
    for bought in BASKET:
        row(bought.name, money(bought.price) + (" A" if bought.taxed else " Z"))
        if bought.count > 1:
            row(f"   {bought.count} @ {money(bought.each)}")
    rule()
    row(f"{sum(bought.count for bought in BASKET)} ITEMS  SUBTOTAL", money(TOTAL))
    y -= 4
    row("TOTAL  GBP", money(TOTAL), 13)
    y -= 2
    row("DEBIT CARD ************4821", money(TOTAL))
    row("CHANGE DUE", "0.00")
    rule()
    row("VAT RATE      NET     VAT", "GROSS")
    row(f"A 20.0%  {money(TAXED - VAT):>8}{money(VAT):>8}", money(TAXED))
    row(f"Z  0.0%  {money(TOTAL - TAXED):>8}{money(Decimal(0)):>8}", money(TOTAL - TAXED))
    rule()
    row("AUTH CODE 048213", "CONTACTLESS")
    y -= 4
    centred("THANK YOU FOR SHOPPING WITH US")
    centred("Goods may be returned within 28 days")
    centred("with this receipt")
    _barcode(canvas, y - 32)


def _barcode(canvas: Canvas, y: float) -> None:
    rng = random.Random(4982)
    x = MARGIN + 26
    while x < PAPER[0] - MARGIN - 28:
        bar, gap = rng.choice((0.8, 1.6, 2.4)), rng.choice((0.8, 1.6))
        canvas.rect(x, y, bar, 28, stroke=0, fill=1)
        x += bar + gap
    canvas.setFont("Courier-Bold", SIZE)
    canvas.drawCentredString(PAPER[0] / 2, y - 10, "0317 0049 8222 0325")
