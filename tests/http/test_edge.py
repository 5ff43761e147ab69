"""What all contracts share at their edge, shown by a contract of one's own."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pydantic import BaseModel

from quire.domain.rate import Rate
from quire.domain.refusal import Refusal
from quire.domain.tenant import Tenant, digest_of
from quire.http import edge
from quire.http.answers import Answer
from quire.http.call import Call, one_file
from quire.http.edge import Route
from quire.http.statuses import STATUS
from quire.service.credentials import add_tenant
from quire.service.wait import ANSWER_MS
from quire.testing.world import World


def hello(call: Call) -> Answer:
    return Answer(200, {"hello": call.path.get("name", "")})


def sheet(_: Call) -> Answer:
    return Answer(200, b"PK\x03\x04\xff", {"content-type": "application/zip"})


def table(_: Call) -> Answer:
    return Answer(200, "a,é\n".encode(), {"content-type": "text/csv"})


@dataclass
class Toy:
    routes: Sequence[Route] = field(default_factory=list)
    rate: Rate | None = None
    name: str = "toy"

    def credential(self, headers: Mapping[str, str]) -> str | None:
        return headers.get("key")

    def refuse(self, refusal: Refusal) -> Answer:
        allow = refusal.details.get("allow")
        return Answer(STATUS[refusal.kind], {"kind": refusal.kind.value}, {"allow": str(allow)} if allow else {})

    limits = staticmethod(edge.limits_until)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def key(world: World) -> str:
    return add_tenant(world.tenants, Tenant("acme"), 10, world.clock())


def ask(
    world: World,
    contract: Toy,
    key: str | None,
    path: str,
    method: str = "GET",
    arrived: int | None = None,
    **more: str,
) -> dict[str, Any]:
    context = {"http": {"method": method}, "requestId": "r"}
    event = {
        "rawPath": path,
        "requestContext": context if arrived is None else {**context, "timeEpoch": arrived},
        "headers": {**({"Key": key} if key else {}), **{name.replace("_", "-"): value for name, value in more.items()}},
        "body": None,
    }
    return edge.answer(contract, world, event)


# ---- paths and methods -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "said"), [("/a/", ""), ("/a/x/", "x"), ("/a/x", "x")])
def test_a_slash_at_the_end_makes_no_other_path(world: World, key: str, path: str, said: str) -> None:
    toy = Toy([Route("GET", "/a", hello), Route("GET", "/a/<name>", hello), Route("POST", "/a", hello)])
    assert json.loads(ask(world, toy, key, path)["body"]) == {"hello": said}
    assert ask(world, toy, key, "/a/", "POST")["statusCode"] == 200
    assert ask(world, toy, key, "/a//")["statusCode"] == 404


def test_head_is_get_without_the_body(world: World, key: str) -> None:
    toy = Toy([Route("GET", "/a", hello, Rate(5)), Route("GET", "/zip", sheet), Route("POST", "/b", hello)])
    for path in ("/a", "/a/", "/zip", "/nowhere"):
        shown, head = ask(world, toy, key, path), ask(world, toy, key, path, "HEAD")
        assert head["statusCode"] == shown["statusCode"]
        assert head["headers"].keys() == shown["headers"].keys()
        assert (head["body"], head["isBase64Encoded"]) == ("", False)
    assert ask(world, toy, None, "/a", "HEAD")["statusCode"] == 401
    refused = ask(world, toy, key, "/b", "HEAD")
    assert (refused["statusCode"], refused["body"]) == (405, "")


def test_a_path_says_which_methods_it_has(world: World, key: str) -> None:
    toy = Toy([Route("GET", "/a", hello), Route("POST", "/a", hello), Route("POST", "/b", hello)])
    assert ask(world, toy, key, "/a", "DELETE")["headers"]["allow"] == "GET, HEAD, POST"
    assert ask(world, toy, key, "/b", "GET")["headers"]["allow"] == "POST"


# ---- pages of other origins ------------------------------------------------------------------------------------------


def test_a_browser_s_question_needs_no_key_and_opens_nothing(world: World) -> None:
    """Which origins may call is the gateway's to say: it adds the headers, or none."""
    toy = Toy([Route("POST", "/a", hello)])
    asked: Any = {"origin": "https://app.example.com", "access_control_request_method": "POST"}
    for path in ("/a", "/a/", "/nowhere"):
        answer = ask(world, toy, None, path, "OPTIONS", **asked)
        assert (answer["statusCode"], answer["body"]) == (204, "")
        assert not any(name.startswith("access-control-") for name in answer["headers"])


def test_options_of_somebody_else_is_a_method_like_another(world: World, key: str) -> None:
    toy = Toy([Route("POST", "/a", hello)])
    assert ask(world, toy, None, "/a", "OPTIONS", origin="https://app.example.com")["statusCode"] == 401
    assert ask(world, toy, key, "/a", "OPTIONS")["statusCode"] == 405


# ---- limits, keys, bodies --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arrived_ms", "left_ms"), [(0, ANSWER_MS), (-7_000, ANSWER_MS - 7_000), (3_000, ANSWER_MS)])
def test_the_time_to_answer_runs_from_when_the_gateway_got_the_request(
    world: World, key: str, arrived_ms: int, left_ms: int
) -> None:
    """By a clock of the gateway's that is ahead of ours nothing is gained."""
    calls: list[Call] = []

    def seen(call: Call) -> Answer:
        calls.append(call)
        return Answer(204, None)

    toy, now = Toy([Route("GET", "/a", seen)]), world.clock()
    ask(world, toy, key, "/a", arrived=now + arrived_ms)
    assert calls[0].answer_by == now + left_ms


def test_a_limit_of_all_routes_holds_for_each(world: World, key: str) -> None:
    toy = Toy([Route("GET", "/a", hello), Route("GET", "/b", hello)], Rate(3))
    statuses = [ask(world, toy, key, path)["statusCode"] for path in ("/a", "/b", "/a", "/b")]
    assert statuses == [200, 200, 200, 429]


def test_a_limit_per_value_counts_each_value_by_itself(world: World, key: str) -> None:
    toy = Toy([Route("GET", "/a/<name>", hello, Rate(1), per="name")])
    statuses = [ask(world, toy, key, path)["statusCode"] for path in ("/a/x", "/a/y", "/a/x")]
    assert statuses == [200, 200, 429]


def test_what_the_wide_limit_refuses_does_not_use_up_the_narrow_one(world: World, key: str) -> None:
    toy = Toy([Route("GET", "/a", hello, Rate(2)), Route("GET", "/b", hello)], Rate(1))
    assert [ask(world, toy, key, path)["statusCode"] for path in ("/b", "/a", "/a", "/a")] == [200, 429, 429, 429]
    assert ask(world, replace(toy, rate=None), key, "/a")["headers"]["x-ratelimit-remaining"] == "1"


def test_the_headers_of_a_limit_say_when_it_is_whole_again(world: World, key: str) -> None:
    toy = Toy([Route("GET", "/a", hello, Rate(2))])
    headers = ask(world, toy, key, "/a")["headers"]
    assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == ("2", "1")
    assert int(headers["x-ratelimit-reset"]) == -(-(world.clock() + 30_000) // 1000)
    assert "retry-after" not in headers
    ask(world, toy, key, "/a")
    refused = ask(world, toy, key, "/a")
    assert (refused["statusCode"], refused["headers"]["retry-after"]) == (429, "30")


def test_a_key_for_other_contracts_is_forbidden(world: World, key: str) -> None:
    toy = Toy([Route("GET", "/a", hello)])
    known = world.tenants.key(digest_of(key))
    assert known
    world.tenants.put_key(replace(known, contracts=frozenset({"extend"})))
    assert ask(world, toy, key, "/a")["statusCode"] == 403
    world.tenants.put_key(replace(known, contracts=frozenset({"toy"})))
    assert ask(world, toy, key, "/a")["statusCode"] == 200


def test_bytes_that_are_no_text_go_as_base64(world: World, key: str) -> None:
    toy = Toy([Route("GET", "/zip", sheet), Route("GET", "/csv", table)])
    zipped, text = ask(world, toy, key, "/zip"), ask(world, toy, key, "/csv")
    assert zipped["isBase64Encoded"]
    assert base64.b64decode(zipped["body"]) == b"PK\x03\x04\xff"
    assert (text["isBase64Encoded"], text["body"]) == (False, "a,é\n")


class Nothing(BaseModel):
    pass


def multipart(*parts: tuple[str, str, bytes], world: World) -> Call:
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n' % (f.encode(), n.encode(), b)
        for f, n, b in parts
    )
    headers = {"content-type": "multipart/form-data; boundary=x"}
    tenant = Tenant("acme")
    return Call(world, tenant, None, {}, {}, headers, body + b"--x--\r\n", 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", " GZIP "])
def test_an_encoded_body_is_refused_and_says_so(world: World, key: str, encoding: str) -> None:
    toy = Toy([Route("POST", "/a", hello)])
    event = {
        "rawPath": "/a",
        "requestContext": {"http": {"method": "POST"}, "requestId": "r"},
        "headers": {"Key": key, "Content-Encoding": encoding},
        "body": base64.b64encode(b"\x1f\x8b").decode(),
        "isBase64Encoded": True,
    }
    answer = edge.answer(toy, world, event)
    assert (answer["statusCode"], json.loads(answer["body"])) == (415, {"kind": "unsupported_encoding"})
    assert (
        edge.answer(toy, world, {**event, "headers": {"Key": key, "Content-Encoding": "identity"}})["statusCode"] == 200
    )


def test_a_byte_order_mark_is_no_part_of_the_json(world: World) -> None:
    class Named(BaseModel):
        name: str

    call = Call(world, Tenant("acme"), None, {}, {}, {}, b'\xef\xbb\xbf{"name": "a"}', 0)  # type: ignore[arg-type]
    assert call.json(Named) == Named(name="a")


def test_several_files_may_come_under_one_name(world: World) -> None:
    _, files = multipart(("files", "a.pdf", b"1"), ("files", "b.pdf", b"2"), world=world).form(Nothing)
    assert [(sent.name, sent.body) for sent in files["files"]] == [("a.pdf", b"1"), ("b.pdf", b"2")]
    refused = one_file(files, "files")
    assert isinstance(refused, Refusal)
    assert "one file, not 2" in refused.message
