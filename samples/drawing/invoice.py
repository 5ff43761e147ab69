"""A supplier's invoice as its accounting system sends it: a PDF with a text layer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table, TableStyle

from samples import schema
from samples.drawing.page import draw, lines, money, paragraph
from samples.sample import Sample

VENDOR = "Northgate Instruments, Inc."
NUMBER = "INV-2025-00417"
INVOICED = date(2025, 3, 14)
DUE = date(2025, 4, 13)
TAX_RATE = Decimal("0.0725")
FREIGHT = Decimal("86.40")
INK = HexColor("#1d3b53")
LEFT, RIGHT = 48.0, LETTER[0] - 48


@dataclass(frozen=True)
class Item:
    code: str
    description: str
    quantity: int
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.unit_price


ITEMS = [
    Item("PG-1600", "Digital pressure gauge, 0-16 bar, G1/4 stainless steel", 6, Decimal("184.50")),
    Item("TT-PT100", "Temperature transmitter PT100, 4-20 mA, DIN head mount", 12, Decimal("97.25")),
    Item("FM-DN25", "Electromagnetic flow meter DN25 with local display", 2, Decimal("1349.00")),
    Item("CB-M12-5", "Sensor cable M12 female, 5 pin, shielded, 5 m", 18, Decimal("16.80")),
    Item("VL-SOL-12", "Solenoid valve 1/2 in, normally closed, 24 V DC", 8, Decimal("58.90")),
    Item("PS-24-120", "Power supply, DIN rail, 24 V DC, 120 W", 3, Decimal("72.00")),
    Item("CAL-KIT", "Calibration certificate, five points, per instrument", 20, Decimal("35.00")),
    Item("SVC-ONS", "On-site commissioning, hours", 7, Decimal("142.00")),
]
SUBTOTAL = sum((item.amount for item in ITEMS), Decimal(0))
TAX = (SUBTOTAL * TAX_RATE).quantize(Decimal("0.01"))
TOTAL = SUBTOTAL + TAX + FREIGHT

SCHEMA = schema.record(
    "Invoice",
    "An invoice from a supplier for goods or services.",
    {
        "vendor_name": schema.text(
            "Vendor name", "Name of the company that issued the invoice and is to be paid (seller, supplier)."
        ),
        "invoice_number": schema.text("Invoice number", "The invoice's number or reference, as printed."),
        "invoice_date": schema.date("Invoice date", "Date on which the invoice was issued."),
        "total_amount": schema.number(
            "Total amount", "Amount to pay in the end, tax and freight included (total due, balance due)."
        ),
        "line_items": schema.rows(
            "Line items",
            "The goods and services invoiced, a row each, without subtotals and totals.",
            {
                "description": schema.text("Description", "What was sold."),
                "quantity": schema.number("Quantity", "How many units were sold (qty)."),
                "unit_price": schema.number("Unit price", "Price of one unit before tax."),
                "amount": schema.number("Amount", "Amount of the line before tax (line total)."),
            },
        ),
    },
)


def invoice() -> Sample:
    pdf = draw(_paint, LETTER, f"Invoice {NUMBER}", VENDOR, INVOICED)
    return Sample("invoice.pdf", SCHEMA, _fields(), pdf, pdf)


def _fields() -> dict[str, object]:
    return {
        "vendor_name": VENDOR,
        "invoice_number": NUMBER,
        "invoice_date": INVOICED.isoformat(),
        "total_amount": float(TOTAL),
        "line_items": [
            {
                "description": item.description,
                "quantity": item.quantity,
                "unit_price": float(item.unit_price),
                "amount": float(item.amount),
            }
            for item in ITEMS
        ],
    }


def _paint(canvas: Canvas) -> None:
    _letterhead(canvas)
    _addresses(canvas)
    _order_strip(canvas)
    bottom = _items(canvas, 548)
    _totals(canvas, bottom - 16)
    _terms(canvas)


def _letterhead(canvas: Canvas) -> None:
    canvas.setFillColor(INK)
    canvas.roundRect(LEFT, 716, 34, 34, 5, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawCentredString(LEFT + 17, 726, "N")
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(LEFT + 44, 737, VENDOR)
    canvas.setFillGray(0.3)
    contact = ["2140 Foundry Road, Suite 300, Millbrook, OR 97060", "(503) 555-0142 · billing@northgate.example.com"]
    lines(canvas, LEFT + 44, 725, contact, "Helvetica", 8, 10.5)
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 24)
    canvas.drawRightString(RIGHT, 728, "INVOICE")
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.5)
    canvas.line(LEFT, 704, RIGHT, 704)
    canvas.setFillGray(0)
    y = 684.0
    for label, value in [
        ("Invoice number", NUMBER),
        ("Invoice date", f"{INVOICED:%B %d, %Y}"),
        ("Due date", f"{DUE:%B %d, %Y}"),
        ("Customer no.", "C-20816"),
    ]:
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawString(394, y, label)
        canvas.setFont("Helvetica", 9)
        canvas.drawRightString(RIGHT, y, value)
        y -= 14


def _addresses(canvas: Canvas) -> None:
    bill = ["Calder Valley Dairy Cooperative", "Accounts Payable", "78 Creamery Lane", "Ashford Falls, WA 98611"]
    ship = [
        "Calder Valley Dairy - Plant 2",
        "Attn: Priya Raman, Maintenance",
        "1915 Mill Race Drive",
        "Ashford Falls, WA 98612",
    ]
    for x, label, address in [(LEFT, "BILL TO", bill), (LEFT + 172, "SHIP TO", ship)]:
        canvas.setFillColor(INK)
        canvas.setFont("Helvetica-Bold", 8)
        canvas.drawString(x, 684, label)
        canvas.setFillGray(0)
        lines(canvas, x, 670, address, "Helvetica", 9.5, 12.5)


def _order_strip(canvas: Canvas) -> None:
    strip = Table(
        [
            ["P.O. number", "Sales representative", "Ship date", "Shipped via", "F.O.B.", "Payment terms"],
            ["4500187233", "Marta Lindqvist", "03/12/2025", "Ground freight", "Origin", "Net 30"],
        ],
        colWidths=[86, 104, 78, 88, 64, 96],
    )
    strip.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 8),
                ("FONT", (0, 1), (-1, 1), "Helvetica", 9),
                ("BACKGROUND", (0, 0), (-1, 0), HexColor("#e6ecf1")),
                ("GRID", (0, 0), (-1, -1), 0.5, HexColor("#8fa3b3")),
            ]
        )
    )
    strip.wrapOn(canvas, RIGHT - LEFT, 100)
    strip.drawOn(canvas, LEFT, 566)


def _items(canvas: Canvas, top: float) -> float:
    cell = ParagraphStyle("cell", fontName="Helvetica", fontSize=9, leading=11)
    rows: list[list[object]] = [["Item", "Description", "Quantity", "Unit price", "Amount"]]
    for item in ITEMS:
        rows.append(
            [item.code, Paragraph(item.description, cell), item.quantity, money(item.unit_price), money(item.amount)]
        )
    table = Table(rows, colWidths=[70, 228, 60, 76, 82])
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9),
                ("FONT", (0, 1), (-1, -1), "Helvetica", 9),
                ("BACKGROUND", (0, 0), (-1, 0), INK),
                ("TEXTCOLOR", (0, 0), (-1, 0), white),
                ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("GRID", (0, 0), (-1, -1), 0.5, HexColor("#8fa3b3")),
                ("TOPPADDING", (0, 1), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 1), (-1, -1), 5),
            ]
        )
    )
    _, height = table.wrapOn(canvas, RIGHT - LEFT, 400)
    table.drawOn(canvas, LEFT, top - height)
    return top - height


def _totals(canvas: Canvas, y: float) -> None:
    for label, amount in [
        ("Subtotal", SUBTOTAL),
        (f"Sales tax ({TAX_RATE * 100:.2f}%)", TAX),
        ("Freight", FREIGHT),
    ]:
        canvas.setFont("Helvetica", 9.5)
        canvas.drawRightString(RIGHT - 90, y, label)
        canvas.drawRightString(RIGHT - 6, y, money(amount))
        y -= 15
    canvas.setFillColor(INK)
    canvas.rect(RIGHT - 206, y - 15, 206, 20, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(RIGHT - 198, y - 9, "Total due (USD)")
    canvas.drawRightString(RIGHT - 6, y - 9, f"${money(TOTAL)}")
    canvas.setFillGray(0)


def _terms(canvas: Canvas) -> None:
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(LEFT, 168, "Payment terms")
    terms = (
        f"Net 30 days from the invoice date. A finance charge of 1.5% per month applies to balances past due. "
        f"Please quote {NUMBER} with your payment."
    )
    paragraph(canvas, LEFT, 155, 250, terms, "Helvetica", 8.5)
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(LEFT + 300, 168, "Remit to")
    remit = [
        VENDOR,
        "Cascade Mercantile Bank, Millbrook branch",
        "Routing 000000518 · Account 7704 118 263",
        "ACH or wire; checks to the address above",
    ]
    lines(canvas, LEFT + 300, 155, remit, "Helvetica", 8.5, 11)
    canvas.setStrokeGray(0.6)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, 64, RIGHT, 64)
    canvas.setFillGray(0.35)
    canvas.setFont("Helvetica", 7.5)
    canvas.drawString(LEFT, 52, "Tax ID 00-4418027 · www.northgate.example.com")
    canvas.drawRightString(RIGHT, 52, "Page 1 of 1")
