"""What stands where a page's text layer says nothing."""

from __future__ import annotations

from PIL import Image, ImageDraw

from quire.reading.model import Box, Word
from quire.reading.pdf.gaps import drawn_in, drawn_letters, empty_pictures
from tests.reading.build import words

SIZE = (612.0, 792.0)
PASTED = Box(72, 200, 540, 500)
LETTERS = [Box(100 + 6 * (n % 40), 300 + 12 * (n // 40), 104 + 6 * (n % 40), 306 + 12 * (n // 40)) for n in range(160)]


def prose(top: float, count: int, left: float = 60) -> list[Word]:
    text = "payment is due within thirty days of the date of this invoice without any deduction whatever of charges"
    return [word for n in range(count) for word in words(text, left, top + 14 * n)]


def test_a_scan_under_a_caption() -> None:
    assert empty_pictures([PASTED], words("Purchase order", 72, 80), *SIZE)


def test_one_that_comes_in_strips() -> None:
    strips = [Box(72, 200 + 10 * n, 540, 210 + 10 * n) for n in range(30)]
    assert empty_pictures(strips, (), *SIZE)


def test_logos_are_nothing() -> None:
    at_top, at_bottom, stamp = Box(0, 7, 242, 114), Box(39, 722, 484, 790), Box(400, 400, 520, 460)
    assert not empty_pictures([at_top, at_bottom, stamp], (), *SIZE)


def test_a_picture_behind_text_is_not_empty() -> None:
    assert not empty_pictures([Box(0, 0, *SIZE)], prose(120, 42), *SIZE)
    assert empty_pictures([Box(0, 0, *SIZE)], prose(120, 10), *SIZE)


def look(draw_on: str) -> Image.Image:
    page = Image.new("L", (927, 1200), 255)
    draw = ImageDraw.Draw(page)
    draw.rectangle([x * 1200 / 792 for x in (PASTED.x0, PASTED.y0, PASTED.x1, PASTED.y1)], fill=225)
    for n in range(20):
        draw.text((120, 310 + 22 * n), draw_on, fill=0)
    return page


def test_a_field_of_colour_shows_nothing() -> None:
    cells = empty_pictures([PASTED], (), *SIZE)
    assert not drawn_in(cells, look(""))
    assert drawn_in(cells, look("25651275  MILK CHOCOLATE TABLET BAR  12  840  1.37  1150.80  " * 2))


def test_a_shade_shows_nothing() -> None:
    shade = Image.linear_gradient("L").resize((927, 1200))
    assert not drawn_in(empty_pictures([PASTED], (), *SIZE), shade)


def test_letters_drawn_as_shapes_beside_text() -> None:
    found = drawn_letters(LETTERS, prose(600, 4), *SIZE)
    assert found
    assert all(found.holds(*letter.centre) for letter in LETTERS)


def test_a_drawn_logo_or_what_stands_under_words_is_nothing() -> None:
    assert drawn_letters(LETTERS[:60], (), *SIZE) is None
    assert drawn_letters([Box(b.x0, b.y0 - 290, b.x1, b.y1 - 290) for b in LETTERS], (), *SIZE) is None
    assert drawn_letters(LETTERS, prose(290, 6), *SIZE) is None
