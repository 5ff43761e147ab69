"""Every kind of refusal has a status of its own class."""

from __future__ import annotations

from quire.domain.refusal import Kind
from quire.http.statuses import STATUS


def test_every_kind_has_a_status() -> None:
    assert set(STATUS) == set(Kind)
    assert all(400 <= status < 600 for status in STATUS.values())


def test_only_our_own_failures_are_retried_as_such() -> None:
    """SDKs repeat a request that got 5xx."""
    assert {kind for kind, status in STATUS.items() if status >= 500} == {
        Kind.INTERNAL_ERROR,
        Kind.OCR_PROVIDER_ERROR,
        Kind.STILL_RUNNING,
    }
