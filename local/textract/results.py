"""A job's blocks in parts of 1,000, on disk while the job runs, then there or in the caller's bucket.

Memory never holds more than a part: a document of 1,000 pages has hundreds of megabytes of blocks.
"""

from __future__ import annotations

import base64
import binascii
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.textract.aws import Aws, S3Object
from local.textract.errors import TextractError
from local.textract.limits import MAX_PART as PART
from local.textract.model import members

DEFAULT_PREFIX = "textract_output"  # API_OutputConfig: the prefix when none is given

Blocks = list[dict[str, Any]]


@dataclass
class Parts:
    """The parts in a directory: files 1, 2, …"""

    directory: Path
    total: int = 0
    kept: bool = True
    _open: Blocks = field(default_factory=list)

    def add(self, blocks: Iterable[dict[str, Any]]) -> None:
        for block in blocks:
            self._open.append(block)
            self.total += 1
            if len(self._open) == PART:
                self.flush()

    def flush(self) -> None:
        """Writes the part that is not full yet, if it holds a block."""
        if self._open:
            self.directory.mkdir(parents=True, exist_ok=True)
            (self.directory / str(-(-self.total // PART))).write_text(json.dumps(self._open))
            self._open = []

    def read(self, number: int) -> Blocks:
        blocks: Blocks = json.loads((self.directory / str(number)).read_text())
        return blocks

    def numbers(self) -> range:
        return range(1, -(-self.total // PART) + 1)

    def remove(self) -> None:
        self.kept = False
        shutil.rmtree(self.directory, ignore_errors=True)


@dataclass(frozen=True)
class Output:
    """Where a job's parts lie in the caller's bucket."""

    bucket: str
    prefix: str
    job: str

    @classmethod
    def of(cls, config: dict[str, str], job: str) -> Output:
        """From Textract's OutputConfig."""
        return cls(config["S3Bucket"], config.get("S3Prefix", DEFAULT_PREFIX).rstrip("/"), job)

    def at(self, name: str) -> S3Object:
        return S3Object(self.bucket, f"{self.prefix}/{self.job}/{name}")

    def check_access(self, aws: Aws) -> None:
        """Writes the empty object that the service tries a bucket with."""
        aws.write(self.at(".s3_access_check"), b"")

    def upload(self, aws: Aws, parts: Parts, answer: dict[str, Any], shape: str) -> None:
        """Each part as the service writes it: a whole Get answer, every member named, absent ones null."""
        for number in parts.numbers():
            page = _named({**answer, "Blocks": parts.read(number)}, shape)
            aws.write(self.at(str(number)), json.dumps(page, sort_keys=True).encode())

    def read(self, aws: Aws, number: int) -> Blocks:
        """A part's blocks; InvalidS3ObjectException when the caller has deleted it."""
        blocks = json.loads(aws.read(self.at(str(number))))["Blocks"]
        return [{name: value for name, value in block.items() if value is not None} for block in blocks]


def _named(answer: dict[str, Any], operation: str) -> dict[str, Any]:
    block = dict.fromkeys(members("Block"))
    return {
        **dict.fromkeys(members(f"{operation}Response")),
        **answer,
        "Blocks": [{**block, **item} for item in answer["Blocks"]],
    }


def page_of(
    job: str, total: int, read: Callable[[int], Blocks], token: str | None, most: int | None
) -> tuple[Blocks, str | None]:
    """One page of a job's blocks and the token of the next, if there is one.

    Raises:
        TextractError: InvalidParameterException for a token that is not this job's.
    """
    start = _offset(job, token, total) if token else 0
    stop = min(start + min(most or PART, PART), total)
    blocks: Blocks = []
    for number in range(start // PART + 1, -(-stop // PART) + 1):
        before = (number - 1) * PART
        blocks += read(number)[max(0, start - before) : stop - before]
    return blocks, _token(job, stop) if stop < total else None


def _token(job: str, offset: int) -> str:
    return base64.urlsafe_b64encode(f"{job}:{offset}".encode()).decode()


def _offset(job: str, token: str, total: int) -> int:
    try:
        owner, _, offset = base64.urlsafe_b64decode(token).decode().partition(":")
        if owner == job and 0 < int(offset) < total:
            return int(offset)
    except (binascii.Error, ValueError):
        pass
    raise TextractError("InvalidParameterException", "Request has invalid parameters: NextToken")
