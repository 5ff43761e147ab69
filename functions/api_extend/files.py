"""Files: uploaded, listed, read, deleted; and the files that a run names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, Field, model_validator

from functions.api_extend.contract import Deleted, Listed, Paging, Wire, unknown, with_id
from quire.domain.document import Source
from quire.domain.file import File
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import MOST_FILE, MOST_FILE_BYTES, Call, one_file
from quire.http.edge import Route
from quire.http.ids import plain_id, say_id
from quire.http.times import say_time
from quire.reading.media import Accepted, Media, sniff
from quire.service import files, uploads

FileType = Literal["PDF", "CSV", "IMG", "TXT", "DOCX", "EXCEL", "XML", "HTML"]
_OF_MEDIA: Mapping[str, FileType] = {
    Media.PDF: "PDF",
    Media.PNG: "IMG",
    Media.JPEG: "IMG",
    Media.TIFF: "IMG",
    Media.WEBP: "IMG",
    Media.HEIC: "IMG",
    Media.GIF: "IMG",
    Media.BMP: "IMG",
    Media.TXT: "TXT",
    Media.CSV: "CSV",
    Media.HTML: "HTML",
    Media.XML: "XML",
    Media.DOCX: "DOCX",
    Media.XLSX: "EXCEL",
    Media.EML: "TXT",
}
_OF_SUFFIX: Mapping[str, FileType] = {
    ".pdf": "PDF",
    ".png": "IMG",
    ".jpg": "IMG",
    ".jpeg": "IMG",
    ".tif": "IMG",
    ".tiff": "IMG",
    ".webp": "IMG",
    ".heic": "IMG",
    ".heif": "IMG",
    ".gif": "IMG",
    ".bmp": "IMG",
    ".txt": "TXT",
    ".csv": "CSV",
    ".tsv": "CSV",
    ".htm": "HTML",
    ".html": "HTML",
    ".xml": "XML",
    ".docx": "DOCX",
    ".xlsx": "EXCEL",
    ".eml": "TXT",
}
MOST_INPUTS = 1000
_AT_ONCE = 16


# ---- models ----------------------------------------------------------------------------------------------------------


class UploadForm(BaseModel):
    password: str | None = Field(default=None, max_length=256)


class UploadQuery(Wire):
    """Accepted: a file stays what it is."""

    convert_to_pdf: bool | None = None


class FilesQuery(Paging):
    name_contains: str | None = Field(default=None, max_length=512)


class Settings(Wire):
    password: str | None = Field(default=None, max_length=256)


class FileInput(Wire):
    """One of `url`, `id` and `text`."""

    url: str | None = None
    id: str | None = Field(default=None, max_length=64)
    text: str | None = None
    name: str | None = Field(default=None, max_length=512)
    settings: Settings | None = None

    @model_validator(mode="after")
    def _one(self) -> FileInput:
        if sum(way is not None for way in (self.url, self.id, self.text)) != 1:
            raise ValueError("a file is one of `url`, `id` and `text`")
        return self


class Metadata(Wire):
    page_count: int | None = None


class FileSummary(Wire):
    object: Literal["file"] = "file"
    id: str
    name: str
    type: FileType | None
    metadata: Metadata
    parent_file_id: str | None = None
    created_at: str
    updated_at: str


class FileSaid(FileSummary):
    presigned_url: str | None = None
    contents: dict[str, Any] | None = None


# ---- how a file is said ----------------------------------------------------------------------------------------------


def _fields(file: File) -> dict[str, Any]:
    suffix = PurePath(file.name or "").suffix.lower()
    return {
        "id": say_id("file", file.id),
        "name": file.name or file.id,
        "type": _OF_MEDIA.get(file.media_type or "") or _OF_SUFFIX.get(suffix),
        "metadata": Metadata(),
        "created_at": say_time(file.created_at),
        "updated_at": say_time(file.arrived_at or file.created_at),
    }


def say_summary(file: File) -> FileSummary:
    return FileSummary(**_fields(file))


def say_file(file: File, url: str | None = None) -> FileSaid:
    return FileSaid(**_fields(file), presigned_url=url)


# ---- routes ----------------------------------------------------------------------------------------------------------


def upload_file(call: Call) -> Answer | Refusal:
    """Upload a file of at most 4.5 MB."""
    form, parts = call.form(UploadForm)
    sent = one_file(parts, "file")
    if isinstance(sent, Refusal):
        return sent
    if len(sent.body) > MOST_FILE_BYTES:
        message = f"A file in the body has at most {MOST_FILE}: name a larger one by its URL, in the run."
        return Refusal(Kind.BODY_TOO_LARGE, message)
    # What the SDKs call every file is no help; the bytes are.
    media = sniff(sent.body, sent.name)
    if media is None:
        return Refusal(Kind.UNSUPPORTED_INPUT, f"The file is not a {Accepted.EVERYTHING.named}.")
    file = uploads.receive(call.world, call.tenant, sent.body, sent.name, media.value, form.password)
    return Answer(200, say_file(file))


def list_files(call: Call) -> Answer | Refusal:
    """The files, newest first."""
    asked = call.query_as(FilesQuery)
    page = files.list_files(
        call.world,
        call.tenant,
        asked.max_page_size,
        asked.next_page_token,
        forward=asked.ascending,
        wanted=lambda file: (asked.name_contains or "") in (file.name or ""),
    )
    if isinstance(page, Refusal):
        return page
    said = [say_summary(file) for file in page.files]
    return Answer(200, Listed[FileSummary](data=said, next_page_token=page.next_cursor))


@with_id("file")
def get_file(call: Call, file_id: str) -> Answer | Refusal:
    """A file, with a URL of its bytes for a quarter of an hour."""
    found = uploads.look(call.world, call.tenant, file_id)
    if isinstance(found, Refusal):
        return unknown("file")
    return Answer(200, say_file(found.file, files.download_link(call.world, found.file)))


@with_id("file")
def delete_file(call: Call, file_id: str) -> Answer | Refusal:
    """Delete a file and its bytes."""
    deleted = files.delete_file(call.world, call.tenant, file_id)
    return unknown("file") if isinstance(deleted, Refusal) else Answer(200, Deleted(id=say_id("file", file_id)))


ROUTES = (
    Route(
        "POST",
        "/files/upload",
        upload_file,
        form=UploadForm,
        files=("file",),
        query=UploadQuery,
        says={200: FileSaid},
    ),
    Route("GET", "/files", list_files, query=FilesQuery, says={200: Listed[FileSummary]}),
    Route("GET", "/files/<id>", get_file, says={200: FileSaid}),
    Route("DELETE", "/files/<id>", delete_file, says={200: Deleted}),
)


# ---- the files that a run names --------------------------------------------------------------------------------------


class Brought(NamedTuple):
    """The documents of a run or batch, and the password that opens them."""

    sources: list[Source]
    password: str | None


def bring(call: Call, inputs: Sequence[FileInput]) -> Brought | Refusal:
    """Each input as a document: those named by id are known, texts are kept, URLs are fetched from now on."""
    for position, one in enumerate(inputs):
        refused = _check(one, position)
        if refused:
            return refused
    known = _known(call, [one.id for one in inputs if one.id is not None])
    if isinstance(known, Refusal):
        return known
    passwords = {password for one in inputs if (password := _password(one, known))}
    if len(passwords) > 1:
        return invalid("body", "The files of one request that need a password need the same.", "value_error")

    def brought(one: FileInput) -> File | Refusal:
        return known[one.id] if one.id is not None else _new(call, one)

    found: list[Source] = []
    for file in _each(brought, inputs):
        if isinstance(file, Refusal):
            return file
        found.append(file.source)
    return Brought(found, next(iter(passwords), None))


def _check(one: FileInput, position: int) -> Refusal | None:
    if one.text is not None and not one.text.strip():
        return invalid("body", "The text is empty.", "value_error", "file", position, "text")
    if one.text is not None and len(one.text.encode(errors="replace")) > MOST_FILE_BYTES:
        return Refusal(Kind.BODY_TOO_LARGE, f"A text has at most {MOST_FILE}.")
    return None


def _known(call: Call, said: list[str]) -> dict[str, File] | Refusal:
    """The files of these ids, by the id as it was said."""
    plain = [plain_id("file", file_id) for file_id in said]
    foreign = [file_id for file_id, ours in zip(said, plain, strict=True) if ours is None]
    ours = [file_id for file_id in plain if file_id]
    found = uploads.awaited(call.world, call.tenant, ours) if ours and not foreign else []
    if foreign or (isinstance(found, Refusal) and found.kind is Kind.FILE_NOT_FOUND):
        absent = foreign or [say_id("file", file_id) for file_id in _named(found)]
        return Refusal(Kind.FILE_NOT_FOUND, f"There is no such file: {', '.join(absent[:10])}.")
    return found if isinstance(found, Refusal) else dict(zip(said, found, strict=True))


def _named(refusal: list[File] | Refusal) -> list[str]:
    named: Any = refusal.details["file_ids"] if isinstance(refusal, Refusal) else []
    return list(named)


def _password(one: FileInput, known: Mapping[str, File]) -> str | None:
    said = one.settings.password if one.settings else None
    return said or (known[one.id].password if one.id is not None else None)


def _new(call: Call, one: FileInput) -> File | Refusal:
    if one.url is not None:
        return uploads.announce_url(call.world, call.tenant, one.url, one.name or _name_in(one.url))
    name = one.name or "text.txt"
    name = name if name.lower().endswith(".txt") else f"{name}.txt"
    return uploads.receive(call.world, call.tenant, (one.text or "").encode(errors="replace"), name, Media.TXT.value)


def _name_in(url: str) -> str | None:
    """The last step of a URL's path."""
    try:
        return PurePath(unquote(urlsplit(url).path)).name[:512] or None
    except ValueError:
        return None


def _each(brought: Callable[[FileInput], File | Refusal], inputs: Sequence[FileInput]) -> list[File | Refusal]:
    """Side by side where there are many: each that is new is a call or two to the stores."""
    if len(inputs) == 1:
        return [brought(inputs[0])]
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(brought, inputs))
