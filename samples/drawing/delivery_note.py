"""A delivery note, stamped and signed, that went through the scanner sideways."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from reportlab.lib.colors import HexColor, black
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from samples import scan, schema
from samples.drawing.page import draw, lines, paragraph, signature
from samples.raster import raster
from samples.sample import Sample

SUPPLIER = "Brackwater Builders' Merchants"
NUMBER = "DN-88214"
ORDER = "PO-30177"
CUSTOMER = "Oldfield & Penn Construction"
CARRIER = "Tarn Haulage"
DELIVERED = date(2025, 3, 12)
PALLETS = 4
LEFT, RIGHT = 50.0, A4[0] - 50
DPI = 150
PEN, STAMP = HexColor("#23379b"), HexColor("#3f55b8")


@dataclass(frozen=True)
class Goods:
    code: str
    description: str
    unit: str
    ordered: int
    delivered: int
    kilograms: Decimal  # of all that were delivered

    @property
    def back_order(self) -> int:
        return self.ordered - self.delivered


GOODS = [
    Goods("BRK-0417", "Engineering brick, class B, red", "each", 960, 960, Decimal("2208.0")),
    Goods("CEM-0025", "General purpose cement", "25 kg bag", 80, 80, Decimal("2000.0")),
    Goods("SND-0850", "Building sand, bulk bag", "850 kg bag", 3, 2, Decimal("1700.0")),
    Goods("LIN-1200", "Concrete lintel 1200 x 100 x 65 mm", "each", 14, 14, Decimal("246.4")),
    Goods("DPC-0100", "Damp-proof course 100 mm x 30 m", "roll", 6, 6, Decimal("17.4")),
    Goods("TIE-0225", "Stainless wall tie 225 mm, box of 250", "box", 4, 3, Decimal("12.6")),
    Goods("INS-0050", "Cavity insulation board 50 mm", "pack of 12", 18, 18, Decimal("351.0")),
]
WEIGHT = sum((goods.kilograms for goods in GOODS), Decimal(0))

SCHEMA = schema.record(
    "Delivery note",
    "A note that came with delivered goods, usually stamped and signed by the receiver.",
    {
        "supplier": schema.text("Supplier", "Name of the company that sent the goods."),
        "delivery_note_number": schema.text("Delivery note number", "Number of the delivery note itself."),
        "order_number": schema.text("Order number", "The customer's order that is delivered (your order, PO)."),
        "delivery_date": schema.date("Delivery date", "Day of the delivery."),
        "customer": schema.text("Customer", "Name of the company that the goods were delivered to."),
        "carrier": schema.text("Carrier", "Name of the haulage company."),
        "total_weight_kg": schema.number("Total weight", "Weight of all delivered goods in kilograms."),
        "items": schema.rows(
            "Items",
            "The goods, a row each.",
            {
                "code": schema.text("Code", "The supplier's code of the product."),
                "description": schema.text("Description", "What the goods are."),
                "ordered": schema.integer("Ordered", "How many units were ordered."),
                "delivered": schema.integer("Delivered", "How many units came with this delivery."),
            },
        ),
    },
)


def delivery_note() -> Sample:
    pdf = draw(_paint, A4, f"Delivery note {NUMBER}", SUPPLIER, DELIVERED)
    fields = {
        "supplier": SUPPLIER,
        "delivery_note_number": NUMBER,
        "order_number": ORDER,
        "delivery_date": DELIVERED.isoformat(),
        "customer": CUSTOMER,
        "carrier": CARRIER,
        "total_weight_kg": float(WEIGHT),
        "items": [
            {
                "code": goods.code,
                "description": goods.description,
                "ordered": goods.ordered,
                "delivered": goods.delivered,
            }
            for goods in GOODS
        ],
    }
    return Sample("rotated-scan.pdf", SCHEMA, fields, pdf, _scanned(pdf))


def _scanned(pdf: bytes) -> bytes:
    rng = np.random.default_rng(88214)
    page = scan.fade(np.asarray(raster(pdf, DPI)[0]), ink=35, paper=247)
    # The page lies on its side: its top is at the left of the image.
    page = np.rot90(scan.specks(page, 10, rng))
    page = scan.blur(scan.skew(page, -1.4, paper=226), 0.6)
    page = scan.light(page, (0.55, 0.4), 0.91)
    return scan.pdf([scan.noise(page, 3, rng)], 58, DPI, "Scan 0012", DELIVERED)


def _paint(canvas: Canvas) -> None:
    _head(canvas)
    bottom = _goods(canvas, 560)
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(LEFT, bottom - 22, f"Pallets: {PALLETS}")
    canvas.drawRightString(RIGHT, bottom - 22, f"Total weight: {WEIGHT:,.1f} kg")
    note = (
        "Back orders follow within five working days at no charge. Claims for damaged or missing goods must reach us "
        "within three days of delivery. Pallets remain our property."
    )
    paragraph(canvas, LEFT, bottom - 48, RIGHT - LEFT, note, "Helvetica", 9)
    _received(canvas)
    _stamp(canvas)


def _head(canvas: Canvas) -> None:
    canvas.setFont("Helvetica-Bold", 19)
    canvas.drawString(LEFT, 775, SUPPLIER)
    address = ["Unit 9, Canal Wharf, Brackwater BK2 6QD", "Tel 01632 960 288 · yard@brackwater.example.com"]
    lines(canvas, LEFT, 759, address, "Helvetica", 9.5, 12.5)
    canvas.setLineWidth(2)
    canvas.line(LEFT, 736, RIGHT, 736)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(LEFT, 712, "DELIVERY NOTE")
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(LEFT, 686, "Deliver to")
    site = [CUSTOMER, "Site: Millpond Close, plots 7 to 12", "Saxon Road, Brackwater BK5 1LE", "Contact: D. Okafor"]
    lines(canvas, LEFT, 671, site, "Helvetica", 10.5, 14)
    y = 686.0
    for label, value in [
        ("Delivery note no.:", NUMBER),
        ("Your order no.:", ORDER),
        ("Delivery date:", f"{DELIVERED:%d %b %Y}"),
        ("Carrier:", CARRIER),
        ("Vehicle:", "TH19 XKR"),
    ]:
        canvas.setFont("Helvetica-Bold", 10)
        canvas.drawString(318, y, label)
        canvas.setFont("Helvetica", 10.5)
        canvas.drawString(424, y, value)
        y -= 15.5


def _goods(canvas: Canvas, top: float) -> float:
    head = ["Code", "Description", "Unit", "Ordered", "Delivered", "Back order"]
    rows = [[g.code, g.description, g.unit, g.ordered, g.delivered, g.back_order or "-"] for g in GOODS]
    table = Table([head, *rows], colWidths=[66, 191, 66, 52, 58, 62], rowHeights=22)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9.5),
                ("FONT", (0, 1), (-1, -1), "Helvetica", 9.5),
                ("ALIGN", (3, 0), (-1, -1), "RIGHT"),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("GRID", (0, 0), (-1, -1), 0.8, black),
                ("BACKGROUND", (0, 0), (-1, 0), HexColor("#dddddd")),
            ]
        )
    )
    _, height = table.wrapOn(canvas, RIGHT - LEFT, 400)
    table.drawOn(canvas, LEFT, top - height)
    return top - height


def _received(canvas: Canvas) -> None:
    canvas.setLineWidth(0.8)
    canvas.rect(LEFT, 110, RIGHT - LEFT, 96)
    canvas.setFont("Helvetica-Bold", 9.5)
    canvas.drawString(LEFT + 10, 190, "Received in good condition, except as noted above")
    for x, label, value in [
        (LEFT + 10, "Name", "D. OKAFOR"),
        (LEFT + 182, "Signature", ""),
        (LEFT + 372, "Time", "10:25"),
    ]:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(x, 136, label)
        canvas.line(x + 48, 134, x + 48 + (62 if label == "Time" else 112), 134)
        canvas.setFillColor(PEN)
        canvas.setFont("Courier-BoldOblique", 12)
        canvas.drawString(x + 54, 138, value)
        canvas.setFillColor(black)
    canvas.setStrokeColor(PEN)
    signature(canvas, LEFT + 244, 140, 74, seed=7)
    canvas.setStrokeColor(black)


def _stamp(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.translate(372, 226)
    canvas.rotate(9)
    canvas.setStrokeColor(STAMP)
    canvas.setFillColor(STAMP)
    canvas.setLineWidth(2)
    canvas.roundRect(0, 0, 138, 56, 6)
    canvas.setFont("Helvetica-Bold", 17)
    canvas.drawCentredString(69, 34, "RECEIVED")
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawCentredString(69, 19, f"{DELIVERED:%d %b %Y}".upper())
    canvas.setFont("Helvetica", 8)
    canvas.drawCentredString(69, 7, "GOODS IN · MILLPOND CLOSE")
    canvas.restoreState()
