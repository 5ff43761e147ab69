"""/v1/extractions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from functions.api_perfectparser import contract
from functions.api_perfectparser import wire_extractions as wire
from functions.api_perfectparser.contract import NAME, PARSER
from functions.api_perfectparser.found import documents_of, extraction_id, parser_names
from quire.domain.extractor import DETECT
from quire.domain.fingerprint import fingerprint
from quire.domain.pages import chosen
from quire.domain.rate import Rate
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import MOST_FILE, MOST_FILE_BYTES, Call, Sent
from quire.http.edge import Route
from quire.http.ids import plain_id
from quire.reading.media import Accepted
from quire.service import uploads
from quire.service.config import from_options, to_options
from quire.service.counting import count_pages
from quire.service.jobs import list_jobs
from quire.service.resolve import Resolved, resolve
from quire.service.results import MOST_BYTES
from quire.service.submit import Submission, submit


def submit_extraction(call: Call) -> Answer | Refusal:
    """Submit files for extraction.

    Their pages are counted here, and credits held for all of them."""
    form, files = call.form(wire.SubmitForm)
    sent = files.get("files", [])
    refused = _unfit(sent)
    if refused:
        return refused
    parser_id = plain_id(PARSER, form.parser_id)
    resolved = resolve(call.world, call.tenant, parser_id) if parser_id else _no_parser()
    if isinstance(resolved, Refusal):
        return resolved
    config = replace(from_options(resolved.config), accepted=Accepted.EVERYTHING)
    counted = count_pages([(file.name, file.body) for file in sent], config.accepted)
    if isinstance(counted, Refusal):
        return contract.say_uncounted(counted)
    wanted = [chosen(config.pages, config.max_pages, one.pages) for one in counted]
    for pages in wanted:
        if isinstance(pages, Refusal):
            return pages
    stored = [
        uploads.receive(call.world, call.tenant, file.body, file.name, one.media.value)
        for file, one in zip(sent, counted, strict=True)
    ]
    key = call.idempotency_key()
    submission = Submission(
        contract=NAME,
        extractor=resolved.extractor.id,
        version=resolved.version.number,
        schema=resolved.schema,
        sources=[file.source for file in stored],
        fingerprint=_fingerprint(resolved, [(file.name, file.sha256) for file in stored], keyed=key is not None),
        options=to_options(config),
        counted=[len(pages) for pages in wanted if not isinstance(pages, Refusal)],
        idempotency_key=key,
        api_key=call.key,
    )
    submitted = submit(call.world, call.tenant, submission)
    if isinstance(submitted, Refusal):
        return submitted
    found = documents_of(call, submitted.job.id)
    if isinstance(found, Refusal):
        return found
    credits = call.world.tenants.balance(call.tenant.id).available
    headers = {"idempotent-replayed": "true"} if submitted.repeated else {}
    return Answer(202, wire.SubmitAnswer(extraction=wire.say_submitted(*found, credits)), headers)


def list_extractions(call: Call) -> Answer | Refusal:
    """List the extractions, the newest first."""
    asked = call.query_as(wire.Filter)
    under = None if asked.parser_id is None else plain_id(PARSER, asked.parser_id) or ""
    page = list_jobs(
        call.world,
        call.tenant,
        asked.limit,
        asked.cursor,
        extractor=under,
        wanted=lambda job: job.extractor != DETECT and wire.asked_for(job, asked),
    )
    if isinstance(page, Refusal):
        return page
    names = parser_names(call, page.jobs)
    said = [wire.say_listed(job, names.get(job.extractor)) for job in page.jobs]
    pagination = contract.say_pagination(asked.limit, page.next_cursor)
    return Answer(200, wire.ExtractionList(extractions=said, pagination=pagination))


def get_extraction(call: Call) -> Answer | Refusal:
    """Show an extraction's status, and its documents'."""
    found = documents_of(call, extraction_id(call))
    if isinstance(found, Refusal):
        return found
    job, documents = found
    name = parser_names(call, [job]).get(job.extractor)
    said = wire.StatusAnswer(extraction=wire.say_status(job, documents, name))
    if len(said.model_dump_json().encode()) > MOST_BYTES:  # another contract's: here one has few files
        message = "The extraction has too many documents for an answer: GET /v1/batches/… shows them page by page."
        return Refusal(Kind.RESULT_TOO_LARGE, message)
    return Answer(200, said)


def _unfit(sent: Sequence[Sent]) -> Refusal | None:
    if not sent:
        return invalid("body", "The field `files` is missing.", "missing", "files")
    if len(sent) > wire.MOST_FILES:
        return invalid("body", f"An extraction has at most {wire.MOST_FILES} files.", "too_long", "files")
    if sum(len(file.body) for file in sent) > MOST_FILE_BYTES:
        message = f"The files of a request have at most {MOST_FILE} together: send fewer at a time."
        return Refusal(Kind.BODY_TOO_LARGE, message)
    return None


def _fingerprint(resolved: Resolved, files: Iterable[tuple[str | None, str | None]], *, keyed: bool) -> str:
    """Without a key, the same files under a parser that was changed are another request, not a client's retry."""
    fields = {"parser_id": resolved.extractor.id, "files": [list(file) for file in files]}
    return fingerprint(fields if keyed else {**fields, "version": resolved.version.number})


def _no_parser() -> Refusal:
    return Refusal(Kind.EXTRACTOR_NOT_FOUND, "There is no such parser.")


ROUTES = (
    Route(
        "POST",
        "/v1/extractions",
        submit_extraction,
        Rate(20),
        form=wire.SubmitForm,
        files=("files[]",),
        headers=wire.SubmitHeaders,
        says={202: wire.SubmitAnswer},
    ),
    Route("GET", "/v1/extractions", list_extractions, query=wire.Filter, says={200: wire.ExtractionList}),
    Route("GET", "/v1/extractions/<extraction_id>", get_extraction, says={200: wire.StatusAnswer}),
)
