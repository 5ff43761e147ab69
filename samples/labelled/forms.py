"""Filled forms of one page: labels beside, over and under their lines, a quarter of which are blank.

A blank box must stay null: its neighbours' values are near. The part for the office holds a number that is nobody's.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from samples import schema
from samples.drawing.page import draw, lines
from samples.labelled.made import Kind, Made
from samples.labelled.places import PLACES, Place, drawn_day, drawn_firm

LEFT, RIGHT, TOP = 50.0, A4[0] - 50, A4[1] - 70
LAYOUTS = {"dev": (0, 1), "test": (0, 1, 2)}
BLANK = 0.25
ORDER = ("last", "first", "born", "member", "street", "code", "city", "phone", "email", "employer")
NAMES = {
    "last": "last_name", "first": "first_name", "born": "date_of_birth", "member": "membership_number",
    "street": "street", "code": "postcode", "city": "city", "phone": "phone", "email": "email", "employer": "employer",
}  # fmt: skip

SCHEMA = schema.record(
    "Application",
    "An application form, filled in by hand or by machine.",
    {
        "last_name": schema.text("Last name", "Family name of the applicant."),
        "first_name": schema.text("First name", "Given name of the applicant."),
        "date_of_birth": schema.date("Date of birth", "Day on which the applicant was born."),
        "membership_number": schema.text("Membership number", "Number of the applicant's membership."),
        "street": schema.text("Street", "Street and house number."),
        "postcode": schema.text("Postcode", "Postal code."),
        "city": schema.text("City", "City or town."),
        "phone": schema.text("Phone", "Telephone number."),
        "email": schema.text("E-mail", "E-mail address."),
        "employer": schema.text("Employer", "Name of the applicant's employer."),
    },
)


@dataclass(frozen=True, slots=True)
class _Form:
    place: Place
    layout: int
    club: str
    values: dict[str, str]


def _drawn(split: str, n: int, chance: random.Random) -> Made:
    place = PLACES[n % len(PLACES)]
    first, last = chance.choice(place.people)
    code, city = chance.choice(place.cities)
    born = drawn_day(chance).replace(year=chance.randint(1950, 2004))
    whole = {
        "last": last,
        "first": first,
        "born": place.written(born),
        "member": f"M-{chance.randint(10_000, 99_999)}",
        "street": chance.choice(place.streets),
        "code": code,
        "city": city,
        "phone": f"0{chance.randint(100, 999)} {chance.randint(100_000, 999_999)}",
        "email": f"{_plain(first)}.{_plain(last)}@mail.example",
        "employer": drawn_firm(place, split, chance),
    }
    values = {name: "" if chance.random() < BLANK else value for name, value in whole.items()}
    layouts = LAYOUTS[split]
    form = _Form(place, layouts[n % len(layouts)], f"{place.cities[2][1]} Sport", values)
    fields = {NAMES[name]: value or None for name, value in values.items()}
    if values["born"]:
        fields["date_of_birth"] = born.isoformat()
    pdf = draw(lambda canvas: _paint(canvas, form), A4, place.words["form"], form.club, drawn_day(chance))
    return Made(f"form-{split}-{n:02}.pdf", pdf, fields)


KIND = Kind("drawn-forms", SCHEMA, _drawn, {"dev": 16, "test": 12})


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("áéíóúüöäñ", "aeiouuoan"))


def _paint(canvas: Canvas, form: _Form) -> None:
    words = form.place.words
    lines(canvas, LEFT, TOP, [form.club, words["form"]], "Helvetica-Bold", 15, 22)
    y = TOP - 80
    for n, name in enumerate(ORDER):
        label, value = words[name], form.values[name]
        if form.layout == 0:  # a label, then a line to write on
            _write(canvas, LEFT, y, label, "Helvetica", 10)
            canvas.line(LEFT + 150, y - 2, RIGHT, y - 2)
            _write(canvas, LEFT + 155, y, value, "Courier", 11)
            y -= 28
        elif form.layout == 1:  # boxes, two in a row, the label small in the upper corner
            x = LEFT + (n % 2) * 250
            canvas.rect(x, y - 24, 240, 34)
            _write(canvas, x + 4, y + 1, label, "Helvetica", 7)
            _write(canvas, x + 8, y - 17, value, "Courier-Bold", 11)
            y -= 44 * (n % 2)
        else:  # a line, and the label under it
            x = LEFT + (n % 2) * 250
            canvas.line(x, y - 2, x + 230, y - 2)
            _write(canvas, x + 2, y + 2, value, "Courier", 11)
            _write(canvas, x, y - 11, label, "Helvetica", 7)
            y -= 46 * (n % 2)
    _write(canvas, LEFT, 120, words["office"], "Helvetica-Bold", 9)
    _write(canvas, LEFT, 104, "Ref. 2217-04  ·  V 3.1", "Helvetica", 9)


def _write(canvas: Canvas, x: float, y: float, text: str, font: str, size: float) -> None:
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)
