"""/v1/parsers/…/detect-fields: a parser's fields, found on a sample."""

from __future__ import annotations

from collections.abc import Sequence

from functions.api_perfectparser import contract
from functions.api_perfectparser import wire_parsers as wire
from functions.api_perfectparser.contract import NAME, PARSER, SAMPLE
from functions.api_perfectparser.parsers import find_parser
from quire.domain.extractor import DETECT
from quire.domain.file import File
from quire.domain.fingerprint import fingerprint
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import MOST_FILE, MOST_FILE_BYTES, Call, Sent, one_file
from quire.http.edge import Route
from quire.http.ids import plain_id, say_id
from quire.reading.media import Accepted
from quire.service import extractors, results, uploads
from quire.service.config import Config, from_options, to_options
from quire.service.counting import count_pages
from quire.service.extractors import Change, Held
from quire.service.submit import Submission, Submitted, submit
from quire.service.wait import wait


def detect_fields(call: Call) -> Answer | Refusal:
    """Find fields on a sample document, and give them to the parser.

    A job that infers a schema, awaited."""
    asked, sent = _asked(call)
    found = find_parser(call)
    if isinstance(found, Refusal):
        return found
    if found.version.schema is not None and not asked.replace_existing_schema:
        message = "The parser has fields already: say replace_existing_schema to have them replaced."
        return contract.say_error(409, "SCHEMA_ALREADY_EXISTS", message)
    taken = _sample(call, found, asked, sent)
    if isinstance(taken, (Refusal, Answer)):
        return taken
    sample, counted = taken
    submitted = _infer(call, found, asked, sample, counted)
    if isinstance(submitted, Refusal):
        return submitted
    document = wait(call.world, submitted.job, call.answer_by)
    if document is None:
        message = "The sample needs longer: send the same request again within a minute to have its fields."
        return Refusal(Kind.STILL_RUNNING, message)
    if document.refusal:
        return document.refusal
    result = results.result_of(call.world, submitted.job, document)
    if isinstance(result, Refusal):
        return result
    schema, pages = result["schema"], document.pages or 0
    if not schema["properties"]:
        return contract.say_error(
            422, "NO_FIELDS_DETECTED", "There is nothing on the sample that fields can be made of."
        )
    kept = _keep(call, found.extractor.id, schema, sample)
    if isinstance(kept, Refusal):
        return kept
    said = wire.Detected(
        parser_id=say_id(PARSER, kept.extractor.id),
        sample_file_id=say_id(SAMPLE, sample.id),
        json_schema=wire.say_schema(schema),
        fields=wire.say_fields(schema),
        page_count=pages,
        credits_used=pages,
        credits_remaining=call.world.tenants.balance(call.tenant.id).available,
    )
    return Answer(200, said)


def _asked(call: Call) -> tuple[wire.DetectFields, Sequence[Sent] | None]:
    if call.is_json:
        return call.json(wire.DetectFields), None
    asked, files = call.form(wire.DetectFields)
    return asked, files.get("file")


def _sample(
    call: Call, found: Held, asked: wire.DetectFields, sent: Sequence[Sent] | None
) -> tuple[File, list[int] | None] | Refusal | Answer:
    """The file that was sent, with its pages counted, or the one that is named, or the parser's own."""
    if not sent:
        said = asked.sample_file_id
        file_id = plain_id(SAMPLE, said) if said else found.extractor.settings.get(wire.SAMPLE_SETTING)
        if said is None and file_id is None:
            return invalid("body", "Send a `file`, or name a `sample_file_id`.", "missing", "file")
        files = uploads.uploaded(call.world, call.tenant, [str(file_id)]) if file_id else None
        if files is None:
            return Refusal(Kind.FILE_NOT_FOUND, "There is no such sample file.")
        return files if isinstance(files, Refusal) else (files[0], None)
    file = one_file({"file": sent}, "file")
    if isinstance(file, Refusal):
        return file
    if len(file.body) > MOST_FILE_BYTES:
        return Refusal(Kind.BODY_TOO_LARGE, f"A file in the body has at most {MOST_FILE}.")
    counted = count_pages([(file.name, file.body)], Accepted.EVERYTHING)
    if isinstance(counted, Refusal):
        return contract.say_uncounted(counted)
    (one,) = counted
    return uploads.receive(call.world, call.tenant, file.body, file.name, one.media.value), [one.pages]


def _infer(
    call: Call, found: Held, asked: wire.DetectFields, sample: File, counted: list[int] | None
) -> Submitted | Refusal:
    mode = from_options(found.version.config).mode
    said = {"parser_id": found.extractor.id, "prompt": asked.prompt, "sample": sample.sha256 or sample.id}
    submission = Submission(
        contract=NAME,
        extractor=DETECT,
        sources=[sample.source],
        fingerprint=fingerprint({**said, "way": DETECT}),
        options=to_options(Config(mode=mode, accepted=Accepted.EVERYTHING, infer=True, prompt=asked.prompt)),
        counted=counted,
        api_key=call.key,
    )
    return submit(call.world, call.tenant, submission)


def _keep(call: Call, extractor_id: str, schema: object, sample: File) -> Held | Refusal:
    """Read anew: others may have written to it since."""
    extractor = extractors.get(call.world, call.tenant, extractor_id)
    if isinstance(extractor, Refusal):
        return extractor
    settings = {**extractor.settings, wire.SAMPLE_SETTING: sample.id}
    return extractors.update(call.world, call.tenant, extractor_id, Change(schema=schema, settings=settings))


ROUTES = (
    Route(
        "POST",
        "/v1/parsers/<parser_id>/detect-fields",
        detect_fields,
        asks=wire.DetectFields,
        form=wire.DetectFields,
        files=("file",),
        says={200: wire.Detected},
    ),
)
