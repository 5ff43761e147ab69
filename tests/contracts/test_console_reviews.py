"""The console's API: the review queue, and a person's decision."""

from __future__ import annotations

from typing import Any

import pytest

from quire.domain.document import Verdict
from quire.domain.ids import locate
from quire.domain.tenant import Tenant
from quire.service import finish
from quire.service.cancel import cancel
from quire.service.credentials import make_key
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said
from tests.contracts.console import ACME, API, by_path, client, ended, held, row, shown, with_key
from tests.contracts.extend import SCHEMA


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


@pytest.fixture
def colleague(world: World, call: Caller) -> Caller:
    return with_key(world, make_key(world.tenants, "acme", world.clock(), "colleague").secret)


def decide(call: Caller, document: str, verdict: str, **more: Any) -> Said:
    return call("POST", f"{API}/documents/{document}/review", {"verdict": verdict, **more})


def published(call: Caller, document: str) -> None:
    """The workflow goes on with what was chosen."""
    review = row(call, document).review
    assert review
    finish.publish(call.world, call.tenant, document, review.pages, review.chosen)


# ---- the queue -------------------------------------------------------------------------------------------------------


def test_what_waits_is_listed_the_most_urgent_first(call: Caller) -> None:
    saved = call("POST", f"{API}/extractors", {"name": "Invoices", "json_schema": SCHEMA, "review_threshold": 80}).body
    first = held(call, "total", "lines[0].amount", name="first.pdf")
    call.world.clock.advance(1000)
    second = held(call, extractor_id=saved["id"])
    one, two = call("GET", f"{API}/reviews").body["items"]
    assert one == {
        "document_id": first, "job_id": locate(first)[0], "name": "first.pdf", "extractor": None, "flagged": 2,
        "since": "2025-06-15T15:06:40.000Z", "deadline": "2025-06-16T03:06:40.000Z",
    }  # fmt: skip
    assert (two["document_id"], two["extractor"], two["flagged"]) == (second, "Invoices", 1)


def test_the_queue_is_read_in_pages(call: Caller) -> None:
    waiting = []
    for _ in range(3):
        waiting.append(held(call))
        call.world.clock.advance(1000)
    first = call("GET", f"{API}/reviews?limit=2").body
    rest = call("GET", f"{API}/reviews?limit=2&cursor={first['next_cursor']}").body
    assert [one["document_id"] for one in [*first["items"], *rest["items"]]] == waiting
    assert rest["next_cursor"] is None


def test_another_tenant_sees_and_decides_nothing(call: Caller, world: World) -> None:
    document, stranger = held(call), client(world, Tenant("other"))
    assert stranger("GET", f"{API}/reviews").body["items"] == []
    assert decide(stranger, document, "approved").status == 404
    assert row(call, document).undecided


# ---- a document in review --------------------------------------------------------------------------------------------


def test_a_reviewer_sees_the_values_and_which_are_in_doubt(call: Caller) -> None:
    view = shown(call, held(call, "total"))
    assert view["document"]["status"] == "review_required"
    assert by_path(view)["total"]["value"] == 12.5
    review = view["review"]
    assert (review["threshold"], review["flagged"], review["verdict"], review["first"]) == (80, ["total"], None, None)
    assert review["deadline"] == "2025-06-16T03:06:40.000Z"
    assert view["page_numbers"] == [1]


def test_an_approved_document_goes_on_as_it_is(call: Caller) -> None:
    document = held(call)
    call.world.clock.advance(1000)
    said = decide(call, document, "approved")
    assert (said.status, said.body["review"]["verdict"]) == (200, "approved")
    assert said.body["review"]["decided_at"] == "2025-06-15T15:06:41.000Z"
    assert call("GET", f"{API}/reviews").body["items"] == []
    published(call, document)
    view = shown(call, document)
    assert (view["document"]["status"], view["review"]["edits"], view["review"]["first"]) == ("succeeded", [], None)


def test_an_edited_document_keeps_what_was_extracted(call: Caller, colleague: Caller) -> None:
    document = held(call)
    rows = [{"text": "Tea", "amount": 4}, {"text": "Milk", "amount": None}]
    at_once = decide(colleague, document, "edited", edits={"total": 4.0, "lines": rows})
    assert at_once.status == 200 and at_once.body["output"]["parts"][0]["data"]["total"] == 4.0
    assert [edit["path"] for edit in at_once.body["review"]["edits"]] == ["total", "lines"]
    published(call, document)
    view = shown(call, document)
    assert view["output"]["parts"][0]["data"] == {"total": 4.0, "missing": None, "lines": rows}
    assert (by_path(view)["total"]["confidence"], by_path(view)["total"]["citations"]) == (1.0, [])
    review = view["review"]
    assert review["first"] == [{"total": 12.5, "missing": None, "lines": [{"text": "Tea", "amount": 3}]}]
    assert (review["verdict"], review["decided_by"]) == ("edited", "colleague")
    assert {"path": "total", "before": 12.5, "after": 4.0} in review["edits"]


def test_edits_that_change_nothing_approve(call: Caller) -> None:
    said = decide(call, held(call), "edited", edits={"total": 12.5})
    assert (said.status, said.body["review"]["verdict"]) == (200, "approved")


def test_a_rejected_document_is_told_to_fail(call: Caller) -> None:
    document = held(call)
    assert decide(call, document, "rejected").body["review"]["verdict"] == "rejected"
    told: Any = call.world.tokens.completed[f"task {document}"]
    assert told["refusal"]["kind"] == "review_rejected"


# ---- refused ---------------------------------------------------------------------------------------------------------


def test_two_reviewers_cannot_overwrite_each_other(call: Caller, colleague: Caller) -> None:
    document = held(call)
    assert decide(call, document, "edited", edits={"total": 1}).status == 200
    for verdict, edits in (("approved", {}), ("rejected", {}), ("edited", {"total": 2})):
        late = decide(colleague, document, verdict, edits=edits)
        assert (late.status, late.body["error"]["code"]) == (409, "conflict")
        assert late.body["error"]["details"]["verdict"] == "edited"
    decision = row(call, document).review
    assert decision and decision.decision and decision.decision.verdict is Verdict.EDITED
    assert decide(call, document, "edited", edits={"total": 1}).status == 200, "the same again"


@pytest.mark.parametrize(
    ("verdict", "edits", "path"),
    [
        ("edited", {"total": "no number"}, "total"),
        ("edited", {"nothing": 1}, "nothing"),
        ("edited", {"lines[7].amount": 1}, "lines[7].amount"),
    ],
)
def test_an_edit_that_the_schema_does_not_take_is_named(
    call: Caller, verdict: str, edits: dict[str, Any], path: str
) -> None:
    document = held(call)
    refused = decide(call, document, verdict, edits=edits)
    assert (refused.status, refused.body["error"]["code"]) == (400, "invalid_request")
    assert [error["loc"] for error in refused.body["error"]["details"]["errors"]] == [["body", "edits", path]]
    assert row(call, document).undecided


@pytest.mark.parametrize(
    ("verdict", "edits"), [("edited", {}), ("approved", {"total": 1}), ("rejected", {"total": 1}), ("perhaps", {})]
)
def test_a_decision_that_is_none(call: Caller, verdict: str, edits: dict[str, Any]) -> None:
    document = held(call)
    assert decide(call, document, verdict, edits=edits).status == 400
    assert row(call, document).undecided


def test_what_was_never_held_has_no_review(call: Caller) -> None:
    refused = decide(call, ended(call), "approved")
    assert (refused.status, refused.body["error"]["code"]) == (404, "not_found")


def test_after_the_deadline_and_after_a_cancelling_it_is_too_late(call: Caller) -> None:
    late, cancelled = held(call), held(call)
    cancel(call.world, ACME, locate(cancelled)[0])
    assert decide(call, cancelled, "approved").status == 409
    call.world.clock.advance(12 * 3_600_000)
    refused = decide(call, late, "approved")
    assert (refused.status, refused.body["error"]["code"]) == (409, "conflict")
