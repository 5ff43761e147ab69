"""The outputs of a document that is held for review: kept apart from results until a person lets one pass."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from quire.domain.document import Document, Stored
from quire.domain.places import results_of
from quire.domain.ports import World
from quire.domain.review import doubtful
from quire.service.config import Config
from quire.service.parts import Part


def first_key(document: Document) -> str:
    """Of the output as it was extracted."""
    return f"{_folder(document)}{document.position}.json"


def edited_key(document: Document) -> str:
    """Of the output with a reviewer's values."""
    return f"{_folder(document)}{document.position}.edited.json"


def _folder(document: Document) -> str:
    return f"{results_of(document.tenant, document.job_id)}review/"


def let_pass(world: World, document: Document) -> Stored:
    """The output that a person chose becomes the document's result. Repeated, it writes the same anew.

    Raises:
        KeyError: it is gone.
    """
    if document.review is None:
        raise ValueError("that document was never held")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        world.blobs.download(document.review.chosen, path)
        return world.blobs.put_file(document.result_key, path, "application/json")


class Doubts:
    """The paths of a document's parts that are for a person, gathered while its parts are written."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._found: list[tuple[str, float]] = []
        self._missing: list[str] = []

    def noting(self, parts: Iterable[Part]) -> Iterator[Part]:
        """The parts as they come. Of several, a path begins with the part's number: `[1].total`."""
        for number, part in enumerate(parts):
            before = "" if self._config.whole else f"[{number}]."
            # As they are written: what a reader sees decides.
            self._found += [(before + leaf.path, round(leaf.confidence, 4)) for leaf in part.found.leaves]
            self._missing += [before + path for path in part.found.ungrounded]
            yield part

    @property
    def paths(self) -> list[str]:
        threshold = self._config.review_threshold
        return [] if threshold is None else doubtful(self._found, self._missing, threshold)
