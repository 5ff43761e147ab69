"""What functions print, kept as JSON lines in files of bounded size."""

import json
import logging
import os
import selectors
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_BYTES = 8_000_000
OLDER_FILES = 2


def rotating(path: Path) -> logging.Handler:
    """Return a handler that keeps at most three files of 8 MB under ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return RotatingFileHandler(path, maxBytes=FILE_BYTES, backupCount=OLDER_FILES, encoding="utf-8")


class FunctionLog:
    """Reads the output pipes of all workers on one thread and writes each line as one JSON object.

    A line is ``{"time", "function", "request_id", "message"}``; a message that is itself a JSON object stays one.
    """

    def __init__(self, path: Path) -> None:
        self._log = logging.getLogger("quire.local.functions")
        self._log.setLevel(logging.INFO)
        self._log.propagate = False
        self._log.addHandler(rotating(path))
        self._pipes = selectors.DefaultSelector()
        self._arrivals, arrive = os.pipe()
        self._arrive = arrive
        self._new: list[tuple[int, Callable[[], tuple[str, str]]]] = []
        self._lock = threading.Lock()
        self._pipes.register(self._arrivals, selectors.EVENT_READ, None)
        threading.Thread(target=self._run, name="quire-function-log", daemon=True).start()

    def write(self, function: str, request_id: str, message: object) -> None:
        """Write one line."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": now, "function": function, "request_id": request_id, "message": message}
        self._log.info(json.dumps(line, ensure_ascii=False, default=str))

    def follow(self, pipe: int, source: Callable[[], tuple[str, str]]) -> None:
        """Read ``pipe`` until it ends, then close it; ``source`` tells function and request of what arrives now."""
        with self._lock:
            self._new.append((pipe, source))
        os.write(self._arrive, b".")

    def _run(self) -> None:
        partial: dict[int, bytes] = {}
        while True:
            for key, _ in self._pipes.select():
                if key.data is None:
                    os.read(key.fd, 4096)
                    with self._lock:
                        arrived, self._new = self._new, []
                    for pipe, source in arrived:
                        self._pipes.register(pipe, selectors.EVENT_READ, source)
                    continue
                data = os.read(key.fd, 65536)
                *lines, rest = (partial.pop(key.fd, b"") + data).split(b"\n")
                if data and len(rest) < 262_144:
                    partial[key.fd] = rest
                else:
                    lines.append(rest)
                if not data:
                    self._pipes.unregister(key.fd)
                    os.close(key.fd)
                    partial.pop(key.fd, None)
                function, request_id = key.data()
                for line in lines:
                    if line.strip():
                        self.write(function, request_id, _message(line))


def _message(line: bytes) -> object:
    text = line.decode("utf-8", "replace")
    if text.startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
