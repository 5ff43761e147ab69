"""Priority: a head start in the waiting line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.document import AWAITED, Document, Source, Stored
from quire.domain.ids import derived_job_id
from quire.domain.ports import ticket_for
from quire.domain.priority import STEP_MS, Priority

NOW = 1_750_000_000_000


def _order(priority: Priority, submitted_at: int = NOW, name: str = "job") -> str:
    source = Source(Stored("uploads/acme/f", "v1"), 1, NOW)
    job_id = derived_job_id(name)
    return ticket_for(Document("acme", job_id, 0, source, submitted_at, NOW, "r", priority=priority)).order


def test_of_what_was_submitted_together_the_higher_stands_in_front() -> None:
    assert sorted(Priority, key=_order) == [Priority.CRITICAL, Priority.HIGH, Priority.MEDIUM, Priority.LOW]


def test_equals_stand_in_the_order_of_their_submission() -> None:
    for priority in Priority:
        assert _order(priority) < _order(priority, NOW + 1)


def test_each_step_is_an_hour_before_or_behind_the_medium() -> None:
    hour = 60 * 60 * 1000
    assert hour == STEP_MS
    assert [priority.head_start_ms for priority in Priority] == [-hour, 0, hour, 2 * hour]


@pytest.mark.parametrize(
    ("higher", "lower"),
    [(high, low) for steps, high in enumerate(Priority) for low in list(Priority)[:steps]],
)
def test_a_higher_one_passes_those_within_its_head_start_and_no_others(higher: Priority, lower: Priority) -> None:
    head_start = higher.head_start_ms - lower.head_start_ms
    assert 0 < head_start <= 3 * STEP_MS
    assert _order(higher, NOW + head_start - 1) < _order(lower)
    assert _order(higher, NOW + head_start + 1) > _order(lower)


def test_a_file_s_waiting_documents_do_not_stand_in_line_yet() -> None:
    source = Source(Stored("uploads/acme/f", AWAITED), 1, NOW, file_id="f")
    document = Document("acme", derived_job_id("j"), 0, source, NOW, NOW, "r")
    orders = {ticket_for(replace(document, priority=priority)).order for priority in Priority}
    assert orders == {f"f#{document.id}"}
