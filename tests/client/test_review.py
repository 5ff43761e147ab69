"""`quire review`, and a template's threshold, on the service itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from quire.domain.document import Document, DocumentStatus, Verdict
from quire.domain.tenant import Tenant
from quire.service.config import Config, from_options
from quire.service.credentials import add_tenant
from quire.testing.world import World
from quire_admin import desk
from quire_client.command import main
from tests.service.reviews import held, output_in
from tests.service.stage import row_of


@pytest.fixture
def acme() -> Tenant:
    return Tenant("acme")


@pytest.fixture
def world(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    add_tenant(world.tenants, acme, 100, world.clock())
    monkeypatch.setattr(desk, "find_stack", lambda *_: desk.Found("Quire", {}, {}))
    monkeypatch.setattr(desk, "StackWorld", lambda *_: world)
    return world


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--tenant", "acme"])


def quire(*arguments: str) -> str:
    result = ran(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def decision_of(world: World, document: Document) -> Any:
    review = row_of(world, document).review
    assert review and review.decision
    return review.decision


def test_what_waits_is_listed(world: World, acme: Tenant) -> None:
    document = held(world, acme)
    (line,) = quire("review", "list").splitlines()[1:]
    assert line.split() == [document.id, "2", "<", "80", "%", "2025-06-16", "03:06", '"a.pdf"']


def test_values_in_doubt_are_marked(world: World, acme: Tenant) -> None:
    lines = quire("review", "show", held(world, acme).id).splitlines()[1:]
    assert [line.split()[:4] for line in lines] == [
        ["invoice_number", '"4711"', "95", "%"], ["?", "total", "12.5", "50"], ["lines[0].what", '"Tea"', "90", "%"],
        ["?", "lines[0].amount", "12.5", "60"],
    ]  # fmt: skip


def test_a_document_is_approved_or_rejected(world: World, acme: Tenant) -> None:
    first, second = held(world, acme, "a"), held(world, acme, "b")
    assert quire("review", "approve", first.id) == f"{first.id} is approved\n"
    assert quire("review", "reject", second.id) == f"{second.id} is rejected\n"
    assert decision_of(world, first).verdict is Verdict.APPROVED
    assert decision_of(world, second).by.startswith("user ")
    assert "rejected" in quire("review", "show", second.id)
    assert quire("review", "list").splitlines()[1:] == []


def test_values_are_read_as_the_schema_wants_them(world: World, acme: Tenant) -> None:
    document = held(world, acme)
    quire("review", "edit", document.id, "invoice_number=4712", "total=12.0", "lines[0].amount=null")
    decision = decision_of(world, document)
    assert decision.verdict is Verdict.EDITED
    data = output_in(world, decision.result)["parts"][0]["data"]
    assert data == {"invoice_number": "4712", "total": 12.0, "lines": [{"what": "Tea", "amount": None}]}


def test_a_list_is_given_as_json(world: World, acme: Tenant) -> None:
    document = held(world, acme)
    quire("review", "edit", document.id, 'lines=[{"what": "Milk", "amount": 1}]', "invoice_number=null")
    data = output_in(world, decision_of(world, document).result)["parts"][0]["data"]
    assert (data["lines"], data["invoice_number"]) == ([{"what": "Milk", "amount": 1}], None)


@pytest.mark.parametrize(
    ("values", "said"), [(("total=much",), "total"), (("none=1",), "none"), (("total",), "FIELD=VALUE")]
)
def test_what_the_schema_does_not_take_decides_nothing(
    world: World, acme: Tenant, values: tuple[str, ...], said: str
) -> None:
    document = held(world, acme)
    refused = ran("review", "edit", document.id, *values)
    assert refused.exit_code and said in refused.stderr
    assert row_of(world, document).status is DocumentStatus.REVIEW_REQUIRED
    assert row_of(world, document).undecided


def test_who_comes_second_is_told(world: World, acme: Tenant) -> None:
    document = held(world, acme)
    quire("review", "approve", document.id)
    late = ran("review", "reject", document.id)
    assert late.exit_code == 1 and "Another reviewer" in late.stderr
    assert ran("review", "show", "nothing").exit_code == 1


def test_a_template_s_threshold_is_set_kept_and_taken_away(world: World, acme: Tenant, tmp_path: Path) -> None:
    schema = tmp_path / "s.json"
    thresholds = []
    for number, more in enumerate([("--review", "80"), (), ("--review", "0"), ()]):
        schema.write_text(json.dumps({"properties": {f"f{number}": {"type": "string"}}}))
        quire("template", "add", "bill", str(schema), *more)
        found = world.extractors.named("acme", "bill")
        assert found
        (version,) = world.extractors.versions("acme", found.id, [found.latest])
        thresholds.append(from_options(version.config).review_threshold)
    assert thresholds == [80, 80, None, None]
    assert Config().review_threshold is None
    assert ran("template", "add", "bill", str(schema), "--review", "100").exit_code == 2
