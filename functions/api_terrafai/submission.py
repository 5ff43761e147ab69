"""A request becomes a job of one file under a saved extractor."""

from __future__ import annotations

from dataclasses import replace

from functions.api_terrafai import contract
from functions.api_terrafai.contract import NAME
from quire.domain.endpoint import Event
from quire.domain.extractor import Extractor
from quire.domain.file import plain_name
from quire.domain.fingerprint import fingerprint
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.call import MOST_FILE, MOST_FILE_BYTES, Call, Sent, one_file
from quire.http.inline import inline_file
from quire.service import uploads
from quire.service.config import from_options, to_options
from quire.service.endpoints import covering
from quire.service.resolve import resolve
from quire.service.submit import Submission, Submitted, submit


def asked_for(call: Call) -> tuple[contract.CreateJob, Sent | Refusal]:
    """The request's fields and its only file, from a form or from JSON."""
    files: dict[str, list[Sent]] = {}
    if call.is_json:
        asked = call.json(contract.CreateJob)
    else:
        asked, files = call.form(contract.CreateJob)
    if asked.file is not None and "file" not in files:
        sent = inline_file(asked.file, asked.filename, "file")
    else:
        sent = one_file(files, "file")
    return asked, sent if isinstance(sent, Refusal) else _fit(
        replace(sent, name=plain_name(asked.filename) or sent.name)
    )


def _fit(sent: Sent) -> Sent | Refusal:
    if len(sent.body) > MOST_FILE_BYTES:
        return Refusal(
            Kind.BODY_TOO_LARGE, f"A file in the body has at most {MOST_FILE}: drop a larger one in the folder."
        )
    return sent if sent.body else invalid("body", "The file is empty.", "value_error", "file")


def submit_file(call: Call, asked: contract.CreateJob, sent: Sent) -> Submitted | Refusal:
    """The job of a request, or the one that it made before."""
    name = asked.template_name or asked.filter_name
    if not name:
        return invalid("body", "Name a template, or a filter.", "missing", "templateName")
    resolved = resolve(call.world, call.tenant, name)
    if isinstance(resolved, Refusal):
        return contract.in_our_words(resolved)
    if asked.delivery_mode == "webhook" and not _covered(call, resolved.extractor):
        message = "No webhook endpoint covers this template: add one, or poll."
        return Refusal(Kind.ENDPOINT_NOT_FOUND, message)
    key = call.idempotency_key()
    file = uploads.receive(call.world, call.tenant, sent.body, sent.name, sent.media_type)
    delivery = asked.delivery_mode or "poll"
    said = asked.model_dump(mode="json", exclude={"file"})
    fields = {**said, "file": file.sha256, "filename": sent.name, "delivery_mode": delivery}
    submission = Submission(
        contract=NAME,
        extractor=resolved.extractor.id,
        version=resolved.version.number,
        schema=resolved.schema,
        sources=[file.source],
        fingerprint=fingerprint(fields),
        options=to_options(contract.to_config(from_options(resolved.config), asked)),
        echo={"templateName": resolved.extractor.name, "deliveryMode": delivery},
        idempotency_key=key,
        api_key=call.key,
    )
    return submit(call.world, call.tenant, submission)


def replayed(call: Call, submitted: Submitted) -> bool:
    """A client's retry without a key does not know that it is one: it is answered as the first try was."""
    return submitted.repeated and call.idempotency_key() is not None


def _covered(call: Call, extractor: Extractor) -> bool:
    ends = (Event.JOB_COMPLETED, Event.JOB_FAILED)
    return any(covering(call.world, call.tenant.id, NAME, extractor.id, event) for event in ends)
