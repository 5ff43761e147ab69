"""llama-cloud 1.x: files, agents, jobs, runs. Answers are validated against the SDK's models."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llama_cloud
from llama_cloud import AsyncLlamaCloud, LlamaCloud

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


def awaited(job: Any) -> Any:
    while job.status == "PENDING":
        time.sleep(0.3)
        job = client.extraction.jobs.get(job.id)
    return job


extraction, agents = client.extraction, client.extraction.extraction_agents
with (SAMPLES / "invoice.pdf").open("rb") as content:
    file = client.files.create(file=content, purpose="extract", external_file_id="mine")
found["file"] = [file.name, file.file_type, file.purpose, file.external_file_id]
found["listed"] = file.id in [one.id for one in client.files.list(external_file_id="mine", page_size=1)]
found["link"] = client.files.get(file.id).url.startswith("http")

found["valid"] = agents.schema.validate_schema(data_schema=SCHEMA).data_schema == SCHEMA
found["invalid"] = refused(lambda: agents.schema.validate_schema(data_schema={"type": "array"}))
made = agents.schema.generate_schema(prompt="vendor name, total amount", file_id=file.id)
found["generated"] = sorted(made.data_schema["properties"])

job = awaited(extraction.run(config={"extraction_mode": "FAST"}, data_schema=SCHEMA, file_id=file.id))
result = extraction.jobs.get_result(job.id)
number = result.extraction_metadata["field_metadata"]["invoice_number"]
found["stateless"] = [job.status, job.extraction_agent.name, result.data]
found["cited"] = [number["citation"][0]["page"], number["citation"][0]["matching_text"], number["confidence"] > 0.5]
text = extraction.run(config={}, data_schema=SCHEMA, text="Invoice number: A-77\nTotal amount: 12.50 EUR\n")
found["text"] = extraction.jobs.get_result(awaited(text).id).data["invoice_number"]

name = f"v1 {time.time_ns()}"
agent = agents.create(name=name, data_schema=SCHEMA, config={"extraction_target": "PER_DOC", "chunk_mode": "PAGE"})
found["agent"] = [
    agents.get(agent.id).name == name,
    agent.config.chunk_mode,
    name in [one.name for one in agents.list()],
]
extracted = extraction.jobs.extract(extraction_agent_id=agent.id, file_id=file.id)
found["of agent"] = extracted.data["invoice_number"]
with (SAMPLES / "invoice.pdf").open("rb") as content:
    sent = awaited(extraction.jobs.file(extraction_agent_id=agent.id, file=content))
found["file sent"] = [sent.status, len(extraction.jobs.list(extraction_agent_id=agent.id))]
runs = list(extraction.runs.list(extraction_agent_id=agent.id, limit=1))
run = extraction.runs.get_by_job(runs[0].job_id)
found["runs"] = [[one.status for one in runs], run.id == runs[0].id, extraction.runs.get(run.id).data == run.data]
agents.update(agent.id, data_schema=made.data_schema, config={"extraction_mode": "BALANCED"})
changed = agents.get(agent.id)
found["changed"] = [sorted(changed.data_schema["properties"]), changed.config.extraction_mode]

bad = extraction.run(config={"page_range": "7"}, data_schema=SCHEMA, file_id=file.id)
found["failed"] = [awaited(bad).status, extraction.jobs.get(bad.id).error]
extraction.runs.delete(run.id)
found["run deleted"] = refused(lambda: extraction.runs.get(run.id))
agents.delete(agent.id)
found["agent deleted"] = refused(lambda: agents.get(agent.id))
client.files.delete(file.id)
found["file deleted"] = refused(lambda: client.files.get(file.id))
found["bad key"] = refused(lambda: LlamaCloud(api_key="llx-none", **HOW).files.list())


async def asynchronously() -> Any:
    async with AsyncLlamaCloud(api_key=os.environ["API_KEY"], _strict_response_validation=True, **HOW) as other:
        file = await other.files.create(file=(SAMPLES / "receipt.jpg"), purpose="extract")
        schema = json.loads((SAMPLES / "schemas" / "receipt.json").read_text())
        done = await other.extraction.extract(config={}, data_schema=schema, file_id=file.id)
        return done.data["total"]


found["async"] = asyncio.run(asynchronously())
print(json.dumps(found))
