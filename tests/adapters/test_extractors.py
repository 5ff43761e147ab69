"""The port `Extractors`: heads, names and versions that never change."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from quire.adapters import clients
from quire.adapters.aws import Aws
from quire.domain.extractor import Extractor, Order, Version, list_place, new_extractor_id
from quire.domain.ports import Saving, World
from tests.adapters.conftest import JOBS
from tests.adapters.rows import NOW

SCHEMA = {"type": "object", "properties": {"größe": {"type": ["number", "null"], "default": 1.0}}}


def _an_extractor(name: str = "invoice", tenant: str = "acme", at: int = NOW, leads: bool = True) -> Extractor:
    return Extractor(tenant, new_extractor_id(at), name, at, at, leads=leads)


def _version(extractor: Extractor, number: int = 1, schema: object = None) -> Version:
    return Version(extractor.tenant, extractor.id, number, schema, {"mode": "fast"}, NOW)


def _created(world: World, extractor: Extractor) -> Extractor:
    assert world.extractors.create(extractor, _version(extractor)) is Saving.SAVED
    return extractor


def _next(extractor: Extractor, **changes: object) -> Extractor:
    return replace(extractor, revision=extractor.revision + 1, **changes)  # type: ignore[arg-type]


def _names(extractors: Sequence[Extractor]) -> list[str]:
    return [extractor.name for extractor in extractors]


def test_an_extractor_comes_back_as_it_was_created(world: World) -> None:
    extractor = replace(
        _an_extractor(),
        description="Ours",
        releases={"1.0": 1},
        settings={"sample": None, "factor": 1.0, "list": [1, {"a": "b"}]},
    )
    _created(world, extractor)
    assert world.extractors.get("acme", extractor.id) == extractor
    assert world.extractors.named("acme", "invoice") == extractor


def test_a_version_comes_back_as_it_was_written(world: World) -> None:
    extractor = _an_extractor()
    version = replace(_version(extractor, schema=SCHEMA), release="1.0", description="The first")
    world.extractors.create(extractor, version)
    assert world.extractors.versions("acme", extractor.id, [1]) == [version]


def test_a_version_may_have_no_schema_yet(world: World) -> None:
    extractor = _created(world, _an_extractor())
    (version,) = world.extractors.versions("acme", extractor.id, [1])
    assert version.schema is None


def test_a_schema_of_the_largest_size_fits(world: World) -> None:
    extractor = _an_extractor()
    version = _version(extractor, schema={"description": "é" * 170_000})
    assert world.extractors.create(extractor, version) is Saving.SAVED
    assert world.extractors.versions("acme", extractor.id, [1]) == [version]


def test_versions_come_in_the_order_asked_and_without_those_that_are_not(world: World) -> None:
    extractor = _created(world, _an_extractor())
    after = _next(extractor, latest=2)
    assert world.extractors.save(extractor, after, _version(after, 2)) is Saving.SAVED
    found = world.extractors.versions("acme", extractor.id, [2, 7, 1])
    assert [version.number for version in found] == [2, 1]
    assert world.extractors.versions("acme", extractor.id, []) == []


def test_what_is_not_there_is_none(world: World) -> None:
    extractor = _an_extractor()
    assert world.extractors.get("acme", extractor.id) is None
    assert world.extractors.named("acme", "invoice") is None
    assert world.extractors.versions("acme", extractor.id, [1]) == []


def test_a_tenant_s_extractors_are_its_own(world: World) -> None:
    extractor = _created(world, _an_extractor())
    assert world.extractors.get("other", extractor.id) is None
    assert world.extractors.named("other", "invoice") is None
    assert world.extractors.versions("other", extractor.id, [1]) == []
    assert world.extractors.listed("other", Order.CREATED, None, 10, ascending=False).extractors == []
    theirs = _created(world, _an_extractor(tenant="other"))
    assert world.extractors.named("other", "invoice") == theirs


# ---- names -----------------------------------------------------------------------------------------------------------


def test_a_name_that_is_taken_creates_nothing(world: World) -> None:
    first, second = _created(world, _an_extractor()), _an_extractor()
    assert world.extractors.create(second, _version(second)) is Saving.NAME_TAKEN
    assert world.extractors.get("acme", second.id) is None
    assert world.extractors.versions("acme", second.id, [1]) == []
    assert world.extractors.named("acme", "invoice") == first


def test_one_that_does_not_lead_leaves_the_name_where_it_is(world: World) -> None:
    first = _created(world, _an_extractor())
    second = _created(world, _an_extractor(leads=False))
    assert world.extractors.named("acme", "invoice") == first
    assert world.extractors.delete(second) is Saving.SAVED
    assert world.extractors.named("acme", "invoice") == first


def test_a_renaming_takes_the_new_name_and_frees_the_old(world: World) -> None:
    extractor = _created(world, _an_extractor())
    renamed = _next(extractor, name="bill")
    assert world.extractors.save(extractor, renamed, None) is Saving.SAVED
    assert world.extractors.named("acme", "invoice") is None
    assert world.extractors.named("acme", "bill") == renamed
    _created(world, _an_extractor())


def test_a_renaming_to_a_name_that_is_taken_changes_nothing(world: World) -> None:
    other, extractor = _created(world, _an_extractor("bill")), _created(world, _an_extractor())
    renamed = _next(extractor, name="bill", latest=2)
    assert world.extractors.save(extractor, renamed, _version(extractor, 2)) is Saving.NAME_TAKEN
    assert world.extractors.get("acme", extractor.id) == extractor
    assert world.extractors.versions("acme", extractor.id, [2]) == []
    assert world.extractors.named("acme", "bill") == other


def test_a_name_that_no_longer_leads_is_free(world: World) -> None:
    _created(world, _an_extractor("bill"))
    extractor = _created(world, _an_extractor())
    assert world.extractors.save(extractor, _next(extractor, name="bill", leads=False), None) is Saving.SAVED
    assert world.extractors.named("acme", "invoice") is None


def test_a_name_taken_at_once_by_several_is_taken_by_one(world: World) -> None:
    outcomes: list[Saving] = []

    def create() -> None:
        extractor = _an_extractor()
        outcomes.append(world.extractors.create(extractor, _version(extractor)))

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [Saving.NAME_TAKEN] * 3 + [Saving.SAVED]
    assert len(world.extractors.listed("acme", Order.CREATED, None, 10, ascending=False).extractors) == 1


# ---- changes ---------------------------------------------------------------------------------------------------------


def test_a_version_is_never_written_again(world: World) -> None:
    extractor = _an_extractor()
    written = _version(extractor, schema=SCHEMA)
    world.extractors.create(extractor, written)
    after = _next(extractor, description="another")
    assert world.extractors.save(extractor, after, _version(extractor, 1, {"fields": []})) is Saving.CHANGED
    assert world.extractors.versions("acme", extractor.id, [1]) == [written]
    assert world.extractors.get("acme", extractor.id) == extractor


def test_of_two_who_read_the_same_one_writes_and_the_other_is_told(world: World) -> None:
    extractor = _created(world, _an_extractor())
    first, second = _next(extractor, latest=2), _next(extractor, latest=2, description="second")
    assert world.extractors.save(extractor, first, _version(extractor, 2, SCHEMA)) is Saving.SAVED
    assert world.extractors.save(extractor, second, _version(extractor, 2)) is Saving.CHANGED
    assert world.extractors.get("acme", extractor.id) == first
    (version,) = world.extractors.versions("acme", extractor.id, [2])
    assert version.schema == SCHEMA


def test_of_many_who_save_at_once_one_writes(world: World) -> None:
    extractor = _created(world, _an_extractor())
    outcomes: list[Saving] = []

    def save(at: int) -> None:
        after = _next(extractor, latest=2, updated_at=NOW + at)
        outcomes.append(world.extractors.save(extractor, after, _version(extractor, 2)))

    threads = [threading.Thread(target=save, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [Saving.CHANGED] * 3 + [Saving.SAVED]


def test_who_read_an_old_head_learns_that_rather_than_of_the_name(world: World) -> None:
    _created(world, _an_extractor("bill"))
    extractor = _created(world, _an_extractor())
    assert world.extractors.save(extractor, _next(extractor, description="new"), None) is Saving.SAVED
    assert world.extractors.save(extractor, _next(extractor, name="bill"), None) is Saving.CHANGED


def test_an_id_is_created_once(world: World) -> None:
    extractor = _created(world, _an_extractor())
    again = replace(extractor, name="another")
    assert world.extractors.create(again, _version(again)) is Saving.CHANGED
    assert world.extractors.named("acme", "another") is None


# ---- deleting --------------------------------------------------------------------------------------------------------


def test_a_deleted_extractor_is_gone_with_its_name_and_its_versions_stay(world: World) -> None:
    extractor = _created(world, _an_extractor())
    assert world.extractors.delete(extractor) is Saving.SAVED
    assert world.extractors.get("acme", extractor.id) is None
    assert world.extractors.named("acme", "invoice") is None
    assert world.extractors.listed("acme", Order.CREATED, None, 10, ascending=False).extractors == []
    assert [version.number for version in world.extractors.versions("acme", extractor.id, [1])] == [1]
    _created(world, _an_extractor())


def test_a_deletion_and_a_change_of_the_same_do_not_both_happen(world: World) -> None:
    extractor = _created(world, _an_extractor())
    after = _next(extractor, latest=2)
    world.extractors.save(extractor, after, _version(extractor, 2))
    assert world.extractors.delete(extractor) is Saving.CHANGED
    assert world.extractors.delete(after) is Saving.SAVED
    assert world.extractors.save(after, _next(after), None) is Saving.CHANGED
    assert world.extractors.get("acme", extractor.id) is None


# ---- listing ---------------------------------------------------------------------------------------------------------


def _walk(world: World, order: Order, limit: int, *, ascending: bool = False) -> list[list[str]]:
    pages, after = [], None
    while True:
        page = world.extractors.listed("acme", order, after, limit, ascending=ascending)
        pages.append(_names(page.extractors))
        after = page.after
        if after is None:
            return pages


@pytest.mark.parametrize(
    ("limit", "pages"),
    [(2, [["e", "d"], ["c", "b"], ["a"]]), (5, [["e", "d", "c", "b", "a"]]), (4, [["e", "d", "c", "b"], ["a"]])],
)
def test_the_newest_come_first_and_a_walk_meets_each_once(world: World, limit: int, pages: list[list[str]]) -> None:
    for at, name in enumerate("abcde"):
        _created(world, _an_extractor(name, at=NOW + at))
    assert _walk(world, Order.CREATED, limit) == pages


def test_a_list_can_begin_with_the_oldest(world: World) -> None:
    for at, name in enumerate("abc"):
        _created(world, _an_extractor(name, at=NOW + at))
    assert _walk(world, Order.CREATED, 2, ascending=True) == [["a", "b"], ["c"]]


def test_by_update_the_last_that_was_changed_comes_first(world: World) -> None:
    first, *_ = [_created(world, _an_extractor(name, at=NOW + at)) for at, name in enumerate("abc")]
    world.extractors.save(first, _next(first, updated_at=NOW + 10), None)
    assert _walk(world, Order.UPDATED, 2) == [["a", "c"], ["b"]]
    assert _walk(world, Order.UPDATED, 2, ascending=True) == [["b", "c"], ["a"]]


def test_a_walk_goes_on_behind_one_that_was_deleted(world: World) -> None:
    kept = [_created(world, _an_extractor(name, at=NOW + at)) for at, name in enumerate("abc")]
    page = world.extractors.listed("acme", Order.CREATED, None, 1, ascending=False)
    assert page.after == list_place(kept[2], Order.CREATED)
    world.extractors.delete(kept[2])
    rest = world.extractors.listed("acme", Order.CREATED, page.after, 5, ascending=False)
    assert _names(rest.extractors) == ["b", "a"]


def test_an_empty_list_has_no_next_page(world: World) -> None:
    assert _walk(world, Order.CREATED, 3) == [[]]
    assert _walk(world, Order.UPDATED, 3) == [[]]


def test_a_page_costs_its_own_rows_only(aws: Aws) -> None:
    for at in range(8):
        _created(aws, _an_extractor(str(at), at=NOW + at))
    asked: list[tuple[int, bool]] = []

    def counted(parsed: dict[str, object], **_: object) -> None:
        asked.append((int(str(parsed["ScannedCount"])), "LastEvaluatedKey" in parsed))

    events = clients.dynamodb().meta.events
    events.register("after-call.dynamodb.Query", counted)
    try:
        aws.extractors.listed("acme", Order.CREATED, None, 2, ascending=False)
    finally:
        events.unregister("after-call.dynamodb.Query", counted)
    assert asked == [(3, True)], f"of the rows of {JOBS} those of the page, and one that shows whether there are more"


def test_an_index_that_names_a_deleted_one_shows_the_others(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, gone = (_created(aws, _an_extractor(name, at=NOW + at)) for at, name in enumerate("ab"))
    table = aws.extractors.table
    stale = [{"SK": extractor.id, "changed": list_place(extractor, Order.UPDATED)} for extractor in (gone, kept)]
    aws.extractors.delete(gone)
    monkeypatch.setattr(type(table), "query", lambda *_, **__: iter(stale))
    assert _names(aws.extractors.listed("acme", Order.UPDATED, None, 5, ascending=False).extractors) == ["a"]
