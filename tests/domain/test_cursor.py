"""The cursor: opaque, bounded; it never skips a change, and sends none twice."""

from __future__ import annotations

import base64
import random
import zlib
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quire.domain.cursor import LAG_MS, MOST_CHARACTERS, MOST_SENT, START, Cursor, Place, State, Step, decode, step
from quire.domain.document import DocumentStatus

NOW = 1_750_000_000_000
PENDING, RUNNING, SUCCEEDED = DocumentStatus.PENDING, DocumentStatus.RUNNING, DocumentStatus.SUCCEEDED

# ---- its form --------------------------------------------------------------------------------------------------------

PLACES = st.tuples(st.integers(0, 10**15 - 1), st.integers(0, 99_999))
SENT = st.dictionaries(
    st.integers(0, 99_999),
    st.builds(State, st.integers(NOW, NOW + 2 * LAG_MS), st.sampled_from(list(DocumentStatus))),
    max_size=20,
)


@given(PLACES)
def test_a_cursor_comes_back_from_its_text(place: Place) -> None:
    assert decode(Cursor(place).encode()) == Cursor(place)


@given(st.integers(0, NOW), SENT)
def test_and_so_does_what_it_remembers(since: int, sent: dict[int, State]) -> None:
    assert decode(Cursor((since, 7), sent).encode()) == Cursor((since, 7), sent)


@given(PLACES)
def test_a_cursor_s_text_fits_a_url(place: Place) -> None:
    text = Cursor(place).encode()
    assert len(text) <= 64
    assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("seed", range(5))
def test_also_when_it_remembers_as_much_as_it_may(seed: int) -> None:
    draw = random.Random(seed).randrange
    statuses = list(DocumentStatus)
    sent = {draw(10_000): State(NOW + draw(LAG_MS), statuses[draw(6)]) for _ in range(4 * MOST_SENT)}
    text = Cursor((NOW, 9999), dict(list(sent.items())[:MOST_SENT])).encode()
    assert len(text) <= MOST_CHARACTERS
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def _packed(plain: bytes) -> str:
    head = base64.urlsafe_b64encode(b"1750000000000.1").decode().rstrip("=")
    return f"{head}.{base64.urlsafe_b64encode(zlib.compress(plain)).decode().rstrip('=')}"


TOO_MANY = b",".join(b"1p%d" % position for position in range(MOST_SENT + 1))


@pytest.mark.parametrize(
    "plain",
    [b"", b"1p", b"p1", b"1x1", b"1p1,1p1", b"1p1,", b"-1p1", b"1p1 ", b"1p1" * 10**7, b"\xff", TOO_MANY],
)  # fmt: skip
def test_what_it_remembers_is_bounded_and_ours(plain: bytes) -> None:
    assert decode(_packed(b"1p1")) == Cursor((NOW, 1), {1: State(NOW + 1, PENDING)})
    assert decode(_packed(plain)) is None


@pytest.mark.parametrize(
    "plain", ["", "1", "1.", ".1", "1.2.", "1.2.3.4", "-1.2", "1.-2", "a.b", "1.2 ", "٣.٤", "1.2\n"]
)
def test_what_we_did_not_write_is_not_a_cursor(plain: str) -> None:
    assert decode(base64.urlsafe_b64encode(plain.encode()).decode()) is None


@given(st.text(max_size=40))
@example("====")
@example("\ud800")
@example("é")
@example("A")
def test_any_text_decodes_to_a_cursor_or_to_none(text: str) -> None:
    found = decode(text)
    assert found is None or decode(found.encode()) == found


# ---- where it goes ---------------------------------------------------------------------------------------------------

OLD = NOW - 10 * LAG_MS


def go(
    after: Cursor, *places: Place, limit: int = 100, now: int = NOW, full: bool = False, settled: bool = False
) -> Step:
    """The documents stand as the index says, and run."""
    states = {position: State(time, RUNNING) for time, position in places}
    return step(after, places, states, full=full, limit=limit, now=now, settled=settled)


def test_a_page_that_is_not_all_goes_on_behind_itself() -> None:
    assert go(START, (OLD, 1), (OLD + 1, 2), (OLD + 2, 3), limit=2) == ([1, 2], Cursor((OLD + 1, 2)), False)
    assert go(START, (OLD, 1), (OLD + 1, 2), full=True) == ([1, 2], Cursor((OLD + 1, 2)), False)


def test_the_end_of_the_list_is_to_be_asked_for_again_from_the_lag_on() -> None:
    assert go(START, (OLD, 1)) == ([1], Cursor((NOW - LAG_MS, 0)), True)
    assert go(Cursor((OLD, 1))) == ([], Cursor((NOW - LAG_MS, 0)), True)


def test_what_was_sent_of_the_lag_is_remembered_and_not_sent_again() -> None:
    sent = go(START, (OLD, 1), (NOW - 9, 2))
    assert tuple(sent) == ([1, 2], Cursor((NOW - LAG_MS, 0), {2: State(NOW - 9, RUNNING)}), True)
    again = go(sent.onward, (NOW - 9, 2), now=NOW + 50)
    assert tuple(again) == ([], Cursor((NOW + 50 - LAG_MS, 0), {2: State(NOW - 9, RUNNING)}), True)
    forgotten = go(again.onward, (NOW - 9, 2), now=NOW + LAG_MS)
    assert forgotten == ([], Cursor((NOW, 0)), True)


def test_what_comes_late_in_front_of_what_was_sent_is_sent() -> None:
    sent = go(START, (NOW - 9, 2))
    assert go(sent.onward, (NOW - 500, 1), (NOW - 9, 2)).page == [1]


def test_what_changed_since_it_was_sent_is_sent_again_wherever_the_index_has_it() -> None:
    before = Cursor((OLD, 0), {2: State(NOW - 900, RUNNING)})
    for place in (NOW - 900, NOW - 9):
        ended = {2: State(NOW - 9, SUCCEEDED)}
        moved = step(before, [(place, 2)], ended, full=False, limit=9, now=NOW)
        assert (moved.page, moved.onward.sent) == ([2], ended)
        assert step(moved.onward, [(NOW - 9, 2)], ended, full=False, limit=9, now=NOW).page == []


def test_a_document_that_is_gone_is_passed_over() -> None:
    assert step(START, [(OLD, 1)], {}, full=False, limit=9, now=NOW) == ([], Cursor((NOW - LAG_MS, 0)), True)


def test_more_than_can_be_remembered_waits_until_others_have_left_the_lag() -> None:
    places = [(NOW - 900 + n, n) for n in range(MOST_SENT + 5)]
    first = go(START, *places, limit=10_000)
    assert (first.page, first.last) == (list(range(MOST_SENT)), False)
    assert go(first.onward, *places, limit=10_000) == ([], first.onward, False)
    later = go(first.onward, *places, limit=10_000, now=NOW + LAG_MS)
    assert (later.page, later.last) == (list(range(MOST_SENT, MOST_SENT + 5)), True)


def test_where_nothing_changes_any_more_nothing_is_remembered() -> None:
    first = go(START, (NOW - 3, 1), (NOW - 2, 2), (NOW - 1, 3), limit=2, settled=True)
    assert first == Step([1, 2], Cursor((NOW - 2, 2)), last=False)
    assert go(first.onward, (NOW - 1, 3), settled=True)[::2] == ([3], True)


# ---- it never skips a change, and sends none twice -------------------------------------------------------------------


@dataclass
class Written:
    """One change of one document: its state, its writer's clock, and when the index shows it (true milliseconds)."""

    position: int
    state: int
    stamp: int
    visible_at: int


_STATUSES = (PENDING, RUNNING, SUCCEEDED)


@dataclass
class Simulation:
    """A job whose documents are written by writers with wrong clocks, seen through an index that follows late.

    Whatever the clocks are wrong by (`skew`, either way) and the index is late by (`delay`), together they stay within
    the lag: from a writer's clock to a reader's it is twice the skew."""

    documents: int
    limit: int
    time: int = NOW
    written: list[Written] = field(default_factory=list)
    rows: dict[int, Written] = field(default_factory=dict)
    sent: Counter[tuple[int, int]] = field(default_factory=Counter)
    seen: dict[int, int] = field(default_factory=dict)
    cursor: Cursor = START
    over: bool = False

    def state(self, position: int) -> int:
        return self.rows[position].state if position in self.rows else 0

    def write(self, position: int, skew: int, delay: int) -> None:
        change = Written(position, self.state(position) + 1, self.time + skew, self.time + delay)
        self.written.append(change)
        self.rows[position] = change

    def index(self) -> list[Place]:
        shown: dict[int, Written] = {}
        for change in self.written:
            if change.visible_at <= self.time and change.state > getattr(shown.get(change.position), "state", 0):
                shown[change.position] = change
        return sorted((change.stamp, change.position) for change in shown.values())

    def read(self, skew: int) -> None:
        """One call of a client that walks by cursor; the rows themselves are strongly consistent, and are read instead
        of the index where nothing changes any more and the index may not know it yet."""
        now = self.time + skew
        settled = self.at_rest()
        lagging = settled and self.written[-1].stamp >= now - LAG_MS
        everything = sorted((row.stamp, position) for position, row in self.rows.items())
        beyond = [place for place in (everything if lagging else self.index()) if place > self.cursor.place]
        most = len(beyond) if lagging else self.limit + len(self.cursor.sent) + 1
        places = beyond[:most]
        states = {position: State(row.stamp, _STATUSES[row.state]) for position, row in self.rows.items()}
        full = len(places) == most and not lagging
        taken = step(self.cursor, places, states, full=full, limit=self.limit, now=now, settled=settled)
        assert len(taken.page) <= self.limit
        for position in taken.page:
            self.seen[position] = self.state(position)
            self.sent[position, self.state(position)] += 1
        self.cursor, self.over = taken.onward, settled and taken.last
        assert decode(self.cursor.encode()) == self.cursor

    def at_rest(self) -> bool:
        """As the job's header says, which is strongly consistent."""
        return len(self.rows) == self.documents and all(row.state == 2 for row in self.rows.values())


@st.composite
def _schedules(draw: st.DrawFn) -> tuple[int, int, int, list[tuple[int, int, int, int]]]:
    documents, limit = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    skew = draw(st.integers(0, LAG_MS // 2))
    delay = LAG_MS - 2 * skew
    # (milliseconds to pass, document to write or -1 to read, clock's error, index's delay)
    steps = st.tuples(
        st.integers(0, 3000), st.integers(-1, documents - 1), st.integers(-skew, skew), st.integers(0, delay)
    )
    return documents, limit, skew, draw(st.lists(steps, max_size=40))


@settings(max_examples=400, deadline=None)
@given(_schedules(), st.integers(1, 4000))
def test_a_client_that_walks_by_cursor_sees_the_last_state_of_every_document_and_none_twice(
    schedule: tuple[int, int, int, list[tuple[int, int, int, int]]], pace: int
) -> None:
    documents, limit, skew, steps = schedule
    job = Simulation(documents, limit)
    for passed, position, error, delay in steps:
        job.time += passed
        if position < 0:
            job.read(error)
        elif job.state(position) < 2:
            job.write(position, error, delay)
    for position in range(documents):
        while job.state(position) < 2:
            job.write(position, -skew, LAG_MS - 2 * skew)
    calls = 0
    while not job.over:
        job.time += pace
        job.read(skew)
        calls += 1
        assert calls <= documents + 2, "the walk has an end, at once"
    assert job.seen == dict.fromkeys(range(documents), 2)
    assert set(job.sent.values()) <= {1}
