"""How a job's documents are to be read and extracted, from the options that its contract kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from quire.domain.document import Document
from quire.domain.document_kind import DocumentKind
from quire.domain.job import Job
from quire.domain.ports import World
from quire.domain.priority import Priority
from quire.reading.media import Accepted


class Mode(StrEnum):
    """What Textract is asked for the pages that go there: words; also forms and tables; also the schema's fields."""

    FAST = "fast"
    BALANCED = "balanced"
    PREMIUM = "premium"

    @property
    def every_page(self) -> bool:
        """Pages with a sound text layer go to Textract too."""
        return self is not Mode.FAST


class Target(StrEnum):
    """What the schema describes: the document as a whole, each of its pages, or each row of its tables."""

    DOCUMENT = "document"
    PAGE = "page"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Config:
    """What a document's result is to hold.

    Attributes:
        mode: what Textract is asked.
        accepted: the kinds of file that the contract lists.
        password: opens an encrypted PDF.
        text: chunks of text, where there is no schema.
        tables: chunks of tables, likewise.
        images: chunks of images, likewise.
        schema: key of the JSON Schema whose fields are wanted; without one: chunks, unless it is to be inferred.
        pages: a page range (`quire.domain.pages`); None for all.
        max_pages: of those, so many from the first.
        target: what one filling of the schema stands for.
        split: the kinds of document that lie in the file, none named: of any kind; None: it holds one document.
        infer: make a schema of what the document says where none is given.
        prompt: what is wanted, in words, of a schema to be inferred.
        return_pdfs: a PDF of each part's pages.
        return_text: the text of each part's pages.
        cite: the contract shows citations.
        confidence: the contract shows confidences.
        system_prompt: the caller's words on how to extract.
        review_threshold: fields less sure (1 to 99 percent) are for review.
        priority: how soon it starts among its tenant's.
    """

    mode: Mode = Mode.FAST
    accepted: Accepted = Accepted.PDF_AND_IMAGES
    password: str | None = None
    text: bool = True
    tables: bool = True
    images: bool = False
    schema: str | None = None
    pages: str | None = None
    max_pages: int | None = None
    target: Target = Target.DOCUMENT
    split: tuple[DocumentKind, ...] | None = None
    infer: bool = False
    prompt: str | None = None
    return_pdfs: bool = False
    return_text: bool = False
    cite: bool = True
    confidence: bool = True
    system_prompt: str | None = None
    review_threshold: int | None = None
    priority: Priority = Priority.MEDIUM

    @property
    def chunks(self) -> bool:
        """What a document says, as it stands there; else the fields of a schema."""
        return self.schema is None and not self.infer

    @property
    def whole(self) -> bool:
        """A document's data is one filling of the schema."""
        return self.target is Target.DOCUMENT and self.split is None


_DEFAULTS = asdict(Config())


def to_options(config: Config) -> Mapping[str, object]:
    """As a job keeps it: plain data, the mode and what differs from the defaults."""
    said = asdict(config)
    return {name: _plain(value) for name, value in said.items() if name == "mode" or value != _DEFAULTS[name]}


def from_options(options: Mapping[str, object]) -> Config:
    known: dict[str, Any] = {name: options.get(name, default) for name, default in _DEFAULTS.items()}
    kinds = known["split"]
    return Config(
        **{
            **known,
            "mode": Mode(known["mode"]),
            "accepted": Accepted(known["accepted"]),
            "target": Target(known["target"]),
            "priority": Priority(known["priority"]),
            "split": None if kinds is None else tuple(DocumentKind(**kind) for kind in kinds),
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def priority_of(job: Job) -> Priority:
    """How soon its documents start; without the rest of the configuration, for it is asked of each of thousands."""
    return Priority(str(job.options.get("priority", Priority.MEDIUM)))


def config_of(world: World, document: Document) -> Config:
    """The configuration of a document's job."""
    job = world.jobs.get(document.tenant, document.job_id)
    return from_options(job.options) if job else Config()
