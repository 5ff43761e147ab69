"""The console's API: pictures of a document's pages."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import unquote

import pytest
from PIL import Image

from quire.domain.document import Stored
from quire.domain.ids import document_id
from quire.domain.tenant import DAY_MS, Tenant
from quire.service.files import delete_file
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said
from tests.contracts.console import ACME, client, pictures, submitted, uploaded
from tests.service.documents import PROSE, pdf

ABSENT = "0197712f-8a00-7abc-8def-0123456789ab"


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


def document(call: Caller, content: bytes, name: str = "a.pdf") -> str:
    return document_id(submitted(call, uploaded(call, name, content))["id"], 0)


def picture(call: Caller, identity: str, number: str = "1", query: str = "") -> Said:
    return pictures(call)("GET", f"/console/api/documents/{identity}/pages/{number}{query}")


def drawn(call: Caller, said: Said) -> Image.Image:
    """What the answer's link leads to."""
    assert said.status == 200, said.body
    found = re.fullmatch(r"memory://bucket/(.*)\?method=GET&version=(v\d+)&seconds=\d+", said.body["url"])
    assert found
    body = call.world.blobs.get(Stored(unquote(found[1]), found[2]))
    assert body.startswith(b"\xff\xd8\xff")
    return Image.open(io.BytesIO(body))


def test_a_page_is_shown_to_read_and_to_find_ones_way(call: Caller) -> None:
    identity = document(call, pdf(PROSE))
    large, small = picture(call, identity), picture(call, identity, query="?thumbnail=true")
    assert (drawn(call, large).width, drawn(call, small).width) == (1400, 240)
    assert large.body["expires_at"] == "2025-06-15T15:21:40.000Z"


def test_a_link_lives_no_longer_than_the_document_s_bytes(call: Caller) -> None:
    identity = document(call, pdf(PROSE))
    call.world.clock.advance(DAY_MS - 60_000)
    assert picture(call, identity).body["expires_at"] == "2025-06-16T15:06:40.000Z"
    call.world.clock.advance(60_000)
    gone = picture(call, identity)
    assert (gone.status, gone.body["error"]["code"]) == (410, "result_expired")


def test_a_deleted_file_has_no_pictures_any_more(call: Caller) -> None:
    file_id = uploaded(call, content=pdf(PROSE))
    identity = document_id(submitted(call, file_id)["id"], 0)
    assert picture(call, identity).status == 200
    delete_file(call.world, ACME, file_id)
    assert picture(call, identity).status == 410


@pytest.mark.parametrize("number", ["0", "2", "9999", "10000", "-1", "1.0", "x", "١", "%31", "1" * 3000])
def test_a_page_that_is_not_there(call: Caller, number: str) -> None:
    refused = picture(call, document(call, pdf(PROSE)), number)
    assert (refused.status, refused.body["error"]["code"]) == (404, "not_found")


def test_a_document_that_is_not_there_or_not_the_caller_s(call: Caller, world: World) -> None:
    identity = document(call, pdf(PROSE))
    stranger = client(world, Tenant("other"))
    answers = [picture(call, ABSENT), picture(stranger, identity), picture(call, "x")]
    assert {(said.status, str(said.body)) for said in answers} == {(404, str(answers[0].body))}


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"a,b\n1,2\n", "a.csv", 415, "unsupported_input"),
        (b"\x00\x01\x02", "a.bin", 415, "unsupported_input"),
        (b"%PDF-1.7 and no more", "a.pdf", 422, "extraction_failed"),
    ],
)
def test_what_has_no_pages_to_look_at(call: Caller, content: bytes, name: str, status: int, code: str) -> None:
    refused = picture(call, document(call, content, name))
    assert (refused.status, refused.body["error"]["code"]) == (status, code)


def test_it_takes_a_key_of_the_console(call: Caller) -> None:
    identity = document(call, pdf(PROSE))
    headers: Any = {"authorization": "Bearer qk_wrong"}
    nobody = Caller(pictures(call).contract, call.world, "acme", headers)
    assert nobody("GET", f"/console/api/documents/{identity}/pages/1").status == 401


def test_it_is_only_to_be_read(call: Caller) -> None:
    refused = pictures(call)("DELETE", f"/console/api/documents/{ABSENT}/pages/1")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")
