"""What a caller asks for and gets: plain values, the same whichever route they came by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in points of 1/72 inch from the top left of the page as displayed."""


class Mode(StrEnum):
    """What Textract is asked: words of pages without a text layer; every page, with forms and tables; also the schema's
    fields. Each costs more than the one before."""

    FAST = "fast"
    BALANCED = "balanced"
    PREMIUM = "premium"


class Target(StrEnum):
    """What one filling of the schema stands for."""

    DOCUMENT = "document"
    PAGE = "page"
    ROW = "row"


class Stage(StrEnum):
    """Where a document is; the last three are ends."""

    UPLOADED = "uploaded"
    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (Stage.SUCCEEDED, Stage.FAILED, Stage.CANCELLED)


@dataclass(frozen=True, slots=True)
class Progress:
    """A document came to another stage."""

    path: Path
    stage: Stage


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a value stands: page (from 1) and the words there; no box in formats whose pages have no places."""

    page: int
    text: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class Field:
    """One value of the data. `path` leads there, as in `line_items[0].amount`, or `[2].total` where the data is a list;
    `confidence` is 0..1, None of a value that was not found."""

    path: str
    value: Any
    confidence: float | None
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that some citation names: its number (from 1) and its size in points."""

    number: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Result:
    """What was extracted.

    Attributes:
        data: under a schema or an extractor an object shaped like it, or a list of them, one a page or a row; without
            either `{"chunks": […]}` of text and tables, as extract.page has them.
        fields: each value of `data` with its confidence and places; empty for chunks, which have their own.
        pages: those that the citations name.
        metadata: confidence and citations as the service said them, shaped like `data`.
        lists: of each list of objects how many rows its pages show, how many came, and why each other did not:
            `{"path", "shown", "returned", "left_out": [{"reason", "page", "row"}]}`.
        warnings: what is left out of the reading of pages: `{"page", "kind", "message", "count"}`.
    """

    data: Any
    fields: tuple[Field, ...] = ()
    pages: tuple[Page, ...] = ()
    metadata: Any = None
    lists: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Error:
    """Why a document has no result, in the service's words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document: `status` is succeeded (with `result`), failed or cancelled (with `error`)."""

    path: Path
    status: Stage
    result: Result | None
    error: Error | None


class Contradiction(ValueError):
    """What is asked does not go together."""


_PAGE = "[1-9][0-9]{0,4}"
_SPAN = rf"\s*(?:{_PAGE}\s*(?:-\s*(?:{_PAGE})?)?|-\s*{_PAGE})\s*"
_PAGES = re.compile(f"{_SPAN}(?:,{_SPAN})*")
"""As the service takes them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done with each document.

    Attributes:
        schema: the JSON Schema to fill.
        extractor: or the name of a saved one. Neither: text and tables.
        pages: of these pages only, as in `1-3,7` or `4-`.
        mode: None for the service's own, `fast`, or the saved extractor's.
        target: None for the whole document, or as the saved extractor has it.
        password: opens the documents that need one.
    """

    schema: Mapping[str, Any] | None = None
    extractor: str | None = None
    pages: str | None = None
    mode: Mode | None = None
    target: Target | None = None
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Contradiction: no route offers this."""
        if self.schema is not None and self.extractor is not None:
            raise Contradiction("name a schema or an extractor, not both")
        text = self.schema is None and self.extractor is None
        if text and (self.pages is not None or self.target is not None):
            raise Contradiction("pages and target need a schema or an extractor")
        if self.pages is not None and not _PAGES.fullmatch(self.pages):
            raise Contradiction(f"pages are counted from 1, as in 1-3,7 or 4- or -3, and not {self.pages!r}")
        if self.password is not None and self.target is not None:
            raise Contradiction("a password and a target do not go together: no contract takes both")
