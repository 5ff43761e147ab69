"""Dates as they are printed."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.extraction.dates import Found, find, order_of


def read(texts: list[str]) -> list[tuple[str, list[Found]]]:
    return [(text, find(text)) for text in texts]


@pytest.mark.parametrize(
    "printed",
    [
        "2021-03-14", "2021/03/14", "14/03/2021", "14.03.2021", "14-03-2021", "14/03/21", "14 Mar 2021", "14-MAR-2021",
        "14 March, 2021", "March 14, 2021", "Mar. 14 2021", "14th of March 2021", "14 mars 2021", "14. März 2021",
        "14 de marzo de 2021", "14 marzo 2021", "14 de março de 2021", "14 Mar '21", "14 03 2021",
        "14032021 10:15", "20210314", "14/03/202110:15",
    ],
)  # fmt: skip
def test_formats(printed: str) -> None:
    assert [date.date() for date in find(f"{printed}")] == [datetime.date(2021, 3, 14)]


@pytest.mark.parametrize("printed", ["", "31/02/2021", "99/99/9999", "1.234,56", "555-0184", "12:30:45", "13/13/2020"])
def test_what_is_no_date(printed: str) -> None:
    assert find(printed) == []


def test_both_days_of_a_period_are_found() -> None:
    assert [str(date.date("month")) for date in find("02/13/20-02/18/20")] == ["2020-02-13", "2020-02-18"]
    assert len(find("from 1 May 2020 to 3 June 2020")) == 2


def test_a_number_above_twelve_settles_the_order() -> None:
    assert order_of(read(["01/02/2020", "13/02/2020"]), american=True) == "day"
    assert order_of(read(["01/02/2020", "02/13/2020"])) == "month"


def test_a_period_settles_the_order_as_it_does_not_run_backwards() -> None:
    assert order_of(read(["05/01/2020 - 04/02/2020"])) == "day"
    assert order_of(read(["01/05/2020 - 02/04/2020"])) == "month"


def test_where_nothing_tells_the_place_decides() -> None:
    assert order_of(read(["01/02/2020"])) == "day"
    assert order_of(read(["01/02/2020"]), american=True) == "month"


def test_an_impossible_month_is_a_day_whatever_the_order() -> None:
    assert find("03/25/2020")[0].date("day") == datetime.date(2020, 3, 25)


@given(st.text(alphabet="0123456789/-. :,'JanFebMrzäû", max_size=40))
def test_any_text_is_read_without_error_and_spans_are_in_order(line: str) -> None:
    at = 0
    for date in find(line):
        assert at <= date.start < date.end <= len(line)
        assert 1900 <= date.date("day").year <= 2100
        assert 1900 <= date.date("month").year <= 2100
        at = date.end


@given(
    st.dates(datetime.date(1970, 1, 1), datetime.date(2069, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%d %b %Y", "%Y-%m-%d", "%d.%m.%y"]),
)
def test_what_was_written_is_read_back(day: datetime.date, form: str) -> None:
    assert [date.date("day") for date in find(day.strftime(form))] == [day]
