"""Pictures of pages: a box of the reading is the same part of the picture, and whatever the file, it stays small."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject
from reportlab.pdfgen.canvas import Canvas

from quire.reading import sandbox
from quire.reading.broken import Broken
from quire.reading.media import Media
from quire.reading.model import Page, from_json
from quire.reading.page_images import draw_pages
from quire.reading.pdf.text import read_text

from .make_pdf import HELLO, by_hand, draw, rows

ORIENTATION = 274
"""The tag of EXIF 2.3, 4.6.4 A."""
BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How pixels are to be stored that each orientation brings upright."""


def drawn(
    path: Path, media: Media = Media.PDF, number: int = 1, width: int = 800, password: str | None = None
) -> Image.Image:
    out = path.with_suffix(".jpg.out")
    draw_pages(path, media, {out: number}, width, password)
    with Image.open(out) as image:
        assert image.format == "JPEG"
        image.load()
        return image


def changed(path: Path, turn: int = 0, crop: tuple[float, float, float, float] | None = None) -> Path:
    """The PDF with its first page turned, and cut to a part (left, bottom, right, top)."""
    writer = PdfWriter(clone_from=PdfReader(path))
    if crop:
        writer.pages[0].cropbox = RectangleObject(crop)
    writer.pages[0].rotate(turn)
    writer.write(path)
    return path


def read(path: Path) -> Page:
    out = path.with_suffix(".jsonl")
    read_text(path, out, None, None)
    return from_json(out.read_bytes().splitlines()[0])


def ink_is_in_boxes(picture: Image.Image, page: Page) -> bool:
    """Whether every word's box, as a part of the page, holds something dark of the picture, and all of them all."""
    across, down = picture.width / page.width, picture.height / page.height
    ink = picture.convert("L").point(lambda value: 255 * (value < 128))
    edge = 2  # pixels: a letter's rounding
    boxes = [
        (
            int(word.box.x0 * across) - edge,
            int(word.box.y0 * down) - edge,
            int(word.box.x1 * across) + 1 + edge,
            int(word.box.y1 * down) + 1 + edge,
        )
        for word in page.words
    ]
    held = all(ink.crop(box).getbbox() for box in boxes)
    for box in boxes:
        ink.paste(0, box)
    return bool(boxes) and held and ink.getbbox() is None


def halves(path: Path, size: tuple[int, int] = (400, 300), **options: object) -> Path:
    """An image whose left half is black."""
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, size[0] // 2, size[1]))
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def is_left_black(image: Image.Image) -> bool:
    grey = image.convert("L")
    dark = [grey.crop((x, 0, x + 1, grey.height)).getextrema()[1] < 40 for x in (3, grey.width // 2 - 4)]  # type: ignore[operator]
    light = [grey.crop((x, 0, x + 1, grey.height)).getextrema()[0] > 215 for x in (grey.width // 2 + 4, grey.width - 3)]  # type: ignore[operator]
    return all(dark + light)


# ---- as boxes count it -----------------------------------------------------------------------------------------------

TEXT = rows([[(72, "Invoice"), (300, "4711")], [(72, "Total")], [(400, "12.50")]])
PARTS = [None, (60, 600, 500, 760), (10, 300, 612, 792)]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", PARTS, ids=["whole", "cut", "cut at two sides"])
def test_a_word_s_box_is_where_the_word_shows(
    tmp_path: Path, turn: int, crop: tuple[float, float, float, float] | None
) -> None:
    path = changed(draw(tmp_path / "a.pdf", TEXT), turn, crop)
    page = read(path)
    assert [word.text for word in page.words if word.text == "4711"]
    picture = drawn(path)
    assert picture.width == 800
    assert picture.height / picture.width == pytest.approx(page.height / page.width, rel=0.01)
    assert ink_is_in_boxes(picture, page)


def test_the_check_can_fail(tmp_path: Path) -> None:
    page = read(draw(tmp_path / "a.pdf", TEXT))
    turned = drawn(changed(draw(tmp_path / "b.pdf", TEXT), 180))
    assert not ink_is_in_boxes(turned, page)


def test_a_form_s_values_show(tmp_path: Path) -> None:
    def form(canvas: Canvas) -> None:
        canvas.acroForm.textfield(name="total", value="12.50", x=100, y=600, width=200, height=30, borderWidth=0)

    path = draw(tmp_path / "a.pdf", form)
    grey = drawn(path).convert("L")
    assert grey.getextrema()[0] < 100  # type: ignore[operator]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_image_shows_upright(tmp_path: Path, kind: str, orientation: int) -> None:
    """As its boxes count it; nor may the picture say that it is to be turned once more."""
    path = tmp_path / f"a.{kind.lower()}"
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    with Image.open(halves(tmp_path / "shown.png")) as shown:
        turn = BACK.get(orientation)
        (shown if turn is None else shown.transpose(turn)).save(path, exif=exif.tobytes())
    picture = drawn(path, Media(f"image/{kind.lower()}"))
    assert picture.size == (400, 300) and is_left_black(picture)
    assert ORIENTATION not in picture.getexif()


def test_each_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    frames = [Image.new("L", (1700, 2200 - 500 * n), 60 * n) for n in range(3)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    outs = {tmp_path / f"{number}.jpg": number for number in (2, 3)}
    draw_pages(path, Media.TIFF, outs, 240, None)
    for out, number in outs.items():
        with Image.open(out) as picture:
            assert picture.width == 240
            assert picture.height == pytest.approx(240 * (2700 - 500 * number) / 1700, abs=1)
            assert picture.getpixel((100, 20)) == pytest.approx(60 * (number - 1), abs=2)


@pytest.mark.parametrize(("mode", "colour"), [("1", 1), ("RGBA", (0, 0, 0, 0)), ("I;16", 65535), ("P", 0)])
def test_every_kind_of_pixel_becomes_grey_or_colour(tmp_path: Path, mode: str, colour: object) -> None:
    path = tmp_path / "a.png"
    Image.new(mode, (50, 40), colour).save(path)  # type: ignore[arg-type]
    assert drawn(path, Media.PNG).mode in ("L", "RGB")


# ---- small -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("box", ["0 0 14400 14400", "0 0 100000 50000", "0 0 3 14400", "0 0 14400 3", "0 0 1 1"])
def test_a_page_of_any_size_is_a_picture_of_the_same(tmp_path: Path, box: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(by_hand(HELLO, page=f"/MediaBox[{box}]"))
    picture = drawn(path, width=240)
    assert 1 <= picture.width <= 241 and 1 <= picture.height <= 6 * 240 + 1


def test_a_long_image_is_drawn_smaller_and_a_small_one_as_it_is(tmp_path: Path) -> None:
    long = drawn(halves(tmp_path / "long.png", (100, 3000)), Media.PNG, width=50)
    assert long.size == (10, 300)
    assert drawn(halves(tmp_path / "small.png", (40, 30)), Media.PNG).size == (40, 30)


# ---- what cannot be drawn --------------------------------------------------------------------------------------------


def test_a_password_opens_it(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", TEXT)
    plain = drawn(path)
    writer = PdfWriter(clone_from=PdfReader(path))
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(path)
    assert drawn(path, password="secret").tobytes() == plain.tobytes()
    for wrong in (None, "wrong"):
        with pytest.raises(Broken) as refused:
            drawn(path, password=wrong)
        assert refused.value.kind == "password_required"


def test_the_child_draws_what_comes_before_a_page_that_is_broken(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", TEXT, TEXT)
    outs = {tmp_path / f"{number}.jpg": number for number in (1, 2, 3, 4)}
    with pytest.raises(Broken) as refused:
        sandbox.draw_pages(path, Media.PDF, outs, 240)
    assert refused.value.kind == "extraction_failed"
    assert [out.exists() for out in outs] == [True, True, False, False]
    assert sorted(left.name for left in tmp_path.iterdir()) == ["1.jpg", "2.jpg", "a.pdf"]
    for number in (1, 2):
        with Image.open(tmp_path / f"{number}.jpg") as picture:
            picture.load()
            assert picture.width == 240


@pytest.mark.parametrize("media", [Media.PDF, Media.PNG, Media.JPEG, Media.TIFF])
def test_bytes_that_are_none_are_refused(tmp_path: Path, media: Media) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"%PDF-1.7\nII*\x00 nothing of the kind")
    with pytest.raises(Broken) as refused:
        sandbox.draw_pages(path, media, {tmp_path / "1.jpg": 1}, 240)
    assert refused.value.kind == "extraction_failed"


def test_a_frame_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Broken) as refused:
        drawn(halves(tmp_path / "a.png"), Media.PNG, number=2)
    assert refused.value.kind == "extraction_failed"
