"""A screenshot of the page that a web shop shows after an order."""

import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.pdfgen.canvas import Canvas

from samples import schema
from samples.drawing.page import day, draw, lines, money
from samples.raster import raster
from samples.sample import Sample

SHOP = "Fernbank Home"
NUMBER = "FB-7740-21963"
ORDERED = date(2025, 3, 18)
ARRIVES = date(2025, 3, 24)
CUSTOMER = "Anneliese Varga"
ADDRESS = ["9 Weaver's Court", "Linton-on-Sea LS3 8QP"]
DELIVERY = Decimal("4.95")
DISCOUNT = Decimal("10.00")
SIZE = (820.0, 700.0)
DPI = 108  # one and a half pixels a point, as on a laptop's screen
LEFT, RIGHT = 60.0, SIZE[0] - 60
GREEN, GREY, PALE = HexColor("#2f5d4a"), HexColor("#6b7280"), HexColor("#e5e7eb")


@dataclass(frozen=True)
class Bought:
    name: str
    variant: str
    quantity: int
    each: Decimal
    colour: Color

    @property
    def price(self) -> Decimal:
        return self.each * self.quantity


BASKET = [
    Bought("Linen duvet cover", "King · Sage", 1, Decimal("119.00"), HexColor("#9db5a0")),
    Bought("Stoneware mug", "350 ml · Speckled", 4, Decimal("11.50"), HexColor("#d9cbb8")),
    Bought("Brass table lamp", "With LED bulb", 1, Decimal("74.90"), HexColor("#c9a24d")),
]
SUBTOTAL = sum((bought.price for bought in BASKET), Decimal(0))
TOTAL = SUBTOTAL + DELIVERY - DISCOUNT

SCHEMA = schema.record(
    "Order confirmation",
    "A web shop's confirmation of an order.",
    {
        "shop": schema.text("Shop", "Name of the web shop."),
        "order_number": schema.text("Order number", "The shop's number of the order."),
        "order_date": schema.date("Order date", "Day on which the order was placed."),
        "estimated_delivery": schema.date("Estimated delivery", "Day on which the goods should arrive."),
        "customer_name": schema.text("Customer", "Name of the person whom the goods are sent to."),
        "items": schema.rows(
            "Items",
            "The goods ordered, one each.",
            {
                "name": schema.text("Name", "Name of the product, without size or colour."),
                "quantity": schema.integer("Quantity", "How many were ordered (qty)."),
                "price": schema.number("Price", "Price of the item for the whole quantity."),
            },
        ),
        "delivery_fee": schema.number("Delivery", "What is charged for delivery."),
        "discount": schema.number("Discount", "What is taken off the price, as a positive number."),
        "total": schema.number("Total", "What the customer pays in the end."),
    },
)


def order() -> Sample:
    pdf = draw(_paint, SIZE, f"Order {NUMBER}", SHOP, ORDERED)
    fields = {
        "shop": SHOP,
        "order_number": NUMBER,
        "order_date": ORDERED.isoformat(),
        "estimated_delivery": ARRIVES.isoformat(),
        "customer_name": CUSTOMER,
        "items": [
            {"name": bought.name, "quantity": bought.quantity, "price": float(bought.price)} for bought in BASKET
        ],
        "delivery_fee": float(DELIVERY),
        "discount": float(DISCOUNT),
        "total": float(TOTAL),
    }
    file = io.BytesIO()
    raster(pdf, DPI)[0].save(file, "PNG", optimize=True)
    return Sample("order.png", SCHEMA, fields, pdf, file.getvalue())


def _paint(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#f9fafb"))
    canvas.rect(0, 0, *SIZE, stroke=0, fill=1)
    _bar(canvas)
    _thanks(canvas)
    _details(canvas)
    _items(canvas)


def _write(canvas: Canvas, x: float, y: float, text: str, size: float, font: str = "", colour: Color = black) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(font or "Helvetica", size)
    canvas.drawString(x, y, text)


def _bar(canvas: Canvas) -> None:
    canvas.setFillColor(GREEN)
    canvas.rect(0, SIZE[1] - 52, SIZE[0], 52, stroke=0, fill=1)
    _write(canvas, LEFT, SIZE[1] - 34, SHOP, 20, "Times-BoldItalic", white)
    for x, label in [(392, "Bedroom"), (472, "Kitchen"), (546, "Lighting"), (690, "Basket (0)")]:
        _write(canvas, x, SIZE[1] - 32, label, 12, colour=white)


def _thanks(canvas: Canvas) -> None:
    y = SIZE[1] - 104
    canvas.setFillColor(HexColor("#16a34a"))
    canvas.circle(LEFT + 16, y + 4, 16, stroke=0, fill=1)
    canvas.setStrokeColor(white)
    canvas.setLineWidth(3)
    canvas.lines([(LEFT + 9, y + 4, LEFT + 14, y - 2), (LEFT + 14, y - 2, LEFT + 23, y + 10)])
    _write(canvas, LEFT + 46, y + 3, "Thank you, your order is confirmed", 20, "Helvetica-Bold")
    _write(canvas, LEFT + 46, y - 15, "We sent the details to a.varga@mail.example.com", 12, colour=GREY)


def _details(canvas: Canvas) -> None:
    top, bottom = 556.0, 456.0
    canvas.setFillColor(white)
    canvas.setStrokeColor(PALE)
    canvas.setLineWidth(1)
    canvas.roundRect(LEFT, bottom, RIGHT - LEFT, top - bottom, 8, fill=1)
    for x, label, value in [
        (20, "Order number", NUMBER),
        (190, "Order date", day(ORDERED)),
        (346, "Estimated delivery", day(ARRIVES)),
    ]:
        _write(canvas, LEFT + x, top - 24, label, 11, colour=GREY)
        _write(canvas, LEFT + x, top - 42, value, 13, "Helvetica-Bold")
    _write(canvas, LEFT + 20, top - 68, "Payment", 11, colour=GREY)
    _write(canvas, LEFT + 20, top - 85, "Visa ending in 4821", 13)
    _write(canvas, LEFT + 520, top - 24, "Deliver to", 11, colour=GREY)
    _write(canvas, LEFT + 520, top - 42, CUSTOMER, 13, "Helvetica-Bold")
    lines(canvas, LEFT + 520, top - 58, ADDRESS, "Helvetica", 12, 16)


def _items(canvas: Canvas) -> None:
    canvas.setFillColor(white)
    canvas.setStrokeColor(PALE)
    canvas.roundRect(LEFT, 70, RIGHT - LEFT, 366, 8, fill=1)
    y = 378.0
    for bought in BASKET:
        canvas.setFillColor(bought.colour)
        canvas.roundRect(LEFT + 20, y - 16, 54, 54, 6, stroke=0, fill=1)
        _write(canvas, LEFT + 92, y + 20, bought.name, 14, "Helvetica-Bold")
        _write(canvas, LEFT + 92, y + 2, bought.variant, 12, colour=GREY)
        _write(canvas, LEFT + 92, y - 14, f"Qty {bought.quantity}", 12, colour=GREY)
        canvas.setFillColor(black)
        canvas.setFont("Helvetica", 14)
        canvas.drawRightString(RIGHT - 20, y + 20, f"£{money(bought.price)}")
        canvas.line(LEFT + 20, y - 28, RIGHT - 20, y - 28)
        y -= 80
    for label, amount in [
        ("Subtotal", f"£{money(SUBTOTAL)}"),
        ("Standard delivery", f"£{money(DELIVERY)}"),
        ("Discount (WELCOME10)", f"-£{money(DISCOUNT)}"),
    ]:
        _write(canvas, LEFT + 420, y + 26, label, 13, colour=GREY)
        canvas.setFillColor(black)
        canvas.drawRightString(RIGHT - 20, y + 26, amount)
        y -= 20
    _write(canvas, LEFT + 420, y + 18, "Total", 17, "Helvetica-Bold")
    canvas.drawRightString(RIGHT - 20, y + 18, f"£{money(TOTAL)}")
