"""What PDFium does not pass on: units that are no points, and layers."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import FloatObject, NameObject

from quire.reading.pdf.facts import Facts, facts
from tests.reading.make_pdf import HELLO, by_hand, draw, rows

from .test_text import read


def scaled(path: Path, unit: float) -> Path:
    writer = PdfWriter(clone_from=draw(path.with_name("plain.pdf"), *[rows([[(72, "Hello")]])] * 3))
    writer.pages[1][NameObject("/UserUnit")] = FloatObject(unit)
    writer.write(path)
    return path


def test_sizes_and_places_are_in_points(tmp_path: Path) -> None:
    one, two, three = read(scaled(tmp_path / "a.pdf", 2.5))
    assert (one.width, one.height) == (three.width, three.height) == (612, 792)
    assert (two.width, two.height) == (1530, 1980)
    box, large = one.words[0].box, two.words[0].box
    assert (large.x0, large.y0, large.x1, large.y1) == pytest.approx(
        (2.5 * box.x0, 2.5 * box.y0, 2.5 * box.x1, 2.5 * box.y1), abs=0.05
    )


def test_units_are_known_by_page(tmp_path: Path) -> None:
    assert facts(scaled(tmp_path / "a.pdf", 10), None) == Facts({2: 10.0})


@pytest.mark.parametrize("unit", ["0", "-3", "1000000", "(two)", "null", "[2]"])
def test_a_unit_that_makes_no_sense_is_one_point(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(by_hand(HELLO, page=f"/MediaBox[0 0 612 792]/UserUnit {unit}"))
    assert facts(path, None) == Facts()
    assert read(path)[0].width == 612


def test_units_of_an_encrypted_file(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    writer = PdfWriter(clone_from=scaled(tmp_path / "a.pdf", 2))
    writer.encrypt("secret", "owner", algorithm="AES-256")
    writer.write(path)
    assert facts(path, "secret") == Facts({2: 2.0})


def test_a_damaged_file_may_have_layers(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n/OCProperties")
    assert facts(path, None) == Facts(layered=True)


def test_a_plain_file_has_nothing_to_say(tmp_path: Path) -> None:
    assert facts(draw(tmp_path / "a.pdf", rows([[(72, "Hello")]])), None) == Facts()
