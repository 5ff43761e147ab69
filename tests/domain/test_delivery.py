"""Deliveries: who is told of what, when a call is tried again, what an answer means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from quire.domain.delivery import (
    JITTER,
    MOST_TRIES,
    NOBODY,
    PAUSES_S,
    WINDOW_MS,
    Audience,
    Delivery,
    Occasion,
    Reception,
    next_try,
    reception,
)
from quire.domain.document import DocumentStatus
from quire.domain.endpoint import MOST_ENDPOINTS, Endpoint, Event, Subscription
from quire.domain.job import Counts, Job
from tests.adapters.rows import NOW, a_job, its_documents

DAY_MS = 24 * 3_600_000
DONE, FAILED, CANCELLED = DocumentStatus.SUCCEEDED, DocumentStatus.FAILED, DocumentStatus.CANCELLED


def an_endpoint(*events: Event, name: str = "e1", contract: str = "extend") -> Endpoint:
    return Endpoint("acme", name, contract, "https://example.com/hook", frozenset(events), NOW, NOW)


def told(deliveries: Iterable[Delivery]) -> list[tuple[str, Event]]:
    return [(delivery.receiver, delivery.occasion.event) for delivery in deliveries]


def ended(job: Job, **counts: int) -> Job:
    return replace(job, counts=Counts(**counts), started_at=NOW, ended_at=NOW)


def of_last(audience: Audience, job: Job, status: DocumentStatus = DONE) -> list[Delivery]:
    return audience.of_document(job, its_documents(replace(job, counts=Counts(pending=1)))[0], status, NOW)


# ---- who is told of what ---------------------------------------------------------------------------------------------


def test_a_document_s_end_is_told_to_who_hears_of_it() -> None:
    audience = Audience([an_endpoint(Event.DOCUMENT_SUCCEEDED), an_endpoint(Event.DOCUMENT_FAILED, name="e2")])
    job = replace(a_job(documents=2), counts=Counts(succeeded=1, running=1), started_at=NOW)
    document = its_documents(a_job(documents=2))[0]
    (only,) = audience.of_document(job, document, DONE, NOW + 5)
    assert told([only]) == [("e1", Event.DOCUMENT_SUCCEEDED)]
    assert (only.occasion.document_id, only.occasion.job_id) == (document.id, job.id)
    assert (only.created_at, only.due_at, only.contract) == (NOW + 5, NOW + 5, "extend")
    assert told(audience.of_document(job, document, FAILED, NOW)) == [("e2", Event.DOCUMENT_FAILED)]
    assert audience.of_document(job, document, CANCELLED, NOW) == []


def test_the_last_document_s_end_tells_of_the_job_too() -> None:
    audience = Audience([an_endpoint(Event.DOCUMENT_SUCCEEDED, Event.JOB_COMPLETED)])
    told_of = of_last(audience, ended(a_job(), succeeded=1))
    assert told(told_of) == [("e1", Event.DOCUMENT_SUCCEEDED), ("e1", Event.JOB_COMPLETED)]
    assert len({delivery.id for delivery in told_of}) == 2
    assert told_of[1].occasion.document_id is None


@pytest.mark.parametrize(
    ("counts", "event"),
    [
        ({"succeeded": 2}, Event.JOB_COMPLETED),
        ({"succeeded": 1, "failed": 1}, Event.JOB_PARTIALLY_FAILED),
        ({"failed": 2}, Event.JOB_FAILED),
        ({"failed": 2, "lapsed": 2}, Event.JOB_EXPIRED),
        ({"cancelled": 2}, Event.JOB_CANCELLED),
    ],
)
def test_a_job_s_event_is_the_status_that_its_documents_give_it(counts: dict[str, int], event: Event) -> None:
    job = replace(ended(a_job(), **counts), cancelled_at=NOW if "cancelled" in counts else None)
    assert told(Audience([an_endpoint(*Event)]).of_job(job, NOW)) == [("e1", event)]


def test_an_endpoint_hears_of_the_extractors_that_it_is_limited_to_or_subscribed_to() -> None:
    subscribed = Subscription("s1", "e2", "text", frozenset({Event.JOB_COMPLETED}), NOW)
    limited = replace(an_endpoint(Event.JOB_COMPLETED), extractors=frozenset({"other"}))
    audience = Audience([limited, replace(an_endpoint(name="e2"), subscriptions=(subscribed,))])
    assert told(audience.of_job(ended(a_job(), succeeded=1), NOW)) == [("e2", Event.JOB_COMPLETED)]


def test_several_files_that_are_one_are_told_of_once_when_all_have_ended() -> None:
    audience = Audience([an_endpoint(Event.DOCUMENT_SUCCEEDED, Event.DOCUMENT_FAILED)])
    package = replace(a_job(documents=2), echo={"package": True})
    document = its_documents(package)[0]
    assert audience.of_document(replace(package, counts=Counts(running=1, failed=1)), document, FAILED, NOW) == []
    (whole,) = audience.of_document(ended(package, succeeded=1, failed=1), document, DONE, NOW)
    assert (whole.occasion.event, whole.occasion.document_id) == (Event.DOCUMENT_FAILED, None)


def test_a_job_s_own_webhooks_hear_of_its_end() -> None:
    hooks = [{"webhook_url": "https://a.example/"}, {"webhook_url": "https://b.example/"}]
    job = replace(ended(a_job(), succeeded=1), echo={"webhooks": hooks}, contract="llamacloud")
    first, second = NOBODY.of_job(job, NOW)
    assert (first.hook, second.hook, first.contract) == (0, 1, "llamacloud")
    assert first.receiver != second.receiver
    assert first.id == second.id, "it is one event"
    assert of_last(NOBODY, job) == [first, second]


def test_who_polls_is_not_called_by_its_own_contract() -> None:
    audience = Audience([an_endpoint(*Event, contract="terrafai"), an_endpoint(*Event, name="e2")])
    job = replace(ended(a_job(), succeeded=1), contract="terrafai", echo={"deliveryMode": "poll"})
    assert told(audience.of_job(job, NOW)) == [("e2", Event.JOB_COMPLETED)]
    assert len(audience.of_job(replace(job, echo={"deliveryMode": "webhook"}), NOW)) == 2


@pytest.mark.parametrize("way", ["detect", "generate"])
def test_nobody_is_told_of_what_only_makes_a_schema(way: str) -> None:
    assert of_last(Audience([an_endpoint(*Event)]), replace(ended(a_job(), succeeded=1), extractor=way)) == []


def test_a_document_that_waits_for_a_person_is_told_of() -> None:
    document = its_documents(a_job())[0]
    audience = Audience([an_endpoint(Event.DOCUMENT_REVIEW_REQUIRED)])
    assert told(audience.of_review(a_job(), document, NOW)) == [("e1", Event.DOCUMENT_REVIEW_REQUIRED)]


def test_what_an_end_tells_fits_its_transaction() -> None:
    """Of DynamoDB's 100 items some are the document's own."""
    endpoints = [an_endpoint(*Event, name=f"e{number}") for number in range(MOST_ENDPOINTS)]
    hooks = [{"webhook_url": f"https://{number}.example/"} for number in range(10)]
    job = replace(ended(a_job(), succeeded=1), echo={"webhooks": hooks})
    assert len(of_last(Audience(endpoints), job)) == 90


# ---- ids -------------------------------------------------------------------------------------------------------------


def test_an_event_s_id_is_a_function_of_what_happened() -> None:
    occasion = Occasion("acme", Event.DOCUMENT_FAILED, NOW, "text", "job", "document")
    assert occasion.id == replace(occasion).id
    others = [
        replace(occasion, tenant="other"),
        replace(occasion, event=Event.DOCUMENT_SUCCEEDED),
        replace(occasion, document_id="another"),
        replace(occasion, document_id=None),
        replace(occasion, turn=1),
    ]
    assert len({occasion.id, *(other.id for other in others)}) == 6


def test_later_events_sort_later() -> None:
    occasions = [Occasion("acme", Event.JOB_FAILED, NOW + at, job_id="job") for at in range(5)]
    assert sorted(occasion.id for occasion in occasions) == [occasion.id for occasion in occasions]


# ---- tries -----------------------------------------------------------------------------------------------------------


def a_delivery(tries: int = 1, *, test: bool = False) -> Delivery:
    occasion = Occasion("acme", Event.JOB_COMPLETED, NOW, "text", "job")
    return Delivery(occasion, occasion.id, "e1", "extend", NOW, tries=tries, test=test)


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_tries_go_on_for_more_than_a_day_but_no_longer_than_a_body_is_kept(chance: float) -> None:
    now = NOW
    for tries in range(1, MOST_TRIES):
        due = next_try(a_delivery(tries), now, chance)
        assert due is not None and due > now
        now = due
    assert next_try(a_delivery(MOST_TRIES), now, chance) is None
    assert DAY_MS < now - NOW < WINDOW_MS


def test_each_pause_is_longer_and_no_two_are_quite_alike() -> None:
    assert sorted(PAUSES_S) == list(PAUSES_S)
    early, late = next_try(a_delivery(), NOW, 0.0), next_try(a_delivery(), NOW, 1.0)
    assert early == NOW + 10_000 and late == NOW + int(10_000 * (1 + JITTER))


def test_a_test_is_tried_once() -> None:
    assert next_try(a_delivery(test=True), NOW, 0.5) is None


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, Reception.TAKEN),
        (204, Reception.TAKEN),
        (299, Reception.TAKEN),
        (410, Reception.UNWANTED),
        (None, Reception.AGAIN),
        *((status, Reception.AGAIN) for status in (100, 199, 301, 302, 307, 308, 400, 401, 404, 429, 500, 503)),
    ],
)
def test_an_answer_means(status: int | None, said: Reception) -> None:
    assert reception(status) is said
