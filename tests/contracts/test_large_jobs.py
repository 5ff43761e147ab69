"""Jobs of ten thousand documents at the edge of every contract: what their submit computes, how large answers are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from functions.api_extend.handler import EXTEND
from functions.api_extract_page.handler import EXTRACT_PAGE
from functions.api_llamacloud.handler import LLAMACLOUD
from functions.api_perfectparser.handler import PERFECTPARSER
from functions.api_terrafai.handler import TERRAFAI
from quire.domain import ids
from quire.domain.file import File
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.http import edge
from quire.http.ids import plain_id, say_id
from quire.service.expand import expand
from quire.testing.world import World
from tests.contracts.conftest import tenant_key
from tests.service.stage import fails
from tests.work import steps

MANY = 10_000
MOST_BYTES = 6 * 1000 * 1000
"""Of a Lambda's answer (Lambda, "Quotas"): 6 MB."""
LONGEST_NAME = "\N{GRINNING FACE}" * 512
LINES_A_DOCUMENT = 80
"""Of Python, from the id in the body to the row of the manifest. A parser of JSON that is written in Python takes about
as many for the 40 characters of an id."""


class Client:
    """A tenant's client of all contracts; answers are not parsed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.key = tenant_key(world, Tenant("acme", rate_factor=1000), 10 * MANY)

    def __call__(self, contract: edge.Contract, method: str, path: str, body: object = None) -> tuple[int, str]:
        path, _, query = path.partition("?")
        scheme = "api-key" if contract is TERRAFAI else "Bearer"
        header, value = ("authorization", f"{scheme} {self.key}")
        if contract in (EXTRACT_PAGE, PERFECTPARSER):
            header, value = "x-api-key", self.key
        event: Mapping[str, Any] = {
            "rawPath": path,
            "requestContext": {"http": {"method": method}, "requestId": "r-1"},
            "headers": {header: value},
            "queryStringParameters": dict(pair.split("=", 1) for pair in query.split("&")) if query else None,
            "body": None if body is None else json.dumps(body),
        }
        answer = edge.answer(contract, self.world, event)
        return answer["statusCode"], answer["body"] or ""

    def files(self, number: int, name: str = "a.pdf") -> list[str]:
        """Ids, as extract.page says them, of files that have arrived."""
        now = self.world.clock()
        files = [
            File("acme", ids.new_id(now), 5, now, DAY_MS, name, arrived_at=now, version="v1") for _ in range(number)
        ]
        for file in files:
            self.world.files.put(file)
        return [say_id("file", file.id) for file in files]

    def submit(self, file_ids: list[str], **more: object) -> tuple[int, str]:
        body = {"source": {"type": "files", "file_ids": file_ids}, **more}
        return self(EXTRACT_PAGE, "POST", "/v1/batches", body)


@pytest.fixture
def client(world: World) -> Client:
    return Client(world)


def test_a_submit_computes_for_each_document_what_parsing_its_id_takes(client: Client) -> None:
    def lines(number: int) -> int:
        file_ids = client.files(number)
        return steps(lambda: client.submit(file_ids))

    client.submit(client.files(1))  # what only a first call does
    few, many = lines(500), lines(5000)
    assert (many - few) / 4500 <= LINES_A_DOCUMENT
    assert many <= 10 * few, "in proportion, and no faster"


def _batch(client: Client) -> tuple[str, str]:
    """A batch of as many documents as there may be, under the longest names: its id as said, and ours."""
    status, body = client.submit(client.files(MANY, LONGEST_NAME), metadata={"note": "\u20ac" * 3000})
    assert status == 200 and len(body.encode()) < 20_000
    said = json.loads(body)["id"]
    plain = plain_id("batch", said)
    assert plain
    return said, plain


def _paths(said: str, plain: str) -> list[tuple[edge.Contract, str]]:
    batch = said.removeprefix("batch_")
    document = ids.document_id(plain, 0)
    return [
        (EXTRACT_PAGE, f"/v1/batches/{said}?limit=500"),
        (EXTEND, f"/batch_runs/bpr_{batch}"),
        (EXTEND, f"/extract_runs?maxPageSize=100&batchId=bpr_{batch}"),
        (EXTEND, f"/extract_runs/{say_id('exr', document)}"),
        (PERFECTPARSER, "/v1/extractions?limit=100"),
        (PERFECTPARSER, f"/v1/extractions/{say_id('ext', plain)}"),
        (PERFECTPARSER, f"/v1/extractions/{say_id('ext', plain)}/results"),
        (TERRAFAI, f"/api/v1/extraction-jobs/{plain}"),
        (TERRAFAI, f"/api/v1/extraction-jobs/{plain}/result"),
        (LLAMACLOUD, f"/api/v1/extraction/jobs/{plain}"),
        (LLAMACLOUD, f"/api/v1/extraction/runs/by-job/{plain}"),
        (LLAMACLOUD, f"/api/v2/extract/{plain}"),
        (LLAMACLOUD, "/api/v2/extract?page_size=100"),
    ]


def test_every_answer_fits_while_the_job_is_as_large_as_can_be(client: Client) -> None:
    said, plain = _batch(client)

    def ask() -> None:
        for contract, path in _paths(said, plain):
            status, body = client(contract, "GET", path)
            assert len(body.encode()) < MOST_BYTES, path
            assert status in (200, 409, 413), (path, body[:200])
            own = contract in (EXTRACT_PAGE, EXTEND)
            assert not own or status in (200, 413), "its own words can show it"

    ask()
    expand(client.world, "acme", plain)
    refusal = Refusal(Kind.EXTRACTION_FAILED, "\u20ac" * 500)
    for document in client.world.jobs.documents("acme", plain, range(600)):
        fails(client.world, document, refusal)
    ask()


def test_metadata_is_bounded_for_it_is_written_with_each_change_of_the_job(client: Client) -> None:
    status, body = client.submit(client.files(1), metadata={"note": "x" * 20_000})
    assert status == 422
    assert json.loads(body)["detail"][0]["loc"] == ["body", "metadata"]
