"""Images: measured truthfully, and made to fit."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from quire.reading import sandbox
from quire.reading.broken import Broken
from quire.reading.media import Media

from .make_heic import HALVES, TURNED


def image(path: Path, size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: Any) -> Path:
    Image.new(mode, size, 200 if mode in ("L", "I;16", "1", "P") else None).save(path, **options)
    return path


def test_a_scan_has_the_size_of_its_paper(tmp_path: Path) -> None:
    found = sandbox.inspect(image(tmp_path / "a.png", (1275, 1650), dpi=(150, 150)), Media.PNG)
    assert found.pages == 1
    assert found.side_px == (1275, 1650)
    [(width, height)] = found.sizes
    assert (width, height) == pytest.approx((612, 792), abs=0.2)


@pytest.mark.parametrize("options", [{}, {"dpi": (1, 1)}, {"dpi": (20000, 20000)}], ids=["none", "tiny", "huge"])
def test_without_a_sane_resolution_a_pixel_is_a_point(tmp_path: Path, options: dict[str, Any]) -> None:
    assert sandbox.inspect(image(tmp_path / "a.jpg", **options), Media.JPEG).sizes == [(300.0, 200.0)]


def test_each_frame_of_a_tiff_is_a_page_of_its_own_size(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    frames = [Image.new("1", (1728, 1100)), Image.new("1", (1728, 2200))]
    frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(204, 98))
    found = sandbox.inspect(path, Media.TIFF)
    assert found.pages == 2
    assert found.sizes[0] == pytest.approx((609.88, 808.16), abs=0.1)
    assert found.sizes[1][1] == pytest.approx(2 * found.sizes[0][1], abs=0.02)


def test_too_many_frames(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    frames = [Image.new("1", (8, 8)) for _ in range(6)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert sandbox.inspect(path, Media.TIFF, most_pages=6).pages == 6
    with pytest.raises(Broken, match="more than 5 pages") as refused:
        sandbox.inspect(path, Media.TIFF, most_pages=5)
    assert refused.value.kind == "page_limit_exceeded"


@pytest.mark.parametrize(
    ("kind", "kept"), [("PNG", 0.5), ("PNG", 0.001), ("JPEG", 0.5), ("JPEG", 0.001), ("TIFF", 0.9)]
)
def test_a_damaged_image_is_refused(tmp_path: Path, kind: str, kept: float) -> None:
    out = io.BytesIO()
    Image.effect_noise((400, 300), 80).save(out, kind)
    path = tmp_path / "a"
    path.write_bytes(out.getvalue()[: int(kept * out.tell())])
    with pytest.raises(Broken) as refused:
        sandbox.inspect(path, Media[kind])
    assert refused.value.kind == "extraction_failed"


def test_a_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    path = image(tmp_path / "a.png", (1, 1), mode="L")
    header = b"IHDR" + struct.pack(">II", 30_000, 30_000)
    content = path.read_bytes()
    header += content[24:29]
    path.write_bytes(content[:12] + header + struct.pack(">I", zlib.crc32(header)) + content[33:])
    with pytest.raises(Broken, match="30000 x 30000 pixels is too large") as refused:
        sandbox.inspect(path, Media.PNG)
    assert refused.value.kind == "document_too_complex"


def test_a_file_is_read_as_what_it_was_sniffed_as_only(tmp_path: Path) -> None:
    with pytest.raises(Broken):
        sandbox.inspect(image(tmp_path / "a.png"), Media.TIFF)


CONVERTED = (Media.WEBP, Media.GIF, Media.BMP)
# Pixels that show black on the left once they are turned as EXIF's orientation says (EXIF 2.3, 4.6.4 A).
TURNED_BACK = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def halves(path: Path, orientation: int = 1, **options: Any) -> Path:
    """300 x 200 as it shows, the upper left quarter black: no turn and no mirror leaves it in its place."""
    shown = Image.new("L", (300, 200), 255)
    shown.paste(0, (0, 0, 150, 100))
    turn = TURNED_BACK[orientation]
    exif = Image.Exif()
    exif[274] = orientation
    (shown if turn is None else shown.transpose(turn)).save(path, exif=exif.tobytes(), **options)
    return path


def corners(shown: Image.Image) -> tuple[bool, bool, bool, bool]:
    """Which quarters are black: upper left, upper right, lower left, lower right."""
    grey = shown.convert("L")
    at = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    a, b, c, d = (int(grey.getpixel((int(x * grey.width), int(y * grey.height)))) < 128 for x, y in at)  # type: ignore[arg-type]
    return a, b, c, d


@pytest.mark.parametrize("kind", CONVERTED)
def test_pictures_that_textract_does_not_take_are_measured_and_converted(tmp_path: Path, kind: Media) -> None:
    path, out = image(tmp_path / f"a.{kind.name.lower()}"), tmp_path / "out.jpg"
    found = sandbox.inspect(path, kind)
    assert (found.pages, found.side_px, found.as_stored) == (1, (300, 200), False)
    assert sandbox.fit_image(path, kind, out) == (300, 200)
    with Image.open(out) as fitted:
        assert fitted.format == "JPEG"


@pytest.mark.parametrize(("content", "side"), [(HALVES, (96, 64)), (TURNED, (64, 96))])
def test_a_picture_of_an_iphone_is_shown_as_it_was_taken(tmp_path: Path, content: bytes, side: tuple[int, int]) -> None:
    path, out = tmp_path / "a.heic", tmp_path / "out.jpg"
    path.write_bytes(content)
    found = sandbox.inspect(path, Media.HEIC)
    assert (found.pages, found.side_px, found.as_stored) == (1, side, False)
    assert sandbox.fit_image(path, Media.HEIC, out) == side
    with Image.open(out) as fitted:
        assert corners(fitted) == ((True, False, True, False) if side == (96, 64) else (True, True, False, False))


def test_of_a_moving_picture_the_first_frame_is_the_page(tmp_path: Path) -> None:
    frames = [Image.new("L", (30, 20), 80 * n) for n in range(4)]
    for name, kind in (("a.gif", Media.GIF), ("a.webp", Media.WEBP)):
        path, out = tmp_path / name, tmp_path / f"{name}.jpg"
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
        found = sandbox.inspect(path, kind)
        assert (found.pages, found.left_out) == (1, 3)
        sandbox.fit_image(path, kind, out)
        with Image.open(out) as fitted:
            assert fitted.convert("L").getextrema() == (0, 0)


@pytest.mark.parametrize("orientation", list(TURNED_BACK))
@pytest.mark.parametrize("kind", [Media.JPEG, Media.PNG, Media.TIFF, Media.WEBP])
def test_an_image_is_taken_as_it_shows(tmp_path: Path, kind: Media, orientation: int) -> None:
    path, out, cut = tmp_path / f"a.{kind.name.lower()}", tmp_path / "out.jpg", tmp_path / "cut.pdf"
    halves(path, orientation, dpi=(72, 144))
    found = sandbox.inspect(path, kind)
    assert found.side_px == (300, 200)
    assert found.as_stored == (orientation == 1 and kind is not Media.WEBP)
    sandbox.fit_image(path, kind, out)
    with Image.open(out) as fitted:
        assert fitted.size == (300, 200)
        assert corners(fitted) == (True, False, False, False)
        assert 274 not in fitted.getexif()
    sandbox.cut_pages(path, kind, {cut: [1]})
    (page,) = PdfReader(cut).pages
    assert tuple(map(float, page.mediabox[2:])) == pytest.approx(found.sizes[0], abs=0.2)


def test_resolutions_turn_with_the_image(tmp_path: Path) -> None:
    assert sandbox.inspect(halves(tmp_path / "a.jpg", 6, dpi=(72, 144)), Media.JPEG).sizes == [(150.0, 200.0)]
    assert sandbox.inspect(halves(tmp_path / "b.jpg", 3, dpi=(72, 144)), Media.JPEG).sizes == [(300.0, 100.0)]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (Media.WEBP, b"RIFF\x20\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\x3f\xff\xff\x3f"),
        (Media.HEIC, HALVES.replace(struct.pack(">II", 96, 64), struct.pack(">II", 90_000, 64_000))),
        (Media.GIF, b"GIF89a\xff\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02\x44\x01\x00;"),
    ],
)
def test_a_bomb_of_any_kind_is_refused_by_its_header(tmp_path: Path, kind: Media, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(Broken, match="pixels is too large"):
        sandbox.inspect(path, kind)


@pytest.mark.parametrize("kind", [*CONVERTED, Media.HEIC])
def test_a_damaged_picture_is_refused(tmp_path: Path, kind: Media) -> None:
    path = tmp_path / "a"
    content = io.BytesIO(HALVES)
    if kind is not Media.HEIC:
        content = io.BytesIO()
        Image.effect_noise((400, 300), 80).save(content, kind.name)
    path.write_bytes(content.getvalue()[: len(content.getvalue()) * 3 // 5])
    with pytest.raises(Broken) as refused:
        sandbox.fit_image(path, kind, tmp_path / "out.jpg")
    assert refused.value.kind == "extraction_failed"


def test_damaged_metadata_costs_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("L", (30, 20)).save(path, exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff\x00\x01")
    assert sandbox.inspect(path, Media.JPEG).side_px == (30, 20)


def test_a_wide_image_is_scaled_to_fit(tmp_path: Path) -> None:
    out = tmp_path / "out.jpg"
    assert sandbox.fit_image(image(tmp_path / "a.png", (1200, 300)), Media.PNG, out, most_side=400) == (400, 100)
    with Image.open(out) as fitted:
        assert (fitted.format, fitted.size) == ("JPEG", (400, 100))


def test_a_heavy_image_is_compressed_until_it_fits(tmp_path: Path) -> None:
    path, out = tmp_path / "noise.png", tmp_path / "out.jpg"
    Image.effect_noise((1200, 900), 120).save(path)
    width, height = sandbox.fit_image(path, Media.PNG, out, most_bytes=60_000)
    assert out.stat().st_size <= 60_000
    assert width / height == pytest.approx(4 / 3, rel=0.02)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixel_can_be_fitted(tmp_path: Path, mode: str) -> None:
    out = tmp_path / "out.jpg"
    sandbox.fit_image(image(tmp_path / "a.png", mode=mode), Media.PNG, out)
    with Image.open(out) as fitted:
        assert fitted.mode in ("L", "RGB")


def test_what_is_transparent_becomes_white(tmp_path: Path) -> None:
    path, out = tmp_path / "a.png", tmp_path / "out.jpg"
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(path)
    sandbox.fit_image(path, Media.PNG, out)
    with Image.open(out) as fitted:
        assert fitted.convert("L").getextrema() == (255, 255)


def test_frames_make_a_pdf_each_at_its_own_size_and_in_order(tmp_path: Path) -> None:
    path, out = tmp_path / "fax.tif", tmp_path / "out.pdf"
    frames = [Image.new("1", (1728, 1100)), Image.new("L", (1728, 2200), 90), Image.new("RGBA", (1700, 2200))]
    frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(204, 98))
    sandbox.cut_pages(path, Media.TIFF, {out: [3, 1]})
    sizes = sandbox.inspect(path, Media.TIFF).sizes
    assert [tuple(map(float, page.mediabox[2:])) for page in PdfReader(out).pages] == [
        pytest.approx(sizes[n], abs=0.01) for n in (2, 0)
    ]


@pytest.mark.parametrize("kind", [Media.PNG, Media.JPEG])
def test_a_picture_makes_a_pdf_of_one_page(tmp_path: Path, kind: Media) -> None:
    path, out = image(tmp_path / f"a.{kind.name.lower()}", dpi=(100, 100)), tmp_path / "out.pdf"
    sandbox.cut_pages(path, kind, {out: [1]})
    (page,) = PdfReader(out).pages
    assert tuple(map(float, page.mediabox[2:])) == pytest.approx((216, 144), abs=0.2)


def test_a_frame_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="extraction_failed"):
        sandbox.cut_pages(image(tmp_path / "a.tif"), Media.TIFF, {tmp_path / "b": [2]})
