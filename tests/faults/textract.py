"""Textract as far as money goes: each page that it is asked to read is paid, and a ClientRequestToken pays once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.bucket import Bucket
from tests.faults.errors import Refused

WORK_MS = 5_000
"""How long an asynchronous job takes."""
_SAID = ("Invoice", "number", "4711")


@dataclass(slots=True)
class Textract:
    """`later(milliseconds, what)` runs what at that time; `notify` publishes a notice. `paid` are the pages by object
    and by whether the call was synchronous; `pages_of` says how many an object's bytes have."""

    bucket: Bucket
    later: Callable[[int, Callable[[], None]], None]
    notify: Callable[[dict[str, str]], None]
    pages_of: Callable[[bytes], int]
    paid: Counter[tuple[str, bool]] = field(default_factory=Counter)
    statuses: dict[str, str] = field(default_factory=dict)
    work_ms: int = WORK_MS
    _jobs: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def call(self, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        if operation.startswith("Start"):
            return self._start(operation, dict(asked))
        if operation.startswith("Get"):
            return {"JobStatus": self.statuses[asked["JobId"]]}
        where = asked["Document"]["S3Object"]
        self.paid[where["Name"], True] += self._count(where)
        return page(1)

    def _start(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        token = asked.pop("ClientRequestToken", f"no token {len(self.statuses)}")
        known = self._jobs.get(token)
        if known:
            if known[1] != asked:
                raise Refused("IdempotentParameterMismatchException")
            return {"JobId": known[0]}
        where = asked["DocumentLocation"]["S3Object"]
        pages = self._count(where)
        self.paid[where["Name"], False] += pages
        job = f"{len(self.statuses) + 1:064d}"
        self._jobs[token] = (job, asked)
        self.statuses[job] = "IN_PROGRESS"
        self.later(self.work_ms, lambda: self._finish(operation, job, asked, pages))
        return {"JobId": job}

    def _finish(self, operation: str, job: str, asked: Mapping[str, Any], pages: int) -> None:
        output = asked["OutputConfig"]["S3Prefix"]
        self.bucket.put(f"{output}/.s3_access_check", b"")
        for number in range(1, pages + 1):
            self.bucket.put(f"{output}/{job}/{number}", json.dumps(page(number)).encode())
        self.statuses[job] = "SUCCEEDED"
        self.notify({"JobId": job, "Status": "SUCCEEDED", "API": operation, "JobTag": asked["JobTag"]})

    def _count(self, where: Mapping[str, str]) -> int:
        body = self.bucket.objects.get(where["Name"], {}).get(where["Version"])
        if body is None:
            raise Refused("InvalidS3ObjectException")
        return self.pages_of(body)


def page(number: int) -> dict[str, Any]:
    """Textract's answer for one page with one line of words."""

    def geometry(left: float, width: float) -> dict[str, Any]:
        corners = [(left, 0.1), (left + width, 0.1), (left + width, 0.2), (left, 0.2)]
        box = {"Left": left, "Top": 0.1, "Width": width, "Height": 0.1}
        return {"BoundingBox": box, "Polygon": [{"X": x, "Y": y} for x, y in corners]}

    words: list[dict[str, Any]] = [
        {
            "BlockType": "WORD",
            "Id": f"{number}-w{place}",
            "Text": text,
            "Confidence": 99.0,
            "Page": number,
            "Geometry": geometry(0.1 + 0.2 * place, 0.15),
        }
        for place, text in enumerate(_SAID)
    ]
    ids = [word["Id"] for word in words]
    line = {
        "BlockType": "LINE",
        "Id": f"{number}-l",
        "Text": " ".join(_SAID),
        "Confidence": 99.0,
        "Page": number,
        "Geometry": geometry(0.1, 0.8),
        "Relationships": [{"Type": "CHILD", "Ids": ids}],
    }
    whole = {
        "BlockType": "PAGE",
        "Id": f"{number}-p",
        "Page": number,
        "Geometry": geometry(0.0, 1.0),
        "Relationships": [{"Type": "CHILD", "Ids": [line["Id"]]}],
    }
    return {"DocumentMetadata": {"Pages": 1}, "Blocks": [whole, line, *words], "DetectDocumentTextModelVersion": "1.0"}
