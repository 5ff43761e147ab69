"""The main job of Extend's Python SDK, plain and typed."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pydantic
from extend_ai import AsyncExtend, Extend, ExtendCurrency, ExtendDate
from extend_ai.core.api_error import ApiError

BASE_URL, API_KEY, FILE = os.environ["BASE_URL"], os.environ["API_KEY"], os.environ["FILE"]
client = Extend(token=API_KEY, base_url=BASE_URL)
said: dict[str, Any] = {}


class LineItem(pydantic.BaseModel):
    description: str | None = None
    quantity: float | None = None
    amount: ExtendCurrency | None = None


class Invoice(pydantic.BaseModel):
    invoice_number: str | None = pydantic.Field(None, description="The invoice number")
    invoice_date: ExtendDate = pydantic.Field(None, description="The invoice date")
    line_items: list[LineItem] = pydantic.Field(default_factory=list)
    total_amount: ExtendCurrency | None = pydantic.Field(None, description="Total amount due")


SCHEMA = {
    "type": "object",
    "properties": {
        "invoice_number": {"type": ["string", "null"], "description": "The invoice number"},
        "total_amount": {"type": ["number", "null"], "description": "Total amount due"},
    },
    "required": ["invoice_number", "total_amount"],
    "additionalProperties": False,
}


def refusal(call: Any, *arguments: Any, **options: Any) -> list[Any]:
    try:
        call(*arguments, **options)
    except ApiError as error:
        return [type(error).__name__, error.status_code, error.body["code"]]
    return []


# files
with Path(FILE).open("rb") as opened:
    file = client.files.upload(file=opened)
said["file"] = [file.name, file.type, file.id == client.files.retrieve(file.id).id]
said["listed"] = file.id in [one.id for one in client.files.list().data]

# plain: inline, polled
run = client.extract_runs.create_and_poll(file={"id": file.id}, config={"schema": SCHEMA}, metadata={"order": 7})
assert run.output is not None, run
said["plain"] = [run.status, run.output.value, run.metadata, run.usage.credits]
(citation,) = run.output.metadata["invoice_number"].citations
said["citation"] = [citation.page.number, citation.reference_text, len(citation.polygon), citation.file_id == file.id]
said["confidence"] = run.output.metadata["invoice_number"].logprobs_confidence

# typed: awaited, inline
typed = client.extract(file={"id": file.id}, config={"schema": Invoice})
if typed.status == "PROCESSING":  # it took longer than the gateway lets anybody wait
    typed = client.extract_runs.create_and_poll(file={"id": file.id}, config={"schema": Invoice})
assert typed.output is not None, typed
invoice = typed.output.value
said["typed"] = [
    type(invoice).__name__,
    invoice.invoice_number,
    str(invoice.invoice_date),
    invoice.total_amount.amount,
    len(invoice.line_items),
]

# a saved extractor, with a version
extractor = client.extractors.create(name="sdk", config={"schema": Invoice})
version = client.extractor_versions.create(extractor.id, release_type="minor", description="The first")
said["versions"] = [one.version for one in client.extractor_versions.list(extractor.id).data]
said["latest"] = client.extractor_versions.retrieve(extractor.id, "latest").id == version.id
client.extractors.update(extractor.id, name="sdk 2")
said["extractor"] = client.extractors.retrieve(extractor.id).name
said["in list"] = extractor.id in [one.id for one in client.extractors.list().data]
saved = client.extract_runs.create_and_poll(file={"id": file.id}, extractor={"id": extractor.id})
said["saved"] = [saved.status, saved.output.value["invoice_number"], saved.extractor_version.version]

# a batch
batch = client.extract_runs.create_batch(
    extractor={"id": extractor.id},
    inputs=[{"file": {"text": f"Invoice number: A-{n}\nTotal: {n}.50"}, "metadata": {"n": n}} for n in range(3)],
)
while client.batch_runs.get(batch.id).status in ("PENDING", "PROCESSING"):
    asyncio.run(asyncio.sleep(0.3))
found = client.extract_runs.list(batch_id=batch.id, max_page_size=2)
rest = client.extract_runs.list(batch_id=batch.id, max_page_size=2, next_page_token=found.next_page_token)
said["batch"] = [batch.run_count, [[one.status, one.metadata["n"]] for one in [*found.data, *rest.data]]]
said["batch value"] = client.extract_runs.retrieve(rest.data[0].id).output.value["invoice_number"]

# text, without a schema
inferred = client.extract_runs.create_and_poll(file={"text": "Order number: 4711\nCustomer: Ada Byron\n"})
said["inferred"] = [inferred.status, sorted(inferred.output.value.values(), key=str)]


# asynchronous
async def concurrently() -> str:
    other = AsyncExtend(token=API_KEY, base_url=BASE_URL)
    run = await other.extract_runs.create_and_poll(file={"id": file.id}, config={"schema": Invoice}, metadata={"a": 1})
    return str(run.output.value.invoice_number)


said["async"] = asyncio.run(concurrently())

# a failure, a cancel, a delete, what is refused
failed = client.extract_runs.create_and_poll(
    file={"id": file.id}, config={"schema": SCHEMA, "advanced_options": {"page_ranges": [{"start": 90, "end": 91}]}}
)
said["failed"] = [failed.status, failed.failure_reason, bool(failed.failure_message)]
waits = client.extract_runs.create(file={"url": "https://example.invalid/a.pdf"}, config={"schema": SCHEMA})
said["cancelled"] = [waits.status, client.extract_runs.cancel(waits.id).status]
said["cancelled again"] = refusal(client.extract_runs.cancel, waits.id)
said["deleted"] = client.extract_runs.delete(waits.id).id == waits.id
said["gone"] = refusal(client.extract_runs.retrieve, waits.id)
said["bad schema"] = refusal(
    client.extract_runs.create,
    file={"id": file.id},
    config={"schema": {"type": "object", "properties": {"a": {"type": "string"}}}},
)
said["bad key"] = refusal(Extend(token="wrong", base_url=BASE_URL).files.list)
said["file deleted"] = [client.files.delete(file.id).id == file.id, refusal(client.files.retrieve, file.id)]

# webhooks
endpoint = client.webhook_endpoints.create(
    url="https://example.com/hook", name="sdk", enabled_events=["extract_run.processed"], api_version="2026-02-09"
)
own = client.webhook_subscriptions.create(
    webhook_endpoint_id=endpoint.id,
    resource_type="extractor",
    resource_id=extractor.id,
    enabled_events=["extract_run.failed"],
)
said["webhooks"] = [
    endpoint.signing_secret[:4],
    client.webhook_endpoints.update(endpoint.id, status="disabled").status,
    [one.id for one in client.webhook_subscriptions.list(webhook_endpoint_id=endpoint.id).data] == [own.id],
    client.webhook_endpoints.delete(endpoint.id).id == endpoint.id,
]

print(json.dumps(said))
