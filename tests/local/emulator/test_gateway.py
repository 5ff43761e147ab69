"""The HTTP API at the root of a port, with AWS's limits and answers."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.local.emulator.conftest import Deployed


def test_a_request_reaches_the_default_route_as_it_came(deployed: Deployed) -> None:
    answer = httpx.get(f"{deployed.api}/v1/files/a%20b/%C3%A9%252F?limit=2&limit=3&q=%2F+x", headers={"X-API-KEY": "k"})
    event = answer.json()

    assert answer.headers["content-type"] == "application/json"
    assert event["routeKey"] == "$default"
    assert event["rawPath"] == "/v1/files/a b/é%252F"
    assert event["rawQueryString"] == "limit=2&limit=3&q=%2F+x"
    assert event["queryStringParameters"] == {"limit": "2,3", "q": "/ x"}
    assert event["headers"]["x-api-key"] == "k"
    assert event["requestContext"]["stage"] == "$default"
    assert event["requestContext"]["http"]["method"] == "GET"
    assert "body" not in event


def test_text_is_text_and_all_else_is_base64(deployed: Deployed) -> None:
    text = httpx.post(deployed.api, content='{"a": "é"}', headers={"content-type": "application/json"}).json()
    form = httpx.post(deployed.api, files={"file": ("a.bin", b"\x00\xff")}).json()

    assert (text["body"], text["isBase64Encoded"]) == ('{"a": "é"}', False)
    assert form["isBase64Encoded"]
    assert form["headers"]["content-type"].startswith("multipart/form-data; boundary=")


def test_cookies_travel_apart(deployed: Deployed) -> None:
    event = httpx.get(deployed.api, headers={"cookie": "a=1; b=2"}).json()
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]

    answer = httpx.get(f"{deployed.api}/cookies")
    assert answer.status_code == 204
    assert answer.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2"]


def test_a_binary_answer_is_decoded(deployed: Deployed) -> None:
    answer = httpx.get(f"{deployed.api}/binary")

    assert (answer.status_code, answer.headers["content-type"]) == (201, "image/png")
    assert answer.content == b"\x00\x01\x02\xff"


def test_an_answer_without_a_status_is_the_body(deployed: Deployed) -> None:
    answer = httpx.get(f"{deployed.api}/plain")

    assert (answer.status_code, answer.json()) == (200, {"anything": True})


def test_a_function_that_fails_or_answers_too_much_is_a_500(deployed: Deployed) -> None:
    for path in ("/crash", "/large"):
        answer = httpx.get(f"{deployed.api}{path}", timeout=20)
        assert (answer.status_code, answer.text) == (500, '{"message":"Internal Server Error"}')


def test_an_integration_past_its_timeout_is_a_503(deployed: Deployed) -> None:
    answer = httpx.get(f"{deployed.api}/slow?seconds=2.5", timeout=20)

    assert (answer.status_code, answer.text) == (503, '{"message":"Service Unavailable"}')


def test_a_body_over_the_limits_is_a_413(deployed: Deployed) -> None:
    for size in (11_000_000, 5_000_000):  # the gateway's 10 MB; Lambda's 6 MB, of which base64 takes a quarter
        answer = httpx.post(deployed.api, content=b"\x00" * size, timeout=30)
        assert (answer.status_code, answer.text) == (413, '{"message":"Request Entity Too Large"}')
    assert httpx.post(f"{deployed.api}/plain", content=b"\x00" * 4_500_000, timeout=30).status_code == 200


def test_fifty_requests_at_once(deployed: Deployed) -> None:
    with httpx.Client(limits=httpx.Limits(max_connections=50)) as client, ThreadPoolExecutor(50) as callers:
        answers = list(callers.map(lambda n: client.get(f"{deployed.api}/{n}", timeout=30), range(200)))

    assert [json.loads(answer.text)["rawPath"] for answer in answers] == [f"/{n}" for n in range(200)]


def test_a_head_request_has_no_body(deployed: Deployed) -> None:
    answer = httpx.head(deployed.api)

    assert answer.status_code == 200
    assert answer.content == b""


def test_a_slash_at_the_end_is_under_its_path(deployed: Deployed) -> None:
    keys = {path: httpx.get(deployed.api + path).json()["routeKey"] for path in ("/under", "/under/", "/under/a/")}
    assert set(keys.values()) <= {"ANY /under", "ANY /under/{path+}"}
    assert httpx.get(f"{deployed.api}/under/a/").json()["rawPath"] == "/under/a/"
    assert httpx.get(f"{deployed.api}/other/").json()["routeKey"] == "$default"


def test_a_browser_s_question_is_answered_by_the_gateway(deployed: Deployed) -> None:
    asked = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST"}
    for path in ("/under", "/nowhere", "/"):
        answer = httpx.options(deployed.api + path, headers={**asked, "Access-Control-Request-Headers": "x-api-key"})
        said = {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}
        assert (answer.status_code, answer.content) == (204, b"")
        assert said == {
            "access-control-allow-origin": "*",
            "access-control-allow-methods": "GET,POST",
            "access-control-allow-headers": "x-api-key,*",
            "access-control-max-age": "60",
        }
    assert httpx.options(deployed.api, headers={"Origin": "https://app.example.com"}).json()["rawPath"] == "/"


def test_a_page_of_another_origin_may_read_the_answer(deployed: Deployed) -> None:
    for path in ("/plain", "/of-itself"):
        answer = httpx.get(deployed.api + path, headers={"Origin": "https://app.example.com"})
        assert answer.headers.get_list("access-control-allow-origin") == ["*"], "the gateway's word alone"
        assert answer.headers["access-control-expose-headers"] == "retry-after"
    assert "access-control-allow-origin" not in httpx.get(f"{deployed.api}/plain").headers
