"""Account statements of one to four pages, with a balance in each row.

Traps: money out and money in are columns of their own, one empty in each row; an available credit beside the balances;
a balance carried over each page. The last layout is in the test half only.
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

LEFT, RIGHT, TOP, BOTTOM = 46.0, A4[0] - 46, A4[1] - 56, 80.0
ROW = 15.0
LAYOUTS = {"dev": (0, 1), "test": (0, 1, 2)}

SCHEMA = schema.record(
    "Statement",
    "An account statement.",
    {
        "account_holder": schema.text("Account holder", "Name of the person whose account it is."),
        "account_number": schema.text("Account number", "Number of the account."),
        "period_from": schema.date("Period from", "First day of the period."),
        "period_to": schema.date("Period to", "Last day of the period."),
        "opening_balance": schema.number("Opening balance", "Balance before the first transaction."),
        "closing_balance": schema.number("Closing balance", "Balance after the last transaction."),
        "transactions": schema.rows(
            "Transactions",
            "The movements of the account, without balances carried over.",
            {
                "date": schema.date("Date", "Day of the movement."),
                "description": schema.text("Description", "What it was (details, text)."),
                "money_out": schema.number("Money out", "Amount that left the account (debit)."),
                "money_in": schema.number("Money in", "Amount that came in (credit)."),
                "balance": schema.number("Balance", "Balance after the movement."),
            },
        ),
    },
)


@dataclass(frozen=True, slots=True)
class _Movement:
    on: date
    text: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class _Statement:
    place: Place
    layout: int
    bank: str
    holder: str
    account: str
    begins: date
    ends: date
    opening: Decimal
    movements: Sequence[_Movement]


def _drawn(split: str, n: int, chance: random.Random) -> Made:
    one = _invented(split, n, chance)
    pdf = draw(lambda canvas: _paint(canvas, one), A4, one.account, one.bank, one.ends)
    transactions = [
        {
            "date": movement.on.isoformat(),
            "description": movement.text,
            "money_out": float(-movement.amount) if movement.amount < 0 else None,
            "money_in": float(movement.amount) if movement.amount > 0 else None,
            "balance": float(movement.balance),
        }
        for movement in one.movements
    ]
    fields = {
        "account_holder": one.holder,
        "account_number": one.account,
        "period_from": one.begins.isoformat(),
        "period_to": one.ends.isoformat(),
        "opening_balance": float(one.opening),
        "closing_balance": float(one.movements[-1].balance),
        "transactions": transactions,
    }
    return Made(f"statement-{split}-{n:02}.pdf", pdf, fields)


KIND = Kind("drawn-statements", SCHEMA, _drawn, {"dev": 12, "test": 9})


def _invented(split: str, n: int, chance: random.Random) -> _Statement:
    place = PLACES[n % len(PLACES)]
    begins = drawn_day(chance).replace(day=1)
    count = chance.randint(60, 130) if n % 2 else chance.randint(5, 24)
    days = sorted(begins + timedelta(days=chance.randint(0, 27)) for _ in range(count))
    balance = opening = Decimal(chance.randint(50_000, 900_000)) / 100
    movements = []
    for on in days:
        amount = Decimal(chance.randint(100, 30_000)) / 100
        amount = amount if chance.random() < 0.4 or balance < amount else -amount
        balance += amount
        movements.append(_Movement(on, chance.choice(place.words["payments"].split("|")), amount, balance))
    layouts = LAYOUTS[split]
    return _Statement(
        place=place,
        layout=layouts[n // 2 % len(layouts)],
        bank=f"{drawn_firm(place, split, chance).split()[0]} Bank",
        holder=" ".join(chance.choice(place.people)),
        account=f"{chance.randint(10, 99)} {chance.randint(1000, 9999)} {chance.randint(1000, 9999)}",
        begins=begins,
        ends=begins + timedelta(days=27),
        opening=opening,
        movements=movements,
    )


_COLUMNS = {
    0: (
        ("day", LEFT, False),
        ("details", 130.0, False),
        ("out", 390.0, True),
        ("in", 470.0, True),
        ("balance", RIGHT, True),
    ),
    1: (
        ("day", LEFT, False),
        ("details", 150.0, False),
        ("in", 390.0, True),
        ("out", 470.0, True),
        ("balance", RIGHT, True),
    ),
    2: (
        ("details", LEFT, False),
        ("day", 210.0, False),
        ("out", 400.0, True),
        ("in", 480.0, True),
        ("balance", RIGHT, True),
    ),
}


def _paint(canvas: Canvas, one: _Statement) -> None:
    y = _head(canvas, one)
    first, more = int((y - BOTTOM) / ROW) - 2, int((TOP - BOTTOM) / ROW) - 3
    rest = one.movements[first:]
    parts = [one.movements[:first], *(rest[at : at + more] for at in range(0, len(rest), more))]
    for number, part in enumerate(parts, start=1):
        if number > 1:
            canvas.showPage()
            y = TOP
        y = _table(canvas, one, part, y, parts[number - 2][-1].balance if number > 1 else None)
        canvas.setFont("Helvetica", 7.5)
        canvas.drawString(LEFT, 40, f"{one.bank} · {one.account}")
        canvas.drawRightString(RIGHT, 40, one.place.words["page"].format(n=number, all=len(parts)))


def _head(canvas: Canvas, one: _Statement) -> float:
    place, word = one.place, one.place.words
    lines(canvas, LEFT, TOP, [one.bank, word["statement"]], "Helvetica-Bold", 14, 20)
    facts = [
        (word["holder"], one.holder),
        (word["account"], one.account),
        (word["from"], place.written(one.begins)),
        (word["until"], place.written(one.ends)),
        (word["available"], place.money(Decimal(500))),
        (word["opening"], place.money(one.opening)),
        (word["closing"], place.money(one.movements[-1].balance)),
    ]
    y = TOP - 60
    for n, (label, value) in enumerate(facts):
        canvas.setFont("Helvetica", 9.5)
        if one.layout == 1:  # two side by side, each label over its value
            x, line = LEFT + 260 * (n % 2), y - 30 * (n // 2)
            canvas.drawString(x, line, label)
            canvas.setFont("Helvetica-Bold", 9.5)
            canvas.drawString(x, line - 12, value)
        else:
            canvas.drawString(LEFT, y - 14 * n, label if one.layout == 0 else f"{label}:")
            canvas.drawString(LEFT + 150, y - 14 * n, value)
    return y - 30 * 4 - 20 if one.layout == 1 else y - 14 * len(facts) - 20


def _table(canvas: Canvas, one: _Statement, part: Sequence[_Movement], y: float, carried: Decimal | None) -> float:
    place = one.place

    def row(cells: dict[str, str], face: str) -> None:
        canvas.setFont(face, 8.5)
        for name, x, ends in _COLUMNS[one.layout]:
            (canvas.drawRightString if ends else canvas.drawString)(x, y, cells.get(name, ""))

    row({name: place.words[name] for name, _, _ in _COLUMNS[one.layout]}, "Helvetica-Bold")
    canvas.line(LEFT, y - 4, RIGHT, y - 4)
    y -= ROW
    if carried is not None:
        row({"details": place.words["carried"], "balance": place.money(carried)}, "Helvetica-Oblique")
        y -= ROW
    for movement in part:
        side = "in" if movement.amount > 0 else "out"
        cells = {"day": place.written(movement.on), "details": movement.text, side: place.money(abs(movement.amount))}
        row({**cells, "balance": place.money(movement.balance)}, "Helvetica")
        y -= ROW
    return y
