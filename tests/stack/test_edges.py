"""The API around its paths: what is under none of them, a slash too many, HEAD, and pages of other origins."""

from __future__ import annotations

import base64

import httpx
import pytest

from tests.stack.conftest import User

ORIGIN = "https://app.example.com"


def test_what_extend_s_client_asks_beyond_what_is_offered_is_refused_in_extend_s_words(user: User) -> None:
    headers = {"Authorization": f"Bearer {user.stack.api_key}", "x-extend-api-version": "2026-02-09"}
    answer = httpx.post(f"{user.stack.base_url}/parse", json={"file": {"url": "https://a.example"}}, headers=headers)
    assert (answer.status_code, answer.json()) == (
        404,
        {"code": "NOT_FOUND", "message": "POST /parse is not offered here.", "retryable": False},
    )


@pytest.mark.parametrize(
    ("path", "credential"),
    [
        ("/v1/extractions/", {"X-API-Key": "{}"}),
        ("/v1/credits/", {"X-API-Key": "{}"}),
        ("/v1/batches/", {"X-API-KEY": "{}"}),
        ("/extract_runs/", {"Authorization": "Bearer {}"}),
        ("/api/v1/beta/files/", {"Authorization": "Bearer {}"}),
        ("/console/api/me/", {"Authorization": "Bearer {}"}),
    ],
)
def test_a_slash_at_the_end_is_the_same_route(user: User, path: str, credential: dict[str, str]) -> None:
    headers = {name: value.format(user.stack.api_key) for name, value in credential.items()}
    slashed, plain = (httpx.get(user.stack.base_url + each, headers=headers) for each in (path, path.rstrip("/")))
    assert (slashed.status_code, slashed.json().keys()) == (plain.status_code, plain.json().keys())
    assert plain.status_code == 200


def test_a_slash_at_the_end_of_a_post(user: User) -> None:
    assert user.http.post("/v1/files/", json={"size_bytes": 7}).status_code == 200


def test_head_answers_as_get_without_a_body(user: User) -> None:
    file = user.announce(7)
    shown, head = user.http.get(f"/v1/files/{file['id']}"), user.http.head(f"/v1/files/{file['id']}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == shown.headers["content-type"]
    assert user.http.head("/v1/files/nonsense").status_code == 404


def test_the_root_leads_to_the_console_and_the_definitions_are_there(user: User) -> None:
    base = user.stack.base_url
    page = httpx.get(base, follow_redirects=True)
    assert (page.status_code, page.url.path) == (200, "/console")
    assert httpx.get(f"{base}/console/").text == page.text
    documents = httpx.get(f"{base}/openapi.json").json()["documents"]
    assert {each["name"] for each in documents} >= {"extend", "extract_page", "llamacloud", "perfectparser", "terrafai"}
    for each in documents:
        assert httpx.get(base + each["url"]).json()["openapi"] == "3.1.0"


@pytest.mark.parametrize("path", ["/v1/files", "/extract", "/api/v2/extract", "/nowhere"])
def test_a_page_of_another_origin_asks_without_a_key_and_may_call(user: User, path: str) -> None:
    wanted = "authorization,content-type,idempotency-key,x-api-key,x-extend-api-version"
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": wanted}
    answer = httpx.options(user.stack.base_url + path, headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert set(wanted.split(",")) <= set(answer.headers["access-control-allow-headers"].split(","))


def test_its_scripts_may_read_what_a_refusal_says(user: User) -> None:
    answer = httpx.post(f"{user.stack.base_url}/v1/files", headers={"Origin": ORIGIN}, json={})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, "*")
    exposed = set(answer.headers["access-control-expose-headers"].split(","))
    assert {"retry-after", "x-request-id", "x-ratelimit-remaining"} <= exposed


MOST = 4_500_000
"""Bytes of a file in a body, as docs/compatibility.md says for all contracts."""
AWS_SAYS = '{"message":"Request Entity Too Large"}'
UPLOADS = [
    ("/v1/extract/file", "file", {"X-API-KEY": "{}"}, "document_too_large"),
    ("/files/upload", "file", {"Authorization": "Bearer {}"}, "BODY_TOO_LARGE"),
    ("/api/v1/beta/files", "file", {"Authorization": "Bearer {}"}, "body_too_large"),
    ("/v1/extractions", "files", {"X-API-Key": "{}"}, "FILE_TOO_LARGE"),
    ("/api/v1/extraction-jobs", "file", {"Authorization": "api-key {}"}, "BODY_TOO_LARGE"),
]


@pytest.mark.parametrize(("path", "field", "credential", "code"), UPLOADS)
def test_a_file_in_a_form_up_to_the_edge_and_beyond(
    user: User, path: str, field: str, credential: dict[str, str], code: str
) -> None:
    headers = {name: value.format(user.stack.api_key) for name, value in credential.items()}

    def sent(size: int) -> httpx.Response:
        files, data = {field: ("a.txt", b"x" * size)}, {"parser_id": "prs_of_nobody"}
        return httpx.post(user.stack.base_url + path, files=files, data=data, headers=headers, timeout=60)

    within, above, far_above = sent(MOST), sent(MOST + 1), sent(4_800_000)
    assert within.status_code != 413
    assert above.status_code == 413 and code in above.text and "4.5 MB" in above.text
    assert (far_above.status_code, far_above.text) == (413, AWS_SAYS)


def test_a_file_in_base64_up_to_the_edge_and_beyond(user: User) -> None:
    headers = {"Authorization": f"api-key {user.stack.api_key}"}

    def sent(size: int) -> httpx.Response:
        body = {"file": base64.b64encode(b"x" * size).decode(), "filename": "a.txt"}
        return httpx.post(f"{user.stack.base_url}/api/v1/extraction-jobs", json=body, headers=headers, timeout=60)

    assert sent(MOST).status_code != 413
    above = sent(MOST + 1)
    assert above.status_code == 413 and "4.5 MB" in above.text
    assert sent(4_800_000).text == AWS_SAYS
