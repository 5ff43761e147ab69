"""How a job's documents are to be read, from the options that its contract kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quire.domain.document import Document
from quire.domain.ports import World


class Mode(StrEnum):
    """What Textract is asked for the pages that go there."""

    FAST = "fast"
    BALANCED = "balanced"

    @property
    def features(self) -> Sequence[str]:
        """FeatureTypes of AnalyzeDocument; none means DetectDocumentText (Textract guide)."""
        return () if self is Mode.FAST else ("FORMS", "TABLES")

    @property
    def every_page(self) -> bool:
        """Pages with a sound text layer go to Textract too."""
        return self is not Mode.FAST


@dataclass(frozen=True, slots=True)
class Config:
    """`schema` is the key of the JSON Schema whose fields are wanted; without one: chunks of `text` and `tables`."""

    mode: Mode = Mode.FAST
    password: str | None = None
    text: bool = True
    tables: bool = True
    schema: str | None = None


def to_options(config: Config) -> Mapping[str, object]:
    """As a job keeps it."""
    return {"mode": config.mode.value, "password": config.password, "text": config.text, "tables": config.tables}


def from_options(options: Mapping[str, object]) -> Config:
    password = options.get("password")
    return Config(
        mode=Mode(str(options.get("mode", Mode.FAST.value))),
        password=None if password is None else str(password),
        text=bool(options.get("text", True)),
        tables=bool(options.get("tables", True)),
        schema=None if options.get("schema") is None else str(options["schema"]),
    )


def config_of(world: World, document: Document) -> Config:
    """The configuration of a document's job."""
    job = world.jobs.get(document.tenant, document.job_id)
    return from_options(job.options) if job else Config()
