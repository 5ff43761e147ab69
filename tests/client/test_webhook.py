"""`quire webhook` on a stack in an emulated AWS account."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quire.domain.delivery import Attempt, Delivery, DeliveryStatus
from quire.domain.endpoint import Event
from quire.domain.ports import World
from quire.service import deliveries
from quire_admin.desk import open_world
from tests.client import test_admin
from tests.client.test_admin import columns, quire, ran

URL = "https://example.com/hook"
account = test_admin.account


@pytest.fixture
def acme(account: Iterator[None], monkeypatch: pytest.MonkeyPatch) -> World:
    """A tenant, whose key is in the environment, and the world it is in."""
    monkeypatch.setenv("API_KEY", quire("tenant", "add", "acme").strip())
    return open_world("Quire", None)


def answered(world: World, monkeypatch: pytest.MonkeyPatch, status: int | None) -> None:
    """Whoever waits for a delivery finds it answered so."""

    def until(look: Callable[[], Delivery | None], *_: object) -> Delivery | None:
        (sent,) = (each for each in _all(world) if each.status is DeliveryStatus.PENDING)
        said = DeliveryStatus.DELIVERED if status == 200 else DeliveryStatus.FAILED
        attempt = Attempt(world.clock(), status, 7, reason=None if status else "The call failed: no.")
        world.deliveries.ended(sent, said, attempt, world.clock())
        return look()

    monkeypatch.setattr(deliveries, "until", until)


def _all(world: World) -> list[Delivery]:
    (endpoint,) = world.endpoints.listed("acme")
    return world.deliveries.listed("acme", endpoint.id, 100)


def test_a_webhook_is_added_with_a_secret_that_is_shown_once(acme: World) -> None:
    webhook_id, secret = quire("webhook", "add", URL, "--name", "ours").split()
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    (endpoint,) = acme.endpoints.listed("acme")
    assert (endpoint.id, endpoint.contract, endpoint.events) == (webhook_id, "standard", frozenset(Event))
    assert columns(quire("webhook", "list")) == [[webhook_id, "standard", "active", URL, "ours"]]
    assert secret not in quire("webhook", "list")


def test_a_webhook_for_terrafai_hears_of_jobs_of_templates(acme: World, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"type": "object", "properties": {"total": {"type": "number"}}}')
    quire("template", "add", "bill", str(tmp_path / "s.json"))
    quire("webhook", "add", URL, "--contract", "terrafai", "--template", "bill")
    (endpoint,) = acme.endpoints.listed("acme")
    bill = acme.extractors.named("acme", "bill")
    assert bill and endpoint.extractors == frozenset({bill.id})
    assert endpoint.events == {event for event in Event if event.startswith("job.")}


def test_a_webhook_hears_of_what_it_is_told_to(acme: World) -> None:
    quire("webhook", "add", URL, "--event", "document.failed", "--event", "job.failed")
    (endpoint,) = acme.endpoints.listed("acme")
    assert endpoint.events == frozenset({Event.DOCUMENT_FAILED, Event.JOB_FAILED})
    assert ran("webhook", "add", URL, "--event", "nothing").exit_code == 2


@pytest.mark.parametrize("arguments", [["http://example.com/"], [URL, "--template", "none"], ["nonsense"]])
def test_what_cannot_be_called_is_not_added(acme: World, arguments: list[str]) -> None:
    refused = ran("webhook", "add", *arguments)
    assert refused.exit_code == 1 and refused.stderr
    assert acme.endpoints.listed("acme") == []


def test_a_removed_webhook_is_gone_and_an_unknown_one_is_said_to_be(acme: World) -> None:
    webhook_id = quire("webhook", "add", URL).split()[0]
    quire("webhook", "remove", webhook_id)
    assert columns(quire("webhook", "list")) == []
    for command in ("remove", "rotate", "test"):
        assert ran("webhook", command, webhook_id).exit_code == 1


def test_a_rotated_secret_is_good_beside_the_one_before(acme: World) -> None:
    webhook_id, first = quire("webhook", "add", URL).split()
    second = quire("webhook", "rotate", webhook_id).strip()
    kept = acme.endpoints.secrets("acme", webhook_id)
    assert kept and [f"whsec_{each}" for each in kept.signing(acme.clock())] == [second, first]


def test_a_test_says_how_it_was_answered(acme: World, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook_id = quire("webhook", "add", URL).split()[0]
    answered(acme, monkeypatch, 200)
    assert quire("webhook", "test", webhook_id) == "delivered: 200 (7 ms)\n"
    answered(acme, monkeypatch, None)
    failed = ran("webhook", "test", webhook_id)
    assert (failed.exit_code, failed.stdout) == (1, "failed: The call failed: no. (7 ms)\n")


def test_the_log_names_deliveries_that_can_be_sent_again(acme: World, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook_id = quire("webhook", "add", URL).split()[0]
    answered(acme, monkeypatch, 503)
    ran("webhook", "test", webhook_id)
    for arguments in ((webhook_id,), ()):
        (line,) = columns(quire("webhook", "log", *arguments))
        assert line[2:6] == ["test", "failed", "0", "503"] and line[-2] == webhook_id
    quire("webhook", "redeliver", webhook_id, line[-1])
    (again,) = _all(acme)
    assert again.status is DeliveryStatus.PENDING
    assert ran("webhook", "redeliver", webhook_id, "nothing").exit_code == 1
