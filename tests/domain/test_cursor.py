"""The cursor: opaque, bounded, and it never skips a change."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quire.domain.cursor import LAG_MS, Cursor, Place, decode, following

NOW = 1_750_000_000_000

# ---- its form --------------------------------------------------------------------------------------------------------

PLACES = st.tuples(st.integers(0, 10**15 - 1), st.integers(0, 99_999))


@given(PLACES, st.none() | st.integers(0, 10**15 - 1))
def test_a_cursor_comes_back_from_its_text(place: Place, floor: int | None) -> None:
    cursor = Cursor(place, floor)
    assert decode(cursor.encode()) == cursor


@given(PLACES)
def test_a_cursor_s_text_fits_a_url(place: Place) -> None:
    text = Cursor(place, 7).encode()
    assert len(text) <= 64
    assert text.replace("-", "").replace("_", "").isalnum()


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


def test_a_full_page_goes_on_behind_itself() -> None:
    page = [(OLD, 1), (OLD + 1, 2)]
    assert following(page, full=True, at_rest=False, now=NOW, after=None) == Cursor((OLD + 1, 2))


def test_a_full_page_goes_on_also_at_rest() -> None:
    assert following([(OLD, 1)], full=True, at_rest=True, now=NOW, after=None) == Cursor((OLD, 1))


def test_the_end_of_the_list_at_rest_is_the_end() -> None:
    assert following([(OLD, 1)], full=False, at_rest=True, now=NOW, after=None) is None
    assert following([], full=False, at_rest=True, now=NOW, after=Cursor((OLD, 1))) is None


def test_the_end_of_the_list_is_to_be_asked_for_again() -> None:
    assert following([(OLD, 1)], full=False, at_rest=False, now=NOW, after=None) == Cursor((OLD, 1))
    assert following([], full=False, at_rest=False, now=NOW, after=Cursor((OLD, 1))) == Cursor((OLD, 1))
    assert following([], full=False, at_rest=False, now=NOW, after=None) == Cursor((0, 0))


def test_a_cursor_at_the_end_is_never_later_than_the_lag() -> None:
    young = [(NOW - 1, 1)]
    assert following(young, full=False, at_rest=False, now=NOW, after=None) == Cursor((NOW - LAG_MS, 0))


def test_a_walk_into_the_lag_goes_to_its_end_and_comes_back() -> None:
    into = following([(NOW - 9, 1)], full=True, at_rest=False, now=NOW, after=None)
    assert into == Cursor((NOW - 9, 1), floor=NOW - LAG_MS)
    deeper = following([(NOW - 3, 1)], full=True, at_rest=False, now=NOW + 50, after=into)
    assert deeper == Cursor((NOW - 3, 1), floor=NOW - LAG_MS), "where it came from, not where it is"
    back = following([], full=False, at_rest=False, now=NOW + 99, after=deeper)
    assert back == Cursor((NOW - LAG_MS, 0))


def test_a_walk_that_was_young_comes_back_though_the_job_rests_by_now() -> None:
    into = Cursor((NOW - 9, 1), floor=NOW - LAG_MS)
    assert following([], full=False, at_rest=True, now=NOW + 10 * LAG_MS, after=into) == Cursor((NOW - LAG_MS, 0))


# ---- it never skips a change -----------------------------------------------------------------------------------------


@dataclass
class Written:
    """One change of one document: its state, its writer's clock, and when the index shows it (true milliseconds)."""

    position: int
    state: int
    stamp: int
    visible_at: int


@dataclass
class Simulation:
    """A job whose documents are written by writers with wrong clocks, seen through an index that follows late.

    Whatever the clocks are wrong by (`skew`, either way) and the index is late by (`delay`), together they stay within
    the lag: from a writer's clock to a reader's it is twice the skew."""

    documents: int
    limit: int
    time: int = NOW
    written: list[Written] = field(default_factory=list)
    states: dict[int, int] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)
    cursor: Cursor | None = None
    over: bool = False

    def write(self, position: int, skew: int, delay: int) -> None:
        self.states[position] = self.states.get(position, 0) + 1
        change = Written(position, self.states[position], self.time + skew, self.time + delay)
        self.written.append(change)

    def index(self) -> list[Place]:
        shown: dict[int, Written] = {}
        for change in self.written:
            if change.visible_at <= self.time and change.state > getattr(shown.get(change.position), "state", 0):
                shown[change.position] = change
        return sorted((change.stamp, change.position) for change in shown.values())

    def read(self, skew: int) -> None:
        """One call of a client that walks by cursor; the rows themselves are strongly consistent."""
        after = self.cursor.place if self.cursor else (0, 0)
        page = [place for place in self.index() if place > after][: self.limit]
        for _, position in page:
            self.seen[position] = self.states[position]
        now = self.time + skew
        self.cursor = following(
            page, full=len(page) == self.limit, at_rest=self.at_rest(now), now=now, after=self.cursor
        )
        self.over = self.cursor is None

    def at_rest(self, now: int) -> bool:
        """The end of the job has the stamp of the last change in true time."""
        ended = len(self.states) == self.documents and all(state == 2 for state in self.states.values())
        return ended and self.written[-1].stamp < now - LAG_MS


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
def test_a_client_that_walks_by_cursor_sees_the_last_state_of_every_document(
    schedule: tuple[int, int, int, list[tuple[int, int, int, int]]], pace: int
) -> None:
    documents, limit, skew, steps = schedule
    job = Simulation(documents, limit)
    for passed, position, error, delay in steps:
        job.time += passed
        if position < 0:
            job.read(error)
        elif job.states.get(position, 0) < 2:
            job.write(position, error, delay)
    for position in range(documents):
        while job.states.get(position, 0) < 2:
            job.write(position, -skew, LAG_MS - 2 * skew)
    calls = 0
    while not job.over:
        job.time += pace
        job.read(skew)
        calls += 1
        assert calls < 20_000 // pace + 200, "the walk has an end"
    assert job.seen == dict.fromkeys(range(documents), 2)
