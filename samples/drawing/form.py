"""A registration form, filled in with a typewriter and faxed: two black and white pages."""

from datetime import date

import numpy as np
from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas

from samples import scan, schema
from samples.drawing.page import draw, paragraph, signature
from samples.raster import raster
from samples.sample import Sample

PRACTICE = "Maplewood Family Dental Practice"
SIGNED = date(2025, 3, 10)
BORN = date(1987, 11, 23)
LEFT, RIGHT = 54.0, LETTER[0] - 54
DPI = 200

FIELDS: dict[str, object] = {
    "last_name": "Castellanos",
    "first_name": "Miriam",
    "date_of_birth": BORN.isoformat(),
    "phone": "(555) 555-0184",
    "email": "m.castellanos@mail.example.com",
    "street": "418 Orchard Hill Road, Apt 6",
    "city": "Linden Falls",
    "state": "VT",
    "zip_code": "05990",
    "employer": "Granite Ridge Public Schools",
    "emergency_contact": "Tomas Castellanos",
    "emergency_phone": "(555) 555-0139",
    "preferred_contact": "Email",
    "insurer": "Green Mountain Mutual Dental",
    "member_id": "GMD 774 2018 36",
    "group_number": "40-1187",
    "policy_holder": "Self",
    "allergies": True,
    "allergy_details": "Penicillin, latex gloves",
    "takes_medication": True,
    "medication": "Levothyroxine 50 mcg, once daily",
    "smokes": False,
    "pregnant": False,
    "heart_condition": False,
    "diabetes": False,
    "date_signed": SIGNED.isoformat(),
}

SCHEMA = schema.record(
    "Patient registration",
    "A form by which a new patient registers with a practice.",
    {
        "last_name": schema.text("Last name", "The patient's family name."),
        "first_name": schema.text("First name", "The patient's given name."),
        "date_of_birth": schema.date("Date of birth", "The patient's date of birth."),
        "phone": schema.text("Phone", "The patient's telephone number."),
        "email": schema.text("Email", "The patient's email address."),
        "street": schema.text("Street address", "Street, house number and apartment."),
        "city": schema.text("City", "City of the patient's address."),
        "state": schema.text("State", "State of the patient's address, as two letters."),
        "zip_code": schema.text("ZIP code", "ZIP code of the patient's address."),
        "employer": schema.text("Employer", "Name of the patient's employer."),
        "emergency_contact": schema.text("Emergency contact", "Name of the person to call in an emergency."),
        "emergency_phone": schema.text("Emergency phone", "Telephone number of the emergency contact."),
        "preferred_contact": schema.choice(
            "Preferred contact", "The way of contact that is ticked.", ["Phone", "Email", "Post"]
        ),
        "insurer": schema.text("Insurance company", "Name of the dental insurer."),
        "member_id": schema.text("Member ID", "The patient's number with the insurer."),
        "group_number": schema.text("Group number", "The insurer's group number."),
        "policy_holder": schema.choice("Policy holder", "Whose policy it is, as ticked.", ["Self", "Spouse", "Parent"]),
        "allergies": schema.boolean("Allergies", "Whether the patient has any allergies."),
        "allergy_details": schema.text("Allergy details", "What the patient is allergic to."),
        "takes_medication": schema.boolean("Takes medication", "Whether the patient takes medication at present."),
        "medication": schema.text("Medication", "Which medication the patient takes."),
        "smokes": schema.boolean("Smokes", "Whether the patient smokes or uses tobacco."),
        "pregnant": schema.boolean("Pregnant", "Whether the patient is pregnant."),
        "heart_condition": schema.boolean("Heart condition", "Whether the patient ever had a heart condition."),
        "diabetes": schema.boolean("Diabetes", "Whether the patient has diabetes."),
        "date_signed": schema.date("Date signed", "Day on which the patient signed."),
    },
)


def form() -> Sample:
    pdf = draw(_paint, LETTER, "Patient registration", PRACTICE, SIGNED)
    return Sample("form.tiff", SCHEMA, FIELDS, pdf, _faxed(pdf))


def _faxed(pdf: bytes) -> bytes:
    rng = np.random.default_rng(20250310)
    pages = []
    for image, degrees in zip(raster(pdf, DPI), (-0.5, 0.3), strict=True):
        page = scan.blur(scan.skew(np.asarray(image.convert("L")), degrees), 0.7)
        pages.append(scan.bilevel(scan.noise(scan.specks(page, 60, rng), 16, rng)))
    return scan.tiff(pages, DPI)


def _paint(canvas: Canvas) -> None:
    _first(canvas)
    canvas.showPage()
    _second(canvas)


def _first(canvas: Canvas) -> None:
    _head(canvas, 1)
    canvas.setFont("Helvetica-Bold", 17)
    canvas.drawString(LEFT, 712, PRACTICE)
    canvas.setFont("Helvetica", 9.5)
    canvas.drawString(LEFT, 697, "26 Maple Street, Linden Falls, VT 05990 · Fax (555) 555-0117")
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(LEFT, 668, "NEW PATIENT REGISTRATION")
    canvas.setFont("Helvetica-Oblique", 9.5)
    canvas.drawString(LEFT, 654, "Please type or print in black ink. Fields marked * are required.")

    y = _section(canvas, 628, "1. Patient")
    y = _boxes(
        canvas,
        y,
        [("Last name *", "last_name", 190), ("First name *", "first_name", 164), ("Date of birth *", "", 150)],
    )
    _typed(canvas, LEFT + 360, y + 8, f"{BORN:%m/%d/%Y}")
    y = _boxes(canvas, y, [("Street address *", "street", 504)])
    y = _boxes(canvas, y, [("City *", "city", 254), ("State *", "state", 90), ("ZIP code *", "zip_code", 160)])
    y = _boxes(canvas, y, [("Phone *", "phone", 190), ("Email", "email", 314)])
    y = _boxes(canvas, y, [("Employer", "employer", 504)])
    y = _ticks(canvas, y - 22, "Preferred contact:", ["Phone", "Email", "Post"], str(FIELDS["preferred_contact"]))

    y = _section(canvas, y - 12, "2. Emergency contact")
    y = _lined(canvas, y - 16, "Name:", str(FIELDS["emergency_contact"]))
    y = _lined(canvas, y, "Phone:", str(FIELDS["emergency_phone"]))

    y = _section(canvas, y - 2, "3. Dental insurance")
    y = _boxes(canvas, y, [("Insurance company", "insurer", 504)])
    y = _boxes(canvas, y, [("Member ID", "member_id", 280), ("Group number", "group_number", 224)])
    _ticks(canvas, y - 22, "Policy holder:", ["Self", "Spouse", "Parent"], str(FIELDS["policy_holder"]))


def _second(canvas: Canvas) -> None:
    _head(canvas, 2)
    y = _section(canvas, 708, "4. Medical history")
    canvas.setFont("Helvetica-Oblique", 9.5)
    canvas.drawString(LEFT, y - 16, "Mark one box in each row.")
    y -= 42
    for question, field, details in [
        ("Do you have any allergies?", "allergies", ("If yes, which:", "allergy_details")),
        ("Do you take any medication at present?", "takes_medication", ("If yes, which:", "medication")),
        ("Do you smoke or use tobacco?", "smokes", None),
        ("Are you pregnant?", "pregnant", None),
        ("Have you ever had a heart condition?", "heart_condition", None),
        ("Do you have diabetes?", "diabetes", None),
    ]:
        y = _ticks(canvas, y, question, ["Yes", "No"], "Yes" if FIELDS[field] else "No", first=318)
        if details:
            y = _lined(canvas, y + 2, details[0], str(FIELDS[details[1]]), indent=24)

    y = _section(canvas, y - 6, "5. Consent")
    consent = (
        "I confirm that the information given on this form is complete and correct. I consent to examination and to "
        "X-rays where the dentist finds them necessary. I understand that I am responsible for charges that my "
        "insurance does not pay, and that appointments cancelled less than 24 hours ahead may be charged."
    )
    y = paragraph(canvas, LEFT, y - 18, RIGHT - LEFT, consent, "Helvetica", 10.5)
    y = _ticks(canvas, y - 12, "", ["I agree to receive reminders by email or text message."], "", first=0)
    canvas.setLineWidth(0.8)
    canvas.line(LEFT, y - 50, LEFT + 270, y - 50)
    canvas.line(LEFT + 320, y - 50, RIGHT, y - 50)
    signature(canvas, LEFT + 30, y - 42, 130, seed=23)
    _typed(canvas, LEFT + 336, y - 46, f"{SIGNED:%m/%d/%Y}")
    canvas.setFont("Helvetica", 9)
    canvas.drawString(LEFT, y - 62, "Signature of patient or guardian")
    canvas.drawString(LEFT + 320, y - 62, "Date signed")
    canvas.rect(LEFT, 72, RIGHT - LEFT, 62)
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(LEFT + 8, 120, "FOR OFFICE USE ONLY")
    canvas.setFont("Helvetica", 9)
    for x, label in [(8, "Chart no."), (180, "Received by"), (360, "Date entered")]:
        canvas.drawString(LEFT + x, 86, label)
        canvas.line(LEFT + x + 62, 84, LEFT + x + 136, 84)


def _head(canvas: Canvas, number: int) -> None:
    """The line that the sending machine prints over each page, and the form's own foot."""
    canvas.setFont("Courier-Bold", 8.5)
    canvas.drawString(30, 770, f"{SIGNED:%m/%d/%Y}  14:07   FROM: GRANITE RIDGE SCHOOLS   TO: 5555550117")
    canvas.drawRightString(LETTER[0] - 30, 770, f"P.{number:03}/002")
    canvas.setFont("Helvetica", 8.5)
    canvas.drawString(LEFT, 40, "Form NP-2 (rev. 01/2024)")
    canvas.drawRightString(RIGHT, 40, f"Page {number} of 2")


def _section(canvas: Canvas, y: float, title: str) -> float:
    """A bar with a section's title; return its lower edge."""
    canvas.rect(LEFT, y - 5, RIGHT - LEFT, 18, stroke=0, fill=1)
    canvas.setFillGray(1)
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(LEFT + 6, y, title)
    canvas.setFillGray(0)
    return y - 5


def _boxes(canvas: Canvas, y: float, boxes: list[tuple[str, str, float]]) -> float:
    """A row of boxes (label, field, width) hanging from `y`, the label above the value; return the lower edge."""
    x, height = LEFT, 35.0
    canvas.setLineWidth(0.8)
    for label, field, width in boxes:
        canvas.rect(x, y - height, width, height)
        canvas.setFont("Helvetica", 8.5)
        canvas.drawString(x + 5, y - 11, label)
        if field:
            _typed(canvas, x + 10, y - height + 8, str(FIELDS[field]))
        x += width
    return y - height


def _lined(canvas: Canvas, y: float, label: str, value: str, indent: float = 0) -> float:
    """A label with its value on a line to the right; return the next row's baseline."""
    canvas.setFont("Helvetica", 10.5)
    canvas.drawString(LEFT + indent, y, label)
    start = LEFT + indent + 76
    canvas.setLineWidth(0.6)
    canvas.line(start, y - 3, RIGHT - 90, y - 3)
    _typed(canvas, start + 8, y, value)
    return y - 25


def _ticks(canvas: Canvas, y: float, label: str, choices: list[str], chosen: str, first: float = 122) -> float:
    """A label and check boxes from `first` to its right, the chosen one crossed by hand; return the next baseline."""
    canvas.setFont("Helvetica", 10.5)
    canvas.drawString(LEFT, y, label)
    x = LEFT + first
    for choice in choices:
        canvas.setLineWidth(1)
        canvas.rect(x, y - 2, 11, 11)
        if choice == chosen:
            canvas.setLineWidth(1.7)
            canvas.line(x + 1, y - 1, x + 12, y + 10)
            canvas.line(x + 1.5, y + 8.5, x + 10, y - 1)
        canvas.setFont("Helvetica", 10.5)
        canvas.drawString(x + 17, y, choice)
        x += 84
    return y - 25


def _typed(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.setFont("Courier-Bold", 12)
    canvas.drawString(x, y, text)
