"""Extractors: ids of versions, labels of releases, places in a list."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from quire.domain.extractor import (
    MOST_VERSIONS,
    Extractor,
    Order,
    Release,
    Version,
    compact,
    is_list_place,
    list_place,
    locate_version,
    new_extractor_id,
    next_release,
)

NOW = 1_750_000_000_000


def _extractor(at: int = NOW, updated_at: int | None = None, releases: Mapping[str, int] | None = None) -> Extractor:
    return Extractor("acme", new_extractor_id(at), "invoice", at, updated_at or at, releases=releases or {})


@pytest.mark.parametrize("number", [1, 2, MOST_VERSIONS])
def test_a_version_s_id_leads_back_to_its_extractor_and_number(number: int) -> None:
    extractor = _extractor()
    version = Version("acme", extractor.id, number, None, {}, NOW)
    assert locate_version(version.id) == (extractor.id, number)


def test_an_extractor_s_id_is_no_version_s() -> None:
    with pytest.raises(ValueError, match="job"):
        locate_version(_extractor().id)


@pytest.mark.parametrize(
    ("labels", "major", "minor"),
    [
        ([], "1.0", "0.1"),
        (["0.1"], "1.0", "0.2"),
        (["1.0"], "2.0", "1.1"),
        (["1.0", "1.9", "1.10"], "2.0", "1.11"),
        (["9.0", "10.0", "2.5"], "11.0", "10.1"),
    ],
)
def test_the_next_release_follows_the_highest_label(labels: list[str], major: str, minor: str) -> None:
    releases = {label: number for number, label in enumerate(labels, start=1)}
    assert next_release(releases, Release.MAJOR) == major
    assert next_release(releases, Release.MINOR) == minor


def test_the_newest_release_is_the_highest_number() -> None:
    assert _extractor(releases={"1.0": 2, "1.1": 7, "2.0": 5}).released == 7
    assert _extractor().released is None


def test_places_sort_as_their_times_do() -> None:
    early, late = _extractor(NOW, NOW + 2), _extractor(NOW + 1, NOW + 1)
    assert list_place(early, Order.CREATED) < list_place(late, Order.CREATED)
    assert list_place(early, Order.UPDATED) > list_place(late, Order.UPDATED)


def test_a_place_is_known_by_its_order() -> None:
    place = {order: list_place(_extractor(), order) for order in Order}
    assert is_list_place(place[Order.CREATED], Order.CREATED)
    assert is_list_place(place[Order.UPDATED], Order.UPDATED)
    assert not is_list_place(place[Order.CREATED], Order.UPDATED)
    assert not is_list_place(place[Order.UPDATED], Order.CREATED)
    assert not is_list_place("", Order.CREATED)


def test_what_is_kept_has_no_white_space_and_keeps_its_letters() -> None:
    assert compact({"größe": [1, 2.0, None]}) == '{"größe":[1,2.0,null]}'
