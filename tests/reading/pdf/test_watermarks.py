"""Words across a page are mixed into no line."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.reading.make_pdf import rows

from .test_text import one, texts

LINES = [f"Invoice line {n}: item {n} of the order, 12.50" for n in range(20)]


def form(canvas: Canvas) -> None:
    rows([[(72, line)] for line in LINES], leading=24)(canvas)


def across(canvas: Canvas, degrees: float, grey: float, size: float = 70, text: str = "DRAFT COPY") -> None:
    canvas.saveState()
    canvas.setFillGray(grey)
    canvas.setFont("Helvetica", size)
    canvas.translate(90, 400)
    canvas.rotate(degrees)
    canvas.drawString(0, 0, text)
    canvas.restoreState()


@pytest.mark.parametrize(("degrees", "grey"), [(45, 0.85), (-30, 0.7), (60, 0.3), (0, 0.85)])
@pytest.mark.parametrize("first", [False, True])
def test_a_watermark_is_no_part_of_a_line(tmp_path: Path, degrees: float, grey: float, first: bool) -> None:
    def page(canvas: Canvas) -> None:
        if first:
            across(canvas, degrees, grey)
            canvas.setFont("Helvetica", 10)
        form(canvas)
        if not first:
            across(canvas, degrees, grey)

    found = one(tmp_path / "a.pdf", page)
    assert texts(found) == LINES
    assert [(warning.kind, warning.count) for warning in found.warnings] == [("watermark", 2)]


def test_a_large_pale_heading_beside_the_text_is_read(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillGray(0.8)
        canvas.setFont("Helvetica", 40)
        canvas.drawString(380, 730, "INVOICE")
        canvas.restoreState()
        rows([[(72, "Acme Ltd, 9 Dock Road")], [(72, "Leeds")]], top=750)(canvas)

    assert "INVOICE" in [word.text for word in one(tmp_path / "a.pdf", page).words]


def test_small_slanted_words_are_read(tmp_path: Path) -> None:
    """As the names of narrow columns are set."""

    def page(canvas: Canvas) -> None:
        form(canvas)
        canvas.saveState()
        canvas.translate(400, 745)
        canvas.rotate(45)
        canvas.drawString(0, 0, "Weight")
        canvas.restoreState()

    assert "Weight" in [word.text for word in one(tmp_path / "a.pdf", page).words]


def test_a_page_of_slanted_text_is_no_watermark(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.rotate(20)
        canvas.setFont("Helvetica", 30)
        canvas.drawString(200, 300, "All of it runs aslant")

    assert len(one(tmp_path / "a.pdf", page).words) == 5
