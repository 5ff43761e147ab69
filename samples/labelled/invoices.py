"""Invoices: four layouts in four languages; the fourth is in the test half only.

Traps: an order number and a customer number beside the invoice's own, a delivery date beside its date, a sum carried
forward. Blanks: a label whose value was left out, and fields that are not there at all.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from samples import schema
from samples.drawing.page import draw, lines
from samples.labelled.made import Kind, Made
from samples.labelled.places import PLACES, Place, drawn_day, drawn_firm

LEFT, RIGHT, TOP, BOTTOM = 50.0, A4[0] - 50, A4[1] - 60, 90.0
ROW = 16.0
RATES = {"en": Decimal("0.20"), "de": Decimal("0.19"), "fr": Decimal("0.20"), "es": Decimal("0.21")}
LAYOUTS = {"dev": (0, 1, 2), "test": (0, 1, 2, 3)}

SCHEMA = schema.record(
    "Invoice",
    "An invoice from a supplier.",
    {
        "seller_name": schema.text("Seller name", "Name of the company that issued the invoice."),
        "invoice_number": schema.text("Invoice number", "Number of the invoice."),
        "invoice_date": schema.date("Invoice date", "Date on which the invoice was issued."),
        "due_date": schema.date("Due date", "Date by which the invoice is to be paid."),
        "order_number": schema.text("Order number", "The customer's order number."),
        "total_untaxed": schema.number("Total before tax", "Sum of the lines before tax (subtotal, net amount)."),
        "total_amount": schema.number("Total amount", "Amount to pay in the end, tax included."),
        "line_items": schema.rows(
            "Line items",
            "The lines of the invoice.",
            {
                "description": schema.text("Description", "What was sold."),
                "quantity": schema.number("Quantity", "How many units."),
                "unit_price": schema.number("Unit price", "Price of one unit before tax."),
                "amount": schema.number("Amount", "Amount of the line before tax."),
            },
        ),
    },
)


@dataclass(frozen=True, slots=True)
class _Item:
    description: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class _Invoice:
    """`order`: empty where its label has no value, None where it has no label."""

    place: Place
    layout: int
    seller: str
    buyer: str
    number: str
    on: date
    due: date | None
    order: str | None
    customer: str
    items: Sequence[_Item]

    @property
    def net(self) -> Decimal:
        return sum((item.amount for item in self.items), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return (self.net * RATES[self.place.code]).quantize(Decimal("0.01"))

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Labels and values of the head, in this layout's order."""
        place, word = self.place, self.place.words
        made = [
            (word["customer"], self.customer),
            (word["number"], self.number),
            (word["date"], place.written(self.on)),
        ]
        made.append((word["delivered"], place.written(self.on - timedelta(days=3))))
        if self.due:
            made.append((word["due"], place.written(self.due)))
        if self.order is not None:
            made.insert(1 if self.layout % 2 else len(made), (word["order"], self.order))
        return made


def _drawn(split: str, n: int, chance: random.Random) -> Made:
    one = _invented(split, n, chance)
    pdf = draw(lambda canvas: _paint(canvas, one), A4, one.number, one.seller, one.on)
    items = [
        {
            "description": item.description,
            "quantity": item.quantity,
            "unit_price": float(item.price),
            "amount": float(item.amount),
        }
        for item in one.items
    ]
    fields = {
        "seller_name": one.seller,
        "invoice_number": one.number,
        "invoice_date": one.on.isoformat(),
        "due_date": one.due.isoformat() if one.due else None,
        "order_number": one.order or None,
        "total_untaxed": float(one.net),
        "total_amount": float(one.net + one.tax),
        "line_items": items,
    }
    return Made(f"invoice-{split}-{n:02}.pdf", pdf, fields)


KIND = Kind("drawn-invoices", SCHEMA, _drawn, {"dev": 24, "test": 16})


def _invented(split: str, n: int, chance: random.Random) -> _Invoice:
    place = PLACES[n % len(PLACES)]
    on = drawn_day(chance)
    # Every third goes over several pages.
    count = chance.randint(45, 80) if n % 3 == 2 else chance.randint(1, 8)
    items = [
        _Item(chance.choice(place.goods), chance.randint(1, 24), Decimal(chance.randint(150, 90_000)) / 100)
        for _ in range(count)
    ]
    form = chance.choice(("{y}-{n:05}", "RE{n:06}", "{n:04}/{y}", "F-{y}-{n:04}"))
    layouts = LAYOUTS[split]
    return _Invoice(
        place=place,
        layout=layouts[(n // len(PLACES)) % len(layouts)],
        seller=drawn_firm(place, split, chance),
        buyer=" ".join(chance.choice(place.people)),
        number=form.format(y=on.year, n=chance.randint(1, 9999)),
        on=on,
        due=on + timedelta(days=30) if chance.random() < 0.75 else None,
        order=chance.choice((None, "", f"PO-{chance.randint(10_000, 99_999)}")),
        customer=f"K{chance.randint(1000, 9999)}",
        items=items,
    )


# ---- painting --------------------------------------------------------------------------------------------------------


def _paint(canvas: Canvas, one: _Invoice) -> None:
    y = _head(canvas, one)
    first, more = int((y - BOTTOM - 90) / ROW), int((TOP - BOTTOM - 110) / ROW)
    parts = [one.items[:first], *(one.items[at : at + more] for at in range(first, len(one.items), more))]
    done = Decimal(0)
    for number, items in enumerate(parts, start=1):
        if number > 1:
            canvas.showPage()
            y = TOP
        y = _table(canvas, one, items, y, done if number > 1 else None)
        done += sum((item.amount for item in items), Decimal(0))
        _foot(canvas, one, number, len(parts))
    _totals(canvas, one, y - 12)


def _head(canvas: Canvas, one: _Invoice) -> float:
    """The letterhead, the address and the facts; answers where the table begins."""
    place = one.place
    address = [one.buyer, place.streets[0], " ".join(place.cities[0])]
    own = f"{one.seller} · {place.streets[1]} · {' '.join(place.cities[1])}"
    if one.layout == 0:
        lines(canvas, LEFT, TOP, [one.seller], "Helvetica-Bold", 16, 18)
        lines(canvas, LEFT, TOP - 18, [place.streets[1], " ".join(place.cities[1])], "Helvetica", 9, 11)
        lines(canvas, LEFT, TOP - 80, [place.words["to"], *address], "Helvetica", 10, 13)
        return _facts_beside(canvas, one, 330, RIGHT, TOP - 60) - 40
    if one.layout == 1:
        canvas.setFont("Times-Bold", 20)
        canvas.drawCentredString(A4[0] / 2, TOP, place.words["invoice"].upper())
        canvas.setFont("Times-Roman", 10)
        canvas.drawCentredString(A4[0] / 2, TOP - 16, own)
        lines(canvas, LEFT, TOP - 50, address, "Times-Roman", 11, 13)
        return _facts_below(canvas, one, TOP - 120) - 30
    if one.layout == 2:
        lines(canvas, LEFT, TOP, [own], "Helvetica", 7.5, 9)
        lines(canvas, LEFT, TOP - 20, address, "Helvetica", 10, 13)
        lines(canvas, LEFT, TOP - 90, [place.words["invoice"]], "Helvetica-Bold", 15, 18)
        facts = [f"{label}: {value}" for label, value in one.facts]
        return lines(canvas, LEFT, TOP - 112, facts, "Helvetica", 10, 13) - 16
    canvas.setFont("Courier-Bold", 14)
    canvas.drawRightString(RIGHT, TOP, one.seller)
    lines(canvas, 330, TOP - 60, [place.words["to"], *address], "Courier", 9.5, 12)
    y = TOP - 130
    for label, value in one.facts:
        canvas.setFont("Courier", 9.5)
        canvas.drawString(LEFT, y, f"{label} ".ljust(24, "."))
        canvas.drawString(LEFT + 150, y, value)
        y -= 13
    return y - 16


def _facts_beside(canvas: Canvas, one: _Invoice, left: float, right: float, y: float) -> float:
    lines(canvas, left, y + 26, [one.place.words["invoice"]], "Helvetica-Bold", 14, 16)
    for label, value in one.facts:
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawString(left, y, label)
        canvas.setFont("Helvetica", 9)
        canvas.drawRightString(right, y, value)
        y -= 14
    return y


def _facts_below(canvas: Canvas, one: _Invoice, y: float) -> float:
    """A strip of boxes, each with its label over its value."""
    width = (RIGHT - LEFT) / len(one.facts)
    for n, (label, value) in enumerate(one.facts):
        canvas.rect(LEFT + n * width, y - 20, width, 34)
        canvas.setFont("Times-Roman", 7.5)
        canvas.drawString(LEFT + n * width + 3, y + 5, label)
        canvas.setFont("Times-Bold", 9)
        canvas.drawString(LEFT + n * width + 3, y - 12, value)
    return y - 20


_COLUMNS = {
    0: (("description", LEFT, False), ("quantity", 330.0, True), ("price", 430.0, True), ("amount", RIGHT, True)),
    1: (
        ("quantity", LEFT + 30, True),
        ("description", LEFT + 50, False),
        ("price", 430.0, True),
        ("amount", RIGHT, True),
    ),
    2: (("description", LEFT, False), ("price", 350.0, True), ("quantity", 430.0, True), ("amount", RIGHT, True)),
    3: (
        ("quantity", LEFT + 40, True),
        ("description", LEFT + 60, False),
        ("price", 440.0, True),
        ("amount", RIGHT, True),
    ),
}
"""By layout: what stands where, and whether it ends there."""


def _table(canvas: Canvas, one: _Invoice, items: Sequence[_Item], y: float, carried: Decimal | None) -> float:
    place, columns = one.place, _COLUMNS[one.layout]
    font = ("Helvetica", "Times-Roman", "Helvetica", "Courier")[one.layout]
    bold = {"Times-Roman": "Times-Bold"}.get(font, f"{font}-Bold")

    def row(cells: dict[str, str], face: str) -> None:
        canvas.setFont(face, 9)
        for name, x, ends in columns:
            (canvas.drawRightString if ends else canvas.drawString)(x, y, cells.get(name, ""))

    row({name: place.words[name] for name, _, _ in columns}, bold)
    if one.layout in (0, 2):
        canvas.line(LEFT, y - 4, RIGHT, y - 4)
    y -= ROW
    if carried is not None:
        row({"description": place.words["carried"], "amount": place.money(carried)}, font)
        y -= ROW
    for item in items:
        cells = {"description": item.description, "quantity": str(item.quantity)}
        row({**cells, "price": place.money(item.price), "amount": place.money(item.amount)}, font)
        if one.layout == 0:
            canvas.line(LEFT, y - 4, RIGHT, y - 4)
        y -= ROW
    return y


def _totals(canvas: Canvas, one: _Invoice, y: float) -> None:
    word, money = one.place.words, one.place.money
    sums = (
        (word["net"], one.net),
        (word["tax"], one.tax),
        (f"{word['gross']} {one.place.currency}", one.net + one.tax),
    )
    for n, (label, amount) in enumerate(sums):
        canvas.setFont("Helvetica-Bold" if n == 2 else "Helvetica", 10)
        canvas.drawRightString(RIGHT - 90, y, label)
        canvas.drawRightString(RIGHT, y, money(amount))
        y -= 15


def _foot(canvas: Canvas, one: _Invoice, number: int, pages: int) -> None:
    canvas.setFont("Helvetica", 7.5)
    canvas.drawString(LEFT, 40, f"{one.seller} · {one.number}")
    canvas.drawRightString(RIGHT, 40, one.place.words["page"].format(n=number, all=pages))
