"""A PDF's text layer: words where the page shows them, in the order in which it is read."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject
from reportlab.lib.colors import black, white
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from quire.reading.model import Page, from_json
from quire.reading.pdf.text import read_text
from tests.reading.make_pdf import HELLO, by_hand, draw, rows
from tests.reading.shared_data import text_documents

LETTER_OF_46_LINES = [[(72.0, f"this line is number {n} of a letter about the delivery of goods")] for n in range(46)]
Draw = Callable[[Canvas], object]


def read(path: Path, pages: list[int] | None = None) -> list[Page]:
    out = path.with_suffix(".jsonl")
    read_text(path, out, None, pages)
    return [from_json(line) for line in out.read_bytes().splitlines()]


def faults(path: Path) -> dict[int, str]:
    return read_text(path, path.with_suffix(".jsonl"), None, None)[1]


def one(path: Path, page: Draw) -> Page:
    [found] = read(draw(path, page))
    return found


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def ink_is_in_boxes(path: Path, page: Page) -> bool:
    """Whether everything dark on the rendered page lies in a word's box, and every box holds some of it."""
    document = pypdfium2.PdfDocument(path)
    image = document[page.number - 1].render(scale=2).to_pil().convert("L").point(lambda value: 255 * (value < 128))
    document.close()
    boxes = [
        tuple(round(2 * edge) for edge in (w.box.x0 - 1, w.box.y0 - 1, w.box.x1 + 1, w.box.y1 + 1)) for w in page.words
    ]
    held = all(image.crop(box).getbbox() for box in boxes)
    for box in boxes:
        image.paste(0, box)
    return held and image.getbbox() is None


def test_words_are_where_they_are_seen(tmp_path: Path) -> None:
    path = draw(
        tmp_path / "a.pdf",
        rows([[(72, "Invoice number"), (300, "INV-2024-17")], [(72, "Total due"), (300, "1,234.50")]]),
    )
    [page] = read(path)
    assert (page.width, page.height, page.source) == (612, 792, "text")
    assert texts(page) == ["Invoice number", "INV-2024-17", "Total due", "1,234.50"]
    assert {word.confidence for word in page.words} == {None}
    assert ink_is_in_boxes(path, page)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_as_displayed(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "turned.pdf"
    plain = draw(tmp_path / "a.pdf", rows([[(100, "Upper left corner")], [(100, "second line")]]))
    writer = PdfWriter(clone_from=plain)
    writer.pages[0].rotate(turn)
    writer.pages[0].cropbox = RectangleObject((40, 60, 500, 780))
    writer.write(path)
    [page] = read(path)
    assert (page.width, page.height) == ((720, 460) if turn % 180 else (460, 720))
    assert texts(page) == ["Upper left corner", "second line"]
    assert ink_is_in_boxes(path, page)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_text_drawn_sideways_is_joined_in_its_own_direction(tmp_path: Path, turn: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.translate(300, 400)
        canvas.rotate(turn)
        rows([[(0, "A scan laid on its side")], [(0, "keeps its lines")]], top=0)(canvas)

    path = draw(tmp_path / "a.pdf", page)
    [found] = read(path)
    assert texts(found) == ["A scan laid on its side", "keeps its lines"]
    assert ink_is_in_boxes(path, found)


def test_a_note_up_the_margin_comes_after_the_text(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(30, 300)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Form 17 of May")
        canvas.restoreState()
        rows([[(72, f"The text itself, line {n}")] for n in range(5)])(canvas)

    assert texts(one(tmp_path / "a.pdf", page))[-1] == "Form 17 of May"


def test_what_is_cropped_away_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "cropped.pdf"
    writer = PdfWriter(clone_from=draw(tmp_path / "a.pdf", rows([[(72, "Seen"), (400, "Cropped")]])))
    writer.pages[0].cropbox = RectangleObject((0, 0, 300, 792))
    writer.write(path)
    [page] = read(path)
    assert texts(page) == ["Seen"]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left, right = "the left column of this page of prose", "and the right one that goes with it"
    page = one(tmp_path / "a.pdf", rows([[(60, f"{left} {n}"), (330, f"{right} {n}")] for n in range(8)]))
    assert texts(page) == [f"{left} {n}" for n in range(8)] + [f"{right} {n}" for n in range(8)]


def test_a_form_field_without_appearance_shows_its_value(tmp_path: Path) -> None:
    field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Jane Roe)/Rect[120 690 300 715]/DA(/F1 12 Tf 0 g)/P 3 0 R>>"
    path = tmp_path / "form.pdf"
    path.write_bytes(
        by_hand(
            b"BT /F1 12 Tf 72 700 Td (Name:) Tj ET",
            page="/MediaBox[0 0 612 792]/Annots[6 0 R]",
            catalog="/AcroForm<</Fields[6 0 R]/NeedAppearances true/DR<</Font<</F1 5 0 R>>>>>>",
            more=[field],
        )
    )
    [page] = read(path)
    assert [word.text for word in page.words] == ["Name:", "Jane", "Roe"]


def test_a_page_of_text_that_is_not_painted_is_left_to_ocr(tmp_path: Path) -> None:
    path = tmp_path / "hidden.pdf"
    path.write_bytes(by_hand(HELLO.replace(b"/F1", b"3 Tr /F1")))
    assert list(faults(path)) == [1]


def scan(canvas: Canvas) -> None:
    from PIL import Image

    canvas.drawImage(ImageReader(Image.new("L", (200, 260), 230)), 0, 0, 612, 792)


def test_a_scan_is_left_to_ocr_with_and_without_a_hidden_layer_or_a_stamp(tmp_path: Path) -> None:
    def searchable(canvas: Canvas) -> None:
        scan(canvas)
        layer = canvas.beginText(72, 700)
        layer.setTextRenderMode(3)
        for n in range(40):
            layer.textLine(f"what another program has read on line {n}")
        canvas.drawText(layer)

    def covered(canvas: Canvas) -> None:
        rows([[(72, f"text under the picture, line {n}")] for n in range(40)])(canvas)
        scan(canvas)

    def stamped(canvas: Canvas) -> None:
        scan(canvas)
        canvas.drawString(400, 770, "RECEIVED 3 MAY")

    assert list(faults(draw(tmp_path / "a.pdf", scan, searchable, covered, stamped))) == [1, 2, 3, 4]


def test_a_blank_page_is_read_as_empty(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", lambda canvas: canvas.setFillColor(black))
    assert faults(path) == {}
    assert [page.lines for page in read(path)] == [()]


def test_a_blacked_out_value_does_not_leak(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        rows([[(72, "Account"), (200, "DE44 5001 0517")], [(72, "Holder"), (200, "Jane Roe")]])(canvas)
        canvas.rect(190, 715, 120, 14, stroke=0, fill=1)

    path = draw(tmp_path / "a.pdf", page)
    assert faults(path) == {}
    [found] = read(path)
    assert texts(found) == ["Account", "Holder", "Jane Roe"]
    assert [(warning.kind, warning.count) for warning in found.warnings] == [("hidden_text", 3)]


def test_what_was_painted_over_and_written_anew_is_read_as_seen(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        rows([[(72, "Total"), (200, "100.00")]])(canvas)
        canvas.setFillColor(white)
        canvas.rect(195, 715, 60, 14, stroke=0, fill=1)
        canvas.setFillColor(black)
        rows([[(200, "120.00")]])(canvas)

    assert [word.text for word in one(tmp_path / "a.pdf", page).words] == ["Total", "120.00"]


def with_characters(path: Path, *codes: int, glyph: str = "") -> Path:
    """A page that writes 12, 3 and 4 with these characters between 1 and 2, in a font that maps them to spaces."""
    table = " ".join(f"<{n:02x}><{code:04x}>" for n, code in enumerate(codes, 1))
    cmap = (
        f"begincmap 1 begincodespacerange<00><ff>endcodespacerange {len(codes)} beginbfchar {table} endbfchar endcmap"
    )
    widths = " ".join(["0"] * len(codes))
    names = "/".join(["hyphen" if glyph else "space"] * len(codes))
    font = (
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 1"
        f"/LastChar {len(codes)}/Widths[{widths}]/ToUnicode 6 0 R/Encoding<</Differences[1/{names}]>>>>"
    )
    marks = "".join(f"\\{n:03o}" for n in range(1, len(codes) + 1))
    path.write_bytes(
        by_hand(
            b"BT /F1 12 Tf 72 700 Td (INV1" + marks.encode() + b"234) Tj ET",
            font=font,
            more=[f"<</Length {len(cmap)}>>\nstream\n{cmap}\nendstream"],
        )
    )
    return path


@pytest.mark.parametrize(
    "code",
    [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202E, 0x2067, 0x2069, 0xAD],
)
def test_characters_that_are_not_seen_are_left_out(tmp_path: Path, code: int) -> None:
    [page] = read(with_characters(tmp_path / "a.pdf", code))
    assert [word.text for word in page.words] == ["INV1234"]


def test_a_soft_hyphen_that_is_seen_is_one(tmp_path: Path) -> None:
    [page] = read(with_characters(tmp_path / "a.pdf", 0xAD, glyph="hyphen"))
    assert [word.text for word in page.words] == ["INV1-234"]


def test_what_is_clipped_away_is_not_read(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        rows([[(72, "Shown")]])(canvas)
        window = canvas.beginPath()
        window.rect(60, 600, 200, 50)
        canvas.clipPath(window, stroke=0)
        canvas.drawString(72, 620, "Inside")
        canvas.drawString(72, 500, "Outside")

    assert texts(one(tmp_path / "a.pdf", page)) == ["Shown", "Inside"]


def test_text_in_a_form_is_read_where_it_is_placed(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.beginForm("part", 0, 0, 300, 300)
        rows([[(10, "Placed")]], top=20)(canvas)
        canvas.line(10, 15, 60, 15)
        canvas.endForm()
        canvas.translate(200, 400)
        canvas.doForm("part")

    path = draw(tmp_path / "a.pdf", page)
    [found] = read(path)
    [line] = found.lines
    assert line.text == "Placed"
    assert (line.box.x0, line.box.y1) == pytest.approx((211, 372), abs=2)


def test_backgrounds_under_text_hide_nothing(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillGray(0.9)
        canvas.rect(60, 700, 300, 40, stroke=0, fill=1)
        canvas.setFillColor(black)
        rows([[(72, "On a grey ground")]])(canvas)

    assert texts(one(tmp_path / "a.pdf", page)) == ["On a grey ground"]


def test_a_drawn_table_is_found_on_the_page(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.grid([70, 170, 270, 370], [650, 670, 690, 710])
        rows(
            [
                [(75, "Name"), (175, "Born"), (275, "Died")],
                [(75, "Ada"), (175, "1815"), (275, "1852")],
                [(75, "Grace"), (175, "1906"), (275, "1992")],
            ],
            696,
            20,
        )(canvas)

    [table] = one(tmp_path / "a.pdf", page).tables
    assert [cell.text for cell in table.cells] == [
        "Name",
        "Born",
        "Died",
        "Ada",
        "1815",
        "1852",
        "Grace",
        "1906",
        "1992",
    ]
    assert (round(table.box.x0), round(table.box.y0)) == (70, 82)


def test_only_the_pages_asked_for_are_read(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", *(rows([[(72, f"page {n}")]]) for n in range(1, 6)))
    assert [(page.number, texts(page)) for page in read(path, [5, 2])] == [(5, ["page 5"]), (2, ["page 2"])]
    sizes, _, _ = read_text(path, path.with_suffix(".jsonl"), None, [4])
    assert sizes == {4: (612.0, 792.0)}


def test_the_words_of_real_documents_are_those_that_another_reader_finds() -> None:
    """pypdf reads the same text layers in its own way; it parts words otherwise, so letters are compared."""
    for path in text_documents("dev")[:2]:
        document = PdfReader(path)
        for page in _read_real(path):
            ours = Counter("".join(word.text for word in page.words))
            theirs = Counter("".join(document.pages[page.number - 1].extract_text().split()))
            assert (ours & theirs).total() >= 0.97 * max(ours.total(), theirs.total()), (path.name, page.number)


def _read_real(path: Path) -> list[Page]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.jsonl"
        read_text(path, out, None, None)
        return [from_json(line) for line in out.read_bytes().splitlines()]


@pytest.mark.parametrize("matrix", [b"-12 Tf -1 0 0 -1 72 700 Tm", b"-12 Tf -100 Tz 1 0 0 -1 72 700 Tm"])
def test_type_of_a_negative_size_stands_the_way_it_shows(tmp_path: Path, matrix: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(by_hand(b"BT /F1 " + matrix + b" (Questions about your bill?) Tj ET"))
    [page] = read(path)
    assert texts(page) == ["Questions about your bill?"]
    assert [word.box.x0 for word in page.words] == sorted(word.box.x0 for word in page.words)


HEBREW = "אבגדהוזחטיכלמנסעפצ"
"""What the letters a to r of `hebrew` stand for."""


def hebrew(content: bytes) -> bytes:
    """A PDF whose small letters are Hebrew ones; the widths stay those of Helvetica."""
    map_ = "".join(f"<{ord('a') + n:02x}> <{ord(letter):04x}>\n" for n, letter in enumerate(HEBREW))
    plain = "".join(f"<{code:02x}> <{code:04x}>\n" for code in range(0x20, 0x5B))
    cmap = (
        "begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(HEBREW)} beginbfchar\n{map_}endbfchar\n{0x5B - 0x20} beginbfchar\n{plain}endbfchar endcmap"
    )
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    return by_hand(content, font=font, more=[f"<</Length {len(cmap)}>>\nstream\n{cmap}\nendstream"])


def test_hebrew_is_read_from_the_right_as_it_is_stored_from_the_left(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(hebrew(b"BT /F1 12 Tf 72 700 Td (12/03/2024 :cba fed) Tj 0 -20 Td (SUPPLIER: cba fed) Tj ET"))
    [page] = read(path)
    assert texts(page) == ["דהו אבג: 12/03/2024", "SUPPLIER: דהו אבג"]


def test_hebrew_is_read_from_the_right_as_it_is_stored_letter_by_letter_backwards(tmp_path: Path) -> None:
    """One piece of text in the order of reading, each letter brought back over itself: as MuPDF writes it."""
    widths = {"a": 556, "b": 556, "c": 500, "d": 556, "e": 556, "f": 278, " ": 278}  # Helvetica's
    order = "def abc"
    back = " ".join(
        f"({letter}) {widths[letter] + widths[following]}"
        for letter, following in zip(order, order[1:] + "a", strict=True)
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(hebrew(b"BT /F1 12 Tf 1 0 0 1 300 700 Tm [" + back.encode() + b"] TJ ET"))
    [page] = read(path)
    assert texts(page) == ["דהו אבג"]
    assert page.words[0].box.x0 > page.words[1].box.x0


def test_columns_of_a_hebrew_page_are_read_from_the_right(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(hebrew(b"BT /F1 12 Tf 72 700 Td (fed) Tj 300 0 Td (cba) Tj ET"))
    [page] = read(path)
    assert texts(page) == ["אבג", "דהו"]


def picture(text: str) -> ImageReader:
    image = Image.new("L", (1000, 600), 255)
    pen = ImageDraw.Draw(image)
    for n in range(18):
        pen.text((40, 20 + 32 * n), text, fill=0, font=ImageFont.load_default(24))
    return ImageReader(image)


def test_a_picture_under_a_caption_is_left_to_ocr_and_the_caption_kept(tmp_path: Path) -> None:
    def order(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Purchase Order Confirmation Example")
        canvas.drawImage(picture("25651276  MILK CHOCOLATE TABLET BAR  12  840  1.37  1150.80"), 72, 350, 460, 276)
        canvas.line(72, 340, 532, 340)

    path = draw(tmp_path / "a.pdf", order)
    assert list(faults(path)) == [1]
    [page] = read(path)
    assert texts(page) == ["Purchase Order Confirmation Example"]
    assert page.unread
    [where] = page.unread.pictures
    assert [round(edge) for edge in (where.x0, where.y0, where.x1, where.y1)] == [72, 166, 532, 442]
    assert (len(page.unread.rulings), page.unread.turns) == (1, ((0, 1),))


def test_logos_plain_fields_and_backgrounds_cost_nothing(tmp_path: Path) -> None:
    def logo(canvas: Canvas) -> None:
        canvas.drawString(72, 600, "Invoice")
        canvas.drawImage(picture("ACME & SONS"), 20, 690, 240, 100)

    def field(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Invoice")
        canvas.drawImage(ImageReader(Image.new("RGB", (1000, 600), "#dde6ff")), 72, 350, 460, 276)

    def background(canvas: Canvas) -> None:
        canvas.drawImage(picture("ACME & SONS"), 0, 0, 612, 792)
        rows(LETTER_OF_46_LINES)(canvas)

    def stretched(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Invoice")
        canvas.drawImage(ImageReader(Image.linear_gradient("L").resize((8, 8))), 72, 350, 460, 276)

    path = draw(tmp_path / "a.pdf", logo, field, background, stretched)
    assert faults(path) == {}
    assert [page.unread for page in read(path)] == [None] * 4


def test_letters_drawn_as_shapes_beside_text_are_left_to_ocr(tmp_path: Path) -> None:
    def drawn(canvas: Canvas) -> None:
        rows(LETTER_OF_46_LINES[:8])(canvas)
        for n in range(150):
            canvas.circle(80 + 8 * (n % 50), 400 - 14 * (n // 50), 2.5, stroke=0, fill=1)

    path = draw(tmp_path / "a.pdf", drawn)
    assert list(faults(path)) == [1]
    [page] = read(path)
    assert page.unread
    assert len(page.lines) == 8
