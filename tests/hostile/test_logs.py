"""Logs hold ids, counts and classes of errors: no text of a document, no name, URL, schema or secret, and no key;
whatever breaks in the middle of whatever handler."""

from __future__ import annotations

import importlib
import io
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from quire.domain.document import Document, DocumentStatus
from quire.domain.ids import document_id, locate
from quire.domain.tenant import Tenant
from quire.http import telemetry
from quire.service.credentials import add_tenant
from quire.testing.world import World
from tests.hostile.asking import CONTRACTS, Request, at_once, credential, said
from tests.hostile.matrix import shapes
from tests.service.documents import pdf

ROOT = Path(__file__).parents[2]
HANDLERS = sorted(path.parent.name for path in ROOT.glob("functions/*/handler.py"))
TENANT = Tenant("acme", slots=50, rate_factor=1000)
MARKER = "zebra"
TEXT = (f"{MARKER}-text of this agreement between the parties", "and of the terms under which the goods are sold.")
URL = f"https://{MARKER}-host.example/{MARKER}-path?sig={MARKER}-signature"
SCHEMA = {"type": "object", "properties": {"total": {"type": ["string", "null"], "description": f"{MARKER}-schema"}}}


class Broken(Exception):
    """A fault whose message holds what a caller sent."""


@dataclass
class Lambda:
    """The handlers on one world in memory, and all that they and the runtime would log. `spoil` breaks the port call of
    that number in an invocation; `calls` counts them."""

    world: World
    key: str
    handlers: dict[str, Callable[[Any, Any], Any]]
    log: io.StringIO
    spoil: int | None = None
    calls: int = 0
    broken: int = 0
    seen: set[str] = field(default_factory=set)

    def invoke(self, name: str, event: object) -> Any:
        """As Lambda does: what a handler raises is logged with its message and its trace."""
        self.calls = 0
        self.seen.add(name)
        try:
            return self.handlers[name](event, None)
        except Exception:
            self.broken += 1
            self.log.write(traceback.format_exc())
            return None

    def ask(self, contract: str, request: Request) -> Any:
        return said(self.invoke(f"api_{contract}", request.event()))

    def met(self, *arguments: object) -> None:
        """A port is called."""
        self.calls += 1
        if self.calls == self.spoil:
            raise Broken(f"{MARKER}-fault {arguments!r}")


class Spoiling:
    """A port, each of whose calls is met first."""

    def __init__(self, port: Any, host: Lambda) -> None:
        self._port, self._host = port, host

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self._host.met(name, *arguments, *named.values())
            return found(*arguments, **named)

        return call


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambda]:
    log = io.StringIO()
    monkeypatch.setattr(telemetry, "logger", Logger(service="hostile", stream=log, level="DEBUG"))
    libraries = logging.StreamHandler(log)
    logging.getLogger().addHandler(libraries)
    world = World()
    key = add_tenant(world.tenants, TENANT, 1000, world.clock())
    modules = {name: importlib.import_module(f"functions.{name}.handler") for name in HANDLERS}
    found = Lambda(world, key, {name: module.handler for name, module in modules.items()}, log)
    spoiled = World()
    for name, port in vars(world).items():
        spoils = name not in ("store", "clock", "log", "tenants")
        setattr(spoiled, name, Spoiling(port, found) if spoils else port)
    spoiled.log = telemetry.log  # type: ignore[assignment]
    for module in modules.values():
        monkeypatch.setattr(module, "world", spoiled)
    with at_once():
        yield found
    logging.getLogger().removeHandler(libraries)


def assert_discreet(host: Lambda, capfd: pytest.CaptureFixture[str]) -> None:
    printed = capfd.readouterr()
    logged = host.log.getvalue() + printed.out + printed.err
    for secret in (MARKER, host.key):
        at = logged.find(secret)
        assert at < 0, logged[max(0, at - 600) : at + 200]


# ---- a journey -------------------------------------------------------------------------------------------------------


def submitted(host: Lambda, content: bytes) -> str:
    """A document of a schema, with a name, metadata, a password and a webhook, that has just started."""
    world = host.world
    headers = credential("llamacloud", host.key)
    announced = {"name": f"{MARKER}-name.pdf", "file_size": len(content), "external_file_id": f"{MARKER}-external"}
    file = host.ask("llamacloud", Request("PUT", "/api/v1/files", headers=headers, body=json.dumps(announced).encode()))
    stored = world.blobs.put(f"uploads/{TENANT.id}/{file.body['file_id']}", content, "")
    found = {"key": stored.key, "version-id": stored.version, "size": len(content)}
    host.invoke("accept", {"detail": {"object": found}})
    hook = {
        "webhook_url": URL, "webhook_headers": {"x-secret": f"{MARKER}-header"},
        "webhook_signing_secret": f"{MARKER}-signing-secret",
    }  # fmt: skip
    config = {"data_schema": SCHEMA, "system_prompt": f"{MARKER}-prompt"}
    asked = {"file_input": file.body["file_id"], "configuration": config, "webhook_configurations": [hook]}
    headers = {**headers, "idempotency-key": f"{MARKER}-idempotency"}
    made = host.ask("llamacloud", Request("POST", "/api/v2/extract", headers=headers, body=json.dumps(asked).encode()))
    assert made.status == 200, made
    return str(made.body["id"])


def expanded(job: str) -> dict[str, Any]:
    keys = {"PK": {"S": f"tenant#{TENANT.id}"}, "SK": {"S": f"expand#{job}"}}
    return {"Records": [{"dynamodb": {"Keys": keys, "SequenceNumber": "1"}}]}


POKE = {"Records": [{"body": TENANT.id, "messageId": "m-1"}]}


def steps(host: Lambda, job: str) -> Iterator[tuple[str, Any]]:
    """The functions that a document meets, each with its event."""
    document = {"tenant": TENANT.id, "document_id": document_id(job, 0)}
    yield "expand", expanded(job)
    yield "admit", POKE
    yield "inspect", document
    read = {**document, "media": "application/pdf", "pages": 1, "encrypted": False, "token": f"{MARKER}-token"}
    yield "read", read
    notice = {"JobTag": f"{TENANT.id}:{document['document_id']}", "Status": "SUCCEEDED"}
    yield "ocr_finished", {"Records": [{"Sns": {"Message": json.dumps(notice)}}]}
    yield "extract", document
    result = {"key": f"results/{TENANT.id}/{job}/0.json", "version": "v1"}
    yield "hold", {**document, "pages": 1, "result": result, "flagged": ["total"], "token": f"{MARKER}-token"}
    yield "publish", {**document, "pages": 1, "result": result}
    yield "fail", {**document, "error": {"Error": "KeyError", "Cause": f"{MARKER}-cause"}}
    yield "sweep", {}
    yield "reconcile", {}


def fetched(host: Lambda) -> tuple[str, Any]:
    """The function that brings in what a URL names, with its event."""
    body = json.dumps({"url": URL, "name": f"{MARKER}-fetched.pdf"}).encode()
    request = Request("PUT", "/api/v1/files/upload_from_url", headers=credential("llamacloud", host.key), body=body)
    file = host.ask("llamacloud", request).body["id"]
    keys = {"PK": {"S": f"tenant#{TENANT.id}#file#{file}"}, "SK": {"S": f"fetch#{file}"}}
    return "fetch", {"Records": [{"dynamodb": {"Keys": keys, "SequenceNumber": "1"}}]}


def row(host: Lambda, job: str) -> Document | None:
    return host.world.jobs.document(TENANT.id, document_id(*locate(document_id(job, 0))))


def test_a_journey_leaves_nothing_of_what_was_sent_in_the_logs(host: Lambda, capfd: pytest.CaptureFixture[str]) -> None:
    job = submitted(host, pdf(TEXT))
    for name, event in steps(host, job):
        host.invoke(name, event)
    host.invoke(*fetched(host))
    document = row(host, job)
    assert document and document.status is not DocumentStatus.PENDING
    assert job in host.log.getvalue(), "what was done is told"
    assert_discreet(host, capfd)


@pytest.mark.parametrize("call", range(1, 13))
def test_whatever_breaks_in_the_middle_is_told_without_its_message(
    host: Lambda, capfd: pytest.CaptureFixture[str], call: int
) -> None:
    """The `call`th time that a function needs the world fails, in each function, and then it is invoked again."""
    job = submitted(host, pdf(TEXT))
    for name, event in [*steps(host, job), fetched(host)]:
        host.spoil = call
        host.invoke(name, event)
        host.spoil = None
        if name not in ("hold", "fail"):
            host.invoke(name, event)
    if call == 1:
        assert "Broken" in host.log.getvalue(), "the class of the fault is told"
        assert host.broken >= 6
    assert_discreet(host, capfd)


def test_every_function_but_the_webhooks_was_asked(host: Lambda) -> None:
    """So that a new one is put into the journey, too."""
    job = submitted(host, pdf(TEXT))
    names = {"accept", "fetch", *(name for name, _ in steps(host, job))}
    names |= {"elsewhere", *(f"api_{name}" for name in CONTRACTS)}
    assert set(HANDLERS) - names <= {"deliver", "api_console"}


@pytest.mark.parametrize("name", HANDLERS)
def test_what_leaves_a_handler_has_no_message(name: str, host: Lambda) -> None:
    assert hasattr(host.handlers[name], "__wrapped__"), "decorate it with quire.http.telemetry.discreet"
    host.invoke(name, {MARKER: MARKER})
    assert "handler_failed" in host.log.getvalue() or name in ("sweep", "reconcile"), "an event that is none is a fault"
    assert MARKER not in host.log.getvalue()


# ---- the contracts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize("call", [None, 1, 2, 3, 5])
def test_a_request_that_breaks_is_told_without_what_it_said(
    host: Lambda, capfd: pytest.CaptureFixture[str], name: str, call: int | None
) -> None:
    answers = 0
    for shape in shapes(name):
        values = {place: f"{MARKER}-{kind}" for place, kind in shape.places.items()}
        request = shape.request(host.key, values)
        host.spoil = call
        answer = host.ask(name, request)
        host.spoil = None
        answers += 1
        assert (answer.status == 500) <= (call is not None), (shape.name, answer)
        assert f"{MARKER}-fault" not in answer.text
    assert answers >= len(CONTRACTS[name].routes)
    assert_discreet(host, capfd)


def test_a_path_that_nobody_offers_is_not_logged(host: Lambda, capfd: pytest.CaptureFixture[str]) -> None:
    for name in CONTRACTS:
        headers = credential(name, host.key)
        answer = said(host.invoke("elsewhere", Request("POST", f"/{MARKER}", headers=headers).event()))
        assert answer.status == 404
    assert_discreet(host, capfd)


def test_a_key_that_is_not_known_is_not_logged(host: Lambda, capfd: pytest.CaptureFixture[str]) -> None:
    for name in CONTRACTS:
        route = CONTRACTS[name].routes[0]
        path = route.path.replace("<", "").replace(">", "")
        answer = host.ask(name, Request(route.method, path, headers=credential(name, f"qk_{MARKER}")))
        assert answer.status == 401 and MARKER not in answer.text
    assert_discreet(host, capfd)
