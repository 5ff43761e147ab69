"""What is painted on a page, and the sizes by which it is told apart, each from both sides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from quire.reading.model import Box
from quire.reading.pdf import drawings as module
from quire.reading.pdf.drawings import Drawings, drawings
from quire.reading.pdf.file import Placement
from tests.reading.make_pdf import draw


@pytest.fixture
def painted(tmp_path: Path) -> Callable[[Callable[[Canvas], object]], Drawings]:
    """What is found on a page that is drawn so."""

    def look(page: Callable[[Canvas], object]) -> Drawings:
        document = pypdfium2.PdfDocument(draw(tmp_path / "a.pdf", page))
        opened = document[0]
        found = drawings(opened, Placement(opened))
        opened.close()
        document.close()
        return found

    return look


Painted = Callable[[Callable[[Canvas], object]], Drawings]


def filled(x: float, y: float, width: float, height: float) -> Callable[[Canvas], object]:
    return lambda canvas: canvas.rect(x, y, width, height, stroke=0, fill=1)


def circle(diameter: float, x: float = 100, y: float = 100) -> Callable[[Canvas], object]:
    return lambda canvas: canvas.circle(x, y, diameter / 2, stroke=0, fill=1)


def picture(width: int, height: int) -> Callable[[Canvas], object]:
    """So many pixels over a square inch."""
    image = ImageReader(Image.new("RGB", (width, height), "red"))
    return lambda canvas: canvas.drawImage(image, 72, 72, 72, 72)


def test_a_page_that_shows_nothing(painted: Painted) -> None:
    found = painted(lambda _: None)
    assert found == Drawings()
    assert found.whole and found.drawable and not found.drawn


@pytest.mark.parametrize(("width", "height"), [(100, 3), (3, 100)])
def test_an_area_of_three_points_is_a_ruling(painted: Painted, width: float, height: float) -> None:
    found = painted(filled(100, 500, width, height))
    [ruling] = found.rulings
    assert min(ruling.width, ruling.height) == 0
    assert max(ruling.width, ruling.height) == 100
    assert found.fills == [] and found.drawn


def test_a_thicker_one_is_a_background(painted: Painted) -> None:
    found = painted(filled(100, 500, 100, 3.25))
    assert found.rulings == []
    [fill] = found.fills
    assert fill.opaque and fill.colour == (0, 0, 0)
    assert fill.box == Box(100, 792 - 503.25, 200, 292)


def test_a_ruling_is_four_points_long(painted: Painted) -> None:
    assert len(painted(filled(100, 500, 4, 1)).rulings) == 1
    short = painted(filled(100, 500, 3.75, 1))
    assert (short.rulings, short.fills, short.drawn) == ([], [], True)
    assert len(painted(lambda canvas: canvas.line(100, 500, 104, 500)).rulings) == 1
    assert painted(lambda canvas: canvas.line(100, 500, 103.75, 500)).rulings == []


def test_lines_run_level_or_upright_to_half_a_point(painted: Painted) -> None:
    assert len(painted(lambda canvas: canvas.line(100, 500, 200, 500.5)).rulings) == 1
    assert painted(lambda canvas: canvas.line(100, 500, 200, 500.75)).rulings == []


def test_a_curved_shape_of_forty_points_may_be_a_letter(painted: Painted) -> None:
    found = painted(circle(40))
    assert (found.outlines, len(found.letters)) == (1, 1)
    assert painted(circle(40.5)).outlines == 0
    assert painted(lambda canvas: canvas.rect(100, 100, 30, 30, stroke=0, fill=1)).outlines == 0


@pytest.mark.parametrize(("height", "letters"), [(1.5, 0), (2.0, 1)])
def test_dots_are_no_letters(painted: Painted, height: float, letters: int) -> None:
    """What lies below two points, with its line of a tenth on each side."""

    def flat(canvas: Canvas) -> None:
        canvas.setLineWidth(0.1)
        canvas.ellipse(100, 100, 120, 100 + height, stroke=1, fill=1)

    found = painted(flat)
    assert (found.outlines, len(found.letters)) == (1, letters)


def test_so_many_letters_are_kept_and_all_are_counted(painted: Painted, monkeypatch: pytest.MonkeyPatch) -> None:
    assert module._MOST_LETTERS == 10_000
    monkeypatch.setattr(module, "_MOST_LETTERS", 2)

    def three(canvas: Canvas) -> None:
        for n in range(3):
            circle(10, 100 + 20 * n)(canvas)

    found = painted(three)
    assert (found.outlines, len(found.letters)) == (3, 2)


@pytest.mark.parametrize(("lines", "rulings"), [(399, 399), (400, 0)])
def test_a_path_of_more_than_400_segments_is_a_plot(painted: Painted, lines: int, rulings: int) -> None:
    def steps(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.moveTo(100, 100)
        for n in range(lines):
            path.lineTo(100 + 10 * ((n + 1) % 2), 100)
        canvas.drawPath(path)

    assert len(painted(steps).rulings) == rulings


@pytest.mark.parametrize(("width", "legible"), [(36, 1), (35, 0)])
def test_a_picture_of_36_dots_an_inch_may_carry_text(painted: Painted, width: int, legible: int) -> None:
    found = painted(picture(width, 36))
    assert (len(found.images), len(found.legible), found.most_pixels) == (1, legible, 36 * width)
    assert [(fill.colour, fill.opaque) for fill in found.fills] == [(None, True)]


def test_a_page_is_drawn_where_its_pictures_fit_and_all_of_it_is_known() -> None:
    assert Drawings(most_pixels=80_000_000).drawable
    assert not Drawings(most_pixels=80_000_001).drawable
    assert not Drawings(whole=False).drawable


def test_no_more_objects_are_looked_at_than_a_table_has(painted: Painted, monkeypatch: pytest.MonkeyPatch) -> None:
    assert module._MOST_OBJECTS == 30_000
    monkeypatch.setattr(module, "_MOST_OBJECTS", 3)

    def squares(number: int) -> Callable[[Canvas], None]:
        def page(canvas: Canvas) -> None:
            for n in range(number):
                filled(100 + 30 * n, 100, 20, 20)(canvas)

        return page

    assert [(len(found.fills), found.whole) for found in map(painted, map(squares, (2, 3, 4)))] == [
        (2, True),
        (3, False),
        (3, False),
    ]


@pytest.mark.parametrize(("depth", "seen"), [(1, 1), (7, 1), (8, 0)])
def test_forms_are_entered_seven_deep(painted: Painted, depth: int, seen: int) -> None:
    def nested(canvas: Canvas) -> None:
        for n in range(depth):
            canvas.beginForm(f"form{n}", 0, 0, 612, 792)
            if n:
                canvas.doForm(f"form{n - 1}")
            else:
                canvas.rect(100, 100, 20, 20, stroke=0, fill=1)
            canvas.endForm()
        canvas.doForm(f"form{depth - 1}")

    assert len(painted(nested).fills) == seen


def test_text_beside_the_page_stands_apart(painted: Painted) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(100, 500, "on it")
        canvas.drawString(700, 500, "beside it")

    found = painted(page)
    assert (len(found.texts), len(found.beside)) == (1, 1)
    assert found.texts[0].painted and found.texts[0].order == 0
    assert not found.drawn


def clipped(x: float, y: float) -> Callable[[Canvas], object]:
    """A square of 100 points at (x, y), seen through a window from (100, 100) to (200, 200)."""

    def page(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(100, 100, 100, 100)
        canvas.clipPath(path, stroke=0, fill=0)
        filled(x, y, 100, 100)(canvas)

    return page


def test_what_is_clipped_shows_as_far_as_its_window(painted: Painted) -> None:
    [fill] = painted(clipped(150, 150)).fills
    assert fill.box == Box(150, 592, 200, 642)
    assert [painted(clipped(*at)).fills for at in ((300, 150), (150, 300), (300, 300))] == [[], [], []]


def test_lines_run_from_end_to_end_whichever_way_they_are_drawn(painted: Painted) -> None:
    level, upright = Box(100, 292, 200, 292), Box(100, 192, 100, 292)
    assert painted(lambda canvas: canvas.line(200, 500, 100, 500)).rulings == [level]
    assert painted(lambda canvas: canvas.line(100, 600, 100, 500)).rulings == [upright]


def test_what_a_form_places_stands_where_it_shows(painted: Painted) -> None:
    def page(canvas: Canvas) -> None:
        canvas.beginForm("form", 0, 0, 612, 792)
        canvas.rect(10, 20, 30, 40, stroke=0, fill=1)
        canvas.endForm()
        canvas.translate(100, 200)
        canvas.rotate(90)
        canvas.doForm("form")

    [fill] = painted(page).fills
    assert (fill.box.x0, fill.box.y0, fill.box.x1, fill.box.y1) == pytest.approx((40, 552, 80, 582), abs=0.01)
