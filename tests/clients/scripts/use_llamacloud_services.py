"""llama-cloud-services: LlamaExtract, whose models are strict."""

import asyncio
import json
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llama_cloud import ExtractConfig, ExtractMode, ExtractTarget
from llama_cloud.core.api_error import ApiError
from llama_cloud_services import LlamaExtract
from llama_cloud_services.extract import SourceText
from llama_cloud_services.files.client import FileClient

SAMPLES = Path(os.environ["SAMPLES"])
SCHEMA = json.loads((SAMPLES / "schemas" / "invoice.json").read_text())
INVOICE = SAMPLES / "invoice.pdf"
TEXT = SourceText(text_content="Invoice number: A-77\nTotal amount: 12.50 EUR\n", filename="a.txt")
HOW: dict[str, Any] = {"base_url": os.environ["BASE_URL"], "show_progress": False}
warnings.simplefilter("ignore")
extractor = LlamaExtract(api_key=os.environ["API_KEY"], **HOW)
found: dict[str, Any] = {}


def refused(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except ApiError as error:
        return [type(error).__name__, error.status_code]


name = f"services {time.time_ns()}"
config = ExtractConfig(extraction_mode=ExtractMode.FAST, extraction_target=ExtractTarget.PER_DOC)
agent = extractor.create_agent(name=name, data_schema=SCHEMA, config=config)
found["agent"] = [extractor.get_agent(name=name).id == agent.id, name in [one.name for one in extractor.list_agents()]]
run = agent.extract(INVOICE)
number = run.extraction_metadata["field_metadata"]["invoice_number"]
found["run"] = [run.status.value, run.data, run.config.extraction_mode.value, run.file.name]
found["cited"] = [number["citation"][0]["page"], number["citation"][0]["matching_text"]]
found["several"] = [one.data["invoice_number"] for one in agent.extract([INVOICE, TEXT])]
found["stateless"] = [extractor.extract(SCHEMA, config, one).data["invoice_number"] for one in (INVOICE, TEXT)]
listed = agent.list_extraction_runs(0, 2)
found["runs"] = [listed.total, len(listed.items)]

agent.config = ExtractConfig(page_range="7")
failed = agent.extract(INVOICE)
found["failed"] = [failed.status.value, failed.error]
agent.save()
found["saved"] = extractor.get_agent(id=agent.id).config.page_range
agent.delete_extraction_run(run.id)
found["run deleted"] = agent.list_extraction_runs(0, 9).total

agents = extractor._async_client.llama_extract
file = asyncio.run(FileClient(extractor._async_client, use_presigned_url=True).upload_file(str(INVOICE)))
found["presigned"] = [file.name, file.file_size]
other = LlamaExtract(api_key=os.environ["API_KEY"], **HOW)
batch = asyncio.run(
    other._async_client.llama_extract.run_batch_jobs(
        extraction_agent_id=agent.id, file_ids=[file.id, file.id], config_override=config
    )
)
found["batch"] = [job.file_id == file.id for job in batch]
extractor.delete_agent(agent.id)
found["agent deleted"] = refused(lambda: extractor.get_agent(id=agent.id))
found["bad schema"] = refused(lambda: extractor.create_agent(name="bad", data_schema={"type": "array"}))
found["bad key"] = refused(lambda: LlamaExtract(api_key="llx-none", **HOW).list_agents())
print(json.dumps(found))
