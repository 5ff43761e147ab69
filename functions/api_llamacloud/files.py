"""/api/v1/files and /api/v1/beta/files."""

from __future__ import annotations

from functions.api_llamacloud import wire_files as wire
from functions.api_llamacloud.contract import Expand, Paging, plain_id, utc
from quire.domain.file import File
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import MOST_FILE, MOST_FILE_BYTES, Call, Sent, one_file
from quire.http.edge import Route
from quire.service import uploads
from quire.service.files import URL_SECONDS, delete_file, download_link, list_files

LARGEST_PAGE = 1000


def create_file(call: Call) -> Answer | Refusal:
    """Upload a file."""
    form, files = call.form(wire.FileForm)
    return _received(call, one_file(files, "file"), form.external_file_id, form.purpose)


def upload_file(call: Call) -> Answer | Refusal:
    """Upload a file, as older clients do."""
    asked = call.query_as(wire.UploadQuery)
    form, files = call.form(wire.FileForm)
    return _received(
        call, one_file(files, "upload_file"), asked.external_file_id or form.external_file_id, form.purpose
    )


def announce_file(call: Call) -> Answer | Refusal:
    """Promise a file, and get the URL to PUT its bytes to."""
    asked = call.json(wire.FileAnnounced)
    kept = wire.keep(asked.external_file_id)
    upload = uploads.announce(call.world, call.tenant, asked.file_size, asked.name, None, kept)
    return upload if isinstance(upload, Refusal) else Answer(200, wire.say_upload(upload))


def upload_file_from_url(call: Call) -> Answer | Refusal:
    """Have a file fetched."""
    asked = call.json(wire.FileFromUrl)
    file = uploads.announce_url(call.world, call.tenant, asked.url, asked.name)
    return file if isinstance(file, Refusal) else Answer(200, wire.say_file(file))


def get_file(call: Call) -> Answer | Refusal:
    """Show a file."""
    expand = call.query_as(Expand).expand
    file = _found(call)
    if isinstance(file, Refusal):
        return file
    return Answer(200, wire.say_file(file, _link(call, file) if "download_url" in expand else None))


def get_file_content(call: Call) -> Answer | Refusal:
    """Give a URL of a file's bytes."""
    call.query_as(wire.LinkQuery)
    file = _found(call)
    if isinstance(file, Refusal):
        return file
    link = _link(call, file)
    if link is None:
        return Refusal(Kind.FILE_NOT_UPLOADED, "The file was not uploaded, or has passed its retention.")
    return Answer(200, link)


def remove_file(call: Call) -> Answer | Refusal:
    """Delete a file. Results that were made of it stay."""
    file_id = plain_id(call.path["file_id"])
    deleted = delete_file(call.world, call.tenant, file_id) if file_id else _no_file()
    return deleted if isinstance(deleted, Refusal) else Answer(204)


def get_files(call: Call) -> Answer | Refusal:
    """List files, the newest first."""
    asked = call.query_as(wire.FileQuery)
    return _page(call, asked, asked, asked.order_by, with_links="download_url" in asked.expand)


def query_files(call: Call) -> Answer | Refusal:
    """List files, the newest first, by a filter in the body."""
    asked = call.json(wire.FileQueryBody)
    paging = Paging(page_size=min(asked.page_size or 50, LARGEST_PAGE), page_token=asked.page_token)
    return _page(call, paging, asked.filter or wire.FileFilter(), asked.order_by, with_links=False)


def checked(sent: Sent | Refusal) -> Sent | Refusal:
    """Bytes that came in a body, where we take them."""
    if isinstance(sent, Refusal):
        return sent
    if len(sent.body) > MOST_FILE_BYTES:
        message = f"A file in the body has at most {MOST_FILE}: PUT /api/v1/files gives an upload URL."
        return Refusal(Kind.BODY_TOO_LARGE, message)
    return sent if sent.body else invalid("body", "The file is empty.", "value_error", "file")


def _received(call: Call, sent: Sent | Refusal, external_file_id: str | None, purpose: str | None) -> Answer | Refusal:
    sent = checked(sent)
    if isinstance(sent, Refusal):
        return sent
    kept = wire.keep(external_file_id, purpose)
    file = uploads.receive(call.world, call.tenant, sent.body, sent.name, sent.media_type, settings=kept)
    return Answer(200, wire.say_file(file))


_ORDERS = {
    None: False,
    "created_at": False,
    "created_at desc": False,
    "id desc": False,
    "created_at asc": True,
    "id": True,
    "id asc": True,
}
"""Whether the oldest come first: ids begin with the time."""


def _page(
    call: Call, paging: Paging, only: wire.FileFilter, order_by: str | None, *, with_links: bool
) -> Answer | Refusal:
    if order_by not in _ORDERS:
        return invalid("query", "Files are ordered by created_at or id.", "value_error", "order_by")

    def wanted(file: File) -> bool:
        said = file.settings.get(wire.EXTERNAL_ID)
        return (
            only.file_name in (None, file.name)
            and only.external_file_id in (None, said)
            and (only.file_ids is None or file.id in only.file_ids)
        )

    page = list_files(
        call.world, call.tenant, paging.page_size, paging.page_token, forward=_ORDERS[order_by], wanted=wanted
    )
    if isinstance(page, Refusal):
        return page
    items = [wire.say_file(file, _link(call, file) if with_links else None) for file in page.files]
    return Answer(200, wire.FileList(items=items, next_page_token=page.next_cursor))


def _found(call: Call) -> File | Refusal:
    file_id = plain_id(call.path["file_id"])
    upload = uploads.look(call.world, call.tenant, file_id) if file_id else _no_file()
    return upload if isinstance(upload, Refusal) else upload.file


def _link(call: Call, file: File) -> wire.PresignedUrl | None:
    url = download_link(call.world, file)
    until = min(call.world.clock() + URL_SECONDS * 1000, file.expires_at)
    return wire.PresignedUrl(url=url, expires_at=utc(until)) if url else None


def _no_file() -> Refusal:
    return Refusal(Kind.FILE_NOT_FOUND, "There is no such file.")


_OLD, _NEW = "/api/v1/files", "/api/v1/beta/files"
_SAYS, _LINK = {200: wire.FileSaid}, {200: wire.PresignedUrl}
ROUTES = (
    Route("POST", _NEW, create_file, form=wire.FileForm, files=("file",), says=_SAYS),
    Route("GET", _NEW, get_files, query=wire.FileQuery, says={200: wire.FileList}),
    Route("POST", f"{_NEW}/query", query_files, asks=wire.FileQueryBody, says={200: wire.FileList}),
    Route("GET", f"{_NEW}/<file_id>", get_file, query=Expand, says=_SAYS),
    Route("GET", f"{_NEW}/<file_id>/content", get_file_content, query=wire.LinkQuery, says=_LINK),
    Route("DELETE", f"{_NEW}/<file_id>", remove_file, says={204: None}),
    Route("POST", _OLD, upload_file, query=wire.UploadQuery, form=wire.FileForm, files=("upload_file",), says=_SAYS),
    Route("PUT", _OLD, announce_file, asks=wire.FileAnnounced, says={200: wire.PresignedUpload}),
    Route("PUT", f"{_OLD}/upload_from_url", upload_file_from_url, asks=wire.FileFromUrl, says=_SAYS),
    Route("GET", f"{_OLD}/<file_id>", get_file, query=Expand, says=_SAYS),
    Route("GET", f"{_OLD}/<file_id>/content", get_file_content, query=wire.LinkQuery, says=_LINK),
    Route("DELETE", f"{_OLD}/<file_id>", remove_file, says={204: None}),
)
