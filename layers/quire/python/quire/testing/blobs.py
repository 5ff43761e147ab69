"""A versioned bucket in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode

from quire.domain.document import Stored
from quire.domain.ports import Clock, Head


@dataclass(frozen=True, slots=True)
class MemoryBlobs:
    """`quire.domain.ports.Blobs`. The last of a key's versions is the newest; `media_types` are those of the newest,
    `put_at` the times of all versions."""

    clock: Clock
    objects: dict[str, dict[str, bytes]] = field(default_factory=dict)
    put_at: dict[tuple[str, str], int] = field(default_factory=dict)
    media_types: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    lock: threading.RLock = field(default_factory=threading.RLock)

    def put(self, key: str, body: bytes, media_type: str) -> Stored:
        with self.lock:
            versions = self.objects.setdefault(key, {})
            version = f"v{next(self.numbers)}"
            versions[version] = body
            self.put_at[key, version] = self.clock()
            self.media_types[key] = media_type
        return Stored(key, version)

    def put_file(self, key: str, path: Path, media_type: str) -> Stored:
        return self.put(key, path.read_bytes(), media_type)

    def get(self, stored: Stored) -> bytes:
        versions = self.objects.get(stored.key, {})
        if stored.version not in versions:
            raise KeyError(stored.key)
        return versions[stored.version]

    def read(self, key: str) -> bytes:
        return list(self.objects[key].values())[-1]

    def download(self, what: Stored | str, path: Path) -> None:
        path.write_bytes(self.get(what) if isinstance(what, Stored) else self.read(what))

    def range(self, stored: Stored, start: int, length: int) -> bytes:
        body = self.get(stored)
        if length < 1 or not 0 <= start < len(body):
            raise ValueError(f"no range: {length} bytes from {start} of {len(body)}")
        return body[start : start + length]

    def delete(self, stored: Stored) -> None:
        with self.lock:
            versions = self.objects.get(stored.key, {})
            versions.pop(stored.version, None)
            if not versions:
                self.objects.pop(stored.key, None)

    def clear(self, prefix: str, most: int) -> bool:
        with self.lock:
            keys = self.keys(prefix)
            for key in keys[:most]:
                del self.objects[key]
        return len(keys) <= most

    def arrivals(self, prefix: str, since: int, until: int) -> Iterator[tuple[str, Head]]:
        for key in self.keys(prefix):
            for version in self.objects[key]:
                head = self._head(key, version)
                if since <= head.at < until:
                    yield key, head

    def head(self, what: Stored | str) -> Head | None:
        key = what.key if isinstance(what, Stored) else what
        versions = list(self.objects.get(key, {}))
        version = what.version if isinstance(what, Stored) else next(reversed(versions), "")
        return self._head(key, version) if version in versions else None

    def _head(self, key: str, version: str) -> Head:
        return Head(version, len(self.objects[key][version]), self.put_at[key, version])

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))

    def upload_url(self, key: str, size: int | None, seconds: int) -> str:
        return _url("PUT", key, seconds, {} if size is None else {"size": size})

    def download_url(self, stored: Stored, seconds: int) -> str:
        return _url("GET", stored.key, seconds, {"version": stored.version})

    def expire(self, key: str) -> None:
        """What a lifecycle rule does in the end: every version goes."""
        with self.lock:
            del self.objects[key]


def _url(method: str, key: str, seconds: int, bound: dict[str, str | int]) -> str:
    """What a presigned URL would bind, for tests to read."""
    return f"memory://bucket/{quote(key)}?{urlencode({'method': method, **bound, 'seconds': seconds})}"
