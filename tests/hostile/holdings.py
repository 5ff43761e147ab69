"""A tenant that has something of everything, made through the contracts; and the same of a tenant that never was."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from functions.api_llamacloud.agents import default_id
from functions.api_llamacloud.contract import project_id
from quire.domain import ids
from quire.domain.cursor import seal, unseal
from quire.domain.extractor import new_extractor_id
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant, digest_of
from quire.http.ids import plain_id, say_id
from quire.service.credentials import make_key
from quire.service.hold import Doubtful, hold
from tests.contracts import extend, llamacloud, perfectparser
from tests.contracts.conftest import Caller, form, tenant_key
from tests.hostile.asking import CONTRACTS, credential

PREFIXES: Mapping[str, Mapping[str, str]] = {
    "extract_page": {"file": "file", "job": "batch", "waiting_job": "batch", "document": "item"},
    "perfectparser": {"file": "smp", "job": "ext", "document": "doc", "extractor": "prs", "webhook": "wh"},
    "extend": {
        "file": "file", "job": "bpr", "document": "exr", "waiting_document": "exr", "extractor": "ex",
        "version": "exv", "endpoint": "wh", "subscription": "whes",
    },
    "llamacloud": {},
    "terrafai": {},
    "console": {},
    "pages": {},
}  # fmt: skip
"""What each contract writes before the id of each kind; nothing where it writes the plain UUID."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Thing:
    """Something of a tenant's: `plain` is its UUID; `label` tells it from the others."""

    kind: str
    label: str
    plain: str


@dataclass(frozen=True)
class Holdings:
    """`words` are what else could lead to something: names, cursors, keys, by label."""

    tenant: str
    key: str
    things: tuple[Thing, ...]
    words: Mapping[str, str]

    def one(self, kind: str) -> str:
        """The UUID of the first thing of a kind."""
        return next(thing.plain for thing in self.things if thing.kind == kind)

    def said(self, contract: str, kind: str) -> str:
        """What belongs where `contract` asks for a `kind`: an id in its form, or a word."""
        if kind in self.words:
            return self.words[kind]
        return spelled(PREFIXES[contract].get(kind, ""), self.one(kind))

    def spellings(self, contract: str, *, all_forms: bool) -> Iterator[tuple[str, str]]:
        """Everything that a caller of `contract` could name, by a label that tells what it is and how it is written:
        an id as its kind is, or in all forms that the contract has for any."""
        for thing in self.things:
            own = PREFIXES[contract].get(thing.kind, "")
            for prefix in sorted({"", *PREFIXES[contract].values()}) if all_forms else (own,):
                yield f"{prefix or 'plain'}:{thing.label}", spelled(prefix, thing.plain)
        yield from self.words.items()


def spelled(prefix: str, plain: str) -> str:
    return say_id(prefix, plain) if prefix else plain


# ---- a tenant that is there ------------------------------------------------------------------------------------------


def settle(world: Any, tenant: Tenant) -> Holdings:
    """Gives a new tenant files, jobs, extractors, endpoints and whatever hangs on them."""
    key = tenant_key(world, tenant, 1000)
    calls = {name: Caller(contract, world, tenant.id, credential(name, key)) for name, contract in CONTRACTS.items()}
    number = count()
    things: list[Thing] = []

    def own(kind: str, prefix: str, said: str) -> str:
        plain = plain_id(prefix, said) if prefix else said
        assert plain
        things.append(Thing(kind, f"{kind}-{next(number)}", plain))
        return plain

    files = _files(calls, own)
    extractor = _extractors(calls["extend"], tenant.id, own)
    _runs(calls["extend"], extractor, own)
    _batch(calls["extract_page"], tenant.id, files, own)
    _extractions(calls["perfectparser"], tenant.id, own)
    _jobs(calls["llamacloud"], tenant.id, own)
    _template_job(calls["terrafai"], tenant.id, own)
    _review(calls, own)
    _endpoints(calls, extractor, own)
    _delivery(calls["extend"], own)
    spare = make_key(world.tenants, tenant.id, world.clock(), f"{tenant.id} spare").key
    things += [
        Thing("default_agent", "default-agent", default_id(tenant.id)),
        Thing("project", "project", project_id(tenant.id)),
    ]
    words = {
        "name": f"{tenant.id} invoices",
        "new_name": f"{tenant.id} something new",
        "console_name": f"{tenant.id} something for the console",
        "release": "1.0",
        "agent_name": f"{tenant.id} agent",
        "parser_name": f"{tenant.id} parser",
        "idempotency_key": f"{tenant.id}-order-1",
        "external_id": f"{tenant.id}-external",
        "file_name": f"{tenant.id}-a.pdf",
        "tenant": tenant.id,
        "user": f"usr_{tenant.id}",
        "digest": digest_of(key),
        "key_id": digest_of(key)[:12],
        "spare_key_id": spare.id,
        "object": f"uploads/{tenant.id}/{files[0]}",
        "climb": f"../{tenant.id}/{files[0]}",
        **dict(_cursors(calls)),
    }
    return Holdings(tenant.id, key, tuple(things), words)


def _files(calls: Mapping[str, Caller], own: Any) -> list[str]:
    """Arrived twice, announced, and to be fetched."""
    call = calls["extend"]
    name = f"{call.tenant}-a.pdf"
    files = [own("file", "file", extend.upload(call, name)), own("file", "file", extend.upload(call, name))]
    body, headers = form(("file", name, b"%PDF-1.7"), ("external_file_id", None, f"{call.tenant}-external".encode()))
    own("file", "", calls["llamacloud"]("POST", "/api/v1/beta/files", raw=body, **headers).body["id"])
    own("file", "file", calls["extract_page"]("POST", "/v1/files", {"size_bytes": 8}).body["id"])
    fetched = {"url": f"https://example.com/{call.tenant}"}
    own("file", "", calls["llamacloud"]("PUT", "/api/v1/files/upload_from_url", fetched).body["id"])
    return files


def _batch(call: Caller, tenant: str, files: list[str], own: Any) -> None:
    """One document has its result, the other runs."""
    asked = {"source": {"type": "files", "file_ids": [say_id("file", file) for file in files]}}
    batch = call("POST", "/v1/batches", asked, idempotency_key=f"{tenant}-order-1")
    assert batch.status == 200, batch.body
    job = own("job", "batch", batch.body["id"])
    call.start(job)
    call.succeed(job, 0)
    for position in (0, 1):
        own("document", "", ids.document_id(job, position))


def _extractors(call: Caller, tenant: str, own: Any) -> str:
    """Two, the second with two releases."""
    extend.save(call, f"{tenant} other")
    saved = extend.save(call, f"{tenant} invoices")
    extractor: str = own("extractor", "ex", saved["id"])
    own("version", "exv", saved["draftVersion"]["id"])
    for _ in range(2):
        released = call("POST", f"/extractors/{saved['id']}/versions", {"releaseType": "major"})
        assert released.status == 200, released.body
        own("version", "exv", released.body["id"])
    return extractor


def _runs(call: Caller, extractor: str, own: Any) -> None:
    """A run that is processed, one that failed, one that waits, a batch and a package."""
    named = {"extractor": {"id": say_id("ex", extractor)}}
    run = extend.created(call, metadata={"order": f"{call.tenant} secret order"}, **named)
    extend.end(call, run["id"], extend.written())
    failed = extend.created(call, **named)
    extend.end(call, failed["id"], Refusal(Kind.EXTRACTION_FAILED, "The document cannot be read."))
    waiting = own("waiting_document", "exr", extend.created(call, **named)["id"])
    own("waiting_job", "", ids.locate(waiting)[0])
    inputs = [{"file": {"id": extend.upload(call)}, "metadata": {"n": n}} for n in range(2)]
    batch = call("POST", "/extract_runs/batch", {**named, "inputs": inputs})
    assert batch.status == 200, batch.body
    files = [{"id": extend.upload(call)} for _ in range(2)]
    package = call("POST", "/extract_runs", {"package": {"files": files}, "config": {"schema": extend.SCHEMA}})
    assert package.status == 200, package.body
    for said in (run, failed):
        plain = own("document", "exr", said["id"])
        own("job", "", ids.locate(plain)[0])
    own("document", "", ids.document_id(own("job", "bpr", batch.body["id"]), 1))
    own("job", "exr", package.body["id"])


def _extractions(call: Caller, tenant: str, own: Any) -> None:
    """Of a parser, ended, with something to export."""
    parser = perfectparser.parser(call, f"{tenant} parser")
    own("extractor", "prs", parser["parser_id"])
    said = perfectparser.submitted(call, (f"{tenant}.pdf", perfectparser.ONE), parser_id=parser["parser_id"])
    job = own("job", "ext", said["extraction_id"])
    call.start(job)
    call.end(job, 0, perfectparser.RESULT)
    own("document", "", ids.document_id(job, 0))


def _jobs(call: Caller, tenant: str, own: Any) -> None:
    """Of an agent and of a schema of its own, with a webhook's secret among what is kept."""
    agent = llamacloud.agent(call, f"{tenant} agent")
    own("extractor", "", agent["id"])
    hook = {"webhook_url": f"https://example.com/{tenant}", "webhook_signing_secret": f"{tenant} signing secret"}
    said = llamacloud.job(call, agent["id"], webhook_configurations=[hook])
    own("job", "", said["id"])
    other = llamacloud.job(call, agent["id"], llamacloud.uploaded(call, content=b"%PDF-1.6")["id"])
    job = own("job", "", other["id"])
    call.start(job)
    call.end(job, 0, extend.written())
    configured = {"data_schema": llamacloud.SCHEMA, "product_type": "extract_v2"}
    saved = call("POST", "/api/v1/beta/configurations", {"name": f"{tenant} configuration", "parameters": configured})
    assert saved.status == 200, saved.body
    own("extractor", "", saved.body["id"])


def _template_job(call: Caller, tenant: str, own: Any) -> None:
    asked = {"file": base64.b64encode(b"%PDF-1.7").decode(), "templateName": f"{tenant} agent"}
    made = call("POST", "/api/v1/extraction-jobs", asked, content_type="application/json")
    assert made.status == 202, made.body
    own("job", "", made.body["job"]["id"])


def _review(calls: Mapping[str, Caller], own: Any) -> None:
    """A document that waits for a person."""
    call, file_id = calls["console"], plain_id("file", extend.upload(calls["extend"], "doubtful.pdf"))
    asked = {"file_ids": [file_id], "json_schema": extend.SCHEMA, "review_threshold": 80}
    made = call("POST", "/console/api/jobs", asked)
    assert made.status == 201, made.body
    job = own("job", "", made.body["id"])
    call.start(job)
    held = own("held", "", ids.document_id(job, 0))
    first = call.world.blobs.put(f"results/{call.tenant}/{job}/review/0.json", extend.written(), "application/json")
    hold(call.world, call.tenant, held, Doubtful(1, first, 1), f"{call.tenant} task")


def _delivery(call: Caller, own: Any) -> None:
    """To the endpoint that is named first, of an extractor."""
    extend.save(call, f"{call.tenant} heard of")
    endpoint = next(one for one in call.world.endpoints.listed(call.tenant) if "extractor" in str(one.events))
    (delivery, *_) = call.world.deliveries.listed(call.tenant, endpoint.id, 1, None)
    own("delivery", "", delivery.id)
    own("receiver", "", endpoint.id)


def _endpoints(calls: Mapping[str, Caller], extractor: str, own: Any) -> None:
    """Two of Extend's, the second with a subscription, one of PerfectParser's, and two of LlamaCloud's."""
    call = calls["extend"]
    asked = {"url": f"https://example.com/{call.tenant}", "name": call.tenant, "enabledEvents": ["extractor.created"]}
    first, second = (call("POST", "/webhook_endpoints", asked).body["id"] for _ in range(2))
    subscribed = call("POST", "/webhook_subscriptions", {
        "webhookEndpointId": second, "resourceType": "extractor", "resourceId": say_id("ex", extractor),
        "enabledEvents": ["extract_run.processed"],
    })  # fmt: skip
    assert subscribed.status == 200, subscribed.body
    hook = {"url": asked["url"], "events": ["extraction.job_completed"]}
    third = calls["perfectparser"]("POST", "/v1/webhooks", hook)
    assert third.status == 201, third.body
    saved = [
        calls["llamacloud"]("POST", "/api/v1/beta/webhook-configs", {
            "webhook_url": asked["url"], "webhook_signing_secret": f"{call.tenant} saved signing secret",
        })
        for _ in range(2)
    ]  # fmt: skip
    assert [one.status for one in saved] == [200, 200]
    own("saved_webhook", "", saved[0].body["id"])
    own("endpoint", "wh", second)
    own("endpoint", "wh", first)
    own("webhook", "wh", third.body["webhook"]["webhook_id"])
    own("subscription", "whes", subscribed.body["id"])


_LISTS = (
    ("extend", "/files?maxPageSize=1", "nextPageToken"),
    ("extend", "/extract_runs?maxPageSize=1", "nextPageToken"),
    ("extend", "/extractors?maxPageSize=1", "nextPageToken"),
    ("extend", "/extractors?maxPageSize=1&sortBy=createdAt", "nextPageToken"),
    ("extend", "/webhook_endpoints?maxPageSize=1", "nextPageToken"),
    ("llamacloud", "/api/v1/beta/files?page_size=1", "next_page_token"),
    ("llamacloud", "/api/v2/extract?page_size=1", "next_page_token"),
    ("llamacloud", "/api/v1/beta/configurations?page_size=1", "next_page_token"),
    ("llamacloud", "/api/v2/webhook-configs?page_size=1", "next_page_token"),
    ("perfectparser", "/v1/extractions?limit=1", "pagination.next_cursor"),
    ("perfectparser", "/v1/parsers?limit=1", "pagination.next_cursor"),
)


def _cursors(calls: Mapping[str, Caller]) -> Iterator[tuple[str, str]]:
    """Of each list that has a second page."""
    for number, (contract, path, place) in enumerate(_LISTS):
        found = calls[contract]("GET", path).body
        for step in place.split("."):
            found = found[step]
        assert found, path
        yield f"cursor-{number}", found


# ---- a tenant that never was -----------------------------------------------------------------------------------------


def absent(like: Holdings, now: int) -> Holdings:
    """The same of a tenant that never was: each id made as `like`'s was, each word of the same form."""
    families: dict[str, str] = {}

    def fresh(plain: str) -> str:
        """Ids that lead to one another still do."""
        value = uuid.UUID(plain)
        if value.version != 7:
            return str(uuid.uuid5(value, "absent"))
        family = str(uuid.UUID(int=value.int & ~0xFFFF))
        if family not in families:
            families[family] = new_extractor_id(now)
        return str(uuid.UUID(int=uuid.UUID(families[family]).int | value.int & 0xFFFF))

    def reworded(word: str) -> str:
        place = unseal(word)
        if place and _UUID.search(place):
            return seal(_UUID.sub(lambda found: fresh(found[0]), place))
        word = _UUID.sub(lambda found: fresh(found[0]), word)
        return word.replace(like.tenant, like.tenant[::-1])

    words = {label: reworded(word) for label, word in like.words.items()}
    words |= {"digest": digest_of("absent"), "key_id": digest_of("absent")[:12]}
    words |= {"spare_key_id": digest_of("absent spare")[:12]}
    things = tuple(Thing(thing.kind, thing.label, fresh(thing.plain)) for thing in like.things)
    return Holdings(like.tenant[::-1], "", things, words)
