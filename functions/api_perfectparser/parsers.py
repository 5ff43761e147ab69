"""/v1/parsers."""

from __future__ import annotations

from collections.abc import Sequence

from functions.api_perfectparser import contract
from functions.api_perfectparser import wire_parsers as wire
from functions.api_perfectparser.contract import PARSER
from quire.domain.file import File, FileStatus
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.ids import plain_id
from quire.reading.media import Accepted
from quire.service import extractors
from quire.service.config import Config, to_options
from quire.service.extractors import KEEP, Change, Held, Wanted


def create_parser(call: Call) -> Answer | Refusal:
    """Create a parser; without fields it is a blank one."""
    asked = call.json(wire.CreateParser)
    config = Config(target=wire.to_target(asked.result_mode), accepted=Accepted.EVERYTHING)
    wanted = Wanted(asked.name, wire.to_schema(asked.fields), to_options(config), asked.description)
    refused = _refused_fields(asked.fields)
    return _said(call, refused or extractors.create(call.world, call.tenant, wanted), 201)


def get_parser(call: Call) -> Answer | Refusal:
    """Show a parser."""
    return _said(call, find_parser(call))


def list_parsers(call: Call) -> Answer | Refusal:
    """List the parsers, the newest first."""
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
    """Change a parser; what is left out stays."""
    asked = call.json(wire.UpdateParser)
    found = find_parser(call)
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
    """Delete a parser; its extractions stay."""
    extractor_id = plain_id(PARSER, call.path["parser_id"])
    refused = extractors.delete(call.world, call.tenant, extractor_id) if extractor_id else _unknown()
    return refused or Answer(204)


# ---- what they share -------------------------------------------------------------------------------------------------


def find_parser(call: Call) -> Held | Refusal:
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


ROUTES = (
    Route("POST", "/v1/parsers", create_parser, asks=wire.CreateParser, says={201: wire.ParserAnswer}),
    Route("GET", "/v1/parsers", list_parsers, query=contract.Paging, says={200: wire.ParserList}),
    Route("GET", "/v1/parsers/<parser_id>", get_parser, says={200: wire.ParserAnswer}),
    Route("PATCH", "/v1/parsers/<parser_id>", update_parser, asks=wire.UpdateParser, says={200: wire.ParserAnswer}),
    Route("DELETE", "/v1/parsers/<parser_id>", delete_parser, says={204: None}),
)
