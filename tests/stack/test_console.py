"""The console on the local stack, by its API: what its page does, without the page."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image

from local.stack import Stack
from tests.journey.test_document import digital_pdf
from tests.service.documents import PROSE, pdf
from tests.stack.test_review import SCHEMA as DOUBTFUL

API = "/console/api"
SCHEMA = {"type": "object", "properties": {"invoice_number": {"type": "string"}}}


def console(stack: Stack, key: str | None = None) -> httpx.Client:
    headers = {"Authorization": f"Bearer {key or stack.api_key}"}
    return httpx.Client(base_url=stack.base_url, headers=headers, timeout=60)


@pytest.fixture
def http(stack: Stack) -> Iterator[httpx.Client]:
    with console(stack) as client:
        yield client


def said(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def uploaded(http: httpx.Client, content: bytes, name: str = "a.pdf") -> str:
    """As a browser does it: asks the bucket first whether it may, then PUTs, telling where its page is from."""
    made = said(http.post(f"{API}/files", json={"name": name, "size": len(content)}), 201)
    url, page = made["upload"]["url"], str(http.base_url).rstrip("/")
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    allowed = httpx.request("OPTIONS", url, headers={"Origin": page, **asked})
    assert allowed.status_code == 200 and allowed.headers["access-control-allow-origin"] in ("*", page)
    assert "PUT" in allowed.headers["access-control-allow-methods"]
    sent = httpx.put(url, content=content, headers={"Origin": page, "Content-Type": "application/pdf"}, timeout=60)
    assert sent.status_code == 200 and sent.headers["access-control-allow-origin"] in ("*", page), sent.text
    return str(made["id"])


def submitted(http: httpx.Client, content: bytes, **asked: Any) -> str:
    return str(said(http.post(f"{API}/jobs", json={"file_ids": [uploaded(http, content)], **asked}), 201)["id"])


def until(http: httpx.Client, job: str, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The job's only document, once it is so."""
    deadline = time.monotonic() + 60
    while True:
        (document,) = said(http.get(f"{API}/jobs/{job}"))["items"]
        if reached(document):
            return dict(document)
        assert time.monotonic() < deadline, document
        time.sleep(0.3)


def succeeded(http: httpx.Client, job: str) -> dict[str, Any]:
    return until(http, job, lambda document: document["status"] == "succeeded")


def picture(http: httpx.Client, document: str, **query: Any) -> Image.Image:
    shown = said(http.get(f"{API}/documents/{document}/pages/1", params=query))
    page = str(http.base_url).rstrip("/")
    answer = httpx.get(shown["url"], headers={"Origin": page}, timeout=60)
    assert answer.status_code == 200 and answer.headers["access-control-allow-origin"] in ("*", page)
    assert answer.content.startswith(b"\xff\xd8\xff") and answer.headers["content-type"] == "image/jpeg"
    return Image.open(io.BytesIO(answer.content))


def test_the_page_lets_in_nothing_but_itself_and_the_bucket(stack: Stack, http: httpx.Client) -> None:
    answer = httpx.get(f"{stack.base_url}/console")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    upload = said(http.post(f"{API}/files", json={"name": "a", "size": 1}), 201)["upload"]["url"]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert f"connect-src 'self' {origin_of(upload)};" in policy
    script = httpx.get(f"{stack.base_url}/console/assets/main.js")
    again = httpx.get(script.url, headers={"If-None-Match": script.headers["etag"]})
    assert (script.status_code, again.status_code, again.content) == (200, 304, b"")
    head = httpx.head(f"{stack.base_url}/console")
    assert (head.status_code, head.content) == (200, b"")
    assert httpx.get(f"{stack.base_url}/console/assets/none.js").status_code == 401


def test_a_document_is_uploaded_read_and_looked_at(http: httpx.Client) -> None:
    job = submitted(http, pdf([*PROSE, "Invoice number: 4711"]), json_schema=SCHEMA)
    document = succeeded(http, job)
    assert (document["name"], document["pages"], document["progress"]) == ("a.pdf", 1, 100)
    view = said(http.get(f"{API}/documents/{document['id']}"))
    assert view["output"]["parts"][0]["data"] == {"invoice_number": "4711"}
    assert (view["json_schema"], view["cost"]["textract_pages"]) == (SCHEMA, 0)
    (field,) = view["output"]["fields"]
    (cited,) = field["citations"]
    large, small = picture(http, document["id"]), picture(http, document["id"], thumbnail=True)
    assert (large.width, small.width) == (1400, 240)
    box = cited["box"]
    corners = [box["left"], box["top"], box["left"] + box["width"], box["top"] + box["height"]]
    part = large.convert("L").crop(tuple(round(c * s) for c, s in zip(corners, large.size * 2, strict=True)))
    assert part.getextrema()[0] < 128, "the words are where the box is"  # type: ignore[operator]
    assert next(one for one in said(http.get(f"{API}/usage"))["items"] if one["job_id"] == job)["pages"] == 1
    assert said(http.delete(f"{API}/jobs/{job}"), 204) is None
    assert http.get(f"{API}/documents/{document['id']}/pages/1").status_code == 404


def test_a_value_in_doubt_is_corrected_by_a_person(http: httpx.Client) -> None:
    name = f"swift {time.time_ns()}"
    saved = said(
        http.post(f"{API}/extractors", json={"name": name, "json_schema": DOUBTFUL, "review_threshold": 99}), 201
    )
    job = submitted(http, digital_pdf(f"A transfer {name}"), extractor_id=saved["id"])
    document = until(http, job, lambda document: document["status"] == "review_required")["id"]
    (waiting,) = [one for one in said(http.get(f"{API}/reviews"))["items"] if one["document_id"] == document]
    assert (waiting["extractor"], waiting["flagged"]) == (name, 1)
    assert picture(http, document).width == 1400
    path = f"{API}/documents/{document}/review"
    refused = http.post(path, json={"verdict": "edited", "edits": {"swift": 7}})
    assert refused.status_code == 400
    decided = said(http.post(path, json={"verdict": "edited", "edits": {"swift": "DEUTDEFF"}}))
    assert decided["review"]["verdict"] == "edited"
    assert http.post(path, json={"verdict": "rejected"}).status_code == 409
    succeeded(http, job)
    view = said(http.get(f"{API}/documents/{document}"))
    assert view["output"]["parts"][0]["data"] == {"swift": "DEUTDEFF"}
    assert view["review"]["first"] == [{"swift": None}]


def test_a_key_is_made_used_and_revoked(stack: Stack, http: httpx.Client) -> None:
    made = said(http.post(f"{API}/keys", json={"name": "laptop", "expires_in_days": 1}), 201)
    with console(stack, made["key"]) as other:
        assert said(other.get(f"{API}/me"))["key"]["name"] == "laptop"
        assert other.delete(f"{API}/keys/{made['id']}").status_code == 409
        assert said(http.delete(f"{API}/keys/{made['id']}"), 204) is None
        assert other.get(f"{API}/me").status_code == 401
