"""A file that is not here, read by its ranges: `Served` beside whoever can fetch them, `Remote` in the sandbox's child.

Both ends speak of the same blocks, so what is asked for twice is fetched once.
"""

from __future__ import annotations

import io
from collections.abc import Callable

Fetch = Callable[[int, int], bytes]
"""(start, length) -> these bytes of the file, fewer only where it ends."""

BLOCK = 32 << 10
# Neighbours are fetched together the more of them are read in turn: a long table of contents takes few requests.
_MOST_AT_ONCE = 32
_REQUEST = 128 << 10  # bytes: what a request costs at least of the budget, for it takes as long


class Spent(Exception):
    """More was asked for than the budget holds: the file is to be had as a whole."""


class Served:
    """The blocks of a file of `size` bytes; each is fetched once, and at most `budget` bytes of them in all."""

    def __init__(self, fetch: Fetch, size: int, budget: int) -> None:
        self._fetch, self._size, self._left = fetch, size, budget
        self._blocks: dict[int, bytes] = {}
        self._next, self._at_once = -1, 1

    def read(self, start: int, length: int) -> bytes:
        """The bytes from `start`, fewer only where the file ends.

        Raises:
            Spent: the budget does not hold them.
            EOFError: what was fetched ends before the file should.
        """
        end = min(start + length, self._size)
        if not 0 <= start < end:
            return b""
        first, last = start // BLOCK, (end - 1) // BLOCK
        for block in range(first, last + 1):
            if block not in self._blocks:
                self._load(block, last)
        found = b"".join(self._blocks[block] for block in range(first, last + 1))
        return found[start - first * BLOCK : end - first * BLOCK]

    def _load(self, block: int, last: int) -> None:
        """This block, as far as `last`, and more after it where reading goes on from block to block."""
        self._at_once = min(2 * self._at_once, _MOST_AT_ONCE) if block == self._next else 1
        stop = max(block + self._at_once, last + 1)
        stop = next((taken for taken in range(block + 1, stop) if taken in self._blocks), stop)
        start, end = block * BLOCK, min(stop * BLOCK, self._size)
        cost = max(end - start, _REQUEST)
        if cost > self._left:
            raise Spent
        self._left -= cost
        self._next = stop
        content = self._fetch(start, end - start)
        if len(content) != end - start:
            raise EOFError(f"{len(content)} bytes of {end - start}")
        for at in range(0, len(content), BLOCK):
            self._blocks[block + at // BLOCK] = content[at : at + BLOCK]


class Remote(io.RawIOBase):
    """The same file in the child, which asks for each block by `ask`. Wrap it into `io.BufferedReader`."""

    def __init__(self, ask: Fetch, size: int) -> None:
        super().__init__()
        self._ask, self._size, self._at = ask, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if at < 0:
            raise ValueError(f"a place before the file: {at}")
        self._at = at
        return at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """To the end of a block at most: a reader's own buffer then holds blocks, not parts of two."""
        length = min(len(buffer), BLOCK - self._at % BLOCK, self._size - self._at)
        if length <= 0:
            return 0
        content = self._ask(self._at, length)
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)
