"""Identifiers: who they are, where they lead, how they sort."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.domain.ids import MOST_DOCUMENTS, derived_id, derived_job_id, document_id, locate, new_id, new_job_id

TIMES = st.integers(0, 2**48 - 1)
POSITIONS = st.integers(0, MOST_DOCUMENTS - 1)


def _low_bits(identifier: str) -> int:
    return uuid.UUID(identifier).int & 0xFFFF


@given(TIMES)
def test_a_new_id_is_a_uuid_of_version_7_that_holds_its_time(now: int) -> None:
    for identifier in (new_id(now), new_job_id(now)):
        parsed = uuid.UUID(identifier)
        assert str(parsed) == identifier
        assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
        assert parsed.int >> 80 == now


def test_new_ids_differ() -> None:
    assert len({new_id(1) for _ in range(1000)}) == 1000
    assert len({new_job_id(1) for _ in range(1000)}) == 1000


@given(TIMES, TIMES)
def test_later_ids_sort_later(one: int, other: int) -> None:
    if one != other:
        assert (new_id(one) < new_id(other)) is (one < other)


@given(TIMES)
def test_a_job_s_id_leaves_room_for_its_documents(now: int) -> None:
    assert _low_bits(new_job_id(now)) == 0


@given(st.lists(st.text(max_size=20), min_size=1, max_size=3))
def test_a_derived_job_id_is_a_function_of_its_facts(facts: list[str]) -> None:
    derived = derived_job_id(*facts)
    assert derived == derived_job_id(*facts)
    assert derived != derived_job_id(*facts, "more")
    parsed = uuid.UUID(derived)
    assert (parsed.version, parsed.variant) == (8, uuid.RFC_4122)
    assert _low_bits(derived) == 0


@given(TIMES, st.text(max_size=20))
def test_a_derived_id_is_a_function_of_its_time_and_facts(at: int, fact: str) -> None:
    derived = derived_id(at, fact)
    assert derived == derived_id(at, fact) != derived_id(at, fact, "more")
    parsed = uuid.UUID(derived)
    assert (parsed.version, parsed.variant, parsed.int >> 80) == (8, uuid.RFC_4122, at)


def test_facts_do_not_run_into_each_other() -> None:
    assert derived_job_id("inbox/a", "b") != derived_job_id("inbox/ab", "")


def test_a_derived_job_id_stays_the_same_over_releases() -> None:
    assert derived_job_id("inbox/acme/text/a.pdf", "v1") == "e8dce887-9f56-8fff-956f-5895a4ea0000"


@given(TIMES, POSITIONS)
def test_a_document_s_id_leads_back_to_its_place(now: int, position: int) -> None:
    job_id = new_job_id(now)
    assert locate(document_id(job_id, position)) == (job_id, position)


@given(POSITIONS)
def test_a_document_s_id_is_a_uuid_of_its_job_s_kind(position: int) -> None:
    for job_id, version in ((new_job_id(5), 7), (derived_job_id("a"), 8)):
        parsed = uuid.UUID(document_id(job_id, position))
        assert (parsed.version, parsed.variant) == (version, uuid.RFC_4122)


def test_documents_of_a_job_have_ids_of_their_own_in_the_order_of_their_positions() -> None:
    job_id = new_job_id(5)
    ids = [document_id(job_id, position) for position in range(MOST_DOCUMENTS)]
    assert len({job_id, *ids}) == MOST_DOCUMENTS + 1
    assert ids == sorted(ids)


@pytest.mark.parametrize("position", [-1, 0xFFFF, 1 << 20])
def test_a_position_outside_a_job_has_no_id(position: int) -> None:
    with pytest.raises(ValueError, match="outside a job"):
        document_id(new_job_id(5), position)


def test_a_job_s_id_is_not_a_document_s() -> None:
    with pytest.raises(ValueError, match="id of a job"):
        locate(new_job_id(5))


@pytest.mark.parametrize("text", ["", "x", "batch_1", "0" * 31, "0" * 33])
def test_what_is_no_id_leads_nowhere(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the standard library's
        locate(text)
