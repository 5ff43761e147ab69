"""PerfectParser's contract: who calls, how a refusal is said, limits, the account."""

from __future__ import annotations

import pytest

from functions.api_perfectparser import handler
from functions.api_perfectparser.contract import say_refusal, say_uncounted
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import ApiKey, Tenant, digest_of
from quire.http.answers import Answer
from quire.testing.world import START_MS, World
from tests.contracts.conftest import Caller
from tests.contracts.golden import assert_golden
from tests.contracts.perfectparser import ONE, client, parser, submit

DOCUMENTED = {
    Kind.UNAUTHENTICATED: (401, "UNAUTHORIZED"),
    Kind.INVALID_REQUEST: (400, "INVALID_PAYLOAD"),
    Kind.PAYMENT_REQUIRED: (402, "INSUFFICIENT_CREDITS"),
    Kind.JOB_NOT_FOUND: (404, "RESOURCE_NOT_FOUND"),
    Kind.ENDPOINT_NOT_FOUND: (404, "RESOURCE_NOT_FOUND"),
    Kind.NOT_FOUND: (404, "RESOURCE_NOT_FOUND"),
    Kind.EXTRACTOR_NOT_FOUND: (404, "PARSER_NOT_FOUND"),
    Kind.EXTRACTOR_NOT_CONFIGURED: (400, "PARSER_NOT_CONFIGURED"),
    Kind.UNSUPPORTED_INPUT: (400, "UNSUPPORTED_FILE_TYPE"),
    Kind.NAME_TAKEN: (409, "CONFLICT"),
    Kind.IDEMPOTENCY_CONFLICT: (409, "CONFLICT"),
    Kind.RATE_LIMITED: (429, "RATE_LIMITED"),
}


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


# ---- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_every_refusal_has_the_contract_s_shape(kind: Kind) -> None:
    answer = say_refusal(Refusal(kind, "Why."))
    error = _error(answer)
    assert error["message"] == "Why." and error["details"] == []
    assert str(error["code"]).isupper()
    assert 400 <= answer.status < 600
    if kind in DOCUMENTED:
        assert (answer.status, error["code"]) == DOCUMENTED[kind]


@pytest.mark.parametrize("kind", [Kind.EXTRACTION_FAILED, Kind.PASSWORD_REQUIRED])
def test_pages_that_cannot_be_counted(kind: Kind) -> None:
    answer = say_uncounted(Refusal(kind, "Why."))
    assert (answer.status, _error(answer)["code"]) == (400, "PAGE_COUNT_FAILED")


def _error(answer: Answer) -> dict[str, object]:
    assert answer.body is not None and hasattr(answer.body, "model_dump")
    body = answer.body.model_dump()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message", "details"}
    return dict(body["error"])


def test_wrong_fields_are_named(call: Caller) -> None:
    answer = call("POST", "/v1/parsers", {"name": "", "fields": [{"name": "a", "type": "colour"}]})
    assert answer.status == 400
    assert [detail["field"] for detail in answer.body["error"]["details"]] == ["name", "fields.0.type"]
    assert_golden("perfectparser", "error_invalid_payload", answer)


@pytest.mark.parametrize("headers", [{}, {"x-api-key": "pp_live_wrong"}, {"authorization": "Bearer x"}])
def test_a_key_that_is_missing_or_wrong(world: World, headers: dict[str, str]) -> None:
    answer = Caller(handler.PERFECTPARSER, world, "acme", headers)("GET", "/v1/me")
    assert (answer.status, answer.body["error"]["code"]) == (401, "UNAUTHORIZED")


def test_paths_and_methods_that_are_not_there(call: Caller) -> None:
    for path in ("/v1/documents", "/v1/parsers/1/2", "/v2/parsers"):
        assert call("GET", path).body["error"]["code"] == "RESOURCE_NOT_FOUND"
    answer = call("PUT", "/v1/parsers")
    assert (answer.status, answer.body["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/parsers/{}"), ("PATCH", "/v1/parsers/{}"), ("DELETE", "/v1/parsers/{}"),
        ("GET", "/v1/extractions/{}"), ("GET", "/v1/extractions/{}/results"), ("GET", "/v1/extractions/{}/export"),
        ("GET", "/v1/extractions/{}/documents/doc_1"), ("GET", "/v1/extractions/{}/documents/doc_1/export"),
        ("GET", "/v1/webhooks/{}"), ("PATCH", "/v1/webhooks/{}"), ("DELETE", "/v1/webhooks/{}"),
        ("POST", "/v1/webhooks/{}/test"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["", "ext_", "prs_", "wh_", "doc_"])
def test_an_id_that_is_not_ours_is_absent(call: Caller, method: str, path: str, prefix: str) -> None:
    for rest in ("123", "0" * 32, "0197712f-8a00-7abc-8def-0123456789ab"):
        answer = call(method, path.format(prefix + rest), {})
        assert answer.status == 404, answer.body
        code = "PARSER_NOT_FOUND" if "/parsers/" in path else "RESOURCE_NOT_FOUND"
        assert answer.body["error"]["code"] == code


# ---- limits ----------------------------------------------------------------------------------------------------------


def test_a_key_has_150_requests_a_minute(call: Caller) -> None:
    first = call("GET", "/v1/me")
    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("150", "149")
    assert START_MS // 1000 <= int(first.headers["x-ratelimit-reset"]) <= START_MS // 1000 + 60
    for _ in range(149):
        assert call("GET", "/v1/credits").status == 200
    refused = call("GET", "/v1/me")
    assert (refused.status, refused.body["error"]["code"]) == (429, "RATE_LIMITED")
    assert int(refused.headers["retry-after"]) >= 1


def test_extractions_are_submitted_at_most_20_times_a_minute(call: Caller) -> None:
    parser_id = parser(call)["parser_id"]
    answers = [submit(call, parser_id) for _ in range(21)]  # without a file, which is refused
    assert [answer.status for answer in answers] == [400] * 20 + [429]
    assert answers[0].headers["x-ratelimit-limit"] == "20"
    assert call("GET", "/v1/extractions").status == 200


# ---- account ---------------------------------------------------------------------------------------------------------


def test_whose_key_this_is_and_what_is_left(call: Caller) -> None:
    assert_golden("perfectparser", "me", call("GET", "/v1/me"))
    submit(call, parser(call)["parser_id"], ("a.pdf", ONE))
    credits = call("GET", "/v1/credits")
    assert credits.body["credits"]["available"] == 99
    assert_golden("perfectparser", "credits", credits)


def test_a_key_with_a_name_and_an_end(world: World) -> None:
    world.tenants.put(Tenant("acme"))
    world.tenants.put_key(ApiKey(digest_of("k"), "acme", START_MS, START_MS + 60_000, name="CI"))
    user = Caller(handler.PERFECTPARSER, world, "acme", {"x-api-key": "k"})("GET", "/v1/me").body["user"]
    assert (user["key_name"], user["key_expires_at"]) == ("CI", "2025-06-15T15:07:40.000Z")
    assert user["credits_available"] == 0
