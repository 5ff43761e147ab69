"""A document: the unit of work."""

from __future__ import annotations

import pytest

from quire.domain.document import (
    Document,
    DocumentStatus,
    Source,
    Stored,
    dropped_result_key,
    failed,
    succeeded,
)
from quire.domain.ids import derived_job_id, document_id
from quire.domain.refusal import Kind, Refusal


@pytest.mark.parametrize(
    ("status", "ended"),
    [("pending", False), ("running", False), ("succeeded", True), ("failed", True), ("cancelled", True)],
)
def test_a_document_ends_once(status: str, ended: bool) -> None:
    assert DocumentStatus(status).ended is ended


def test_a_document_s_id_derives_from_its_job_and_position() -> None:
    job_id = derived_job_id("job")
    document = Document("acme", job_id, 7, Source(Stored("uploads/acme/f", "v"), 1, 2), 0, 0, "results/x")
    assert document.id == document_id(job_id, 7)


@pytest.mark.parametrize(
    ("key", "result"),
    [
        ("inbox/acme/text/a.pdf", "results/acme/inbox/text/a.pdf.json"),
        ("inbox/acme/text/2025/june/a b+c.pdf", "results/acme/inbox/text/2025/june/a b+c.pdf.json"),
        ("inbox/acme/text/é %20.pdf", "results/acme/inbox/text/é %20.pdf.json"),
    ],
)
def test_the_result_of_a_dropped_file_lies_where_its_name_says(key: str, result: str) -> None:
    source = Source(Stored(key, "v1"), 1, 2)
    assert source.dropped
    assert dropped_result_key(source) == result


def test_an_uploaded_file_was_not_dropped() -> None:
    assert not Source(Stored("uploads/inbox/f1", "v1"), 1, 2).dropped


def test_endings_hold_what_their_status_needs() -> None:
    result, refusal = Stored("results/x", "v1"), Refusal(Kind.INTERNAL_ERROR, "no")
    good, bad = succeeded(3, result), failed(refusal)
    assert (good.status, good.pages, good.result, good.refusal) == (DocumentStatus.SUCCEEDED, 3, result, None)
    assert (bad.status, bad.pages, bad.result, bad.refusal) == (DocumentStatus.FAILED, None, None, refusal)
