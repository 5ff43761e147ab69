"""What a job of a saved extractor runs under."""

from __future__ import annotations

import pytest

from quire.domain.extractor import Extractor, Release
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import extractors
from quire.service.extractors import Change, Held, Wanted
from quire.service.resolve import DRAFT, LATEST, Resolved, overridden, resolve
from quire.testing.world import World

FIRST = {"fields": ["first"]}
RELEASED = {"fields": ["released"]}
NEWEST = {"fields": ["newest"]}


@pytest.fixture
def invoice(world: World, acme: Tenant) -> Extractor:
    """Version 1 as created, 2 released as 1.0, 3 saved after that."""
    held = extractors.create(world, acme, Wanted("invoice", FIRST, {"mode": "fast", "pages": "1-3"}))
    assert isinstance(held, Held)
    extractors.publish(world, acme, held.extractor.id, Release.MAJOR, Change(schema=RELEASED))
    extractors.update(world, acme, held.extractor.id, Change(schema=NEWEST))
    return held.extractor


def _resolved(outcome: Resolved | Refusal) -> Resolved:
    assert isinstance(outcome, Resolved), outcome
    return outcome


def _kind(outcome: Resolved | Refusal) -> Kind:
    assert isinstance(outcome, Refusal), outcome
    return outcome.kind


@pytest.mark.parametrize(
    ("version", "schema"),
    [(None, NEWEST), (DRAFT, NEWEST), (LATEST, RELEASED), ("1.0", RELEASED), (1, FIRST), (2, RELEASED), (3, NEWEST)],
)
def test_a_version_goes_by_number_label_or_rank(
    world: World, acme: Tenant, invoice: Extractor, version: int | str | None, schema: object
) -> None:
    by_id = _resolved(resolve(world, acme, invoice.id, version))
    by_name = _resolved(resolve(world, acme, "invoice", version))
    assert by_id == by_name
    assert (by_id.extractor.id, by_id.schema, by_id.version.schema) == (invoice.id, schema, schema)
    assert by_id.config == {"mode": "fast", "pages": "1-3"}


def test_the_latest_of_one_that_was_never_released_is_the_newest(world: World, acme: Tenant) -> None:
    extractors.create(world, acme, Wanted("receipt", FIRST))
    assert _resolved(resolve(world, acme, "receipt", LATEST)).schema == FIRST


@pytest.mark.parametrize("version", [0, -1, 4, "2.0", "1", "", "newest"])
def test_a_version_that_is_not_there_is_not_found(
    world: World, acme: Tenant, invoice: Extractor, version: int | str
) -> None:
    assert _kind(resolve(world, acme, invoice.id, version)) is Kind.EXTRACTOR_NOT_FOUND


def test_an_extractor_that_is_not_there_is_not_found(world: World, acme: Tenant, invoice: Extractor) -> None:
    assert _kind(resolve(world, acme, "unknown")) is Kind.EXTRACTOR_NOT_FOUND
    assert _kind(resolve(world, Tenant("other"), invoice.id)) is Kind.EXTRACTOR_NOT_FOUND


def test_a_job_s_own_options_replace_those_saved_key_by_key(world: World, acme: Tenant, invoice: Extractor) -> None:
    found = _resolved(resolve(world, acme, "invoice", override={"mode": "balanced"}))
    assert (found.schema, found.config) == (NEWEST, {"mode": "balanced", "pages": "1-3"})
    assert found.version.config == {"mode": "fast", "pages": "1-3"}


def test_a_job_s_own_schema_replaces_the_one_saved_as_a_whole(world: World, acme: Tenant, invoice: Extractor) -> None:
    own = {"type": "object", "properties": {"own": {"type": ["string", "null"]}}}
    found = _resolved(resolve(world, acme, "invoice", override={"schema": own}))
    assert (found.schema, found.config) == (own, {"mode": "fast", "pages": "1-3"})


def test_what_a_job_overrides_is_not_saved(world: World, acme: Tenant, invoice: Extractor) -> None:
    before = extractors.held(world, acme, invoice.id)
    resolve(world, acme, "invoice", override={"schema": FIRST, "mode": "balanced"})
    assert extractors.held(world, acme, invoice.id) == before
    assert isinstance(before, Held)
    override = {"schema": FIRST, "mode": "balanced"}
    overridden(before.version, override)
    assert override == {"schema": FIRST, "mode": "balanced"}


@pytest.mark.parametrize("override", [{"mode": "slow"}, {"schema": {"type": "wish"}}])
def test_what_a_job_overrides_wrongly_is_refused(
    world: World, acme: Tenant, invoice: Extractor, override: dict[str, object]
) -> None:
    assert _kind(resolve(world, acme, "invoice", override=override)) is Kind.INVALID_REQUEST


def test_without_fields_there_is_nothing_to_run(world: World, acme: Tenant, invoice: Extractor) -> None:
    extractors.create(world, acme, Wanted("blank"))
    assert _kind(resolve(world, acme, "blank")) is Kind.EXTRACTOR_NOT_CONFIGURED
    assert _kind(resolve(world, acme, "invoice", override={"schema": None})) is Kind.EXTRACTOR_NOT_CONFIGURED
    assert _resolved(resolve(world, acme, "blank", override={"schema": FIRST})).schema == FIRST
    assert _resolved(resolve(world, acme, "blank", override={"infer": True})).schema is None
