"""The scanner's effects do to a page what they say."""

import io
from datetime import date

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from samples import scan

WHITE = np.full((200, 300), 255, np.uint8)


def test_skew_turns_counter_clockwise_and_shows_what_lies_under_the_paper() -> None:
    page = WHITE.copy()
    page[100] = 0
    turned = scan.skew(page, 2.0, paper=90)
    assert turned[:, 30].argmin() > 100 > turned[:, 270].argmin()
    assert turned[0, 0] == 90


def test_light_falls_off_from_the_bright_spot_to_the_far_corner() -> None:
    lit = scan.light(WHITE, (0.0, 0.0), 0.8)
    assert lit[0, 0] == 255
    assert lit[-1, -1] == pytest.approx(0.8 * 255, abs=2)


def test_fade_leaves_neither_black_nor_white() -> None:
    page = WHITE.copy()
    page[:50] = 0
    assert set(np.unique(scan.fade(page, ink=40, paper=240))) == {40, 240}


def test_noise_has_the_given_deviation_and_comes_again_with_its_seed() -> None:
    grey = np.full_like(WHITE, 128)
    noisy = scan.noise(grey, 5, np.random.default_rng(1))
    assert noisy.std() == pytest.approx(5, rel=0.05)
    assert (noisy == scan.noise(grey, 5, np.random.default_rng(1))).all()


def test_specks_are_few_dark_and_small() -> None:
    dusty = scan.specks(WHITE, 5, np.random.default_rng(1))
    assert 1 <= (dusty < 255).sum() <= 5 * 9


def test_a_fax_keeps_its_pages_and_resolution() -> None:
    with Image.open(io.BytesIO(scan.tiff([scan.bilevel(WHITE)] * 3, 200))) as image:
        assert getattr(image, "n_frames", 1) == 3
        assert image.info["dpi"] == (200, 200)


def test_a_scanned_pdf_has_the_paper_s_size_and_the_day_of_the_scan() -> None:
    with pypdfium2.PdfDocument(scan.pdf([WHITE, WHITE], 50, 100, "Scan", date(2025, 3, 12))) as pdf:
        assert [page.get_size() for page in pdf] == [(216, 144)] * 2
        assert pdf.get_metadata_value("CreationDate").startswith("D:20250312")
