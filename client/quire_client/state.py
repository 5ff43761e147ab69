"""What a run has done, line by line in a file, so that the next goes on where this one was interrupted.

A line is written before a submission is sent and after each thing that was reached: whatever line is the last, the next
run neither pays for a document twice nor forgets one. A line that a kill cut off is passed over.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from quire_client.models import Stage, Wanted

if sys.platform != "win32":
    import fcntl


@dataclass(slots=True)
class Document:
    """One file of a run. `key` says its bytes and what is wanted of them; empty where nothing is kept."""

    path: Path
    key: str = ""
    file_id: str | None = None


@dataclass(slots=True)
class Submission:
    """Documents that were sent as one job. `key` makes it the same job when it is sent again; `documents` has None at
    the positions that nobody waits for."""

    key: str
    file_ids: Sequence[str]
    documents: list[Document | None]
    job_id: str | None = None


@dataclass(slots=True)
class _Kept:
    keys: list[str]
    file_ids: list[str]
    job_id: str | None = None
    ended: dict[int, str] = field(default_factory=dict)


class State:
    """Kept in the file `path`; None: nothing is kept. Raises OSError where it cannot be written.

    `has_result` says whether the result of a document that succeeded is still there; such a document is left out.
    """

    def __init__(self, path: Path | None, has_result: Callable[[Path], bool] = lambda _: True) -> None:
        self._path, self._has_result = path, has_result
        self._submissions: dict[str, _Kept] = {}
        self._files: dict[str, list[str]] = defaultdict(list)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Reads the file, and keeps other runs from it: two at once would both submit, and pay for, what neither had
        done. The system frees it when a process is killed. Raises BlockingIOError where another run has it. Windows
        and file systems that lock nothing keep nobody out."""
        if self._path is None:
            yield
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor, self._path)
            self._submissions.clear()
            self._files.clear()
            for line in self._path.read_bytes().splitlines():
                self._read(line)
            yield
        finally:
            os.close(descriptor)

    # ---- read --------------------------------------------------------------------------------------------------------

    def plan(self, paths: Sequence[Path], asked: str) -> tuple[list[Submission], list[Document], list[Path]]:
        """What to go on with, what to begin, and what is left out since its result is there. `asked` says what is
        wanted of the documents, and of which service. To be asked inside `alone`. Reads every file. Raises OSError."""
        if self._path is None:
            return [], [Document(path) for path in paths], []
        slots: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for name, kept in self._submissions.items():
            for position, key in enumerate(kept.keys):
                if kept.ended.get(position, Stage.SUCCEEDED) == Stage.SUCCEEDED:
                    slots[key].append((name, position))
        again: dict[str, Submission] = {}
        fresh: list[Document] = []
        done: list[Path] = []
        for path in paths:
            document = Document(path, f"{_digest(path)}:{asked}")
            if slots[document.key]:
                name, position = slots[document.key].pop(0)
                kept = self._submissions[name]
                if position in kept.ended and self._has_result(path):
                    done.append(path)
                    continue
                nobody: list[Document | None] = [None] * len(kept.keys)
                open_again = again.setdefault(name, Submission(name, kept.file_ids, nobody, kept.job_id))
                open_again.documents[position] = document
            else:
                files = self._files[document.key]
                document.file_id = files.pop(0) if files else None
                fresh.append(document)
        return list(again.values()), fresh, done

    # ---- write -------------------------------------------------------------------------------------------------------

    def uploaded(self, document: Document, file_id: str) -> None:
        document.file_id = file_id
        self._write(document=document.key, file=file_id)

    def submitting(self, submission: Submission) -> None:
        keys = [document.key if document else "" for document in submission.documents]
        self._write(submission=submission.key, documents=keys, files=list(submission.file_ids))

    def submitted(self, submission: Submission, job_id: str) -> None:
        submission.job_id = job_id
        self._write(submission=submission.key, job=job_id)

    def ended(self, submission: Submission, position: int, stage: Stage) -> None:
        self._write(submission=submission.key, position=position, ended=stage.value)

    def dropped(self, submission: Submission) -> None:
        """The service does not know it any more."""
        self._write(submission=submission.key, dropped=True)

    def _write(self, **event: Any) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(event, separators=(",", ":"))
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as out:
            # A line of its own, also after one that was cut off.
            out.write(f"\n{line}\n".encode() if _is_cut(self._path) else f"{line}\n".encode())

    def _read(self, line: bytes) -> None:
        match _parsed(line):
            case {"document": str(key), "file": str(file_id)}:
                self._files[key].append(file_id)
            case {"submission": str(name), "documents": list(keys), "files": list(file_ids)}:
                self._submissions[name] = _Kept(keys, file_ids)
                for key, file_id in zip(keys, file_ids, strict=False):
                    if file_id in self._files[key]:
                        self._files[key].remove(file_id)
            case {"submission": str(name), "job": str(job_id)} if name in self._submissions:
                self._submissions[name].job_id = job_id
            case {"submission": str(name), "position": int(position), "ended": str(stage)} if name in self._submissions:
                self._submissions[name].ended[position] = stage
            case {"submission": str(name), "dropped": True}:
                self._submissions.pop(name, None)


def asked_for(base_url: str, wanted: Wanted) -> str:
    """A short name of what is wanted of which service; equal where everything is. A password opens a document, and asks
    nothing else of it: with another one, those that failed are tried again, and the rest is left."""
    asked = {name: value for name, value in asdict(wanted).items() if name != "password"}
    said = json.dumps([base_url, asked], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _lock(descriptor: int, path: Path) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        why = "another run writes to this folder: let it end, or choose another folder"
        raise BlockingIOError(errno.EWOULDBLOCK, why, str(path.parent)) from None
    except OSError:
        return  # a file system without locks


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_cut(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
