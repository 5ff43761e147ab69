"""Bytes kept in a file instead of memory."""

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

PIECE_BYTES = 262_144


class Body:
    """The body of an S3 object, in a file that goes when nothing refers to the body any more."""

    def __init__(self, content: bytes, folder: Path) -> None:
        """Write ``content`` to a new file in ``folder``, which exists."""
        self._path = folder / uuid.uuid4().hex
        self._size = len(content)
        self._path.write_bytes(content)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        """Return a part; the step is always 1."""
        start, stop, _ = part.indices(self._size)
        with self._path.open("rb") as file:
            file.seek(start)
            return file.read(max(0, stop - start))

    def read(self) -> bytes:
        """Return all of it."""
        return self._path.read_bytes()

    def pieces(self) -> Iterator[bytes]:
        """Yield all of it, a quarter of a megabyte at a time."""
        with self._path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece

    def __del__(self) -> None:
        # At the interpreter's end the folder may be gone before us.
        with contextlib.suppress(OSError, AttributeError, TypeError, ImportError):
            self._path.unlink(missing_ok=True)
