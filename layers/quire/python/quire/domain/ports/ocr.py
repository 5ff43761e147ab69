"""Textract, and how often it may be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from quire.domain.document import Stored


class OcrFault(Exception):
    """Textract could not be asked now (throttled, unavailable): retry with backoff."""


class OcrBusy(OcrFault):
    """Textract takes no more calls for the moment: wait, and ask again as often as it takes."""


class OcrNoObject(OcrFault):
    """Textract could not get at the object in the bucket: it is gone, or the fault is of rights or region, and ours."""


class OcrRefused(Exception):
    """Textract refused the document itself; `kind` as in `quire.domain.refusal.Kind`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class AnswerLost(Exception):
    """A synchronous call ended without an answer: it may have been paid."""


class OcrCall(StrEnum):
    """The operations that are paid: each has a quota of its own (Textract guide, "Default quotas")."""

    DETECT = "DetectDocumentText"
    ANALYZE = "AnalyzeDocument"
    START_DETECTION = "StartDocumentTextDetection"
    START_ANALYSIS = "StartDocumentAnalysis"


@dataclass(frozen=True, slots=True)
class Query:
    """A question to every page; its answers bear `alias`. Both are 1 to 200 characters of ASCII (Textract API
    reference, "Query")."""

    text: str
    alias: str


class OcrTurns(Protocol):
    def take(self, call: OcrCall, now: int) -> bool:
        """Take a turn from what the account may call a second, all tenants together. False: none is left just now."""
        ...


class OcrService(Protocol):
    """`features` are AnalyzeDocument's, none for words alone; `queries` belong to QUERIES among them. OcrBusy, an
    OcrFault, where Textract itself says that it is asked too often; OcrNoObject, another, where it cannot get at the
    object."""

    def detect(self, stored: Stored, features: Sequence[str], queries: Sequence[Query]) -> Mapping[str, object]:
        """Textract's synchronous answer for a document of one page. AnswerLost, OcrFault, OcrRefused."""
        ...

    def start(
        self,
        stored: Stored,
        features: Sequence[str],
        queries: Sequence[Query],
        *,
        token: str,
        tag: str,
        output_prefix: str,
    ) -> str:
        """Begin an asynchronous job; the same `token` gives the same job and is paid once. OcrFault, OcrRefused."""
        ...

    def status(self, job_id: str, features: Sequence[str]) -> str:
        """IN_PROGRESS, SUCCEEDED, PARTIAL_SUCCESS or FAILED."""
        ...
