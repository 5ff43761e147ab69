"""A signed services agreement of two pages, scanned in grey."""

from datetime import date
from decimal import Decimal

import numpy as np
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from samples import scan, schema
from samples.drawing.page import day, draw, money, signature
from samples.raster import raster
from samples.sample import Sample

CLIENT = "Hollin Bank Hotels Limited"
PROVIDER = "Cleargate Facilities LLP"
AGREED = date(2025, 2, 24)
STARTS = date(2025, 4, 1)
MONTHS = 24
FEE = Decimal("6850.00")
NOTICE_DAYS = 90
LAW = "England and Wales"
CLIENT_SIGNATORY, PROVIDER_SIGNATORY = "Eleanor Whitcroft", "Samuel Adeyemi"
TITLE = "Facilities Services Agreement"
LEFT, RIGHT = 72.0, A4[0] - 72
SIZE, LEADING = 11.5, 15.4
DPI = 150

PARTIES = [
    f"(1) {CLIENT}, a company registered under number 00417726, whose registered office is at 3 Hollin Bank, "
    'Marrow Bridge MB1 4EA (the "Client"); and',
    f"(2) {PROVIDER}, a partnership registered under number OC 000912, whose principal office is at 58 Gasworks Lane, "
    'Penfold PF8 2TS (the "Provider").',
]
FIRST_PAGE = [
    (
        "1. Services",
        "The Provider shall clean, maintain and inspect the premises listed in Schedule A, on the days and to the "
        "standards set out there, using trained staff and its own equipment. The Client shall give the Provider's "
        "staff safe access to the premises at the agreed times.",
    ),
    (
        "2. Term",
        f'This Agreement begins on {day(STARTS)} (the "Commencement Date") and continues for an initial term of '
        f"{MONTHS} months, unless ended earlier under clause 6. It may be renewed in writing by both parties.",
    ),
    (
        "3. Fees and payment",
        f"The Client shall pay the Provider a monthly fee of GBP {money(FEE)}, exclusive of value added tax, within 30 "
        "days of a valid invoice. Work outside Schedule A is charged at GBP 38.50 an hour if the Client has ordered "
        "it in writing. Late sums bear interest at 4% a year above the base rate.",
    ),
    (
        "4. Staff and insurance",
        "The Provider is the employer of its staff and answers for their pay, training and conduct. It shall maintain "
        "public liability insurance of not less than GBP 5,000,000 for each event and show the policy on request. It "
        "shall replace within one working day any person whom the Client reasonably asks it to withdraw.",
    ),
    (
        "5. Confidentiality",
        "Each party shall keep secret what it learns of the other's business and guests, during this Agreement and for "
        "three years after it, except where the law requires disclosure.",
    ),
]
SECOND_PAGE = [
    (
        "6. Termination",
        f"Either party may end this Agreement by giving the other not less than {NOTICE_DAYS} days' written notice. "
        "Either may end it at once if the other commits a material breach and does not remedy it within 14 days of "
        "being asked to, or becomes insolvent.",
    ),
    (
        "7. Liability",
        "Neither party is liable for loss of profit. The Provider's total liability in any year shall not exceed the "
        "fees paid in that year. Nothing in this Agreement limits liability for death or injury caused by negligence.",
    ),
    (
        "8. Notices",
        "A notice under this Agreement must be in writing and be delivered by hand or by recorded post to the address "
        "of the other party given above. It takes effect on the second working day after posting.",
    ),
    (
        "9. Whole agreement",
        "This Agreement and its Schedule A are the whole agreement between the parties and replace all earlier ones. "
        "A change is valid only if both parties have signed it.",
    ),
    (
        "10. Governing law",
        f"This Agreement is governed by the law of {LAW}, whose courts have exclusive jurisdiction.",
    ),
]

SCHEMA = schema.record(
    "Services agreement",
    "A contract between a client and a provider of services.",
    {
        "title": schema.text("Title", "Title of the agreement."),
        "client": schema.text("Client", "Full name of the company that buys the services."),
        "provider": schema.text("Provider", "Full name of the company that provides the services."),
        "agreement_date": schema.date("Agreement date", "Day on which the agreement was made (dated)."),
        "commencement_date": schema.date("Commencement date", "Day on which the services begin."),
        "term_months": schema.integer("Term", "Length of the initial term in months."),
        "monthly_fee": schema.number("Monthly fee", "Fee for a month before value added tax."),
        "notice_period_days": schema.integer("Notice period", "Days of written notice needed to end the agreement."),
        "governing_law": schema.text("Governing law", "Country or state whose law governs the agreement."),
        "client_signatory": schema.text("Client's signatory", "Name of the person who signed for the client."),
        "provider_signatory": schema.text("Provider's signatory", "Name of the person who signed for the provider."),
    },
)


def contract() -> Sample:
    pdf = draw(_paint, A4, TITLE, PROVIDER, AGREED)
    fields = {
        "title": TITLE,
        "client": CLIENT,
        "provider": PROVIDER,
        "agreement_date": AGREED.isoformat(),
        "commencement_date": STARTS.isoformat(),
        "term_months": MONTHS,
        "monthly_fee": float(FEE),
        "notice_period_days": NOTICE_DAYS,
        "governing_law": LAW,
        "client_signatory": CLIENT_SIGNATORY,
        "provider_signatory": PROVIDER_SIGNATORY,
    }
    return Sample("contract.pdf", SCHEMA, fields, pdf, _scanned(pdf))


def _scanned(pdf: bytes) -> bytes:
    rng = np.random.default_rng(20250224)
    pages = []
    for image, degrees in zip(raster(pdf, DPI), (0.7, -0.4), strict=True):
        page = scan.fade(np.asarray(image.convert("L")), ink=30, paper=246)
        page = scan.blur(scan.skew(scan.specks(page, 9, rng), degrees, paper=215), 0.55)
        pages.append(scan.noise(scan.light(page, (0.4, 0.45), 0.92), 2.5, rng))
    return scan.pdf(pages, 55, DPI, "Scan 0031", AGREED)


def _paint(canvas: Canvas) -> None:
    canvas.setFont("Times-Bold", 19)
    canvas.drawCentredString(A4[0] / 2, 756, TITLE.upper())
    y = _text(canvas, 716, f"THIS AGREEMENT is dated {day(AGREED)} and is made between:")
    for party in PARTIES:
        y = _text(canvas, y - 8, party, indent=18)
    y = _text(canvas, y - 8, "The parties agree as follows:")
    _clauses(canvas, y - 12, FIRST_PAGE)
    _foot(canvas, 1)
    canvas.showPage()
    y = _clauses(canvas, 762, SECOND_PAGE)
    _text(canvas, y - 6, "Signed by the parties' authorised representatives on the date first written above.")
    for x, party, name, role, seed in [
        (LEFT, CLIENT, CLIENT_SIGNATORY, "Director", 3),
        (LEFT + 236, PROVIDER, PROVIDER_SIGNATORY, "Managing Partner", 11),
    ]:
        _signed(canvas, x, y - 60, party, name, role, seed)
    _foot(canvas, 2)


def _text(canvas: Canvas, y: float, text: str, indent: float = 0) -> float:
    """Set a justified paragraph, its last line ragged; return the baseline that would follow."""
    width = RIGHT - LEFT - indent
    *full, last = simpleSplit(text, "Times-Roman", SIZE, width)
    canvas.setFont("Times-Roman", SIZE)
    for line in full:
        spare = width - canvas.stringWidth(line, "Times-Roman", SIZE)
        canvas.drawString(LEFT + indent, y, line, wordSpace=spare / max(line.count(" "), 1))
        y -= LEADING
    canvas.drawString(LEFT + indent, y, last)
    return y - LEADING


def _clauses(canvas: Canvas, y: float, clauses: list[tuple[str, str]]) -> float:
    for heading, text in clauses:
        canvas.setFont("Times-Bold", SIZE + 1)
        canvas.drawString(LEFT, y, heading)
        y = _text(canvas, y - LEADING - 1, text, indent=18) - 10
    return y


def _signed(canvas: Canvas, x: float, y: float, party: str, name: str, role: str, seed: int) -> None:
    canvas.setFont("Times-Roman", SIZE)
    canvas.drawString(x, y, "For and on behalf of")
    canvas.setFont("Times-Bold", SIZE)
    canvas.drawString(x, y - LEADING, party)
    signature(canvas, x + 14, y - 64, 120, seed)
    canvas.setLineWidth(0.7)
    canvas.line(x, y - 72, x + 200, y - 72)
    canvas.setFont("Times-Roman", SIZE)
    for row, (label, value) in enumerate([("Name:", name), ("Title:", role), ("Date:", day(AGREED))]):
        canvas.drawString(x, y - 90 - row * 17, label)
        canvas.drawString(x + 40, y - 90 - row * 17, value)


def _foot(canvas: Canvas, number: int) -> None:
    canvas.setFont("Times-Italic", 9)
    canvas.drawString(LEFT, 44, f"{TITLE} - {CLIENT}")
    canvas.drawRightString(RIGHT, 44, f"Page {number} of 2")
