"""An extractor: a named schema and configuration, saved as versions that never change.

An extractor's id is made as a job's: its low 16 bits are free, and hold the number in a version's id. So a version's id
is a UUID of its own that leads back to its extractor without a lookup, and its number 0 would be the extractor's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from quire.domain import ids

MOST_VERSIONS = 10_000
MOST_NAME_CHARACTERS = 255
DETECT, GENERATE = "detect", "generate"
"""Built-in ways of jobs that make a schema for their caller: they are no extractions, and nobody is told of them."""
_RELEASE = re.compile(r"(\d+)\.(\d+)")


class Release(StrEnum):
    """How far a release is from the one before (Extend, `releaseType`)."""

    MAJOR = "major"
    MINOR = "minor"


class Order(StrEnum):
    """What a tenant's extractors are listed by."""

    CREATED = "created"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class Extractor:
    """The head of its versions. Times are milliseconds since 1970.

    `latest` is the number of the newest version, `releases` the number of each that was released, by its label.
    `revision` counts the writes of this head, so that of two writers who read the same one only one succeeds. `leads`:
    the name leads here, for it was free when it was taken. `settings` are what a contract keeps beside the versions."""

    tenant: str
    id: str
    name: str
    created_at: int
    updated_at: int
    description: str = ""
    latest: int = 1
    releases: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    leads: bool = True
    revision: int = 1

    @property
    def released(self) -> int | None:
        """The number of the newest release."""
        return max(self.releases.values(), default=None)


@dataclass(frozen=True, slots=True)
class Version:
    """What an extractor was at one time; it never changes. `number` counts from 1, `schema` is None when no fields are
    named yet, `config` holds the options of a job, `release` is a label such as 1.0 of one that was released."""

    tenant: str
    extractor_id: str
    number: int
    schema: object
    config: Mapping[str, object]
    created_at: int
    release: str | None = None
    description: str = ""

    @property
    def id(self) -> str:
        return ids.document_id(self.extractor_id, self.number - 1)


def new_extractor_id(now_ms: int) -> str:
    """A UUIDv7 with room for the numbers of its versions."""
    return ids.new_job_id(now_ms)


def locate_version(version_id: str) -> tuple[str, int]:
    """The (extractor id, number) that a version's id holds. ValueError when it is not a version's id."""
    extractor_id, position = ids.locate(version_id)
    return extractor_id, position + 1


def next_release(releases: Mapping[str, int], release: Release) -> str:
    """The label of the next release: 1.0 or 0.1 are the first, 2.0 and 1.1 follow 1.0."""
    labels = (match for match in map(_RELEASE.fullmatch, releases) if match)
    major, minor = max(((int(label[1]), int(label[2])) for label in labels), default=(0, 0))
    return f"{major + 1}.0" if release is Release.MAJOR else f"{major}.{minor + 1}"


def compact(value: object) -> str:
    """A schema or configuration as it is kept: JSON without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def list_place(extractor: Extractor, order: Order) -> str:
    """The extractor's place in a list, which sorts as text."""
    return extractor.id if order is Order.CREATED else f"{extractor.updated_at:015d}#{extractor.id}"


def is_list_place(text: str, order: Order) -> bool:
    return re.fullmatch("[0-9a-f-]{36}" if order is Order.CREATED else r"[0-9]{15}#[0-9a-f-]{36}", text) is not None
