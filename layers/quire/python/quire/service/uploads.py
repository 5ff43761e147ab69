"""Files: announced, uploaded, accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from quire.domain import ids
from quire.domain.document import Source
from quire.domain.file import MOST_BYTES, Fetch, File, FileStatus, plain_name
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.domain.weburl import BadUrl, parse
from quire.service.waiting import TOO_LARGE, arrive, recheck

URL_SECONDS = 3600
"""An upload URL lives one hour: a role's session ends, whatever the URL says."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and, while its bytes may still come, where to PUT them; `until` in milliseconds since 1970."""

    file: File
    url: str | None
    until: int


def announce(
    world: World,
    tenant: Tenant,
    size: int | None,
    name: str | None,
    media_type: str | None,
    settings: Mapping[str, object] | None = None,
) -> Upload | Refusal:
    """Promise a place for `size` bytes; None: for as many as come, within the limit."""
    if size is not None and size > MOST_BYTES:
        return TOO_LARGE
    now = world.clock()
    file = File(tenant.id, ids.new_id(now), size, now, tenant.upload_retention_ms, plain_name(name), media_type)
    file = replace(file, settings=settings or {})
    world.files.put(file)
    return _upload(world, file)


def announce_url(world: World, tenant: Tenant, url: str, name: str | None) -> File | Refusal:
    """A file whose bytes are fetched from `url` from now on: INVALID_REQUEST where that is no URL that we call. It
    arrives as an uploaded one does, or is refused (`fetch_failed`, `document_too_large`)."""
    try:
        parse(url)
    except BadUrl as bad:
        return Refusal(Kind.INVALID_REQUEST, str(bad), {"field": "url"})
    now = world.clock()
    file = File(tenant.id, ids.new_id(now), None, now, tenant.upload_retention_ms, plain_name(name))
    world.fetches.announce(file, Fetch(tenant.id, file.id, url, due_at=now))
    return file


def look(world: World, tenant: Tenant, file_id: str) -> Upload | Refusal:
    """A file as it is, with a fresh URL while it waits for its bytes."""
    file = world.files.get(tenant.id, [file_id]).get(file_id)
    if file is None:
        return Refusal(Kind.FILE_NOT_FOUND, "There is no such file.", {"file_ids": [file_id]})
    return _upload(world, file)


def accept(world: World, tenant: str, file_id: str, version: str, size: int) -> None:
    """The bytes arrived: pin the version, and let go on what waits for them. An object of another size than was
    announced is not the file."""
    file = world.files.get(tenant, [file_id]).get(file_id)
    if file is None:
        world.log("upload_of_unknown_file", tenant=tenant, file_id=file_id)
    elif file.arrived_at is None and file.size not in (None, size):
        world.log("upload_of_wrong_size", tenant=tenant, file_id=file_id, announced=file.size, size=size)
    else:
        arrive(world, file, version, size)


def receive(
    world: World,
    tenant: Tenant,
    body: bytes,
    name: str | None,
    media_type: str | None,
    password: str | None = None,
    settings: Mapping[str, object] | None = None,
) -> File:
    """Bytes that came in the request itself: kept as a file that has arrived."""
    now = world.clock()
    file_id = ids.new_id(now)
    name, retention = plain_name(name), tenant.upload_retention_ms
    file = File(tenant.id, file_id, len(body), now, retention, name, media_type, arrived_at=now)
    stored = world.blobs.put(file.key, body, "application/octet-stream")
    sha256 = hashlib.sha256(body).hexdigest()
    file = replace(file, version=stored.version, sha256=sha256, password=password, settings=settings or {})
    world.files.put(file)
    return file


def uploaded(world: World, tenant: Tenant, file_ids: Sequence[str]) -> list[File] | Refusal:
    """The named files, all of which must have arrived. Storage is asked about those whose arrival is not recorded yet,
    so a finished upload is never refused."""
    files = _known(world, tenant, file_ids)
    if isinstance(files, Refusal):
        return files
    now = world.clock()
    absent = [file.id for file in files if file.status(now) is not FileStatus.UPLOADED]
    if absent:
        message = "These files were not uploaded, or have passed their retention: upload them (again) first."
        return Refusal(Kind.FILE_NOT_UPLOADED, message, {"file_ids": absent})
    return files


def sources(world: World, tenant: Tenant, file_ids: Sequence[str]) -> list[Source] | Refusal:
    """The named files as documents: those that have not arrived are waited for. Refuses as `awaited`."""
    files = awaited(world, tenant, file_ids)
    return files if isinstance(files, Refusal) else [file.source for file in files]


def awaited(world: World, tenant: Tenant, file_ids: Sequence[str]) -> list[File] | Refusal:
    """The named files, each of which has arrived or may yet. FILE_NOT_FOUND; UPLOAD_EXPIRED for what came or was
    announced too long ago; the file's own refusal for what could not be had."""
    files = _known(world, tenant, file_ids)
    if isinstance(files, Refusal):
        return files
    for file in files:
        if file.refusal:
            return replace(file.refusal, details={"file_ids": [file.id]})
    now = world.clock()
    expired = [file.id for file in files if file.status(now) is FileStatus.EXPIRED]
    if expired:
        message = "These files have passed their retention, or the time to upload them: upload them again."
        return Refusal(Kind.UPLOAD_EXPIRED, message, {"file_ids": expired})
    return files


def _known(world: World, tenant: Tenant, file_ids: Sequence[str]) -> list[File] | Refusal:
    """In the order of their ids, as the store has them by now."""
    known = world.files.get(tenant.id, file_ids)
    unknown = [file_id for file_id in file_ids if file_id not in known]
    if unknown:
        return Refusal(Kind.FILE_NOT_FOUND, "There are no such files.", {"file_ids": unknown})
    unsettled = [file for file in known.values() if not file.settled]
    if unsettled:
        with ThreadPoolExecutor(max_workers=16) as pool:
            known |= {file.id: file for file in pool.map(lambda file: recheck(world, file), unsettled)}
    return [known[file_id] for file_id in file_ids]


def _upload(world: World, file: File) -> Upload:
    now = world.clock()
    if file.status(now) is not FileStatus.PENDING:
        return Upload(file, None, file.expires_at)
    seconds = min(URL_SECONDS, max(1, (file.expires_at - now) // 1000))
    return Upload(file, world.blobs.upload_url(file.key, file.size, seconds), now + seconds * 1000)
