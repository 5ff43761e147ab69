"""Whatever a caller sends: never a fault, always the contract's own words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from quire.http import edge
from tests.contracts.described import assert_described
from tests.hostile.asking import CONTRACTS, Request, Said, ask, at_once, credential
from tests.hostile.matrix import STILL_RUNNING, Scene, Shape, shapes, values_of
from tests.hostile.state import put_back

SEEDED = settings(
    max_examples=200,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)

TEXTS = (
    "", " ", "\x00", "a\x00b", "\r\nSet-Cookie: a=b", "..", "../../etc/passwd", "..%2f..%2f", "%00", "%", "%zz", "é",
    "١٢٣", "🙂" * 300, "\ud800", "a\udc00", "a" * 5_000, "/" , "\\", "' OR 1=1 --", "{{7*7}}", "${jndi:ldap://x}",
    "<script>", "null", "None", "true", "NaN", "-1", "0", "1e3", "9" * 400, "1" * 5_000, "0x10", "1.0", "[]",
    "{}", "\u202e", "\ufeff",
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "-" * 36, "0" * 32,
    "urn:uuid:00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2025-01-01", "99999999999999999999",
    "LTAtMC0w", "MC4w", "MTc1MDAwMDAwMDAwMC4tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0uMA",
    "MTc1MDAwMDAwMDAwMC4tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0",
    "LS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0t",
    "OTk5OTk5OTk5OTk5OTk5Ljk5OTk5Lg", "OTk5OTk5OTk5OTk5OTk5Ljk5OTk5",
)  # fmt: skip
"""Among them cursors as we write them, of places that are none."""
text = st.sampled_from(TEXTS) | st.text(max_size=40)
number = st.sampled_from((0, -1, 1.5, 2**31, 2**63, 10**30, 10**300, 1e300, 5e-324))
leaf = text | number | st.none() | st.booleans()
value = st.recursive(leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3))


@cache
def scene() -> Scene:
    return Scene.set()


@cache
def asked_of(name: str) -> list[Shape]:
    return list(shapes(name))


def answered(name: str, request: Request) -> Said:
    """The answer, held to what every answer must be."""
    put_back(scene().world, scene().without)
    with at_once():
        said = ask(name, scene().world, request)
    assert_sound(name, request, said)
    return said


def assert_sound(name: str, request: Request, said: Said) -> None:
    assert said.status < 500 or said.status == STILL_RUNNING, (request, said)
    assert said.headers["x-request-id"] == "r-1"
    assert all(text.isprintable() for text in said.headers.values()), said.headers
    if request.method == "HEAD":
        assert not said.text
    elif "json" in said.headers.get("content-type", ""):
        body = json.loads(said.text, parse_constant=_no_json)
        assert_described(CONTRACTS[name], request.method, request.path, said.status, said.headers, body)


def _no_json(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


# ---- a value here and there ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTRACTS)
@SEEDED
@given(data=st.data())
def test_any_text_in_any_place(name: str, data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from(asked_of(name)))
    values = values_of(shape, scene().caller)
    for place in data.draw(st.lists(st.sampled_from(sorted(values)), max_size=3) if values else st.just([])):
        values[place] = data.draw(_bent(values[place]))
    request = shape.request(scene().caller.key, values)
    more = data.draw(st.dictionaries(st.sampled_from(_parameters(shape)) | text, text, max_size=3))
    request = replace(request, query={**request.query, **more})
    answered(name, request)


WITH_BODIES = [name for name in CONTRACTS if name != "pages"]


@pytest.mark.parametrize("name", WITH_BODIES)
@SEEDED
@given(data=st.data())
def test_any_json_in_any_field(name: str, data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from([one for one in asked_of(name) if one.entry.body is not None]))
    request = shape.request(scene().caller.key, values_of(shape, scene().caller))
    body = json.loads(request.body)
    for _ in range(data.draw(st.integers(1, 3))):
        body = data.draw(_changed(body, shape))
    answered(name, replace(request, body=json.dumps(body).encode()))


def _bent(right: str) -> st.SearchStrategy[str]:
    """A text, or what belongs there with a character changed, added or lost."""
    if not right:
        return text
    position = st.integers(0, len(right) - 1)
    bits = st.tuples(position, st.integers(0, 6)).map(
        lambda at: right[: at[0]] + chr(ord(right[at[0]]) ^ 1 << at[1]) + right[at[0] + 1 :]
    )
    around = (right.upper(), right + " ", " " + right, right + "\n", right[:-1], right * 2, right + "/")
    return text | bits | st.sampled_from(around)


def _parameters(shape: Shape) -> list[str]:
    """The query's own names."""
    return list((shape.route.query.model_json_schema() if shape.route.query else {}).get("properties", {})) or ["limit"]


@st.composite
def _changed(draw: st.DrawFn, body: Any, shape: Shape) -> Any:
    """JSON with something else somewhere: anywhere in what is there, or in a field that the model has beside it."""
    if isinstance(body, dict) and body and draw(st.integers(0, 3)):
        step = draw(st.sampled_from(sorted(body)))
        return {**body, step: draw(_changed(body[step], shape))}
    if isinstance(body, list) and body and draw(st.booleans()):
        return [draw(_changed(body[0], shape)), *body[1:]]
    if isinstance(body, dict):
        return {**body, draw(st.sampled_from(_fields(shape.name, shape.contract)) | text): draw(value)}
    return draw(value)


@cache
def _fields(route: str, contract: str) -> list[str]:
    shape = next(one for one in asked_of(contract) if one.name == route and one.route.asks)
    said = json.dumps(shape.route.asks.model_json_schema())
    return sorted(set(re.findall(r'"(\w+)": \{', said)))


# ---- headers ---------------------------------------------------------------------------------------------------------

HEADERS = {
    "idempotency-key": ("", "a" * 255, "a" * 256, "é" * 255, "\x00", "\ud800", "a\nb", "🙂" * 255),
    "content-type": (
        "", "application/json", "APPLICATION/JSON; charset=utf-7", "multipart/form-data",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=é",
        "multipart/form-data; boundary=" + "b" * 5_000, "text/plain; boundary=limit",
        'multipart/form-data; boundary="li\\mit"', "multipart/form-data; boundary=limit; boundary=other",
        "\ud800", ";;;", "application/x-www-form-urlencoded", "multipart/form-data; boundary=\r\n",
    ),
    "x-extend-api-version": ("", "2026-02-09", "2024-01-01", "\ud800", "v" * 5_000),
    "content-length": ("-1", "99999999999", "é"),
    "x-forwarded-for": ("127.0.0.1", "a" * 9_000),
    "host": ("169.254.169.254", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize(("header", "said"), [(header, one) for header, many in HEADERS.items() for one in many])
def test_any_header(name: str, header: str, said: str) -> None:
    for shape in asked_of(name):
        request = shape.request(scene().caller.key, values_of(shape, scene().caller))
        answered(name, replace(request, headers={**request.headers, header: said}))


CREDENTIALS = (
    "", " ", "Bearer", "Bearer ", "Bearer  ", "Basic dXNlcjpwYXNz", "\x00", "é", "\ud800", "a" * 20_000, "Bearer é",
    "Bearer \ud800", "Api-Key \ud800", "Bearer a,Bearer b", "qk_", "null",
)  # fmt: skip


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize("said", CREDENTIALS)
def test_any_credential_that_is_none_gets_the_same_401(name: str, said: str) -> None:
    (header,) = credential(name, "")
    shape = asked_of(name)[0]
    request = shape.request("", values_of(shape, scene().caller))
    none = answered(name, replace(request, headers={}))
    assert none.status == 401
    assert answered(name, replace(request, headers={header: said})) == none


def test_a_request_without_headers_has_no_key() -> None:
    request = Request("GET", "/v1/files/file_1")
    event = {**request.event(), "headers": None}
    assert edge.answer(CONTRACTS["extract_page"], scene().world, event)["statusCode"] == 401


# ---- paths -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "get", "é"])
def test_any_path(name: str, method: str) -> None:
    headers = credential(name, scene().caller.key)
    for path in (
        "",
        "/",
        "//",
        "/v1",
        "/v1/files/",
        "/v1/files/../files/x",
        "/" + "a" * 9_000,
        *("/" + t for t in TEXTS),
    ):
        said = answered(name, Request(method, path, headers=headers))
        assert said.status in (400, 404, 405, 422), (method, path, said)


# ---- JSON ------------------------------------------------------------------------------------------------------------

BOMBS = {
    "nothing": b"", "white": b" " * 1000, "no JSON": b"{", "a list": b"[]", "a text": b'"a"', "null": b"null",
    "deep lists": b"[" * 100_000, "deep objects": b'{"a":' * 50_000, "closed": b"[" * 40 + b"]" * 40,
    "closed in a text, opened after": b'{"a":"' + b"]" * 90_000 + b'","b":' + b"[" * 40 + b"]" * 40 + b"}",
    "escaped quotes": b'"' + b'\\"' * 100_000, "quotes": b'"' * 100_001, "backslashes": b'"' + b"\\" * 100_001,
    "many digits": b'{"a":' + b"1" * 100_000 + b"}", "many numbers": b"[" + b"1," * 100_000 + b"1]",
    "exponent": b'{"a":1e999999999}', "small": b'{"a":1e-999999999}', "dots": b'{"a":' + b"1." * 50_000 + b"}",
    "NaN": b'{"a":NaN}', "Infinity": b'{"a":-Infinity}', "twice": b'{"a":1,"a":2}', "half a pair": b'{"a":"\\ud800"}',
    "half a pair as a name": b'{"\\udc00":1}', "latin-1": b'{"a":"\xe9"}', "overlong": b'{"a":"\xc0\xaf"}',
    "BOM": b"\xef\xbb\xbf{}", "UTF-16": '{"a":1}'.encode("utf-16"), "NUL": b'{"a":"\x00"}',
    "escaped NUL": b'{"a":"\\u0000"}',
    "many names": b"{" + b",".join(b'"%d":1' % n for n in range(50_000)) + b"}", "prototype": b'{"__proto__":{"a":1}}',
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize("bomb", BOMBS)
def test_any_body_of_json(name: str, bomb: str) -> None:
    for shape in asked_of(name):
        if shape.entry.body is not None:
            request = shape.request(scene().caller.key, values_of(shape, scene().caller))
            status = answered(name, replace(request, body=BOMBS[bomb])).status
            assert 400 <= status < 500 or re.match(HARMLESS[name], shape.name), (shape.name, status)


HARMLESS = {
    "extract_page": "nothing",
    "perfectparser": "PATCH ",
    "extend": "POST /extractors/|POST /webhook_endpoints/",
    "llamacloud": ".*/query$|PUT /api/v1/beta/(configurations|webhook-configs)",
    "terrafai": "nothing",
    "console": "nothing",
    "pages": "nothing",
}
"""Routes whose fields are all optional."""

INSIDE = {
    "NaN": b"NaN", "Infinity": b"-Infinity", "too large": b"1e999", "many digits": b"9" * 400,
    "deep": b"[" * 33 + b"]" * 33, "half a pair": b'"\\ud800"',
}  # fmt: skip


@pytest.mark.parametrize("inside", INSIDE)
@pytest.mark.parametrize("name", [name for name in WITH_BODIES if name != "terrafai"])
def test_a_value_that_cannot_be_kept_is_refused_wherever_anything_may_stand(name: str, inside: str) -> None:
    refused = 0
    for shape in asked_of(name):
        if shape.entry.body is not None:
            request = shape.request(scene().caller.key, values_of(shape, scene().caller))
            body = request.body.rstrip(b"}") + b"," * (request.body != b"{}") + b'"metadata":{"k":' + INSIDE[inside]
            body += b"}" * (1 + len(request.body) - len(request.body.rstrip(b"}")))
            refused += answered(name, replace(request, body=body)).status in (400, 422)
    assert refused == sum(shape.entry.body is not None for shape in asked_of(name))


# ---- multipart -------------------------------------------------------------------------------------------------------


def _part(head: bytes, content: bytes = b"x") -> bytes:
    return b"--limit\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


END = b"--limit--\r\n"
_DISPOSITION = b'Content-Disposition: form-data; name="file"; filename="%s"'
PARTS = {
    "nothing": b"", "only an end": END, "no end": _part(_DISPOSITION % b"a.pdf"), "no name": _part(b"X: y") + END,
    "many parts": _part(b'Content-Disposition: form-data; name="a"') * 500 + END,
    "many heads": _part(_DISPOSITION % b"a" + b"\r\nX: y" * 500) + END,
    "a long name": _part(_DISPOSITION % (b"n" * 50_000)) + END,
    "a name of 4 KB": _part(_DISPOSITION % (b"n" * 4000)) + END,
    "a name that climbs": _part(_DISPOSITION % b"../../a.pdf", b"%PDF-1.7") + END,
    "a name with NUL": _part(_DISPOSITION % b"a\x00.pdf", b"%PDF-1.7") + END,
    "a name of no UTF-8": _part(_DISPOSITION % b"\xff.pdf", b"%PDF-1.7") + END,
    "a name that breaks a line": _part(_DISPOSITION % b"a%0D%0AX: y.pdf", b"%PDF-1.7") + END,
    "no such charset": _part(b'Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=x') + END,
    "a charset that escapes": _part(
        b'Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=unicode_escape', b"\\ud800\\z"
    ) + END,
    "a charset that is none": _part(
        b'Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=rot13'
    ) + END,
    "no UTF-8": _part(b'Content-Disposition: form-data; name="password"', b"\xff") + END,
    "a type that breaks a line": _part(_DISPOSITION % b"a.pdf" + b"\r\nContent-Type: a/b\x00\x01", b"%PDF-1.7") + END,
    "a boundary inside": _part(_DISPOSITION % b"a.pdf", b"--limit--\r\n--limit\r\n") + END,
    "bare line ends": (_part(_DISPOSITION % b"a.pdf") + END).replace(b"\r\n", b"\n"),
    "an empty file": _part(_DISPOSITION % b"a.pdf", b"") + END, "two files": _part(_DISPOSITION % b"a.pdf") * 2 + END,
    "a field as a file": _part(b'Content-Disposition: form-data; name="file"') + END,
    "a file as a field": _part(b'Content-Disposition: form-data; name="parser_id"; filename="a"') + END,
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize("parts", PARTS)
def test_any_body_of_parts(name: str, parts: str) -> None:
    for shape in asked_of(name):
        if shape.route.files or shape.route.form:
            headers = {**credential(name, scene().caller.key), "content-type": "multipart/form-data; boundary=limit"}
            request = shape.request(scene().caller.key, values_of(shape, scene().caller))
            answered(name, replace(request, headers=headers, body=PARTS[parts]))


def test_a_body_that_is_not_base64_is_refused() -> None:
    shape = asked_of("extract_page")[0]
    event = shape.request(scene().caller.key, values_of(shape, scene().caller)).event()
    for body in ("é", "a", "====", "\ud800"):
        assert edge.answer(CONTRACTS["extract_page"], scene().world, {**event, "body": body})["statusCode"] == 422
    plain = {**event, "body": "\ud800", "isBase64Encoded": False}
    assert edge.answer(CONTRACTS["extract_page"], scene().world, plain)["statusCode"] == 422
