"""Requests: a large body passes through a file on its way in.

Stock MiniStack holds a body twice while it joins the pieces: 300 MB for a 150 MB upload.
"""

import tempfile
from typing import Any

from ministack import app

from local.emulator.emulator import Emulator
from local.emulator.seams import seam

LARGE_BYTES = 4_194_304


def install(_: Emulator) -> None:
    """Wrap the reading of request bodies."""
    read = seam(app, "_read_request_body", "2b85f2bcd699")

    async def read_through_file(receive: Any, method: str, headers: dict[str, str]) -> bytes:
        length = headers.get("content-length", "")
        if not length.isdigit() or int(length) <= LARGE_BYTES:
            return await read(receive, method, headers)  # type: ignore[no-any-return]
        with tempfile.TemporaryFile() as file:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise app._RequestBodyDisconnected
                file.write(message.get("body", b""))
                if not message.get("more_body", False):
                    break
            file.seek(0)
            whole = file.read()

        async def once() -> dict[str, Any]:
            return {"type": "http.request", "body": whole, "more_body": False}

        return await read(once, method, headers)  # type: ignore[no-any-return]

    app._read_request_body = read_through_file
