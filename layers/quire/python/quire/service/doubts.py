"""Which values of a document are for a person to see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quire.domain.review import doubtful
from quire.service.config import Config
from quire.service.parts import Part


class Doubts:
    """The paths of a document's parts that are for a person, gathered while its parts are written."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._found: list[tuple[str, float]] = []
        self._missing: list[str] = []
        self._short: list[str] = []

    def noting(self, parts: Iterable[Part]) -> Iterator[Part]:
        """The parts as they come. Of several, a path begins with the part's number: `[1].total`."""
        for number, part in enumerate(parts):
            before = "" if self._config.whole else f"[{number}]."
            # As they are written: what a reader sees decides.
            self._found += [(before + leaf.path, round(leaf.confidence, 4)) for leaf in part.found.leaves]
            self._missing += [before + path for path in part.found.ungrounded]
            self._short += [before + count.path for count in part.found.lists if count.short]
            yield part

    @property
    def paths(self) -> list[str]:
        threshold = self._config.review_threshold
        return [] if threshold is None else doubtful(self._found, self._missing, threshold, self._short)
