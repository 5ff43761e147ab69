"""How each route is asked: what belongs in its path, its query and its body.

A route without an entry fails the tests, as does an id of a body that no entry names: the isolation matrix and the
fuzzing are made from these."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PDF = b"%PDF-1.7"
SCHEMA = {"type": "object", "properties": {"total": {"type": ["number", "null"]}}}
URL = "https://example.com/hook"
INLINE = base64.b64encode(PDF).decode()


class Slot(str):
    """A place in a body for what a caller names; the text says the kind of what belongs there, as `Holdings.said`
    knows it. An empty one is left out unless it is tried."""

    __slots__ = ()


FILE, JOB, DOCUMENT, EXTRACTOR, VERSION = map(Slot, ("file", "job", "document", "extractor", "version"))
ENDPOINT, SUBSCRIPTION, WEBHOOK, NEW_NAME, TEXT = map(Slot, ("endpoint", "subscription", "webhook", "new_name", ""))
WAITING_JOB, WAITING_DOCUMENT, AGENT_NAME, RELEASE = map(
    Slot, ("waiting_job", "waiting_document", "agent_name", "release")
)


@dataclass(frozen=True)
class Entry:
    """`path` and `query` say the kind that belongs in each of their values, or the value itself; texts of a query that
    are not named hold TEXT. `body` is JSON with slots, `form` the fields of a multipart body beside `files`."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Slot] = field(default_factory=dict)
    body: Any = None
    form: Mapping[str, str] | None = None
    files: tuple[str, ...] = ()


Ways = Mapping[str, Entry | tuple[Entry, ...]]


def _of(path: Mapping[str, str], **more: Any) -> Entry:
    return Entry(path=path, **more)


# ---- extract.page ----------------------------------------------------------------------------------------------------

_FILE, _BATCH = {"file_id": FILE}, {"batch_id": JOB}
_URL_SCHEMA = {"url": URL, "schema": SCHEMA["properties"]}
_EXTRACT_PAGE: Ways = {
    "POST /v1/files": Entry(body={"size_bytes": 8, "filename": NEW_NAME, "content_type": TEXT}),
    "GET /v1/files/<file_id>": _of(_FILE),
    "POST /v1/batches": Entry(body={"source": {"type": "files", "file_ids": [FILE]}, "metadata": {"k": TEXT}}),
    "GET /v1/batches": Entry(),
    "GET /v1/batches/<batch_id>": _of(_BATCH),
    "POST /v1/batches/<batch_id>/cancel": _of({"batch_id": WAITING_JOB}),
    "GET /v1/batches/<batch_id>/items/<item_id>/result": _of({"batch_id": JOB, "item_id": DOCUMENT}),
    "POST /v1/extract": Entry(body={"url": URL}),
    "POST /v1/extract/file": Entry(form={}, files=("file",)),
    "POST /v1/extract/schema": Entry(body=_URL_SCHEMA),
    "POST /v1/extract/schema/file": Entry(form={"auto_schema": "true"}, files=("file",)),
}

# ---- PerfectParser ---------------------------------------------------------------------------------------------------

_PARSER, _EXTRACTION, _WEBHOOK = {"parser_id": EXTRACTOR}, {"extraction_id": JOB}, {"webhook_id": WEBHOOK}
_DOCUMENT = {**_EXTRACTION, "document_id": DOCUMENT}
_FIELDS = [{"name": "total", "type": "number"}]
_PERFECTPARSER: Ways = {
    "POST /v1/parsers": Entry(body={"name": NEW_NAME, "fields": _FIELDS}),
    "GET /v1/parsers": Entry(),
    "GET /v1/parsers/<parser_id>": _of(_PARSER),
    "PATCH /v1/parsers/<parser_id>": _of(_PARSER, body={"name": NEW_NAME, "description": "d"}),
    "DELETE /v1/parsers/<parser_id>": _of(_PARSER),
    "POST /v1/parsers/<parser_id>/detect-fields": (
        _of(_PARSER, body={"sample_file_id": FILE, "replace_existing_schema": True}),
        _of(_PARSER, form={"sample_file_id": FILE, "replace_existing_schema": "true"}),
        _of(_PARSER, form={"replace_existing_schema": "true"}, files=("file",)),
    ),
    "POST /v1/extractions": Entry(form={"parser_id": EXTRACTOR}, files=("files",)),
    "GET /v1/extractions": Entry(query={"parser_id": EXTRACTOR}),
    "GET /v1/extractions/<extraction_id>": _of(_EXTRACTION),
    "GET /v1/extractions/<extraction_id>/results": _of(_EXTRACTION),
    "GET /v1/extractions/<extraction_id>/export": _of(_EXTRACTION),
    "GET /v1/extractions/<extraction_id>/documents/<document_id>": _of(_DOCUMENT),
    "GET /v1/extractions/<extraction_id>/documents/<document_id>/export": _of(_DOCUMENT),
    "POST /v1/webhooks": Entry(body={"url": URL, "events": ["extraction.job_completed"], "secret": TEXT}),
    "GET /v1/webhooks": Entry(),
    "GET /v1/webhooks/<webhook_id>": _of(_WEBHOOK),
    "PATCH /v1/webhooks/<webhook_id>": _of(_WEBHOOK, body={"is_active": False}),
    "DELETE /v1/webhooks/<webhook_id>": _of(_WEBHOOK),
    "POST /v1/webhooks/<webhook_id>/test": _of(_WEBHOOK),
    "GET /v1/me": Entry(),
    "GET /v1/credits": Entry(),
}

# ---- Extend ----------------------------------------------------------------------------------------------------------

_CONFIG = {"schema": SCHEMA}
_RUN = {"file": {"id": FILE, "name": TEXT}, "extractor": {"id": EXTRACTOR, "version": RELEASE}, "metadata": {"k": TEXT}}
_SUBSCRIBED = {"enabledEvents": ["extract_run.processed"]}
_EXTEND: Ways = {
    "POST /files/upload": Entry(form={"password": TEXT}, files=("file",)),
    "GET /files": Entry(query={"nameContains": Slot("file_name")}),
    "GET /files/<id>": _of({"id": FILE}),
    "DELETE /files/<id>": _of({"id": FILE}),
    "POST /extract": Entry(body=_RUN),
    "POST /extract_runs": (
        Entry(body=_RUN),
        Entry(body={"package": {"files": [{"id": FILE}]}, "config": _CONFIG}),
        Entry(body={"file": {"url": URL, "name": TEXT}}),
        Entry(body={"file": {"text": "text", "name": TEXT}}),
    ),
    "GET /extract_runs": Entry(
        query={"extractorId": EXTRACTOR, "batchId": JOB, "sourceId": JOB, "fileNameContains": Slot("file_name")}
    ),
    "POST /extract_runs/batch": Entry(
        body={"extractor": {"id": EXTRACTOR, "version": RELEASE}, "inputs": [{"file": {"id": FILE}}]}
    ),
    "GET /extract_runs/<id>": _of({"id": DOCUMENT}),
    "DELETE /extract_runs/<id>": _of({"id": DOCUMENT}),
    "POST /extract_runs/<id>/cancel": _of({"id": WAITING_DOCUMENT}),
    "GET /batch_runs/<id>": _of({"id": JOB}),
    "POST /extractors": (
        Entry(body={"name": NEW_NAME, "cloneExtractorId": EXTRACTOR}),
        Entry(body={"name": NEW_NAME, "generate": {"files": [{"id": FILE}]}}),
        Entry(body={"name": NEW_NAME, "config": _CONFIG}),
    ),
    "GET /extractors": Entry(),
    "GET /extractors/<id>": _of({"id": EXTRACTOR}),
    "POST /extractors/<id>": _of({"id": EXTRACTOR}, body={"name": NEW_NAME, "config": _CONFIG}),
    "POST /extractors/<id>/versions": _of({"id": EXTRACTOR}, body={"releaseType": "minor", "description": TEXT}),
    "GET /extractors/<id>/versions": _of({"id": EXTRACTOR}),
    "GET /extractors/<id>/versions/<version_id>": _of({"id": EXTRACTOR, "version_id": VERSION}),
    "POST /webhook_endpoints": Entry(body={"url": URL, "name": NEW_NAME, "enabledEvents": ["extractor.created"]}),
    "GET /webhook_endpoints": Entry(),
    "GET /webhook_endpoints/<id>": _of({"id": ENDPOINT}),
    "POST /webhook_endpoints/<id>": _of({"id": ENDPOINT}, body={"name": NEW_NAME}),
    "DELETE /webhook_endpoints/<id>": _of({"id": ENDPOINT}),
    "POST /webhook_subscriptions": Entry(
        body={"webhookEndpointId": ENDPOINT, "resourceType": "extractor", "resourceId": EXTRACTOR, **_SUBSCRIBED}
    ),
    "GET /webhook_subscriptions": Entry(query={"webhookEndpointId": ENDPOINT, "resourceId": EXTRACTOR}),
    "GET /webhook_subscriptions/<id>": _of({"id": SUBSCRIPTION}),
    "POST /webhook_subscriptions/<id>": _of({"id": SUBSCRIPTION}, body=_SUBSCRIBED),
    "DELETE /webhook_subscriptions/<id>": _of({"id": SUBSCRIPTION}),
}

# ---- LlamaCloud ------------------------------------------------------------------------------------------------------

_AGENT, _LLAMA_JOB, _CONFIGURATION = {"agent_id": EXTRACTOR}, {"job_id": JOB}, {"config_id": EXTRACTOR}
_EXTERNAL, _HOOK = Slot("external_id"), Slot("saved_webhook")
_SAVED_WEBHOOK = {"config_id": _HOOK}
_AGENTS = "/api/v1/extraction/extraction-agents"
_SAVED = {"data_schema": SCHEMA, "config": {}}
_PARAMETERS = {"product_type": "extract_v2", "data_schema": SCHEMA}
_GENERATE = {"prompt": "vendor, total", "file_id": FILE}
_FILE_QUERY = {"external_file_id": _EXTERNAL, "file_name": Slot("file_name"), "file_ids": FILE}
_LLAMACLOUD: Ways = {
    "POST /api/v1/beta/files": Entry(form={"external_file_id": _EXTERNAL, "purpose": "x"}, files=("file",)),
    "GET /api/v1/beta/files": Entry(query=_FILE_QUERY),
    "POST /api/v1/beta/files/query": Entry(
        body={"filter": {"file_ids": [FILE], "external_file_id": TEXT, "file_name": TEXT}, "page_token": TEXT}
    ),
    "GET /api/v1/beta/files/<file_id>": _of(_FILE),
    "GET /api/v1/beta/files/<file_id>/content": _of(_FILE),
    "DELETE /api/v1/beta/files/<file_id>": _of(_FILE),
    "POST /api/v1/files": Entry(form={}, files=("upload_file",)),
    "PUT /api/v1/files": Entry(body={"name": NEW_NAME, "file_size": 8, "external_file_id": _EXTERNAL}),
    "PUT /api/v1/files/upload_from_url": Entry(body={"url": URL, "name": TEXT}),
    "GET /api/v1/files/<file_id>": _of(_FILE),
    "GET /api/v1/files/<file_id>/content": _of(_FILE),
    "DELETE /api/v1/files/<file_id>": _of(_FILE),
    f"POST {_AGENTS}/schema/validation": Entry(body={"data_schema": SCHEMA}),
    f"POST {_AGENTS}/schema/generate": Entry(body=_GENERATE),
    "POST /api/v2/extract/schema/validation": Entry(body={"data_schema": SCHEMA}),
    "POST /api/v2/extract/schema/generate": Entry(body={**_GENERATE, "name": TEXT}),
    f"POST {_AGENTS}": Entry(body={"name": NEW_NAME, **_SAVED}),
    f"GET {_AGENTS}": Entry(),
    f"GET {_AGENTS}/default": Entry(),
    f"GET {_AGENTS}/by-name/<name>": _of({"name": AGENT_NAME}),
    f"GET {_AGENTS}/<agent_id>": _of(_AGENT),
    f"PUT {_AGENTS}/<agent_id>": _of(_AGENT, body=_SAVED),
    f"DELETE {_AGENTS}/<agent_id>": _of(_AGENT),
    "GET /api/v1/beta/extraction-agents": Entry(),
    "POST /api/v1/extraction/jobs": Entry(body={"extraction_agent_id": EXTRACTOR, "file_id": FILE}),
    "POST /api/v1/extraction/jobs/batch": Entry(body={"extraction_agent_id": EXTRACTOR, "file_ids": [FILE]}),
    "POST /api/v1/extraction/jobs/file": Entry(form={"extraction_agent_id": EXTRACTOR}, files=("file",)),
    "POST /api/v1/extraction/run": (
        Entry(body={**_SAVED, "file_id": FILE}),
        Entry(body={**_SAVED, "text": "text"}),
        Entry(body={**_SAVED, "file": {"data": INLINE, "mime_type": "application/pdf"}}),
    ),
    "GET /api/v1/extraction/jobs": Entry(query={"extraction_agent_id": EXTRACTOR}),
    "GET /api/v1/extraction/jobs/<job_id>": _of(_LLAMA_JOB),
    "GET /api/v1/extraction/jobs/<job_id>/result": _of(_LLAMA_JOB),
    "GET /api/v1/extraction/runs": Entry(query={"extraction_agent_id": EXTRACTOR}),
    "GET /api/v1/extraction/runs/latest-from-ui": Entry(query={"extraction_agent_id": EXTRACTOR}),
    "GET /api/v1/extraction/runs/by-job/<job_id>": _of(_LLAMA_JOB),
    "GET /api/v1/extraction/runs/<run_id>": _of({"run_id": DOCUMENT}),
    "DELETE /api/v1/extraction/runs/<run_id>": _of({"run_id": DOCUMENT}),
    "POST /api/v2/extract": Entry(
        body={"file_input": FILE, "configuration_id": EXTRACTOR, "webhook_configuration_ids": [_HOOK]}
    ),
    "GET /api/v2/extract": Entry(
        query={"configuration_id": EXTRACTOR, "document_input_value": FILE, "file_input": FILE, "job_ids": JOB}
    ),
    "GET /api/v2/extract/<job_id>": _of(_LLAMA_JOB),
    "POST /api/v2/extract/<job_id>/cancel": _of({"job_id": WAITING_JOB}),
    "DELETE /api/v2/extract/<job_id>": _of(_LLAMA_JOB),
    "POST /api/v1/beta/configurations": Entry(body={"name": NEW_NAME, "parameters": _PARAMETERS}),
    "GET /api/v1/beta/configurations": Entry(query={"name": Slot("name")}),
    "GET /api/v1/beta/configurations/<config_id>": _of(_CONFIGURATION),
    "PUT /api/v1/beta/configurations/<config_id>": _of(
        _CONFIGURATION, body={"name": NEW_NAME, "parameters": _PARAMETERS}
    ),
    "DELETE /api/v1/beta/configurations/<config_id>": _of(_CONFIGURATION),
    "POST /api/v1/beta/webhook-configs": Entry(body={"webhook_url": URL, "webhook_headers": {"x-k": TEXT}}),
    "GET /api/v1/beta/webhook-configs": Entry(),
    "GET /api/v2/webhook-configs": Entry(),
    "GET /api/v1/beta/webhook-configs/<config_id>": _of(_SAVED_WEBHOOK),
    "PUT /api/v1/beta/webhook-configs/<config_id>": _of(_SAVED_WEBHOOK, body={"webhook_output_format": "json"}),
    "DELETE /api/v1/beta/webhook-configs/<config_id>": _of(_SAVED_WEBHOOK),
}

# ---- TerrafAI --------------------------------------------------------------------------------------------------------

_TEMPLATE = {"file": INLINE, "templateName": AGENT_NAME, "filterName": TEXT, "filename": TEXT}
_FORM = Entry(form={"templateName": AGENT_NAME, "filterName": TEXT}, files=("file",))
_TERRAFAI: Ways = {
    "POST /api/v1/extraction-jobs": (Entry(body=_TEMPLATE), _FORM),
    "GET /api/v1/extraction-jobs/<job_id>": _of(_LLAMA_JOB),
    "GET /api/v1/extraction-jobs/<job_id>/result": _of(_LLAMA_JOB),
    "POST /api/v1/extractFields": (Entry(body=_TEMPLATE), _FORM),
}

# ---- the console -----------------------------------------------------------------------------------------------------

_CONSOLE: Ways = {
    "GET /console/api/me": Entry(),
    "POST /console/api/files": Entry(body={"name": NEW_NAME, "size": 8}),
    "GET /console/api/extractors": Entry(),
    "POST /console/api/extractors": Entry(body={"name": Slot("console_name"), "json_schema": SCHEMA}),
    "POST /console/api/jobs": (
        Entry(body={"file_ids": [FILE], "extractor_id": EXTRACTOR}),
        Entry(body={"file_ids": [FILE], "json_schema": SCHEMA}),
    ),
    "GET /console/api/jobs": Entry(),
    "GET /console/api/jobs/<job_id>": _of(_LLAMA_JOB),
    "POST /console/api/jobs/<job_id>/cancel": _of({"job_id": WAITING_JOB}),
    "DELETE /console/api/jobs/<job_id>": _of(_LLAMA_JOB),
    "GET /console/api/documents/<document_id>": _of({"document_id": DOCUMENT}),
    "GET /console/api/reviews": Entry(),
    "POST /console/api/documents/<document_id>/review": _of(
        {"document_id": Slot("held")}, body={"verdict": "approved"}
    ),
    "GET /console/api/usage": Entry(),
    "GET /console/api/endpoints": Entry(),
    "GET /console/api/deliveries": Entry(query={"receiver": ENDPOINT}),
    "POST /console/api/deliveries/<receiver>/<delivery_id>/redeliver": _of(
        {"receiver": Slot("receiver"), "delivery_id": Slot("delivery")}
    ),
    "GET /console/api/keys": Entry(),
    "POST /console/api/keys": Entry(body={"name": NEW_NAME}),
    "DELETE /console/api/keys/<key_id>": _of({"key_id": Slot("spare_key_id")}),
}
_PAGES: Ways = {
    "GET /console/api/documents/<document_id>/pages/<number>": _of({"document_id": DOCUMENT, "number": "1"}),
}

ENTRIES: Mapping[str, Ways] = {
    "console": _CONSOLE,
    "pages": _PAGES,
    "extract_page": _EXTRACT_PAGE,
    "perfectparser": _PERFECTPARSER,
    "extend": _EXTEND,
    "llamacloud": _LLAMACLOUD,
    "terrafai": _TERRAFAI,
}
"""By contract, and by `METHOD /path` as its route has it; several where a route can be asked in several ways."""


def ways(contract: str, route: str) -> tuple[Entry, ...]:
    """The ways in which a route can be asked; none where it has no entry."""
    found = ENTRIES.get(contract, {}).get(route, ())
    return (found,) if isinstance(found, Entry) else found
