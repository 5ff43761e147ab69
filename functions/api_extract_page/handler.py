"""extract.page's routes: /v1/files, /v1/batches, /v1/extract…"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.api_extract_page import contract
from functions.api_extract_page.batches import cancel_batch, create_batch, get_batch, get_result, list_batches
from functions.api_extract_page.extract import extract_file, extract_schema_file, extract_schema_url, extract_url
from functions.api_extract_page.files import create_file, get_file
from functions.api_extract_page.results import Chunks, Extracted
from quire.adapters.aws import Aws
from quire.domain.rate import Rate
from quire.domain.refusal import Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.call import IdempotencyKey
from quire.http.edge import Route
from quire.http.telemetry import discreet, log

PER_MINUTE = Rate(60)
_FILE = {200: contract.FileResource}
_BATCH = {200: contract.BatchResource}


class ExtractPage:
    """`quire.http.edge.Contract`."""

    name = contract.NAME
    rate = None
    routes = (
        Route("POST", "/v1/files", create_file, PER_MINUTE, asks=contract.CreateFile, says=_FILE),
        Route("GET", "/v1/files/<file_id>", get_file, says=_FILE),
        Route(
            "POST",
            "/v1/batches",
            create_batch,
            PER_MINUTE,
            asks=contract.CreateBatch,
            headers=IdempotencyKey,
            says=_BATCH,
        ),
        Route("GET", "/v1/batches", list_batches, query=contract.ListBatches, says={200: contract.BatchList}),
        Route("GET", "/v1/batches/<batch_id>", get_batch, query=contract.Paging, says={200: contract.BatchPage}),
        Route("POST", "/v1/batches/<batch_id>/cancel", cancel_batch, says=_BATCH),
        Route("GET", "/v1/batches/<batch_id>/items/<item_id>/result", get_result, says={200: Extracted, 302: None}),
        Route("POST", "/v1/extract", extract_url, asks=contract.ExtractUrl, headers=IdempotencyKey, says={200: Chunks}),
        Route(
            "POST",
            "/v1/extract/file",
            extract_file,
            form=contract.ExtractFile,
            files=("file",),
            headers=IdempotencyKey,
            says={200: Chunks},
        ),
        Route(
            "POST",
            "/v1/extract/schema",
            extract_schema_url,
            asks=contract.SchemaUrl,
            headers=IdempotencyKey,
            says={200: Extracted},
        ),
        Route(
            "POST",
            "/v1/extract/schema/file",
            extract_schema_file,
            form=contract.SchemaFile,
            files=("file",),
            headers=IdempotencyKey,
            says={200: Extracted},
        ),
    )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        return headers.get("x-api-key")

    def refuse(self, refusal: Refusal) -> Answer:
        return contract.say_refusal(refusal)

    limits = staticmethod(edge.limits_from_now)


EXTRACT_PAGE = ExtractPage()
world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return edge.answer(EXTRACT_PAGE, world, event)
