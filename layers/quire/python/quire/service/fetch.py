"""Fetch: the bytes behind a URL that a caller named come into the file's place in S3, and so it arrives."""

from __future__ import annotations

import tempfile
from pathlib import Path

from quire.domain.file import MOST_BYTES, Fetch, File
from quire.domain.ports import Fetched, World
from quire.domain.refusal import Kind, Refusal
from quire.service.waiting import arrive, refuse

TRIES = 5
SECONDS = 240.0
"""For one try, all its redirects and bytes together; below the function's own limit."""
TRY_MS = 360_000
"""After this a try that said nothing has died."""
FIRST_PAUSE_MS = 30_000
"""Before the second try; four times as long before each one more."""
_DIED = Refusal(Kind.FETCH_FAILED, "The document could not be fetched: it took too long, also when tried again.")


def fetch(world: World, tenant: str, file_id: str) -> None:
    """Try once, if it is time. Fetched twice, the first version that was seen stands."""
    due = world.fetches.get(tenant, file_id)
    if due is None or due.due_at > world.clock():
        return
    file = world.files.get(tenant, [file_id]).get(file_id)
    if file and not file.settled:
        if due.tries < TRIES:
            begun = world.fetches.begin(due, world.clock() + TRY_MS)
            if begun is None or not _try(world, file, begun):
                return
        else:
            refuse(world, file, _DIED)
    world.fetches.done(tenant, file_id)


def _try(world: World, file: File, begun: Fetch) -> bool:
    """Whether the file has settled by it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document"
        got = world.web.fetch(begun.url, path, most_bytes=MOST_BYTES, seconds=SECONDS)
        if isinstance(got, Fetched):
            stored = world.blobs.put_file(file.key, path, "application/octet-stream")
            arrive(world, file, stored.version, got.size)
            return True
    if got.again and begun.tries < TRIES:
        world.fetches.postpone(begun, world.clock() + FIRST_PAUSE_MS * 4 ** (begun.tries - 1))
        world.log("fetch_postponed", tenant=file.tenant, file_id=file.id, tries=begun.tries)
        return False
    refuse(world, file, got.refusal)
    world.log("fetch_failed", tenant=file.tenant, file_id=file.id, tries=begun.tries)
    return True
