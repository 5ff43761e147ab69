"""Subscriptions of a webhook endpoint: what it hears of single extractors."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from quire.domain.endpoint import MOST_SUBSCRIPTIONS, Endpoint, Event, Subscription
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import endpoints, extractors, subscriptions
from quire.service.endpoints import Issued, Page
from quire.service.extractors import Held
from quire.testing.world import START_MS, World

DONE, FAILED = frozenset({Event.DOCUMENT_SUCCEEDED}), frozenset({Event.DOCUMENT_FAILED})
OTHER = Tenant("other")


def _endpoint(world: World, tenant: Tenant, contract: str = "extend") -> Endpoint:
    wanted = endpoints.Wanted("https://example.com/hook", frozenset())
    issued = endpoints.create(world, tenant, contract, wanted)
    assert isinstance(issued, Issued), issued
    return issued.endpoint


def _extractor(world: World, tenant: Tenant, name: str = "invoice") -> str:
    held = extractors.create(world, tenant, extractors.Wanted(name))
    assert isinstance(held, Held), held
    return held.extractor.id


def _subscribe(
    world: World, tenant: Tenant, endpoint: Endpoint, extractor_id: str, events: frozenset[Event] = DONE
) -> Subscription:
    made = subscriptions.subscribe(world, tenant, "extend", endpoint.id, extractor_id, events, {"words": ["done"]})
    assert isinstance(made, Subscription), made
    return made


def _kind(outcome: object) -> Kind:
    assert isinstance(outcome, Refusal), outcome
    return outcome.kind


def _page(outcome: Page[Subscription] | Refusal) -> Page[Subscription]:
    assert isinstance(outcome, Page), outcome
    return outcome


# ---- write -----------------------------------------------------------------------------------------------------------


def test_a_new_subscription_is_what_was_wanted(world: World, acme: Tenant) -> None:
    endpoint, extractor_id = _endpoint(world, acme), _extractor(world, acme)
    own = _subscribe(world, acme, endpoint, extractor_id)
    assert (own.endpoint_id, own.extractor_id, own.events) == (endpoint.id, extractor_id, DONE)
    assert (own.settings, own.created_at) == ({"words": ["done"]}, START_MS)
    assert subscriptions.get(world, acme, "extend", own.id) == own


def test_its_endpoint_covers_its_events_of_its_extractor(world: World, acme: Tenant) -> None:
    endpoint = _endpoint(world, acme)
    invoice, receipt = _extractor(world, acme), _extractor(world, acme, "receipt")
    _subscribe(world, acme, endpoint, invoice)

    def covered(extractor_id: str | None, event: Event) -> list[str]:
        return [one.id for one in endpoints.covering(world, "acme", "extend", extractor_id, event)]

    assert covered(invoice, Event.DOCUMENT_SUCCEEDED) == [endpoint.id]
    assert covered(invoice, Event.DOCUMENT_FAILED) == []
    assert covered(receipt, Event.DOCUMENT_SUCCEEDED) == []
    assert covered(None, Event.DOCUMENT_SUCCEEDED) == []


def test_a_second_one_of_the_same_extractor_is_the_first_with_other_events(world: World, acme: Tenant) -> None:
    endpoint, extractor_id = _endpoint(world, acme), _extractor(world, acme)
    first = _subscribe(world, acme, endpoint, extractor_id)
    world.clock.advance(5)
    assert _subscribe(world, acme, endpoint, extractor_id, FAILED) == replace(first, events=FAILED)
    assert _page(subscriptions.listed(world, acme, "extend", 10)).items == [replace(first, events=FAILED)]
    elsewhere = _subscribe(world, acme, _endpoint(world, acme), extractor_id)
    assert elsewhere.id != first.id


def test_an_update_says_what_it_hears_from_now_on(world: World, acme: Tenant) -> None:
    endpoint = _endpoint(world, acme)
    kept = _subscribe(world, acme, endpoint, _extractor(world, acme))
    own = _subscribe(world, acme, endpoint, _extractor(world, acme, "receipt"))
    after = subscriptions.update(world, acme, "extend", own.id, FAILED, {"words": ["failed"]})
    assert after == replace(own, events=FAILED, settings={"words": ["failed"]})
    assert subscriptions.get(world, acme, "extend", own.id) == after
    assert subscriptions.get(world, acme, "extend", kept.id) == kept


def test_a_deleted_one_is_gone_and_its_endpoint_stays(world: World, acme: Tenant) -> None:
    endpoint = _endpoint(world, acme)
    kept = _subscribe(world, acme, endpoint, _extractor(world, acme))
    own = _subscribe(world, acme, endpoint, _extractor(world, acme, "receipt"))
    assert subscriptions.delete(world, acme, "extend", own.id) is None
    assert _kind(subscriptions.get(world, acme, "extend", own.id)) is Kind.ENDPOINT_NOT_FOUND
    assert _kind(subscriptions.delete(world, acme, "extend", own.id)) is Kind.ENDPOINT_NOT_FOUND
    assert _page(subscriptions.listed(world, acme, "extend", 10)).items == [kept]


def test_all_go_with_their_endpoint(world: World, acme: Tenant) -> None:
    endpoint, other = _endpoint(world, acme), _endpoint(world, acme)
    extractor_id = _extractor(world, acme)
    gone, kept = _subscribe(world, acme, endpoint, extractor_id), _subscribe(world, acme, other, extractor_id)
    assert endpoints.delete(world, acme, "extend", endpoint.id) is None
    assert _kind(subscriptions.get(world, acme, "extend", gone.id)) is Kind.ENDPOINT_NOT_FOUND
    assert _page(subscriptions.listed(world, acme, "extend", 10)).items == [kept]


def test_those_made_at_once_are_all_kept(world: World, acme: Tenant) -> None:
    endpoint = _endpoint(world, acme)
    extractor_ids = [_extractor(world, acme, name) for name in "abcd"]
    threads = [
        threading.Thread(target=_subscribe, args=(world, acme, endpoint, extractor_id))
        for extractor_id in extractor_ids
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = _page(subscriptions.listed(world, acme, "extend", 10)).items
    assert sorted(own.extractor_id for own in found) == sorted(extractor_ids)


# ---- refused ---------------------------------------------------------------------------------------------------------


def test_an_endpoint_or_extractor_that_is_not_there_is_refused(world: World, acme: Tenant) -> None:
    endpoint, extractor_id = _endpoint(world, acme), _extractor(world, acme)
    theirs, foreign = _endpoint(world, OTHER), _extractor(world, OTHER)

    def refused(endpoint_id: str, extractor_id: str) -> Kind:
        return _kind(subscriptions.subscribe(world, acme, "extend", endpoint_id, extractor_id, DONE, {}))

    assert refused(theirs.id, extractor_id) is Kind.ENDPOINT_NOT_FOUND
    assert refused("unknown", extractor_id) is Kind.ENDPOINT_NOT_FOUND
    assert refused(endpoint.id, foreign) is Kind.EXTRACTOR_NOT_FOUND
    assert refused(endpoint.id, "\ud800") is Kind.EXTRACTOR_NOT_FOUND
    assert endpoints.get(world, acme, "extend", endpoint.id) == endpoint


def test_an_endpoint_has_at_most_100(world: World, acme: Tenant) -> None:
    endpoint = _endpoint(world, acme)
    names = [_extractor(world, acme, str(at)) for at in range(MOST_SUBSCRIPTIONS + 1)]
    first, *_ = [_subscribe(world, acme, endpoint, extractor_id) for extractor_id in names[:-1]]
    refused = subscriptions.subscribe(world, acme, "extend", endpoint.id, names[-1], DONE, {})
    assert isinstance(refused, Refusal) and refused.kind is Kind.INVALID_REQUEST and "100" in refused.message
    assert _subscribe(world, acme, endpoint, names[0], FAILED).id == first.id
    subscriptions.delete(world, acme, "extend", first.id)
    _subscribe(world, acme, endpoint, names[-1])


def test_settings_that_no_row_has_room_for_are_refused(world: World, acme: Tenant) -> None:
    endpoint, extractor_id = _endpoint(world, acme), _extractor(world, acme)
    for settings in ({"words": "x" * 1_000}, {"words": "\ud800"}):
        refused = subscriptions.subscribe(world, acme, "extend", endpoint.id, extractor_id, DONE, settings)
        assert _kind(refused) is Kind.INVALID_REQUEST
    assert _page(subscriptions.listed(world, acme, "extend", 10)).items == []


def test_another_tenant_s_or_contract_s_is_as_if_absent(world: World, acme: Tenant) -> None:
    own = _subscribe(world, acme, _endpoint(world, acme), _extractor(world, acme))
    for tenant, contract in ((OTHER, "extend"), (acme, "perfectparser")):
        refusals = [
            subscriptions.get(world, tenant, contract, own.id),
            subscriptions.update(world, tenant, contract, own.id, FAILED, {}),
            subscriptions.delete(world, tenant, contract, own.id),
        ]
        assert {_kind(refusal) for refusal in refusals} == {Kind.ENDPOINT_NOT_FOUND}
        assert _page(subscriptions.listed(world, tenant, contract, 10)).items == []
    assert subscriptions.get(world, acme, "extend", own.id) == own


# ---- listing ---------------------------------------------------------------------------------------------------------


def test_a_list_can_be_that_of_an_endpoint_or_of_an_extractor(world: World, acme: Tenant) -> None:
    one, other = _endpoint(world, acme), _endpoint(world, acme)
    invoice, receipt = _extractor(world, acme), _extractor(world, acme, "receipt")
    made = []
    for endpoint, extractor_id in ((one, invoice), (other, invoice), (one, receipt)):
        made.append(_subscribe(world, acme, endpoint, extractor_id))
        world.clock.advance(1)

    def found(endpoint_id: str | None = None, extractor_id: str | None = None) -> list[int]:
        page = subscriptions.listed(
            world, acme, "extend", 10, endpoint_id=endpoint_id, extractor_id=extractor_id, ascending=True
        )
        return [made.index(own) for own in _page(page).items]

    assert found() == [0, 1, 2]
    assert found(one.id) == [0, 2]
    assert found(extractor_id=invoice) == [0, 1]
    assert found(one.id, receipt) == [2]
    assert found("unknown") == found(extractor_id="unknown") == []


def test_the_newest_come_first_and_a_walk_meets_each_once(world: World, acme: Tenant) -> None:
    endpoints_made = [_endpoint(world, acme) for _ in range(2)]
    made = []
    for at, name in enumerate("abcde"):
        made.append(_subscribe(world, acme, endpoints_made[at % 2], _extractor(world, acme, name)))
        world.clock.advance(1)
    pages, cursor = [], None
    for _ in range(3):
        page = _page(subscriptions.listed(world, acme, "extend", 2, cursor))
        pages.append([made.index(own) for own in page.items])
        cursor = page.cursor
    assert pages == [[4, 3], [2, 1], [0]]
    assert cursor is None


@pytest.mark.parametrize("cursor", ["", "?", "MTIz"])
def test_a_cursor_that_we_did_not_write_is_refused(world: World, acme: Tenant, cursor: str) -> None:
    assert _kind(subscriptions.listed(world, acme, "extend", 2, cursor)) is Kind.INVALID_REQUEST
