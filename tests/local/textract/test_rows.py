from __future__ import annotations

from local.textract.rows import rows_of, segments_of
from tests.local.textract.pages import row, word


def test_words_of_one_height_are_a_row_from_left_to_right() -> None:
    words = [word("b", 50, 104), word("c", 90, 98), word("a", 10, 100), word("under", 10, 130)]

    assert [[w.text for w in r] for r in rows_of(words)] == [["a", "b", "c"], ["under"]]


def test_a_row_may_drift_over_its_length() -> None:
    words = [word(str(i), 30 * i, 100 + 2 * i) for i in range(20)]

    assert len(rows_of(words)) == 1


def test_a_wide_blank_parts_a_row() -> None:
    (only,) = rows_of(row(0, x0="Invoice date:", x400="3 May 2024"))

    assert [segment.text for segment in segments_of(only)] == ["Invoice date:", "3 May 2024"]


def test_no_words_are_no_rows() -> None:
    assert rows_of([]) == []
