"""One request, authenticated, as a route gets it. Everything in it is hostile until it is parsed here."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import multipart
from pydantic import BaseModel, Field, ValidationError

from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal, invalid
from quire.domain.tenant import ApiKey, Tenant
from quire.http.json_text import Unbounded, check_bounds
from quire.http.parts import is_file, malformed, name_of, parts_of

Model = TypeVar("Model", bound=BaseModel)

MOST_FILE_BYTES = 4_500_000
"""In a body: in base64, with the rest of the event, not much more fits Lambda's payload of 6 MB."""
MOST_FILE = "4.5 MB (4,500,000 bytes)"
"""The same, as refusals say it."""
_NO_BOUNDARY = (
    "Content-Type is multipart/form-data without its boundary: leave the header to your HTTP client, which sets both."
)
_MOST_KEY = 255
_LATIN_1 = ("latin-1", "latin1", "iso-8859-1")


class Unparsable(Exception):
    """The request cannot be understood; holds the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that came in the body."""

    name: str | None
    media_type: str | None
    body: bytes


class IdempotencyKey(BaseModel):
    """The header of routes that make a job once for it (`Call.idempotency_key`)."""

    idempotency_key: str | None = Field(default=None, alias="Idempotency-Key", min_length=1, max_length=_MOST_KEY)


@dataclass(frozen=True, slots=True)
class Call:
    """`headers` have lower-case names; `path` holds the values of the route's `<names>`; by `answer_by` (milliseconds
    since 1970) the answer must be on its way, for the gateway answers for us soon after."""

    world: World
    tenant: Tenant
    key: ApiKey
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    answer_by: int

    def idempotency_key(self) -> str | None:
        """The header Idempotency-Key: 1 to 255 printable characters."""
        key = self.headers.get("idempotency-key")
        if key is not None and (not 1 <= len(key) <= _MOST_KEY or not key.isprintable()):
            message = f"Idempotency-Key is 1 to {_MOST_KEY} printable characters."
            raise Unparsable(invalid("header", message, "value_error", "idempotency-key"))
        return key

    def json(self, model: type[Model]) -> Model:
        """The body as a wire model. Unparsable names each wrong field. A byte order mark in front is no part of it
        (RFC 8259, 8.1)."""
        body = self.body.removeprefix(codecs.BOM_UTF8)
        try:
            check_bounds(body)
            return model.model_validate_json(body or b"null")
        except Unbounded as unbounded:
            raise Unparsable(invalid("body", str(unbounded), unbounded.error)) from unbounded
        except ValidationError as error:
            raise Unparsable(_errors("body", error)) from error

    def query_as(self, model: type[Model]) -> Model:
        """The query's parameters as a wire model."""
        try:
            return model.model_validate(dict(self.query))
        except ValidationError as error:
            raise Unparsable(_errors("query", error)) from error

    @property
    def is_json(self) -> bool:
        """Whether the body says that it is JSON."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"

    def form(self, model: type[Model]) -> tuple[Model, dict[str, list[Sent]]]:
        """A multipart body: its fields as a wire model, and its files by field name, in order (RFC 7578)."""
        kind, options = multipart.parse_options_header(self.headers.get("content-type", ""))
        if kind == "multipart/form-data" and not options.get("boundary"):
            raise Unparsable(invalid("body", _NO_BOUNDARY, "multipart_expected"))
        if kind != "multipart/form-data":
            raise Unparsable(invalid("body", "The body must be multipart/form-data.", "multipart_expected"))
        fields: dict[str, str] = {}
        files: dict[str, list[Sent]] = {}
        try:
            for part in parts_of(self.body, options["boundary"]):
                if is_file(part):
                    files.setdefault(part.name, []).append(Sent(name_of(part), part.content_type, part.raw))
                else:
                    fields[part.name] = _text_of(part)
        except (multipart.MultipartError, UnicodeDecodeError) as error:
            message = malformed(self.body, options["boundary"])
            raise Unparsable(invalid("body", message, "multipart_malformed")) from error
        try:
            return model.model_validate(fields), files
        except ValidationError as error:
            raise Unparsable(_errors("body", error)) from error


def _text_of(part: Any) -> str:
    """A field's text. UnicodeDecodeError. Of the other charsets that Python knows some do more than read."""
    charset = (part.charset or "").lower()
    return str(part.raw.decode("latin-1" if charset in _LATIN_1 else "utf-8"))


def one_file(files: Mapping[str, Sequence[Sent]], field: str) -> Sent | Refusal:
    """The only file under `field`."""
    sent = files.get(field, ())
    if len(sent) == 1:
        return sent[0]
    if sent:
        return invalid("body", f"The field `{field}` holds one file, not {len(sent)}.", "too_long", field)
    return invalid("body", f"The field `{field}` is missing.", "missing", field)


def _errors(where: str, error: ValidationError) -> Refusal:
    """Which fields, and what is wrong; never what they held, which may be a secret or a document's text."""
    errors = [
        {"loc": [where, *item["loc"]], "msg": item["msg"], "type": item["type"]}
        for item in error.errors(include_url=False, include_input=False, include_context=False)[:20]
    ]
    first = errors[0]
    place = ".".join(str(step) for step in first["loc"])
    return Refusal(Kind.INVALID_REQUEST, f"{place}: {first['msg']}", {"errors": errors})
