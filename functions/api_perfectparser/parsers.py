"""/v1/parsers."""

from __future__ import annotations

from collections.abc import Sequence

from functions.api_perfectparser import contract
from functions.api_perfectparser import wire_parsers as wire
from functions.api_perfectparser.contract import NAME, PARSER, SAMPLE
from quire.domain.file import File, FileStatus
from quire.domain.fingerprint import fingerprint
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import MOST_FILE_BYTES, Call, Sent, invalid, one_file
from quire.http.ids import plain_id, say_id
from quire.reading.media import Accepted
from quire.service import extractors, results, uploads
from quire.service.config import Config, from_options, to_options
from quire.service.counting import count_pages
from quire.service.extractors import KEEP, Change, Held, Wanted
from quire.service.submit import Submission, Submitted, submit
from quire.service.wait import wait


def create_parser(call: Call) -> Answer | Refusal:
    asked = call.json(wire.CreateParser)
    config = Config(target=wire.to_target(asked.result_mode), accepted=Accepted.EVERYTHING)
    wanted = Wanted(asked.name, wire.to_schema(asked.fields), to_options(config), asked.description)
    refused = _refused_fields(asked.fields)
    return _said(call, refused or extractors.create(call.world, call.tenant, wanted), 201)


def get_parser(call: Call) -> Answer | Refusal:
    return _said(call, _found(call))


def list_parsers(call: Call) -> Answer | Refusal:
    paging = call.query_as(contract.Paging)
    page = extractors.listed(call.world, call.tenant, paging.limit, paging.cursor)
    if isinstance(page, Refusal):
        return page
    found = [extractors.with_version(call.world, extractor) for extractor in page.extractors]
    held = [one for one in found if not isinstance(one, Refusal)]
    samples = _samples(call, held)
    said = [wire.say_parser(one, samples.get(one.extractor.id)) for one in held]
    pagination = contract.say_pagination(paging.limit, page.cursor)
    return Answer(200, wire.ParserList(parsers=said, pagination=pagination))


def update_parser(call: Call) -> Answer | Refusal:
    asked = call.json(wire.UpdateParser)
    found = _found(call)
    if isinstance(found, Refusal):
        return found
    config = None
    if asked.result_mode is not None:
        config = {**found.version.config, "target": wire.to_target(asked.result_mode).value}
    schema = wire.to_schema(asked.fields) if "fields" in asked.model_fields_set else KEEP
    change = Change(asked.name, schema, config, asked.description)
    refused = _refused_fields(asked.fields)
    return _said(call, refused or extractors.update(call.world, call.tenant, found.extractor.id, change))


def delete_parser(call: Call) -> Answer | Refusal:
    extractor_id = plain_id(PARSER, call.path["parser_id"])
    refused = extractors.delete(call.world, call.tenant, extractor_id) if extractor_id else _unknown()
    return refused or Answer(204)


# ---- fields found on a sample ----------------------------------------------------------------------------------------


def detect_fields(call: Call) -> Answer | Refusal:
    """A job that infers a schema from the sample, awaited; the parser then has it as its own."""
    asked, sent = _asked(call)
    found = _found(call)
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
    document = wait(call.world, submitted.job)
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
        return Refusal(Kind.BODY_TOO_LARGE, f"A file in the body has at most {MOST_FILE_BYTES} bytes.")
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
        extractor=contract.DETECT,
        sources=[sample.source],
        fingerprint=fingerprint({**said, "way": contract.DETECT}),
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


# ---- what they share -------------------------------------------------------------------------------------------------


def _found(call: Call) -> Held | Refusal:
    extractor_id = plain_id(PARSER, call.path["parser_id"])
    return extractors.held(call.world, call.tenant, extractor_id) if extractor_id else _unknown()


def _said(call: Call, outcome: Held | Refusal, status: int = 200) -> Answer | Refusal:
    if isinstance(outcome, Refusal):
        return outcome
    samples = _samples(call, [outcome])
    said = wire.say_parser(outcome, samples.get(outcome.extractor.id))
    return Answer(status, wire.ParserAnswer(parser=said))


def _samples(call: Call, held: Sequence[Held]) -> dict[str, File]:
    """The sample files that can still be read, by extractor."""
    wanted = {one.extractor.id: one.extractor.settings.get(wire.SAMPLE_SETTING) for one in held}
    files = call.world.files.get(call.tenant.id, [str(file_id) for file_id in wanted.values() if file_id])
    now = call.world.clock()
    there = {file.id: file for file in files.values() if file.status(now) is FileStatus.UPLOADED}
    return {extractor: there[str(file_id)] for extractor, file_id in wanted.items() if str(file_id) in there}


def _refused_fields(fields: Sequence[wire.ParserField] | None) -> Refusal | None:
    name = wire.repeated_name(fields)
    return None if name is None else invalid("body", f"Two fields are named {name[:100]}.", "value_error", "fields")


def _unknown() -> Refusal:
    return Refusal(Kind.EXTRACTOR_NOT_FOUND, "There is no such parser.")
