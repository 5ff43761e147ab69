"""A large file is inspected by a few ranges of it, and read as what it really is."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image

from quire.adapters import clients
from tests.journey.conftest import Account
from tests.reading.make_large import Layout, large_pdf

PAGES = 1000
PICTURE = 150_000
MB = 1 << 20


@pytest.fixture(autouse=True)
def _sent_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto takes half a minute to unpack 150 MB that come in chunks with their checksum."""
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")


@dataclass
class Fetched:
    """What was asked of S3 while a document was inspected, and how the inspection went."""

    sizes: list[int] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    said: Mapping[str, Any] = field(default_factory=dict)


def inspected(account: Account, content: bytes) -> Fetched:
    """The document goes through `inspect` as it does in the stack, and no further."""
    account.world.tenants.grant("acme", PAGES)
    file_id = account.upload(content)
    fetched = Fetched()
    inspect = account.handlers["inspect"]

    def asked(params: Mapping[str, Any], **_: object) -> None:
        fetched.versions.add(params.get("VersionId", ""))

    def answered(parsed: Mapping[str, Any], **_: object) -> None:
        fetched.sizes.append(parsed["ContentLength"])

    def watched(event: Any, context: Any) -> dict[str, Any]:
        events = clients.s3().meta.events
        events.register("provide-client-params.s3.GetObject", asked)
        events.register("after-call.s3.GetObject", answered)
        fetched.said = inspect(event, context)
        events.unregister("provide-client-params.s3.GetObject", asked)
        events.unregister("after-call.s3.GetObject", answered)
        return {"outcome": "refused", "refusal": {"kind": "extraction_failed", "message": "Seen enough."}}

    account.handlers["inspect"] = watched
    account.ended(account.submit(file_id))
    return fetched


@pytest.mark.parametrize("layout", ["table", "stream", "linearized"])
def test_the_pages_of_a_large_pdf_are_counted_by_a_few_ranges(account: Account, layout: Layout) -> None:
    content = large_pdf(PAGES, PICTURE, layout)
    assert 140 * MB < len(content) < 150 * MB
    fetched = inspected(account, content)
    assert fetched.said == {"outcome": "done", "pages": PAGES, "media": "application/pdf", "encrypted": False}
    assert sum(fetched.sizes) < MB // 4
    assert len(fetched.sizes) <= 5
    assert len(fetched.versions) == 1 and "" not in fetched.versions, "the version that was accepted"


def test_a_large_pdf_whose_table_is_broken_is_fetched_whole_after_few_ranges(account: Account) -> None:
    content = large_pdf(40, PICTURE).replace(b"startxref\n", b"startxref\n9")
    fetched = inspected(account, content)
    assert (fetched.said["outcome"], fetched.said["pages"]) == ("done", 40)
    assert fetched.sizes[-1] == len(content)
    assert sum(fetched.sizes[:-1]) <= 4 * MB
    assert len(fetched.sizes) <= 33


def test_a_small_pdf_is_fetched_at_once(account: Account) -> None:
    content = large_pdf(20, PICTURE)
    assert inspected(account, content).sizes == [len(content)]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_large_image_is_measured_by_its_head(account: Account, kind: str) -> None:
    out = io.BytesIO()
    Image.effect_noise((3000, 3000), 120).convert("RGB" if kind == "JPEG" else "L").save(
        out, kind, **_least_packed(kind)
    )
    assert out.tell() > 7 * MB
    fetched = inspected(account, out.getvalue())
    assert (fetched.said["outcome"], fetched.said["pages"]) == ("done", 1)
    assert sum(fetched.sizes) < MB // 4
    assert len(fetched.sizes) <= 3


def _least_packed(kind: str) -> dict[str, Any]:
    return {"JPEG": {"quality": 100, "subsampling": 0}, "PNG": {"compress_level": 1}}.get(kind, {})


def test_a_large_text_is_read_through(account: Account) -> None:
    content = b"item,quantity,price\n" * 300_000
    fetched = inspected(account, content)
    assert fetched.said["outcome"] == "refused"
    assert fetched.sizes[-1] == len(content)
