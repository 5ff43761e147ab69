"""llama-cloud 2.x: files, jobs of v2, saved configurations. Answers are validated against the SDK's models."""

import asyncio
import json
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llama_cloud
from llama_cloud import AsyncLlamaCloud, LlamaCloud
from llama_cloud._polling import PollingError

SAMPLES = Path(os.environ["SAMPLES"])
SCHEMA = json.loads((SAMPLES / "schemas" / "invoice.json").read_text())
HOW: dict[str, Any] = {"base_url": os.environ["BASE_URL"], "max_retries": 0}
client = LlamaCloud(api_key=os.environ["API_KEY"], _strict_response_validation=True, **HOW)
found: dict[str, Any] = {}


def refused(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except llama_cloud.APIStatusError as error:
        return [type(error).__name__, error.status_code, error.body.get("code")]


extract = client.extract
file = client.files.create(file=SAMPLES / "invoice.pdf", purpose="extract")
shown = client.files.retrieve(file.id, expand=["download_url"])
found["file"] = [shown.name, shown.purpose, shown.download_url.url.startswith("http")]
found["link"] = client.files.content(file.id).url.startswith("http")
found["valid"] = extract.validate_schema(data_schema=SCHEMA).data_schema == SCHEMA
made = extract.generate_schema(prompt="vendor name, total amount", name="made")
found["generated"] = [made.name, made.parameters.product_type, sorted(made.parameters.data_schema["properties"])]

job = extract.create(file_input=file.id, configuration={"data_schema": SCHEMA, "tier": "cost_effective"})
done = extract.wait_for_completion(job.id)
found["job"] = [job.status, done.status, done.extract_result, done.metadata.usage.num_pages_extracted]
full = extract.get(job.id, expand=["configuration", "extract_metadata", "usage"])
number = full.extract_metadata.field_metadata.document_metadata["invoice_number"]
found["expanded"] = [full.configuration.tier, full.usage.credits]
found["cited"] = [number["citation"][0]["page"], number["citation"][0]["matching_text"], number["confidence"] > 0.5]

saved = client.configurations.create(
    name="mine", parameters={"product_type": "extract_v2", "data_schema": SCHEMA, "tier": "cost_effective"}
)
webhook = {"webhook_url": "https://example.com/hook", "webhook_events": ["extract.success"]}
other = extract.create(file_input=file.id, configuration_id=saved.id, webhook_configurations=[webhook])
found["saved"] = [extract.wait_for_completion(other.id).status, other.configuration_id == saved.id]
found["listed"] = [
    [one.id == other.id for one in extract.list(configuration_id=saved.id)],
    {job.id, other.id} <= {one.id for one in extract.list(page_size=1, file_input=file.id)},
    [one.id for one in extract.list(job_ids=[job.id, other.id])] == [other.id, job.id],
]
found["configurations"] = [
    saved.id in [one.id for one in client.configurations.list(product_type=["extract_v2"])],
    client.configurations.update(saved.id, name="other").name,
]
found["agents"] = saved.id in [one.id for one in client.extraction_agents.list(page_size=1)]

hooks = client.webhook_configs
hook = hooks.create(webhook_url="https://example.com/hook", webhook_signing_secret="a signing secret")
hooks.create(webhook_url="https://example.com/other", webhook_events=["extract.success"])
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    plain = [one.id for one in hooks.list()]
found["webhooks"] = [
    hook.has_secret,
    hooks.retrieve(hook.id).webhook_url,
    hooks.update(hook.id, webhook_output_format="json").webhook_output_format,
    [one.id for one in hooks.list_paginated(page_size=1)] == plain,
    hook.id in plain,
    extract.create(file_input=file.id, configuration_id=saved.id, webhook_configuration_ids=[hook.id]).status,
]
hooks.delete(hook.id)
found["webhook deleted"] = refused(lambda: hooks.retrieve(hook.id))
bad = extract.create(file_input=file.id, configuration={"data_schema": SCHEMA, "target_pages": "9"})
try:
    extract.wait_for_completion(bad.id)
except PollingError as error:
    found["failed"] = [type(error).__name__, extract.get(bad.id).status, extract.get(bad.id).error_message]
found["cancelled too late"] = refused(lambda: extract.cancel(job.id))
extract.delete(job.id)
found["deleted"] = refused(lambda: extract.get(job.id))
client.configurations.delete(saved.id)
found["configuration deleted"] = refused(lambda: client.configurations.retrieve(saved.id))
client.files.delete(file.id)
found["file deleted"] = refused(lambda: client.files.retrieve(file.id))
found["bad schema"] = refused(lambda: extract.create(file_input="x", configuration={"data_schema": {"type": "array"}}))
found["bad key"] = refused(lambda: LlamaCloud(api_key="llx-none", **HOW).extract.list())


async def asynchronously() -> Any:
    async with AsyncLlamaCloud(api_key=os.environ["API_KEY"], _strict_response_validation=True, **HOW) as one:
        file = await one.files.create(file=SAMPLES / "receipt.jpg", purpose="extract")
        schema = json.loads((SAMPLES / "schemas" / "receipt.json").read_text())
        job = await one.extract.create(file_input=file.id, configuration={"data_schema": schema})
        return (await one.extract.wait_for_completion(job.id)).extract_result["total"]


found["async"] = asyncio.run(asynchronously())
print(json.dumps(found))
