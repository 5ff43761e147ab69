"""Webhook endpoints: what a caller may do with them, what is refused, and which of them an event concerns."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest

from quire.domain.endpoint import MOST_ENDPOINTS, MOST_URL_CHARACTERS, Endpoint, Event, Secrets
from quire.domain.ids import new_id
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.service import endpoints, extractors
from quire.service.endpoints import Change, Issued, Page, Wanted
from quire.service.extractors import Held
from quire.testing.endpoints import MemoryEndpoints
from quire.testing.world import START_MS, World

DONE, FAILED = Event.DOCUMENT_SUCCEEDED, Event.DOCUMENT_FAILED
URL = "https://example.com/hook"
OTHER = Tenant("other")


def _create(world: World, tenant: Tenant, *events: Event, contract: str = "extend", name: str = "") -> Endpoint:
    return _issued(endpoints.create(world, tenant, contract, Wanted(URL, frozenset(events), name))).endpoint


def _issued(outcome: Issued | Refusal) -> Issued:
    assert isinstance(outcome, Issued), outcome
    return outcome


def _kind(outcome: object) -> Kind:
    assert isinstance(outcome, Refusal), outcome
    return outcome.kind


def _page(outcome: Page[Endpoint] | Refusal) -> Page[Endpoint]:
    assert isinstance(outcome, Page), outcome
    return outcome


def _names(outcome: Page[Endpoint] | Refusal) -> list[str]:
    return [endpoint.name for endpoint in _page(outcome).items]


def _extractor(world: World, tenant: Tenant, name: str = "invoice") -> str:
    held = extractors.create(world, tenant, extractors.Wanted(name))
    assert isinstance(held, Held), held
    return held.extractor.id


def _secrets(world: World, endpoint: Endpoint) -> Secrets:
    found = world.endpoints.secrets(endpoint.tenant, endpoint.id)
    assert found is not None
    return found


class _Meanwhile(MemoryEndpoints):
    """Somebody else acts between a caller's reading and writing, `times` over."""

    act: Callable[[], object] | None = None
    times = 0

    def save(self, before: Endpoint, after: Endpoint, secrets: Secrets | None = None) -> bool:
        self._meanwhile()
        return super().save(before, after, secrets)

    def delete(self, endpoint: Endpoint) -> bool:
        self._meanwhile()
        return super().delete(endpoint)

    def _meanwhile(self) -> None:
        act = _Meanwhile.act
        if act and _Meanwhile.times:
            _Meanwhile.times -= 1
            _Meanwhile.act = None  # what it does is not disturbed itself
            act()
            _Meanwhile.act = act


@pytest.fixture
def meanwhile(world: World) -> Callable[[Callable[[], object], int], None]:
    """`meanwhile(act, times)`: before each of the next writes `act` takes place."""
    world.endpoints = _Meanwhile(world.store)
    _Meanwhile.act, _Meanwhile.times = None, 0

    def disturb(act: Callable[[], object], times: int) -> None:
        _Meanwhile.act, _Meanwhile.times = act, times

    return disturb


# ---- create ----------------------------------------------------------------------------------------------------------


def test_a_new_endpoint_is_what_was_wanted(world: World, acme: Tenant) -> None:
    only = _extractor(world, acme)
    wanted = Wanted(URL, frozenset({DONE}), "Ours", False, frozenset({only}), {"apiVersion": "2026-02-09"})
    endpoint, _ = _issued(endpoints.create(world, acme, "extend", wanted))
    assert (endpoint.url, endpoint.events, endpoint.name) == (URL, frozenset({DONE}), "Ours")
    assert (endpoint.active, endpoint.extractors) == (False, frozenset({only}))
    assert (endpoint.settings, endpoint.created_at) == ({"apiVersion": "2026-02-09"}, START_MS)
    assert endpoints.get(world, acme, "extend", endpoint.id) == endpoint


def test_its_secret_is_answered_once_and_can_sign(world: World, acme: Tenant) -> None:
    wanted = Wanted(URL, frozenset({DONE}), static="a word of mine")
    endpoint, secret = _issued(endpoints.create(world, acme, "perfectparser", wanted))
    assert len(base64.b64decode(secret, validate=True)) == 32
    assert _secrets(world, endpoint) == Secrets(secret, static="a word of mine")
    found = endpoints.get(world, acme, "perfectparser", endpoint.id)
    assert secret not in repr(found) and "a word of mine" not in repr((found, wanted))


def test_no_two_endpoints_have_the_same_secret(world: World, acme: Tenant) -> None:
    issued = [_issued(endpoints.create(world, acme, "extend", Wanted(URL, frozenset()))) for _ in range(5)]
    assert len({secret for _, secret in issued}) == 5


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/hook?key=a&b=c",
        "https://bücher.example/haken",
        "https://10.0.0.8/inside",
        "http://localhost:9000/hook",
        "http://app.localhost/hook",
        "http://127.0.0.1:9000/",
        "http://[::1]:9000/",
        "https://example.com/" + "x" * (MOST_URL_CHARACTERS - 20),
    ],
)
def test_a_url_is_one_that_can_be_called(world: World, acme: Tenant, url: str) -> None:
    endpoint, _ = _issued(endpoints.create(world, acme, "extend", Wanted(url, frozenset())))
    assert endpoint.url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/hook",
        "/hook",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://example.com/hook",
        "http://10.0.0.8/",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "https://user@example.com/",
        "https://user:word@example.com/",
        "https://",
        "https://example.com:port/",
        "https://exa mple.com\n/",
        "https://example.com/\ud800",
        "https://example.com/#\ud800",
        "https://example.com/" + "x" * (MOST_URL_CHARACTERS - 19),
    ],
)
def test_other_urls_are_refused(world: World, acme: Tenant, url: str) -> None:
    refused = endpoints.create(world, acme, "extend", Wanted(url, frozenset()))
    assert _where(refused) == ["body", "url"]
    assert world.endpoints.heads == {} and world.endpoints.kept == {}


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        (Wanted(URL, frozenset(), "n" * 256), "name"),
        (Wanted(URL, frozenset(), "\udfff"), "name"),
        (Wanted(URL, frozenset(), extractors=frozenset(map(str, range(101)))), "extractors"),
        (Wanted(URL, frozenset(), settings={"headers": "x" * 16_000}), "settings"),
        (Wanted(URL, frozenset(), settings={"headers": "\ud800"}), "settings"),
        (Wanted(URL, frozenset(), static="seven.."), "secret"),
        (Wanted(URL, frozenset(), static="x" * 256), "secret"),
        (Wanted(URL, frozenset(), static="two\r\nlines"), "secret"),
        (Wanted(URL, frozenset(), static=" spaces at ends "), "secret"),
        (Wanted(URL, frozenset(), static="größe und breite"), "secret"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_place(world: World, acme: Tenant, wanted: Wanted, where: str) -> None:
    assert _where(endpoints.create(world, acme, "extend", wanted)) == ["body", where]
    assert world.endpoints.heads == {} and world.endpoints.kept == {}


def _where(refused: object) -> list[str]:
    assert isinstance(refused, Refusal) and refused.kind is Kind.INVALID_REQUEST
    errors = refused.details["errors"]
    assert isinstance(errors, list) and len(errors) == 1
    where: list[str] = errors[0]["loc"]
    return where


@pytest.mark.parametrize("static", ["x" * 8, "x" * 255, "with a space"])
def test_a_word_of_the_caller_s_fits_a_header(world: World, acme: Tenant, static: str) -> None:
    endpoint, _ = _issued(endpoints.create(world, acme, "perfectparser", Wanted(URL, frozenset(), static=static)))
    assert _secrets(world, endpoint).static == static


def test_one_is_limited_to_extractors_that_there_are(world: World, acme: Tenant) -> None:
    mine, theirs = _extractor(world, acme), _extractor(world, OTHER)
    for unknown in (theirs, new_id(START_MS), "", "\ud800"):
        wanted = Wanted(URL, frozenset({DONE}), extractors=frozenset({mine, unknown}))
        assert _kind(endpoints.create(world, acme, "terrafai", wanted)) is Kind.EXTRACTOR_NOT_FOUND
    assert world.endpoints.heads == {}


def test_a_tenant_has_at_most_50_over_all_contracts(world: World, acme: Tenant) -> None:
    first, *_ = [_create(world, acme, contract=("extend", "terrafai")[at % 2]) for at in range(MOST_ENDPOINTS)]
    refused = endpoints.create(world, acme, "extend", Wanted(URL, frozenset()))
    assert (
        isinstance(refused, Refusal) and refused.kind is Kind.INVALID_REQUEST and str(MOST_ENDPOINTS) in refused.message
    )
    _create(world, OTHER)
    assert endpoints.delete(world, acme, "extend", first.id) is None
    _create(world, acme)


# ---- whose it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint_id", ["", "unknown", "\ud800", "e" * 300, "01977420-dc00-7469-aa8d-94c9da0c9009"])
def test_what_is_no_endpoint_is_not_found(world: World, acme: Tenant, endpoint_id: str) -> None:
    _create(world, acme)
    assert _kind(endpoints.get(world, acme, "extend", endpoint_id)) is Kind.ENDPOINT_NOT_FOUND


def test_another_tenant_s_or_contract_s_is_as_if_absent(world: World, acme: Tenant) -> None:
    endpoint = _create(world, acme, DONE)
    for tenant, contract in ((OTHER, "extend"), (acme, "terrafai")):
        refusals = [
            endpoints.get(world, tenant, contract, endpoint.id),
            endpoints.update(world, tenant, contract, endpoint.id, Change(active=False)),
            endpoints.rotate_secret(world, tenant, contract, endpoint.id),
            endpoints.delete(world, tenant, contract, endpoint.id),
        ]
        assert {_kind(refusal) for refusal in refusals} == {Kind.ENDPOINT_NOT_FOUND}
        assert _page(endpoints.listed(world, tenant, contract, 10)).items == []
        assert endpoints.covering(world, tenant.id, contract, None, DONE) == []
    assert endpoints.get(world, acme, "extend", endpoint.id) == endpoint


# ---- update ----------------------------------------------------------------------------------------------------------


def test_a_change_changes_what_it_names(world: World, acme: Tenant) -> None:
    only = _extractor(world, acme)
    before = _create(world, acme, DONE, name="Ours")
    secrets = _secrets(world, before)
    world.clock.advance(5)
    changes = {
        "url": "https://example.org/",
        "events": frozenset({FAILED}),
        "name": "Theirs",
        "active": False,
        "extractors": frozenset({only}),
        "settings": {"headers": {"X-A": "b"}},
    }
    expected = before
    for number, (name, value) in enumerate(changes.items(), start=2):
        after = endpoints.update(world, acme, "extend", before.id, Change(**{name: value}))  # type: ignore[arg-type]
        expected = replace(expected, **{name: value}, updated_at=START_MS + 5, revision=number)  # type: ignore[arg-type]
        assert after == expected
    assert endpoints.get(world, acme, "extend", before.id) == expected
    assert _secrets(world, before) == secrets


def test_its_limits_can_be_lifted(world: World, acme: Tenant) -> None:
    only = _extractor(world, acme)
    endpoint = _create(world, acme, DONE)
    endpoints.update(world, acme, "extend", endpoint.id, Change(extractors=frozenset({only})))
    after = endpoints.update(world, acme, "extend", endpoint.id, Change(extractors=None))
    assert isinstance(after, Endpoint) and after.extractors is None


def test_an_extractor_that_is_gone_may_stay_among_its_limits_but_not_be_added(world: World, acme: Tenant) -> None:
    gone, only = _extractor(world, acme), _extractor(world, acme, "receipt")
    endpoint = _create(world, acme, DONE)
    endpoints.update(world, acme, "extend", endpoint.id, Change(extractors=frozenset({gone})))
    assert extractors.delete(world, acme, gone) is None
    both = endpoints.update(world, acme, "extend", endpoint.id, Change(extractors=frozenset({gone, only})))
    assert isinstance(both, Endpoint) and both.extractors == frozenset({gone, only})
    endpoints.update(world, acme, "extend", endpoint.id, Change(extractors=None))
    again = endpoints.update(world, acme, "extend", endpoint.id, Change(extractors=frozenset({gone})))
    assert _kind(again) is Kind.EXTRACTOR_NOT_FOUND


def test_what_an_update_says_wrong_changes_nothing(world: World, acme: Tenant) -> None:
    endpoint = _create(world, acme, DONE)
    for change in (Change(url="http://example.com/"), Change(name="n" * 256), Change(settings={"s": "x" * 16_000})):
        assert _kind(endpoints.update(world, acme, "extend", endpoint.id, change)) is Kind.INVALID_REQUEST
    assert endpoints.get(world, acme, "extend", endpoint.id) == endpoint


def test_changes_at_once_are_all_made(
    world: World, acme: Tenant, meanwhile: Callable[[Callable[[], object], int], None]
) -> None:
    endpoint = _create(world, acme, DONE)
    meanwhile(lambda: endpoints.update(world, acme, "extend", endpoint.id, Change(active=False)), 3)
    after = endpoints.update(world, acme, "extend", endpoint.id, Change(name="Ours"))
    assert isinstance(after, Endpoint)
    assert (after.name, after.active, after.revision) == ("Ours", False, 5)
    assert endpoints.get(world, acme, "extend", endpoint.id) == after


def test_one_that_is_written_all_the_time_is_a_conflict(
    world: World, acme: Tenant, meanwhile: Callable[[Callable[[], object], int], None]
) -> None:
    endpoint = _create(world, acme, DONE)
    meanwhile(lambda: endpoints.update(world, acme, "extend", endpoint.id, Change(active=False)), 100)
    assert _kind(endpoints.update(world, acme, "extend", endpoint.id, Change(name="Ours"))) is Kind.CONFLICT
    assert _kind(endpoints.delete(world, acme, "extend", endpoint.id)) is Kind.CONFLICT


def test_the_time_of_a_change_is_never_before_the_last(world: World, acme: Tenant) -> None:
    endpoint = _create(world, acme)
    world.clock.advance(-1_000)
    after = endpoints.update(world, acme, "extend", endpoint.id, Change(name="Ours"))
    assert isinstance(after, Endpoint) and after.updated_at == START_MS


# ---- delete ----------------------------------------------------------------------------------------------------------


def test_a_deleted_endpoint_is_gone_with_its_secrets(world: World, acme: Tenant) -> None:
    endpoint = _create(world, acme, DONE)
    assert endpoints.delete(world, acme, "extend", endpoint.id) is None
    assert _kind(endpoints.get(world, acme, "extend", endpoint.id)) is Kind.ENDPOINT_NOT_FOUND
    assert world.endpoints.secrets("acme", endpoint.id) is None
    assert endpoints.covering(world, "acme", "extend", None, DONE) == []
    assert _kind(endpoints.delete(world, acme, "extend", endpoint.id)) is Kind.ENDPOINT_NOT_FOUND


def test_a_deletion_wins_over_a_change_at_the_same_time(
    world: World, acme: Tenant, meanwhile: Callable[[Callable[[], object], int], None]
) -> None:
    endpoint = _create(world, acme)
    meanwhile(lambda: endpoints.update(world, acme, "extend", endpoint.id, Change(name="Ours")), 1)
    assert endpoints.delete(world, acme, "extend", endpoint.id) is None
    endpoint = _create(world, acme)
    meanwhile(lambda: endpoints.delete(world, acme, "extend", endpoint.id), 1)
    late = endpoints.update(world, acme, "extend", endpoint.id, Change(name="Ours"))
    assert _kind(late) is Kind.ENDPOINT_NOT_FOUND
    assert world.endpoints.heads == {}


# ---- secrets ---------------------------------------------------------------------------------------------------------


def test_a_rotation_leaves_two_secrets_for_a_day(world: World, acme: Tenant) -> None:
    wanted = Wanted(URL, frozenset({DONE}), static="a word of mine")
    endpoint, first = _issued(endpoints.create(world, acme, "extend", wanted))
    world.clock.advance(5)
    after, second = _issued(endpoints.rotate_secret(world, acme, "extend", endpoint.id))
    assert second != first
    assert (after.updated_at, after.revision) == (START_MS + 5, 2)
    assert endpoints.get(world, acme, "extend", endpoint.id) == after
    secrets = _secrets(world, endpoint)
    assert secrets.signing(START_MS + 5 + DAY_MS - 1) == (second, first)
    assert secrets.signing(START_MS + 5 + DAY_MS) == (second,)
    assert secrets.static == "a word of mine"


def test_a_secret_that_leaked_can_be_ended_at_once(world: World, acme: Tenant) -> None:
    endpoint = _create(world, acme)
    _, secret = _issued(endpoints.rotate_secret(world, acme, "extend", endpoint.id, overlap_ms=0))
    assert _secrets(world, endpoint).signing(START_MS) == (secret,)


def test_no_more_than_two_secrets_sign(world: World, acme: Tenant) -> None:
    endpoint = _create(world, acme)
    second, third = (_issued(endpoints.rotate_secret(world, acme, "extend", endpoint.id)).secret for _ in range(2))
    assert _secrets(world, endpoint).signing(START_MS) == (third, second)


def test_of_two_rotations_at_once_the_later_is_told_and_what_the_receiver_knows_goes_on_signing(
    world: World, acme: Tenant, meanwhile: Callable[[Callable[[], object], int], None]
) -> None:
    endpoint, first = _issued(endpoints.create(world, acme, "extend", Wanted(URL, frozenset())))
    won: list[str] = []
    meanwhile(lambda: won.append(_issued(endpoints.rotate_secret(world, acme, "extend", endpoint.id)).secret), 1)
    assert _kind(endpoints.rotate_secret(world, acme, "extend", endpoint.id)) is Kind.CONFLICT
    assert _secrets(world, endpoint).signing(START_MS) == (*won, first)


# ---- listing ---------------------------------------------------------------------------------------------------------


def _five(world: World, tenant: Tenant) -> None:
    for name in "abcde":
        _create(world, tenant, name=name)
        world.clock.advance(1)


def test_the_newest_come_first_and_a_walk_meets_each_once(world: World, acme: Tenant) -> None:
    _five(world, acme)
    _create(world, acme, contract="terrafai", name="of another contract")
    first = _page(endpoints.listed(world, acme, "extend", 2))
    second = _page(endpoints.listed(world, acme, "extend", 2, first.cursor))
    third = _page(endpoints.listed(world, acme, "extend", 2, second.cursor))
    assert [_names(page) for page in (first, second, third)] == [["e", "d"], ["c", "b"], ["a"]]
    assert third.cursor is None
    assert _page(endpoints.listed(world, acme, "extend", 5)).cursor is None


def test_a_list_can_begin_with_the_oldest(world: World, acme: Tenant) -> None:
    _five(world, acme)
    first = _page(endpoints.listed(world, acme, "extend", 3, ascending=True))
    assert _names(first) == ["a", "b", "c"]
    assert _names(endpoints.listed(world, acme, "extend", 3, first.cursor, ascending=True)) == ["d", "e"]


def test_a_list_can_hold_those_only_that_are_switched_on_or_off(world: World, acme: Tenant) -> None:
    _five(world, acme)
    (last, *_) = _page(endpoints.listed(world, acme, "extend", 1)).items
    endpoints.update(world, acme, "extend", last.id, Change(active=False))
    assert _names(endpoints.listed(world, acme, "extend", 10, active=False)) == ["e"]
    assert _names(endpoints.listed(world, acme, "extend", 10, active=True)) == ["d", "c", "b", "a"]


def test_a_walk_goes_on_behind_one_that_was_deleted(world: World, acme: Tenant) -> None:
    _five(world, acme)
    page = _page(endpoints.listed(world, acme, "extend", 2))
    for endpoint in page.items:
        endpoints.delete(world, acme, "extend", endpoint.id)
    assert _names(endpoints.listed(world, acme, "extend", 2, page.cursor)) == ["c", "b"]


@pytest.mark.parametrize("cursor", ["", "?", "bm9uc2Vuc2U", "é", "MTIz"])
def test_a_cursor_that_we_did_not_write_is_refused(world: World, acme: Tenant, cursor: str) -> None:
    assert _kind(endpoints.listed(world, acme, "extend", 2, cursor)) is Kind.INVALID_REQUEST


# ---- what an event concerns ------------------------------------------------------------------------------------------


def test_an_event_concerns_the_endpoints_that_cover_it(world: World, acme: Tenant) -> None:
    invoice, receipt = _extractor(world, acme), _extractor(world, acme, "receipt")
    everything = _create(world, acme, DONE, FAILED, contract="terrafai")
    world.clock.advance(1)
    failures = _create(world, acme, FAILED, contract="terrafai")
    world.clock.advance(1)
    wanted = Wanted(URL, frozenset({DONE}), extractors=frozenset({invoice}))
    limited = _issued(endpoints.create(world, acme, "terrafai", wanted)).endpoint
    _create(world, acme, DONE, contract="extend")

    def covering(extractor_id: str | None, event: Event) -> list[Endpoint]:
        return endpoints.covering(world, "acme", "terrafai", extractor_id, event)

    assert covering(invoice, DONE) == [everything, limited]
    assert covering(receipt, DONE) == [everything]
    assert covering(None, DONE) == [everything]
    assert covering(receipt, FAILED) == [everything, failures]
    assert covering(invoice, Event.JOB_COMPLETED) == []


def test_an_event_concerns_no_endpoint_that_is_switched_off(world: World, acme: Tenant) -> None:
    endpoint = _create(world, acme, DONE)
    assert endpoints.covering(world, "acme", "extend", None, DONE) == [endpoint]
    endpoints.update(world, acme, "extend", endpoint.id, Change(active=False))
    assert endpoints.covering(world, "acme", "extend", None, DONE) == []
