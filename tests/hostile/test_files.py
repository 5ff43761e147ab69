"""Each hostile file is counted and read, or refused with a kind and what to do: within limits of memory and time that
are carried out, never by luck."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from quire.reading import child, sandbox
from quire.reading.broken import Broken
from quire.reading.media import FLOWING, Media, sniff_file
from quire.reading.pictures import Look, from_json
from tests.hostile.make_files import IMAGES, OFFICE, PDFS, TEXTS, fax_image, huge_image, jbig2_image, jpx_image

COUNTED, READ, OCR = "counted", "read", "for OCR"
COMPLEX, FAILED, TOO_LONG = "document_too_complex", "extraction_failed", "page_limit_exceeded"
UNSUPPORTED, LOCKED = "unsupported_input", "password_required"

# What inspecting the file gives, and reading its first page: the names of those of which both are so.
OUTCOMES: Mapping[tuple[str, str], str] = {
    (COUNTED, READ): """
        many_filters run_length_bomb lzw_bomb wide_predictor reference_loops inherited_loop many_objects
        deep_dictionary lying_count negative_count hidden_pages wrong_places table_that_loops endless_table huge_page
        page_of_nothing page_of_no_numbers huge_unit jbig2_image jpx_image deep_states
        field_tree_that_loops embedded_files zip_after_pdf script
        """,
    # Of a picture too large to be drawn here nobody knows what it says, so OCR looks.
    (COUNTED, OCR): """
        font_of_itself font_that_draws_itself png_within_the_limit tiff_of_many_tags tiff_that_loops huge_image
        image_of_overflowing_size fax_image
        """,
    (COUNTED, COMPLEX): "flate_bomb nested_flate_bomb",
    (COUNTED, FAILED): "tiff_of_fax_noise",
    (COMPLEX, COMPLEX): """
        png_of_many_pixels png_of_a_huge_chunk jpeg_of_many_pixels tiff_of_many_pixels xml_nested
        docx_bomb docx_of_many_parts xlsx_bomb csv_of_wide_rows
        """,
    (COMPLEX, FAILED): "deep_tree",
    (FAILED, READ): "deep_array",
    (FAILED, FAILED): """
        no_table object_streams_in_each_other png_with_a_text_bomb png_with_a_profile_bomb
        tiff_whose_strips_are_everywhere xlsx_of_a_cell_beyond
        """,
    (TOO_LONG, OCR): "tiff_of_many_frames",
    (UNSUPPORTED, READ): "xfa_form",
    (UNSUPPORTED, UNSUPPORTED): """
        encrypted_by_unknown encrypted_by_itself xml_of_entities xml_of_outside_entities xml_of_long_entity
        docx_of_entities xlsx_of_entities
        """,
    (LOCKED, LOCKED): "encrypted_by_nothing",
}
EXPECTED = {name: outcome for outcome, names in OUTCOMES.items() for name in names.split()}
"""Of the others it depends on the machine whether they are read or stopped."""
MAKERS: Mapping[str, Callable[[], bytes]] = {**PDFS, **IMAGES, **TEXTS}


def hasten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A longer limit is carried out as a short one is."""
    for limit in ("_INSPECT_SECONDS", "_READ_SECONDS", "_CUT_SECONDS"):
        monkeypatch.setattr(sandbox, limit, 3)


def made(name: str, folder: Path) -> tuple[Path, Media]:
    path = folder / "given"
    if name in OFFICE:
        OFFICE[name](path)
    else:
        path.write_bytes(MAKERS[name]())
    media = sniff_file(path, f"a.{name.split('_')[0]}")
    assert media is not None
    return path, media


def outcome_of(step: Callable[[], str]) -> str:
    try:
        return step()
    except Broken as refused:
        return refused.kind if ": " in refused.advice else f"{refused}, and what to do?"


def first_page(path: Path, media: Media, out: Path) -> str:
    if media is Media.PDF or media in FLOWING:
        return READ if sandbox.read_text(path, out, pages=[1], media=media).sound else OCR
    sandbox.cut_pages(path, media, {out: [1]})
    return OCR


def outcomes(path: Path, media: Media) -> tuple[str, str]:
    def count() -> str:
        return COUNTED if sandbox.inspect(path, media).pages >= 1 else "no pages"

    return outcome_of(count), outcome_of(lambda: first_page(path, media, path.with_name("out")))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_hostile_file_is_read_or_refused(tmp_path: Path, name: str) -> None:
    assert outcomes(*made(name, tmp_path)) == EXPECTED[name]


@pytest.mark.parametrize("name", [name for name in (*MAKERS, *OFFICE) if name not in EXPECTED])
def test_one_that_takes_long_is_read_or_stopped(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path, media = made(name, tmp_path)
    hasten(monkeypatch)
    counted, read = outcomes(path, media)
    assert counted in (COUNTED, COMPLEX, TOO_LONG, FAILED)
    assert read in (READ, OCR, COMPLEX, FAILED)


def test_every_expectation_is_of_a_file() -> None:
    assert EXPECTED.keys() <= {*MAKERS, *OFFICE}
    assert len({*MAKERS, *OFFICE}) > 90


@pytest.mark.parametrize("make", [huge_image, fax_image, jbig2_image, jpx_image], ids=lambda make: make.__name__)
def test_a_picture_that_cannot_be_decoded_costs_its_bytes_only(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path, out = tmp_path / "given", tmp_path / "out"
    path.write_bytes(make())
    sandbox.take_pictures(path, Media.PDF, out, {1: Look(scanned=False)})
    for line in out.read_bytes().splitlines():
        picture = from_json(line)
        assert picture.base64 is None or max(picture.width, picture.height) <= 2000


@pytest.mark.parametrize("number", [errno.ENOMEM, errno.EFBIG])
def test_a_limit_that_the_system_tells_of_is_the_document_s(number: int) -> None:
    def task() -> None:
        raise OSError(number, "no more")

    assert child._answer(task, {})["broken"][0] == COMPLEX


def test_a_full_disk_is_the_machine_s() -> None:
    def task() -> None:
        raise OSError(errno.ENOSPC, "no more")

    with pytest.raises(OSError, match="no more"):
        child._answer(task, {})
