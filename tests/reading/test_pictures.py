"""The pictures on pages, with their bytes, out of PDFs and scans."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from quire.reading import sandbox
from quire.reading.broken import Broken
from quire.reading.media import Media
from quire.reading.model import Box
from quire.reading.pictures import MOST_BYTES, MOST_OF_PAGE, MOST_SIDE, Look, Looks, Picture, from_json, to_json

from .hostile_files import hostile_files
from .make_pdf import draw

RED, BLUE = (200, 0, 0), (0, 0, 200)
PLAIN = Look(scanned=False)


def two_tone(width: int = 40, height: int = 20) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def jpeg(image: Image.Image) -> io.BytesIO:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    out.seek(0)
    return out


def at(image: Image.Image | io.BytesIO, x: float, y: float, width: float, height: float) -> Callable[[Canvas], object]:
    """Drawn with its lower left corner at (x, y)."""
    return lambda canvas: canvas.drawImage(ImageReader(image), x, y, width, height)


def taken(path: Path, looks: Looks, media: Media = Media.PDF, password: str | None = None) -> list[Picture]:
    out = path.with_suffix(".jsonl")
    sandbox.take_pictures(path, media, out, looks, password)
    return [from_json(line) for line in out.read_bytes().splitlines()]


def pixels(picture: Picture) -> Image.Image:
    assert picture.base64
    image = Image.open(io.BytesIO(base64.b64decode(picture.base64)))
    assert (image.size, image.format) == ((picture.width, picture.height), picture.mime.split("/")[1].upper())
    return image.convert("RGB")


def near(image: Image.Image, x: float, y: float) -> str:
    """The colour at these shares of width and height."""
    red, _, blue = image.getpixel((int(x * image.width), int(y * image.height)))  # type: ignore[misc]
    return "red" if red > blue else "blue"


def test_a_drawing_is_taken_as_it_is_with_its_place(tmp_path: Path) -> None:
    (picture,) = taken(draw(tmp_path / "a.pdf", at(two_tone(), 72, 600, 80, 40)), {1: PLAIN})
    assert (picture.page, picture.box, picture.mime) == (1, Box(72, 152, 152, 192), "image/png")
    image = pixels(picture)
    assert image.size == (40, 20)
    assert (near(image, 0.2, 0.5), near(image, 0.8, 0.5)) == ("red", "blue")


def test_a_photograph_keeps_its_bytes(tmp_path: Path) -> None:
    sent = jpeg(two_tone(160, 80))
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=(612, 792), pageCompression=0)
    canvas.drawImage(ImageReader(sent), 72, 600, 80, 40)
    canvas.save()
    (picture,) = taken(path, {1: PLAIN})
    assert picture.base64 and base64.b64decode(picture.base64) == sent.getvalue()
    assert near(pixels(picture), 0.2, 0.5) == "red"


@pytest.mark.parametrize(
    ("turn", "red"),
    [(0, (0.2, 0.5)), (90, (0.5, 0.8)), (180, (0.8, 0.5)), (270, (0.5, 0.2))],
)
def test_a_turned_picture_stands_as_it_shows(tmp_path: Path, turn: int, red: tuple[float, float]) -> None:
    """reportlab turns counter-clockwise: what was left comes to the bottom after a quarter."""

    def page(canvas: Canvas) -> None:
        canvas.translate(300, 400)
        canvas.rotate(turn)
        canvas.drawImage(ImageReader(two_tone()), -40, -20, 80, 40)

    image = pixels(taken(draw(tmp_path / "a.pdf", page), {1: PLAIN})[0])
    assert image.size == ((20, 40) if turn % 180 else (40, 20))
    assert near(image, *red) == "red"
    assert near(image, 1 - red[0], 1 - red[1]) == "blue"


@pytest.mark.parametrize(("across", "down", "red"), [(-1, 1, 0.8), (1, -1, 0.2)])
def test_a_mirrored_picture_stands_as_it_shows(tmp_path: Path, across: int, down: int, red: float) -> None:
    def page(canvas: Canvas) -> None:
        canvas.translate(300, 400)
        canvas.scale(across, down)
        canvas.drawImage(ImageReader(two_tone()), -40, -20, 80, 40)

    assert near(pixels(taken(draw(tmp_path / "a.pdf", page), {1: PLAIN})[0]), red, 0.5) == "red"


def test_a_turned_page_turns_its_pictures(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=(612, 792))
    canvas.setPageRotation(90)
    canvas.drawImage(ImageReader(two_tone()), 72, 300, 80, 40)
    canvas.save()
    (picture,) = taken(path, {1: PLAIN})
    assert (picture.box.width, picture.box.height) == (40, 80)
    assert (near(pixels(picture), 0.5, 0.2), near(pixels(picture), 0.5, 0.8)) == ("red", "blue")


def test_only_the_pages_that_are_named_are_looked_at(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", *[at(two_tone(), 72, 600, 80, 40)] * 4)
    assert [picture.page for picture in taken(path, {2: PLAIN, 4: PLAIN})] == [2, 4]


def test_rules_and_ornaments_are_no_pictures(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", at(two_tone(), 72, 600, 300, 2), at(two_tone(4, 4), 72, 500, 80, 80))
    assert taken(path, {1: PLAIN, 2: PLAIN}) == []


def test_a_picture_that_fills_its_page_is_the_page(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", at(two_tone(61, 79), 0, 0, 612, 792))
    assert taken(path, {1: PLAIN}) == []
    figure = Box(153, 200, 459, 400)
    (picture,) = taken(path, {1: Look(scanned=True, figures=[figure])})
    assert picture.box == figure
    image = pixels(picture)
    assert abs(image.width / image.height - 306 / 200) < 0.02
    assert (near(image, 0.1, 0.5), near(image, 0.9, 0.5)) == ("red", "blue")


def test_a_scan_in_strips_is_a_scan(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for n in range(4):
            canvas.drawImage(ImageReader(two_tone(60 + n, 20)), 0, 198 * n, 612, 198)

    path = draw(tmp_path / "a.pdf", page)
    assert taken(path, {1: Look(scanned=True)}) == []
    assert len(taken(path, {1: PLAIN})) == 4, "four photographs on a page with words of its own"


@pytest.mark.parametrize("media", [Media.PNG, Media.TIFF])
def test_figures_are_cut_out_of_an_image_file(tmp_path: Path, media: Media) -> None:
    path = tmp_path / "a"
    two_tone(400, 200).save(path, media.name, dpi=(144, 144))  # 200 x 100 points
    (picture,) = taken(path, {1: Look(scanned=True, figures=[Box(0, 0, 100, 100)])}, media)
    assert pixels(picture).size == (200, 200)
    assert near(pixels(picture), 0.9, 0.5) == "red"
    assert taken(path, {1: Look(scanned=True)}, media) == []


def noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 120).convert("RGB")


def test_a_large_picture_is_made_to_fit(tmp_path: Path) -> None:
    (picture,) = taken(draw(tmp_path / "a.pdf", at(noise(2600, 1300), 72, 300, 400, 200)), {1: PLAIN})
    assert max(picture.width, picture.height) <= MOST_SIDE
    assert picture.base64 and len(base64.b64decode(picture.base64)) <= MOST_BYTES
    assert (picture.mime, pixels(picture).size[0]) == ("image/jpeg", picture.width)


def test_a_page_gives_so_many_pictures_and_no_more(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for n in range(MOST_OF_PAGE + 5):
            canvas.drawImage(ImageReader(two_tone()), 10 * (n % 50), 700 - 20 * (n // 50), 9, 9)

    assert len(taken(draw(tmp_path / "a.pdf", page), {1: PLAIN})) == MOST_OF_PAGE


def test_a_damaged_picture_costs_its_bytes_only(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=(612, 792), pageCompression=0)
    canvas.drawImage(ImageReader(jpeg(two_tone(160, 80))), 72, 600, 80, 40)
    canvas.drawImage(ImageReader(two_tone()), 72, 300, 80, 40)
    canvas.save()
    content = path.read_bytes()
    path.write_bytes(content.replace(b"/DCTDecode", b"/JPXDecode"))
    found = {picture.box.y0: picture.base64 is not None for picture in taken(path, {1: PLAIN})}
    assert found == {152: False, 452: True}


def test_pictures_survive_their_way_as_lines() -> None:
    for content in ("QUJD", None):
        picture = Picture(3, Box(1, 2, 3, 4), "image/png", 10, 20, content)
        assert from_json(to_json(picture)) == picture


def test_hostile_files_end_in_time_and_words(tmp_path: Path) -> None:
    def outcome(path: Path) -> Iterator[str]:
        try:
            yield from (picture.mime for picture in taken(path, {1: PLAIN}))
        except Broken as broken:
            yield broken.kind

    seen: set[str] = set()
    for path in hostile_files(tmp_path):
        seen.update(outcome(path))
    allowed = {"image/png", "image/jpeg", "extraction_failed", "password_required", "document_too_complex"}
    assert seen <= {*allowed, "unsupported_input"}
