"""Webhook endpoints: what they cover, and what signs their calls."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from quire.domain.document import DocumentStatus
from quire.domain.endpoint import (
    MOST_ENDPOINTS,
    MOST_EXTRACTORS,
    MOST_NAME_CHARACTERS,
    MOST_SUBSCRIPTIONS,
    MOST_URL_CHARACTERS,
    Endpoint,
    Event,
    Secrets,
    Subscription,
    new_secret,
    shown_secret,
)
from quire.domain.job import JobStatus

NOW = 1_750_000_000_000
DONE, FAILED = Event.DOCUMENT_SUCCEEDED, Event.DOCUMENT_FAILED


def _endpoint(*events: Event) -> Endpoint:
    return Endpoint("acme", "e1", "terrafai", "https://example.com/hook", frozenset(events), NOW, NOW)


def _subscription(extractor_id: str, *events: Event) -> Subscription:
    return Subscription("s1", "e1", extractor_id, frozenset(events), NOW)


@pytest.mark.parametrize("status", [status for status in JobStatus if status.ended])
def test_each_ending_of_a_job_is_an_event(status: JobStatus) -> None:
    assert Event(f"job.{status}").startswith("job.")


@pytest.mark.parametrize("status", [status for status in DocumentStatus if status.ended])
def test_each_ending_of_a_document_is_an_event(status: DocumentStatus) -> None:
    assert Event(f"document.{status}").startswith("document.")


def test_an_endpoint_covers_its_events_of_every_extractor() -> None:
    endpoint = _endpoint(DONE)
    assert endpoint.covers(DONE, "invoice")
    assert endpoint.covers(DONE, None)
    assert not endpoint.covers(FAILED, "invoice")


def test_one_that_is_limited_covers_those_extractors_only() -> None:
    endpoint = replace(_endpoint(DONE), extractors=frozenset({"invoice"}))
    assert endpoint.covers(DONE, "invoice")
    assert not endpoint.covers(DONE, "receipt")
    assert not endpoint.covers(DONE, None)


def test_a_subscription_covers_its_events_of_its_extractor() -> None:
    endpoint = replace(_endpoint(DONE), subscriptions=[_subscription("invoice", FAILED)])
    assert endpoint.covers(FAILED, "invoice")
    assert not endpoint.covers(FAILED, "receipt")
    assert not endpoint.covers(FAILED, None)
    assert endpoint.covers(DONE, "receipt")


def test_a_subscription_covers_what_its_endpoint_is_not_limited_to() -> None:
    endpoint = replace(
        _endpoint(DONE), extractors=frozenset({"receipt"}), subscriptions=[_subscription("invoice", DONE)]
    )
    assert endpoint.covers(DONE, "invoice") and endpoint.covers(DONE, "receipt")


def test_an_endpoint_that_is_switched_off_covers_nothing() -> None:
    endpoint = replace(_endpoint(DONE), active=False, subscriptions=[_subscription("invoice", DONE)])
    assert endpoint.covers(DONE, "invoice") is False


def test_what_a_tenant_may_have_is_bounded() -> None:
    assert (MOST_ENDPOINTS, MOST_URL_CHARACTERS, MOST_NAME_CHARACTERS) == (40, 2_048, 255)
    assert (MOST_EXTRACTORS, MOST_SUBSCRIPTIONS) == (100, 100)


def test_a_new_endpoint_has_been_written_once() -> None:
    assert _endpoint(DONE).revision == 1
    assert Secrets("new").previous_ends_at == 0


@pytest.mark.parametrize(
    ("contract", "shown"), [("extend", "wss_abc"), ("perfectparser", "wh_sec_abc"), ("llamacloud", "whsec_abc")]
)
def test_a_secret_is_written_behind_its_contract_s_prefix(contract: str, shown: str) -> None:
    assert shown_secret(contract, "abc") == shown


def test_a_secret_is_32_random_bytes() -> None:
    assert len({new_secret() for _ in range(20)}) == 20
    assert len(base64.b64decode(new_secret(), validate=True)) == 32


def test_after_a_rotation_two_secrets_sign_until_the_older_ends() -> None:
    assert Secrets("new").signing(NOW) == ("new",)
    rotated = Secrets("new", "old", NOW)
    assert rotated.signing(NOW - 1) == ("new", "old")
    assert rotated.signing(NOW) == ("new",)


def test_no_secret_is_shown_by_accident() -> None:
    shown = repr(Secrets("one", "two", NOW, "three"))
    assert not any(secret in shown for secret in ("one", "two", "three"))
