"""Pictures of pages: drawn once, with the next ones, kept under the document's retention, and gone with its job."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from quire.domain.document import Document, Stored
from quire.domain.ids import document_id
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.reading import sandbox
from quire.service import uploads
from quire.service.config import Config, to_options
from quire.service.files import delete_file
from quire.service.jobs import delete_job
from quire.service.page_images import AT_ONCE, WIDTHS, PageImage, page_image, page_numbers
from quire.service.submit import submit
from quire.testing.world import World
from tests.service.documents import PROSE, image_bytes, pdf, scan
from tests.service.reviews import held
from tests.service.stage import arrived, job_of, row_of, running, submission, succeed, waiting

SMALL, LARGE = WIDTHS


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The numbers of the pages that were drawn, each time."""
    seen: list[list[int]] = []

    def draw(path: Path, media: object, wanted: Mapping[Path, int], width: int, password: str | None) -> None:
        seen.append(list(wanted.values()))
        for out, number in wanted.items():
            out.write_bytes(f"page {number} at {width}".encode())

    monkeypatch.setattr(sandbox, "draw_pages", draw)
    return seen


def pages(number: int) -> bytes:
    return pdf(*[PROSE] * number)


def known(world: World, acme: Tenant, number: int, **config: Any) -> Document:
    """A document of so many pages, which Inspect has counted."""
    document = running(world, acme, pages(number), Config(**config))
    world.pipeline.reserve(document, number)
    return row_of(world, document)


def shown(world: World, tenant: Tenant, document: Document, number: int = 1, width: int = LARGE) -> bytes:
    """What the link leads to."""
    found = page_image(world, tenant, document.id, number, width)
    assert isinstance(found, PageImage), found
    key, _, rest = found.url.removeprefix("memory://bucket/").partition("?")
    version = rest.partition("version=")[2].partition("&")[0]
    return world.blobs.get(Stored(key, version))


def refused(world: World, tenant: Tenant, document: Document, number: int = 1) -> Kind:
    found = page_image(world, tenant, document.id, number, LARGE)
    assert isinstance(found, Refusal), found
    return found.kind


# ---- drawn -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [pdf(PROSE), image_bytes("PNG", scan()), image_bytes("JPEG", scan())])
def test_a_page_is_drawn_for_real(world: World, acme: Tenant, content: bytes) -> None:
    with Image.open(io.BytesIO(shown(world, acme, running(world, acme, content), width=SMALL))) as picture:
        assert (picture.format, picture.width) == ("JPEG", SMALL)


def test_a_page_is_drawn_once_with_those_that_come_next(world: World, acme: Tenant, drawings: list[list[int]]) -> None:
    document = known(world, acme, 10)
    assert shown(world, acme, document, 1) == b"page 1 at 1400"
    assert drawings == [[1, 2, 3, 4]] and AT_ONCE == 4
    for number in (4, 2, 1):
        assert shown(world, acme, document, number) == f"page {number} at 1400".encode()
    assert len(drawings) == 1
    assert shown(world, acme, document, 9) == b"page 9 at 1400"
    assert shown(world, acme, document, 1, SMALL) == b"page 1 at 240"
    assert drawings[1:] == [[9, 10], [1, 2, 3, 4]]


def test_pictures_are_as_wide_as_they_are_looked_at() -> None:
    assert WIDTHS == (240, 1400)


def test_pictures_lie_with_the_results_and_are_jpegs(world: World, acme: Tenant, drawings: list[list[int]]) -> None:
    document = known(world, acme, 1)
    shown(world, acme, document)
    (key,) = world.blobs.keys("results/")
    assert key == f"results/acme/{document.job_id}/pages/0/1-1400.jpg"
    assert world.blobs.media_types[key] == "image/jpeg"


def test_a_good_page_is_shown_though_the_next_is_broken(world: World, acme: Tenant) -> None:
    document = running(world, acme, pages(2))
    world.pipeline.reserve(document, 3)  # the file says that it has three
    document = row_of(world, document)
    assert shown(world, acme, document, 2).startswith(b"\xff\xd8")
    assert refused(world, acme, document, 3) is Kind.EXTRACTION_FAILED


def test_its_password_opens_it(world: World, acme: Tenant) -> None:
    content = pdf(PROSE, password="secret")
    opened = running(world, acme, content, Config(password="secret"))
    assert shown(world, acme, opened).startswith(b"\xff\xd8")
    world.clock.advance(1)
    assert refused(world, acme, running(world, acme, content)) is Kind.PASSWORD_REQUIRED


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"<html><p>Hello</p></html>", b"\x00\x01", b"Plain words"])
def test_what_has_no_places_has_no_pictures(world: World, acme: Tenant, content: bytes) -> None:
    assert refused(world, acme, running(world, acme, content)) is Kind.UNSUPPORTED_INPUT
    assert world.blobs.keys("results/") == []


# ---- which pages -----------------------------------------------------------------------------------------------------


def test_before_its_inspection_a_document_has_one_page(world: World, acme: Tenant, drawings: list[list[int]]) -> None:
    job = waiting(world, acme)
    document = world.jobs.document("acme", document_id(job.id, 0))
    assert document and page_numbers(job, document) == [1]


def test_a_document_in_review_has_those_that_were_read(world: World, acme: Tenant) -> None:
    document = held(world, acme)
    job = world.jobs.get("acme", document.job_id)
    assert job and page_numbers(job, document) == [1, 2, 3]


@pytest.mark.parametrize(
    ("asked", "count", "numbers"),
    [
        ({"pages": "3-5"}, 3, [3, 4, 5]),
        ({"pages": "7,2"}, 2, [2, 7]),
        ({"pages": "4-"}, 3, [4, 5, 6]),
        ({"pages": "-2"}, 2, [1, 2]),
        ({"pages": "4-", "max_pages": 2}, 2, [4, 5]),
        ({"max_pages": 2}, 2, [1, 2]),
    ],
)
def test_pages_of_a_range_keep_their_numbers(
    world: World, acme: Tenant, drawings: list[list[int]], asked: dict[str, Any], count: int, numbers: list[int]
) -> None:
    document = known(world, acme, count, **asked)
    job = world.jobs.get("acme", document.job_id)
    assert job and page_numbers(job, document) == numbers
    assert shown(world, acme, document, numbers[0]) == f"page {numbers[0]} at 1400".encode()
    assert drawings == [numbers]
    assert {refused(world, acme, document, other) for other in {1, 2, 3, 7, 9} - set(numbers)} == {Kind.NOT_FOUND}


def test_the_highest_page_that_a_range_can_name(world: World, acme: Tenant) -> None:
    document = known(world, acme, 1)
    job = world.jobs.get("acme", document.job_id)
    assert job

    def numbers(asked: str) -> list[int]:
        return page_numbers(replace(job, options=to_options(Config(pages=asked))), document)

    assert (numbers("99999"), numbers("100000")) == ([99_999], [])


@pytest.mark.parametrize(
    ("pages", "reserved", "numbers"), [(None, 0, [1]), (None, 1, [1]), (None, 2, [1, 2]), (1, 2, [1])]
)
def test_what_is_held_counts_until_it_is_inspected(
    world: World, acme: Tenant, pages: int | None, reserved: int, numbers: list[int]
) -> None:
    document = known(world, acme, 1)
    job = world.jobs.get("acme", document.job_id)
    assert job and page_numbers(job, replace(document, pages=pages, reserved=reserved)) == numbers


@pytest.mark.parametrize("number", [0, -1, 2, 10**9])
def test_a_page_that_is_not_there(world: World, acme: Tenant, drawings: list[list[int]], number: int) -> None:
    assert refused(world, acme, running(world, acme, pages(1)), number) is Kind.NOT_FOUND
    assert drawings == []


def test_another_tenant_s_is_absent(world: World, acme: Tenant) -> None:
    assert refused(world, Tenant("other"), running(world, acme, pages(1))) is Kind.NOT_FOUND


# ---- how long --------------------------------------------------------------------------------------------------------


def test_a_link_lives_a_quarter_of_an_hour_and_never_past_the_bytes(
    world: World, acme: Tenant, drawings: list[list[int]]
) -> None:
    document = known(world, acme, 1)
    first = page_image(world, acme, document.id, 1, LARGE)
    assert isinstance(first, PageImage) and "seconds=900" in first.url
    assert first.expires_at == world.clock() + 900_000
    world.clock.advance(DAY_MS - 10_000)
    last = page_image(world, acme, document.id, 1, LARGE)
    assert isinstance(last, PageImage) and "seconds=10" in last.url
    assert last.expires_at == document.source.expires_at
    world.clock.advance(10_000)
    assert refused(world, acme, document) is Kind.RESULT_EXPIRED


@pytest.mark.parametrize(("left_ms", "seconds"), [(1, 1), (1_999, 1), (2_000, 2), (899_999, 899), (900_001, 900)])
def test_a_link_lives_whole_seconds_and_one_at_least(
    world: World, acme: Tenant, drawings: list[list[int]], left_ms: int, seconds: int
) -> None:
    document = known(world, acme, 1)
    world.clock.advance(document.source.expires_at - world.clock() - left_ms)
    found = page_image(world, acme, document.id, 1, LARGE)
    assert isinstance(found, PageImage)
    assert f"seconds={seconds}" in found.url.split("&") or found.url.endswith(f"seconds={seconds}")
    assert found.expires_at == world.clock() + 1000 * seconds


def test_a_deleted_file_s_pictures_are_shown_no_more(world: World, acme: Tenant, drawings: list[list[int]]) -> None:
    document = known(world, acme, 1)
    shown(world, acme, document)
    world.blobs.put(document.source.stored.key, b"put in its place", "application/pdf")
    assert document.source.file_id
    delete_file(world, acme, document.source.file_id)
    assert refused(world, acme, document) is Kind.RESULT_EXPIRED


def test_a_document_whose_bytes_have_not_come_has_none(world: World, acme: Tenant) -> None:
    upload = uploads.announce(world, acme, 5, "a.pdf", None)
    assert isinstance(upload, uploads.Upload)
    asked = replace(submission([arrived(world, acme)]), sources=[upload.file.source])
    job = job_of(submit(world, acme, asked))
    found = page_image(world, acme, document_id(job.id, 0), 1, LARGE)
    assert isinstance(found, Refusal) and found.kind is Kind.RESULT_EXPIRED


def test_a_deleted_job_takes_its_pictures_along(world: World, acme: Tenant, drawings: list[list[int]]) -> None:
    document, other = known(world, acme, 2), known(world, acme, 1)
    for number in (1, 2):
        shown(world, acme, document, number)
    shown(world, acme, other)
    succeed(world, document)
    delete_job(world, acme, document.job_id)
    left = [key for key in world.blobs.keys("results/") if "/pages/" in key]
    assert left == [f"results/acme/{other.job_id}/pages/0/1-1400.jpg"]
    assert refused(world, acme, document) is Kind.NOT_FOUND
    assert shown(world, acme, other)
