"""The tenant `demo`: its extractors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from local.seed import DEMO, add_extractors
from quire.domain.extractor import Extractor
from quire.domain.tenant import Tenant
from quire.service import extractors
from quire.service.extractors import Change, ExtractorPage, Held
from quire.service.resolve import Resolved, resolve
from quire.testing.world import World


def _fields(world: World, name: str) -> Mapping[str, Any]:
    found = resolve(world, DEMO, name)
    assert isinstance(found, Resolved)
    assert isinstance(found.schema, dict)
    return found.schema["properties"]  # type: ignore[no-any-return]


def test_an_invoice_has_its_fields_and_line_items() -> None:
    world = World()
    add_extractors(world)
    fields = _fields(world, "invoice")
    assert list(fields) == ["vendor_name", "invoice_number", "invoice_date", "total_amount", "line_items"]
    assert list(fields["line_items"]["items"]["properties"]) == ["description", "quantity", "unit_price", "amount"]


def test_a_receipt_has_its_fields() -> None:
    world = World()
    add_extractors(world)
    assert list(_fields(world, "receipt")) == ["company", "date", "address", "total"]


def test_a_second_time_changes_nothing_also_of_what_the_user_changed() -> None:
    world = World()
    add_extractors(world)
    found = extractors.find(world, DEMO, "receipt")
    assert isinstance(found, Extractor)
    changed = extractors.update(world, DEMO, found.id, Change(schema={"fields": ["mine"]}))
    assert isinstance(changed, Held)
    before = extractors.listed(world, DEMO, 10)
    add_extractors(world)
    assert extractors.listed(world, DEMO, 10) == before
    assert isinstance(before, ExtractorPage) and len(before.extractors) == 2


def test_they_are_the_tenant_s_own() -> None:
    world = World()
    add_extractors(world)
    assert extractors.listed(world, Tenant("other"), 10) == ExtractorPage([], None)


def test_a_schema_that_cannot_be_saved_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.seed.json.loads", lambda _text: {"type": "wish", "description": ""})
    with pytest.raises(RuntimeError, match="invoice"):
        add_extractors(World())
