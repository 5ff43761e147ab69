"""Extend's contract: extractors and their versions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.api_extend import generate
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.http.ids import plain_id, say_id
from quire.service import extractors
from quire.service.config import Config, Mode, to_options
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said
from tests.contracts.extend import SCHEMA, client, created, part, save, upload, walk, written
from tests.contracts.golden import assert_golden

NEVER = "0190a3d2-0000-7000-8000-000000000000"


@pytest.fixture
def call(world: World) -> Caller:
    return client(world, Tenant("acme", rate_factor=100))


@pytest.fixture
def stranger(world: World) -> Caller:
    return client(world, Tenant("other", rate_factor=100))


def publish(call: Caller, extractor: str, release: str = "minor", **more: Any) -> dict[str, Any]:
    answer = call("POST", f"/extractors/{extractor}/versions", {"releaseType": release, **more})
    assert answer.status == 200, answer.body
    return dict(answer.body)


def test_an_extractor_has_every_documented_field(call: Caller) -> None:
    config = {"schema": SCHEMA, "baseProcessor": "extraction_light", "advancedOptions": {"citationsEnabled": True}}
    answer = call("POST", "/extractors", {"name": "invoices", "config": config})
    assert_golden("extend", "extractor_created", answer)
    assert answer.body["id"].startswith("ex_") and answer.body["draftVersion"]["config"] == config
    assert call("GET", f"/extractors/{answer.body['id']}").body == answer.body


def test_an_extractor_without_a_schema_infers_one(call: Caller) -> None:
    extractor = call("POST", "/extractors", {"name": "any"}).body
    assert "schema" not in extractor["draftVersion"]["config"]
    assert created(call, extractor={"id": extractor["id"]})["status"] == "PROCESSING"


def test_names_may_be_the_same(call: Caller) -> None:
    assert save(call)["name"] == save(call)["name"]


def test_a_copy_begins_as_the_other(call: Caller) -> None:
    like = save(call)
    copy = call("POST", "/extractors", {"name": "copy", "cloneExtractorId": like["id"]}).body
    assert copy["id"] != like["id"] and copy["draftVersion"]["config"] == like["draftVersion"]["config"]
    for absent in ("ex_1", say_id("ex", NEVER)):
        assert call("POST", "/extractors", {"name": "copy", "cloneExtractorId": absent}).status == 404


def test_a_change_replaces_what_it_names(call: Caller) -> None:
    extractor = save(call, config={"schema": SCHEMA, "extractionRules": "Look."})
    call.world.clock.advance(10)
    answer = call("POST", f"/extractors/{extractor['id']}", {"name": "b", "config": {"extractionRules": "Look again."}})
    assert answer.body["name"] == "b" and answer.body["updatedAt"] > extractor["updatedAt"]
    assert answer.body["draftVersion"]["config"] == {"schema": SCHEMA, "extractionRules": "Look again."}
    renamed = call("POST", f"/extractors/{extractor['id']}", {"name": "c"}).body
    assert renamed["draftVersion"] == answer.body["draftVersion"]
    bare = call("POST", f"/extractors/{extractor['id']}", {"config": {"schema": None}}).body
    assert "schema" not in bare["draftVersion"]["config"]


def test_extractors_are_listed_last_changed_first(call: Caller) -> None:
    made = []
    for n in range(3):
        made.append(save(call, f"n{n}")["id"])
        call.world.clock.advance(10)
    call("POST", f"/extractors/{made[0]}", {"name": "changed"})
    assert [one["id"] for one in walk(call, "/extractors")] == [made[0], made[2], made[1]]
    assert [one["id"] for one in walk(call, "/extractors?sortBy=createdAt&sortDir=asc")] == made
    assert_golden("extend", "extractors_listed", call("GET", "/extractors?maxPageSize=1"))


def test_versions_are_published_and_never_change(call: Caller) -> None:
    extractor = save(call)["id"]
    first = call("POST", f"/extractors/{extractor}/versions", {"releaseType": "major", "description": "The first"})
    assert_golden("extend", "version_published", first)
    call("POST", f"/extractors/{extractor}", {"config": {"extractionRules": "Look."}})
    second = publish(call, extractor)
    third = publish(call, extractor, config={"extractionRules": "Look again."})
    assert [version["version"] for version in (first.body, second, third)] == ["1.0", "1.1", "1.2"]
    assert "extractionRules" not in first.body["config"] and third["config"]["extractionRules"] == "Look again."
    listed = walk(call, f"/extractors/{extractor}/versions")
    assert [version["version"] for version in listed] == ["draft", "1.2", "1.1", "1.0"]
    assert len({version["id"] for version in listed}) == 4
    oldest_first = walk(call, f"/extractors/{extractor}/versions?sortDir=asc")
    assert [version["version"] for version in oldest_first] == ["1.0", "1.1", "1.2", "draft"]


def test_a_version_is_found_by_id_or_label(call: Caller) -> None:
    made = save(call)
    extractor = made["id"]

    def get(version: str) -> Said:
        return call("GET", f"/extractors/{extractor}/versions/{version}")

    assert get("latest").body["version"] == "draft"
    released = publish(call, extractor, "major")
    call("POST", f"/extractors/{extractor}", {"config": {"extractionRules": "Look."}})
    assert [get(one).body for one in ("latest", "1.0", released["id"])] == [released] * 3
    draft = get("draft").body
    assert draft == get(made["draftVersion"]["id"]).body == get(draft["id"]).body
    assert (draft["version"], draft["config"]["extractionRules"]) == ("draft", "Look.")
    other = save(call, "other")["draftVersion"]["id"]
    for absent in ("2.0", "exv_1", say_id("exv", NEVER), other, "1.0.0"):
        assert (get(absent).status, get(absent).body["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["", "/versions"])
def test_the_extractor_of_another_is_as_if_it_had_never_been(
    call: Caller, stranger: Caller, method: str, path: str
) -> None:
    theirs = save(call)["id"]
    body = {"name": "mine", "releaseType": "major", "config": {"schema": SCHEMA}} if method == "POST" else None
    answers = [stranger(method, f"/extractors/{one}{path}", body) for one in (theirs, say_id("ex", NEVER), "ex_1")]
    assert {answer.status for answer in answers} == {404}
    assert len({json.dumps(answer.body) for answer in answers}) == 1
    assert walk(stranger, "/extractors") == []
    assert call("GET", f"/extractors/{theirs}").body["name"] == "invoices"


def test_an_extractor_of_another_contract_is_said_in_these_words(call: Caller) -> None:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    config = to_options(Config(mode=Mode.BALANCED, system_prompt="Look.", cite=False))
    wanted = extractors.Wanted("theirs", schema, config)
    held = extractors.create(call.world, Tenant("acme"), wanted)
    assert not isinstance(held, Refusal)
    said = call("GET", f"/extractors/{say_id('ex', held.extractor.id)}").body
    assert said["draftVersion"]["config"] == {
        "schema": schema,
        "baseProcessor": "extraction_performance",
        "extractionRules": "Look.",
        "advancedOptions": {"citationsEnabled": False},
    }
    assert created(call, extractor={"id": said["id"]})["config"] == said["draftVersion"]["config"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": ""},
        {"name": "x" * 256},
        {"name": "a", "config": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}},
        {"name": "a", "config": {"schema": {"type": "array"}}},
        {"name": "a", "config": {}, "cloneExtractorId": "ex_1"},
        {"name": "a", "generate": {"files": []}},
        {"name": "a", "generate": {"files": [{"id": "file_1"}]}, "config": {}},
    ],
)
def test_an_extractor_that_cannot_be_is_refused(call: Caller, asked: dict[str, Any]) -> None:
    answer = call("POST", "/extractors", asked)
    assert (answer.status, answer.body["code"], answer.body["retryable"]) == (400, "INVALID_REQUEST", False)


@pytest.mark.parametrize("asked", [{}, {"releaseType": "patch"}])
def test_a_release_is_major_or_minor(call: Caller, asked: dict[str, str]) -> None:
    answer = call("POST", f"/extractors/{save(call)['id']}/versions", asked)
    assert (answer.status, answer.body["code"]) == (400, "INVALID_REQUEST")


# ---- made of samples -------------------------------------------------------------------------------------------------


def infers(call: Caller, *results: bytes | Refusal) -> Any:
    def ends(_world: object, job: Job, _by: int) -> bool:
        call.start(job.id)
        for position, result in enumerate(results):
            call.end(job.id, position, result)
        return True

    return ends


def sampled(call: Caller, number: int = 1) -> Said:
    files = [{"id": upload(call, f"{n}.pdf")} for n in range(number)]
    return call("POST", "/extractors", {"name": "made", "generate": {"files": files, "instructions": "Totals."}})


def test_a_schema_is_made_of_samples_in_this_dialect(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    inferred = [
        {"type": "object", "properties": {"total": {"type": "number", "title": "Total"}}},
        {"type": "object", "properties": {"total": {"type": "string"}, "lines": {"type": "array", "items": {
            "type": "object", "properties": {"text": {"type": "string"}}}}}},
    ]  # fmt: skip
    results = [written(part(data={}, fields=[]), schema=schema) for schema in inferred]
    monkeypatch.setattr(generate, "wait_for_all", infers(call, *results))
    answer = sampled(call, 2)
    assert answer.status == 200, answer.body
    config = answer.body["draftVersion"]["config"]
    assert config["extractionRules"] == "Totals."
    assert config["schema"]["properties"]["total"] == {"type": ["number", "null"], "title": "Total"}
    line = config["schema"]["properties"]["lines"]["items"]
    assert line["properties"] == {"text": {"type": ["string", "null"]}} and line["required"] == ["text"]


def test_a_sample_that_cannot_be_read_makes_no_extractor(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = Refusal(Kind.PASSWORD_REQUIRED, "The PDF is encrypted.")
    monkeypatch.setattr(generate, "wait_for_all", infers(call, locked))
    answer = sampled(call)
    assert (answer.status, answer.body["retryable"]) == (415, False)
    assert walk(call, "/extractors") == []


def test_samples_that_need_longer_are_worth_another_try(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "wait_for_all", lambda _world, _job, _by: False)
    answer = sampled(call)
    assert (answer.status, answer.body["code"], answer.body["retryable"]) == (504, "STILL_RUNNING", True)


def test_ids_are_ours_behind_their_prefix(call: Caller) -> None:
    made = save(call)
    assert plain_id("ex", made["id"]) == plain_id("exv", made["draftVersion"]["id"])
    assert call("GET", f"/extractors/{made['id'].upper()}").status == 404
