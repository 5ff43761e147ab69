"""A tenant's files: a page of them, the bytes of one, and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from quire.domain.document import Stored
from quire.domain.file import File, FileStatus
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.forget import AT_ONCE
from quire.service.listing import gather
from quire.service.waiting import DELETED, recheck, refuse

URL_SECONDS = 15 * 60


class FilePage(NamedTuple):
    """`next_cursor` leads to the next page, None after the last."""

    files: list[File]
    next_cursor: str | None


def list_files(
    world: World,
    tenant: Tenant,
    limit: int,
    cursor: str | None = None,
    *,
    forward: bool = False,
    wanted: Callable[[File], bool] = lambda _: True,
) -> FilePage | Refusal:
    """The files that are `wanted` and have not expired, newest first unless `forward`."""
    now = world.clock()

    def known(file_ids: list[str]) -> list[File]:
        found = world.files.get(tenant.id, file_ids)
        return [found[file_id] for file_id in file_ids if file_id in found]

    page = gather(
        lambda walk: world.files.recent(tenant.id, walk),
        known,
        limit,
        cursor,
        forward=forward,
        wanted=lambda file: file.status(now) is not FileStatus.EXPIRED and wanted(file),
    )
    return page if isinstance(page, Refusal) else FilePage(*page)


def download_link(world: World, file: File) -> str | None:
    """A presigned GET of the bytes that lives no longer than they do; None where there are none."""
    left_ms = file.expires_at - world.clock()
    if file.version is None or left_ms <= 0:
        return None
    return world.blobs.download_url(Stored(file.key, file.version), max(1, min(URL_SECONDS, left_ms // 1000)))


def delete_file(world: World, tenant: Tenant, file_id: str) -> File | Refusal:
    """The file and its bytes are gone. Documents that have not been read yet fail (`upload_missing`); results stay."""
    file = world.files.get(tenant.id, [file_id]).get(file_id)
    if file is None:
        return Refusal(Kind.FILE_NOT_FOUND, "There is no such file.", {"file_ids": [file_id]})
    if not file.settled:
        file = recheck(world, file)
    if not file.settled:
        file = refuse(world, file, DELETED)  # what waits for it need not wait any more
    world.blobs.clear(file.key, AT_ONCE)  # also what was put there after it
    world.fetches.done(tenant.id, file_id)
    world.files.delete(tenant.id, file_id)
    world.log("file_deleted", tenant=tenant.id, file_id=file_id)
    return file
