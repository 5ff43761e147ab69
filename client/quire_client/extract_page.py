"""How a file comes in by extract.page's routes; Extend's know it by the same id."""

from __future__ import annotations

from pathlib import Path

from quire_client.connection import Connection
from quire_client.ways import sent_name


async def upload(connection: Connection, path: Path) -> str:
    """Answers the file's id: announced, then put to the signed URL, however large it is."""
    size = path.stat().st_size
    file = await connection.send("POST", "/v1/files", {"filename": sent_name(path), "size_bytes": size})
    await connection.put(file["upload"]["url"], path, size)
    return str(file["id"])
