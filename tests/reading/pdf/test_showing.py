"""Text that a page does not show is no words: told by drawing the page, whatever hides it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)
from reportlab.lib.colors import Color, black, navy, white
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from quire.reading.model import Page
from tests.reading.make_pdf import draw, rows

from .test_text import faults, one, read, texts

Draw = Callable[[Canvas], object]


def hidden(page: Page) -> list[tuple[str, int]]:
    return [(warning.kind, warning.count) for warning in page.warnings]


def with_total(more: Draw) -> Draw:
    def page(canvas: Canvas) -> None:
        rows([[(72, "Total: 1,250.00")]])(canvas)
        more(canvas)

    return page


def written(text: str = "Total: 9,999.00", y: float = 600) -> Draw:
    return lambda canvas: canvas.drawString(72, y, text)


def in_white(canvas: Canvas) -> None:
    canvas.setFillColor(white)
    written()(canvas)


def nearly_white(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0.98, 0.98, 0.98))
    written()(canvas)


def transparent(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    written()(canvas)


def barely_there(canvas: Canvas) -> None:
    canvas.setFillAlpha(0.02)
    written()(canvas)


def on_its_own_colour(canvas: Canvas) -> None:
    canvas.setFillColor(navy)
    canvas.rect(60, 590, 200, 30, stroke=0, fill=1)
    written()(canvas)


def on_its_own_colour_in_a_picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 4), (200, 30, 30))), 60, 590, 200, 30)
    canvas.setFillColorRGB(200 / 255, 30 / 255, 30 / 255)
    written()(canvas)


def under_a_bar(canvas: Canvas) -> None:
    written()(canvas)
    canvas.rect(60, 590, 200, 30, stroke=0, fill=1)


def under_a_round_shape(canvas: Canvas) -> None:
    written()(canvas)
    canvas.roundRect(40, 580, 240, 50, 10, stroke=0, fill=1)


def under_a_plain_picture(canvas: Canvas) -> None:
    written()(canvas)
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 4), (240, 240, 240))), 60, 590, 200, 30)


def below_a_point(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.5)
    written()(canvas)


def not_painted(canvas: Canvas) -> None:
    text = canvas.beginText(72, 600)
    text.setTextRenderMode(3)
    text.textLine("Total: 9,999.00")
    canvas.drawText(text)


@pytest.mark.parametrize(
    "more",
    [
        in_white,
        nearly_white,
        transparent,
        barely_there,
        on_its_own_colour,
        on_its_own_colour_in_a_picture,
        under_a_bar,
        under_a_round_shape,
        under_a_plain_picture,
        below_a_point,
        not_painted,
    ],
)
def test_what_cannot_be_seen_is_left_out_and_told_of(tmp_path: Path, more: Draw) -> None:
    path = draw(tmp_path / "a.pdf", with_total(more))
    assert faults(path) == {}
    [page] = read(path)
    assert texts(page) == ["Total: 1,250.00"]
    assert hidden(page) == [("hidden_text", 2)]
    assert "9,999" not in page.warnings[0].message


def white_on_a_dark_bar(canvas: Canvas) -> None:
    canvas.rect(60, 590, 200, 30, stroke=0, fill=1)
    in_white(canvas)


def white_twice(canvas: Canvas) -> None:
    """As programs write bold letters that their font has not."""
    white_on_a_dark_bar(canvas)
    written()(canvas)


def white_on_a_picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 4), (20, 60, 20))), 60, 590, 200, 30)
    in_white(canvas)


def under_a_marker(canvas: Canvas) -> None:
    written()(canvas)
    canvas.setFillColorRGB(1, 1, 0)
    canvas.setFillAlpha(0.3)
    canvas.rect(60, 590, 200, 30, stroke=0, fill=1)


def grey(canvas: Canvas) -> None:
    canvas.setFillGray(0.75)
    canvas.setFont("Helvetica", 7)
    written()(canvas)


def half_transparent(canvas: Canvas) -> None:
    canvas.setFillAlpha(0.5)
    written()(canvas)


@pytest.mark.parametrize(
    "more", [white_on_a_dark_bar, white_twice, white_on_a_picture, under_a_marker, grey, half_transparent]
)
def test_what_is_hard_to_see_is_read(tmp_path: Path, more: Draw) -> None:
    page = one(tmp_path / "a.pdf", with_total(more))
    assert texts(page) == ["Total: 1,250.00", "Total: 9,999.00"]
    assert page.warnings == ()


def test_one_word_of_a_line_can_be_blacked_out(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 600, "Account DE44500105175407324931 of Jane Roe")
        left = 72 + canvas.stringWidth("Account ")
        canvas.rect(left - 1, 595, canvas.stringWidth("DE44500105175407324931") + 2, 14, stroke=0, fill=1)

    found = one(tmp_path / "a.pdf", page)
    assert [word.text for word in found.words] == ["Account", "of", "Jane", "Roe"]
    assert hidden(found) == [("hidden_text", 1)]


def test_most_of_a_word_blacked_out_is_no_word(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 600, "DE44500105175407324931 belongs to Jane Roe")
        canvas.rect(90, 595, canvas.stringWidth("DE44500105175407324931") - 16, 14, stroke=0, fill=1)

    assert [word.text for word in one(tmp_path / "a.pdf", page).words] == ["belongs", "to", "Jane", "Roe"]


def test_text_under_what_shows_something_else_is_left_to_ocr(tmp_path: Path) -> None:
    stripes = Image.new("RGB", (40, 6), "white")
    stripes.paste((0, 0, 0), (10, 0, 20, 6))

    def page(canvas: Canvas) -> None:
        written()(canvas)
        canvas.drawImage(ImageReader(stripes), 60, 590, 200, 30)

    assert faults(draw(tmp_path / "a.pdf", with_total(page))) == {1: "something is painted over text"}


def test_text_that_is_written_again_where_it_was_is_not_missed(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        written()(canvas)
        canvas.setFillColor(white)
        canvas.rect(60, 590, 200, 30, stroke=0, fill=1)
        canvas.setFillColor(black)
        written()(canvas)

    found = one(tmp_path / "a.pdf", page)
    assert texts(found) == ["Total: 9,999.00"]
    assert found.warnings == ()


def test_another_program_s_ocr_under_a_picture_is_not_told_of(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        rows([[(72, f"Line {n} of the text that the page shows by itself")] for n in range(40)])(canvas)
        canvas.drawImage(ImageReader(Image.new("L", (60, 20), 200)), 400, 20, 100, 40)
        layer = canvas.beginText(410, 40)
        layer.setTextRenderMode(3)
        layer.textLine("as read")
        canvas.drawText(layer)

    found = one(tmp_path / "a.pdf", page)
    assert len(found.lines) == 40
    assert found.warnings == ()


def layers(path: Path, *, off: bool, member: bool = False, form: bool = False) -> Path:
    """A page whose second line is part of a layer, or of a group of layers, directly or in a form XObject."""
    writer = PdfWriter(clone_from=draw(path.with_name("plain.pdf"), rows([[(72, "Invoice: INV-500")]])))
    layer = writer._add_object(
        DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("Draft")})
    )
    group = layer
    if member:
        group = writer._add_object(
            DictionaryObject({NameObject("/Type"): NameObject("/OCMD"), NameObject("/OCGs"): ArrayObject([layer])})
        )
    state = DictionaryObject({NameObject("/Order"): ArrayObject([layer])})
    if off:
        state[NameObject("/OFF")] = ArrayObject([layer])
    writer._root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): state}
    )
    page = writer.pages[0]
    resources = page["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    text = b"BT /F1 11 Tf 72 600 Td (Total: 9,999.00) Tj ET"
    if form:
        stream = StreamObject()
        stream.set_data(text)
        stream.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): ArrayObject([*page.mediabox]),
                NameObject("/Resources"): DictionaryObject({NameObject("/Font"): resources["/Font"]}),
                NameObject("/OC"): group,
            }
        )
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Fx"): writer._add_object(stream)})
        text = b"/Fx Do"
    else:
        resources[NameObject("/Properties")] = DictionaryObject({NameObject("/MC0"): group})
        text = b"/OC /MC0 BDC " + text + b" EMC"
    content = ContentStream(page.get_contents(), writer)
    content.set_data(page.get_contents().get_data() + b"\nq " + text + b" Q")  # type: ignore[union-attr]
    page[NameObject("/Contents")] = writer._add_object(content)
    writer.write(path)
    return path


@pytest.mark.parametrize("member", [False, True])
@pytest.mark.parametrize("form", [False, True])
def test_text_of_a_layer_is_read_when_the_layer_is_on(tmp_path: Path, form: bool, member: bool) -> None:
    [off] = read(layers(tmp_path / "off.pdf", off=True, form=form, member=member))
    assert (texts(off), hidden(off)) == (["Invoice: INV-500"], [("hidden_text", 2)])
    [on] = read(layers(tmp_path / "on.pdf", off=False, form=form, member=member))
    assert (texts(on), hidden(on)) == (["Invoice: INV-500", "Total: 9,999.00"], [])


def test_layers_are_known_in_an_encrypted_file(tmp_path: Path) -> None:
    path = layers(tmp_path / "off.pdf", off=True)
    locked = tmp_path / "locked.pdf"
    writer = PdfWriter(clone_from=path)
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(locked)
    assert PdfReader(locked).is_encrypted
    assert texts(read(locked)[0]) == ["Invoice: INV-500"]


def test_a_page_too_large_to_be_drawn_is_in_doubt_where_text_is_covered(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=(14_000, 14_000))
    canvas.setFont("Helvetica", 10)
    with_total(under_a_bar)(canvas)
    canvas.save()
    assert faults(path) == {1: "something is painted over text"}
