"""A refusal: a failure that has a kind."""

from __future__ import annotations

from quire.domain.refusal import Kind, Refusal


def test_time_ran_out_on_bytes_that_never_came_or_came_too_early() -> None:
    lapses = {kind for kind in Kind if Refusal(kind, "").lapse}
    assert lapses == {Kind.UPLOAD_MISSING, Kind.UPLOAD_EXPIRED}
