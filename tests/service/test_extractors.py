"""Saved extractors: what a caller may do with them, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from quire.domain.extractor import MOST_VERSIONS, Extractor, Order, Release
from quire.domain.ports import Saving
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import extractors
from quire.service.extractors import KEEP, Change, ExtractorPage, Held, VersionPage, Wanted
from quire.testing.extractors import MemoryExtractors
from quire.testing.world import START_MS, World

TOTAL = {"type": "object", "properties": {"total": {"type": ["number", "null"]}}}
DATE = {"type": "object", "properties": {"date": {"type": ["string", "null"], "format": "date"}}}
OTHER = Tenant("other")


def _create(world: World, tenant: Tenant, name: str = "invoice", schema: object = TOTAL) -> Held:
    return _held(extractors.create(world, tenant, Wanted(name, schema, {"mode": "fast"})))


def _held(outcome: Held | Refusal) -> Held:
    assert isinstance(outcome, Held), outcome
    return outcome


def _kind(outcome: object) -> Kind:
    assert isinstance(outcome, Refusal), outcome
    return outcome.kind


def _head(world: World, tenant: Tenant, extractor_id: str) -> Extractor:
    found = extractors.get(world, tenant, extractor_id)
    assert isinstance(found, Extractor), found
    return found


# ---- create ----------------------------------------------------------------------------------------------------------


def test_a_new_extractor_has_its_version_1(world: World, acme: Tenant) -> None:
    wanted = Wanted("invoice", TOTAL, {"mode": "balanced"}, "Of suppliers", {"sample": "f1"})
    extractor, version = _held(extractors.create(world, acme, wanted))
    assert (extractor.name, extractor.description, extractor.settings) == ("invoice", "Of suppliers", {"sample": "f1"})
    assert (extractor.latest, extractor.released, extractor.created_at) == (1, None, START_MS)
    assert (version.number, version.schema, version.config) == (1, TOTAL, {"mode": "balanced"})
    assert extractors.held(world, acme, extractor.id) == Held(extractor, version)


def test_it_is_found_by_id_and_by_name(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    assert extractors.get(world, acme, extractor.id) == extractor
    assert extractors.find(world, acme, extractor.id) == extractor
    assert extractors.find(world, acme, "invoice") == extractor


@pytest.mark.parametrize("name", ["unknown", "", "x" * 256, "\ud800"])
def test_what_is_no_extractor_is_not_found(world: World, acme: Tenant, name: str) -> None:
    _create(world, acme)
    assert _kind(extractors.find(world, acme, name)) is Kind.EXTRACTOR_NOT_FOUND
    assert _kind(extractors.get(world, acme, name)) is Kind.EXTRACTOR_NOT_FOUND


def test_another_tenant_s_is_as_if_absent(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    refusals = [
        extractors.get(world, OTHER, extractor.id),
        extractors.find(world, OTHER, "invoice"),
        extractors.held(world, OTHER, extractor.id, 1),
        extractors.versions(world, OTHER, extractor.id, 10),
        extractors.update(world, OTHER, extractor.id, Change(name="mine")),
        extractors.publish(world, OTHER, extractor.id, Release.MAJOR),
        extractors.clone(world, OTHER, extractor.id, "mine"),
        extractors.delete(world, OTHER, extractor.id),
    ]
    assert {_kind(refusal) for refusal in refusals} == {Kind.EXTRACTOR_NOT_FOUND}
    assert _head(world, acme, extractor.id) == extractor
    _create(world, OTHER)


def test_a_name_is_taken_once(world: World, acme: Tenant) -> None:
    _create(world, acme)
    assert _kind(extractors.create(world, acme, Wanted("invoice", TOTAL))) is Kind.NAME_TAKEN
    _create(world, acme, "Invoice")


def test_where_names_may_be_equal_the_first_keeps_leading(world: World, acme: Tenant) -> None:
    first, _ = _create(world, acme)
    second, _ = _held(extractors.create(world, acme, Wanted("invoice", DATE), unique=False))
    assert second.name == "invoice" and second.id != first.id
    assert extractors.find(world, acme, "invoice") == first
    assert extractors.delete(world, acme, second.id) is None
    assert extractors.find(world, acme, "invoice") == first


def test_a_blank_extractor_has_no_schema_yet(world: World, acme: Tenant) -> None:
    extractor, version = _create(world, acme, schema=None)
    assert version.schema is None
    _, filled = _held(extractors.update(world, acme, extractor.id, Change(schema=TOTAL)))
    assert (filled.number, filled.schema, filled.config) == (2, TOTAL, {"mode": "fast"})


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        (Wanted(""), ["body", "name"]),
        (Wanted("  "), ["body", "name"]),
        (Wanted("x" * 256), ["body", "name"]),
        (Wanted("\udfff"), ["body", "name"]),
        (Wanted("a", {"type": "object", "properties": {"x": {"type": "wish"}}}), ["body", "schema", "$.x"]),
        (Wanted("a", {"fields": [{"name": "x", "description": "d" * 120_000}]}), ["body", "schema"]),
        (Wanted("a", {"fields": [{"name": "x", "description": "漢" * 119_000}]}), ["body", "schema"]),
        (Wanted("a", {"fields": [{"name": "x", "description": "\ud800"}]}), ["body", "schema"]),
        (Wanted("a", TOTAL, {"mode": "slow"}), ["body", "config"]),
        (Wanted("a", TOTAL, {"schema": "working/other/schema.json"}), ["body", "config"]),
        (Wanted("a", TOTAL, {"prompt": "p" * 350_000}), ["body", "schema"]),
        (Wanted("a", TOTAL, description="d" * 64_000), ["body", "description"]),
        (Wanted("a", TOTAL, settings={"s": "d" * 64_000}), ["body", "description"]),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_place(
    world: World, acme: Tenant, wanted: Wanted, where: list[str]
) -> None:
    refused = extractors.create(world, acme, wanted)
    assert isinstance(refused, Refusal) and refused.kind is Kind.INVALID_REQUEST
    errors = refused.details["errors"]
    assert isinstance(errors, list)
    assert [error["loc"] for error in errors] == [where]
    assert world.extractors.heads == {} and world.extractors.written == {}


def test_a_schema_of_120_000_characters_is_kept(world: World, acme: Tenant) -> None:
    frame = len('{"fields":[{"name":"x","description":""}]}')
    schema = {"fields": [{"name": "x", "description": "é" * (120_000 - frame)}]}
    _, version = _create(world, acme, schema=schema)
    assert version.schema == schema


# ---- update ----------------------------------------------------------------------------------------------------------


def test_a_new_schema_is_a_new_version_and_the_old_one_stays(world: World, acme: Tenant) -> None:
    extractor, first = _create(world, acme)
    world.clock.advance(5)
    after, second = _held(extractors.update(world, acme, extractor.id, Change(schema=DATE)))
    assert (after.latest, after.created_at, after.updated_at) == (2, START_MS, START_MS + 5)
    assert (second.number, second.schema, second.config) == (2, DATE, {"mode": "fast"})
    assert _held(extractors.held(world, acme, extractor.id, 1)).version == first
    assert _held(extractors.held(world, acme, extractor.id)).version == second


def test_a_new_configuration_is_a_new_version_with_the_same_schema(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    _, version = _held(extractors.update(world, acme, extractor.id, Change(config={"mode": "balanced"})))
    assert (version.number, version.schema, version.config) == (2, TOTAL, {"mode": "balanced"})


def test_a_new_name_is_no_version(world: World, acme: Tenant) -> None:
    extractor, version = _create(world, acme)
    change = Change(name="bill", description="Ours", settings={"sample": "f2"})
    after, held = _held(extractors.update(world, acme, extractor.id, change))
    assert (after.name, after.description, after.settings, after.latest) == ("bill", "Ours", {"sample": "f2"}, 1)
    assert held == version
    assert extractors.find(world, acme, "bill") == after
    assert _kind(extractors.find(world, acme, "invoice")) is Kind.EXTRACTOR_NOT_FOUND


def test_the_fields_can_be_taken_away_again(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    _, kept = _held(extractors.update(world, acme, extractor.id, Change(schema=KEEP, config={})))
    assert kept.schema == TOTAL
    _, blank = _held(extractors.update(world, acme, extractor.id, Change(schema=None)))
    assert blank.schema is None


def test_a_renaming_to_a_name_that_is_taken_is_refused_or_leaves_it_where_it_is(world: World, acme: Tenant) -> None:
    other, _ = _create(world, acme, "bill")
    extractor, _ = _create(world, acme)
    assert _kind(extractors.update(world, acme, extractor.id, Change(name="bill"))) is Kind.NAME_TAKEN
    assert _head(world, acme, extractor.id) == extractor
    renamed, _ = _held(extractors.update(world, acme, extractor.id, Change(name="bill"), unique=False))
    assert renamed.name == "bill"
    assert extractors.find(world, acme, "bill") == other


def test_one_whose_name_was_taken_leads_again_under_a_free_one(world: World, acme: Tenant) -> None:
    _create(world, acme)
    second, _ = _held(extractors.create(world, acme, Wanted("invoice", TOTAL), unique=False))
    renamed, _ = _held(extractors.update(world, acme, second.id, Change(name="bill")))
    assert extractors.find(world, acme, "bill") == renamed


def test_what_an_update_says_wrong_changes_nothing(world: World, acme: Tenant) -> None:
    extractor, version = _create(world, acme)
    for change in (Change(name=""), Change(schema={"type": "wish"}), Change(config={"mode": "slow"})):
        assert _kind(extractors.update(world, acme, extractor.id, change)) is Kind.INVALID_REQUEST
    assert extractors.held(world, acme, extractor.id) == Held(extractor, version)


class _Meanwhile(MemoryExtractors):
    """Somebody else acts between a caller's reading and writing."""

    act: Callable[[], object] | None = None

    def save(self, *what: object) -> Saving:
        act, _Meanwhile.act = _Meanwhile.act, None
        if act:
            act()
        return super().save(*what)  # type: ignore[arg-type]


def test_of_two_updates_at_once_the_later_is_told(world: World, acme: Tenant) -> None:
    world.extractors = _Meanwhile(world.store)
    extractor, _ = _create(world, acme)
    _Meanwhile.act = lambda: extractors.update(world, acme, extractor.id, Change(schema=DATE))
    assert _kind(extractors.update(world, acme, extractor.id, Change(name="bill"))) is Kind.CONFLICT
    after, version = _held(extractors.held(world, acme, extractor.id))
    assert (after.name, version.number, version.schema) == ("invoice", 2, DATE)
    _held(extractors.update(world, acme, extractor.id, Change(name="bill")))


def test_an_extractor_that_is_full_says_so(world: World, acme: Tenant) -> None:
    extractor, version = _create(world, acme)
    full = replace(extractor, latest=MOST_VERSIONS)
    world.extractors.heads["acme", extractor.id] = full
    world.extractors.written["acme", extractor.id, MOST_VERSIONS] = replace(version, number=MOST_VERSIONS)
    assert _kind(extractors.update(world, acme, extractor.id, Change(schema=DATE))) is Kind.INVALID_REQUEST
    _held(extractors.update(world, acme, extractor.id, Change(name="bill")))


# ---- publish, clone, delete ------------------------------------------------------------------------------------------


def test_a_release_is_a_version_under_a_label(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    extractors.update(world, acme, extractor.id, Change(schema=DATE))
    after, version = _held(extractors.publish(world, acme, extractor.id, Release.MAJOR, description="For May"))
    assert (version.number, version.release, version.description, version.schema) == (3, "1.0", "For May", DATE)
    assert (after.latest, after.released, after.releases) == (3, 3, {"1.0": 3})


def test_releases_go_on_from_the_one_before(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    kinds = [Release.MINOR, Release.MAJOR, Release.MINOR, Release.MAJOR]
    labels = [_held(extractors.publish(world, acme, extractor.id, kind)).version.release for kind in kinds]
    assert labels == ["0.1", "1.0", "1.1", "2.0"]


def test_a_release_may_change_what_it_releases(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    change = Change(schema=DATE, config={"mode": "balanced"})
    _, version = _held(extractors.publish(world, acme, extractor.id, Release.MAJOR, change))
    assert (version.schema, version.config) == (DATE, {"mode": "balanced"})


def test_what_is_saved_after_a_release_is_not_released(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    extractors.publish(world, acme, extractor.id, Release.MAJOR, description="For May")
    after, version = _held(extractors.update(world, acme, extractor.id, Change(schema=DATE)))
    assert (version.number, version.release, version.description) == (3, None, "")
    assert (after.latest, after.released) == (3, 2)


def test_a_clone_begins_as_the_newest_version(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    extractors.update(world, acme, extractor.id, Change(schema=DATE))
    cloned, version = _held(extractors.clone(world, acme, extractor.id, "copy"))
    assert cloned.id != extractor.id
    assert (cloned.name, version.number, version.schema, version.config) == ("copy", 1, DATE, {"mode": "fast"})
    extractors.update(world, acme, cloned.id, Change(schema=TOTAL))
    assert _held(extractors.held(world, acme, extractor.id)).version.schema == DATE


def test_a_deleted_extractor_is_gone_and_its_name_free(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    assert extractors.delete(world, acme, extractor.id) is None
    assert _kind(extractors.get(world, acme, extractor.id)) is Kind.EXTRACTOR_NOT_FOUND
    assert _kind(extractors.find(world, acme, "invoice")) is Kind.EXTRACTOR_NOT_FOUND
    assert _kind(extractors.held(world, acme, extractor.id, 1)) is Kind.EXTRACTOR_NOT_FOUND
    refused = extractors.delete(world, acme, extractor.id)
    assert _kind(refused) is Kind.EXTRACTOR_NOT_FOUND
    _create(world, acme)


# ---- lists -----------------------------------------------------------------------------------------------------------


def _page(outcome: ExtractorPage | Refusal) -> ExtractorPage:
    assert isinstance(outcome, ExtractorPage), outcome
    return outcome


def _numbers(outcome: VersionPage | Refusal) -> list[int]:
    assert isinstance(outcome, VersionPage), outcome
    return [version.number for version in outcome.versions]


@pytest.fixture
def three(world: World, acme: Tenant) -> Mapping[str, str]:
    """The ids of a, b and c, created in this order; a was changed last."""
    ids = {}
    for name in "abc":
        world.clock.advance(1)
        ids[name] = _create(world, acme, name).extractor.id
    world.clock.advance(1)
    extractors.update(world, acme, ids["a"], Change(description="changed"))
    return ids


@pytest.mark.parametrize(
    ("order", "ascending", "pages"),
    [
        (Order.CREATED, False, ["cb", "a"]),
        (Order.CREATED, True, ["ab", "c"]),
        (Order.UPDATED, False, ["ac", "b"]),
        (Order.UPDATED, True, ["bc", "a"]),
    ],
)
def test_a_list_is_walked_by_its_cursor(
    world: World, acme: Tenant, three: Mapping[str, str], order: Order, ascending: bool, pages: list[str]
) -> None:
    first = _page(extractors.listed(world, acme, 2, order=order, ascending=ascending))
    last = _page(extractors.listed(world, acme, 2, first.cursor, order=order, ascending=ascending))
    assert ["".join(extractor.name for extractor in page.extractors) for page in (first, last)] == pages
    assert first.cursor and last.cursor is None


def test_one_that_is_created_while_a_list_is_walked_moves_none(
    world: World, acme: Tenant, three: Mapping[str, str]
) -> None:
    first = _page(extractors.listed(world, acme, 2))
    world.clock.advance(1)
    _create(world, acme, "d")
    last = _page(extractors.listed(world, acme, 2, first.cursor))
    assert [extractor.name for extractor in last.extractors] == ["a"]


@pytest.mark.parametrize("cursor", ["", "?", "bm9uc2Vuc2U", "é", "MTIz"])
def test_a_cursor_that_we_did_not_write_is_refused(
    world: World, acme: Tenant, three: Mapping[str, str], cursor: str
) -> None:
    assert _kind(extractors.listed(world, acme, 2, cursor)) is Kind.INVALID_REQUEST
    if cursor != "MTIz":
        assert _kind(extractors.versions(world, acme, three["a"], 2, cursor)) is Kind.INVALID_REQUEST


def test_a_cursor_of_another_order_is_refused(world: World, acme: Tenant, three: Mapping[str, str]) -> None:
    page = _page(extractors.listed(world, acme, 1, order=Order.UPDATED))
    assert _kind(extractors.listed(world, acme, 1, page.cursor)) is Kind.INVALID_REQUEST


def test_versions_are_listed_newest_first_by_pages(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    for schema in (DATE, TOTAL, DATE, TOTAL):
        extractors.update(world, acme, extractor.id, Change(schema=schema))
    pages, cursor = [], None
    for _ in range(3):
        page = extractors.versions(world, acme, extractor.id, 2, cursor)
        pages.append(_numbers(page))
        assert isinstance(page, VersionPage) and page.extractor.latest == 5
        cursor = page.cursor
    assert pages == [[5, 4], [3, 2], [1]]
    assert cursor is None
    assert _numbers(extractors.versions(world, acme, extractor.id, 10, ascending=True)) == [1, 2, 3, 4, 5]


def test_released_versions_can_be_listed_alone(world: World, acme: Tenant) -> None:
    extractor, _ = _create(world, acme)
    extractors.publish(world, acme, extractor.id, Release.MAJOR)
    extractors.update(world, acme, extractor.id, Change(schema=DATE))
    extractors.publish(world, acme, extractor.id, Release.MINOR)
    first = extractors.versions(world, acme, extractor.id, 1, released=True)
    assert _numbers(first) == [4]
    assert isinstance(first, VersionPage)
    assert _numbers(extractors.versions(world, acme, extractor.id, 1, first.cursor, released=True)) == [2]


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("ascending", [False, True])
def test_the_draft_is_listed_as_newer_than_all(world: World, acme: Tenant, size: int, ascending: bool) -> None:
    extractor, _ = _create(world, acme)
    extractors.publish(world, acme, extractor.id, Release.MAJOR)
    extractors.publish(world, acme, extractor.id, Release.MINOR)
    seen: list[object] = []
    cursor = None
    for _ in range(3):
        page = extractors.versions(
            world, acme, extractor.id, size, cursor, released=True, draft=True, ascending=ascending
        )
        assert isinstance(page, VersionPage) and len(page.versions) + (page.draft is not None) <= size
        numbers: list[object] = [*_numbers(page)]
        if page.draft:
            assert page.draft.number == 3
            numbers.insert(len(numbers) if ascending else 0, "draft")
        seen += numbers
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == ([2, 3, "draft"] if ascending else ["draft", 3, 2])
