"""How well printed words name a field, and how well they name something else."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from quire.extraction.fields import Field
from quire.extraction.words import Tokens, vocabulary, weight

_LEAST = 0.55  # of a phrase's weight has to be there
_MOST_KNOWN = 50_000
_EXTRA = 0.25  # a word that the phrase does not have, in weights of a full word


class Match(msgspec.Struct, frozen=True, gc=False):
    """0..1 each: the label names the field; it names something else."""

    own: float
    rival: float


NOTHING = Match(0.0, 0.0)


class Labels:
    """The names of all fields of a schema and of the things that documents usually name."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = fields
        self._phrases: list[tuple[frozenset[str], float, float, int, str]] = []
        self._by_token: dict[str, list[int]] = {}
        for n, field in enumerate(fields):
            for phrase in field.phrases:
                self._add(phrase.tokens, phrase.weight, phrase.trust, n, "")
        for name, concept in vocabulary().concepts.items():
            for words in concept.phrases:
                self._add(frozenset(words), sum(map(weight, words)), 0.9, -1, name)
        self._words = [frozenset(word for phrase in field.phrases for word in phrase.tokens) for field in fields]
        self._nothing = [NOTHING] * len(fields)
        self._known: dict[Tokens, tuple[list[Match], dict[str, float]]] = {}

    def _add(self, words: frozenset[str], full: float, trust: float, owner: int, concept: str) -> None:
        for word in words:
            self._by_token.setdefault(word, []).append(len(self._phrases))
        self._phrases.append((words, full, trust, owner, concept))

    def match(self, printed: Tokens) -> list[Match]:
        """For each field, in order."""
        return self._matched(printed)[0] if printed else self._nothing

    def touch(self, printed: Tokens, index: int) -> bool:
        """Whether any of these words stands in a name of the field: else none of them matches it."""
        return not self._words[index].isdisjoint(printed)

    def covered(self, printed: Tokens, index: int) -> float:
        """0..1: how much of the field's name of several words stands among these, whatever else they say."""
        if not self.touch(printed, index):
            return 0.0
        words = set(printed)
        best = 0.0
        for known in self._fields[index].phrases:
            common = sum(weight(word) for word in known.tokens & words)
            if len(known.tokens) > 1 and common >= _LEAST * known.weight:
                best = max(best, known.trust * (common / known.weight) ** 1.5)
        return best

    def things(self, printed: Tokens) -> dict[str, float]:
        """The known things that the words name, each with how well (0..1)."""
        return self._matched(printed)[1] if printed else {}

    def _matched(self, printed: Tokens) -> tuple[list[Match], dict[str, float]]:
        found = self._known.get(printed)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[printed] = self._match(printed)
        return found

    def _match(self, printed: Tokens) -> tuple[list[Match], dict[str, float]]:
        own = [0.0] * len(self._fields)
        things: dict[str, float] = {}
        words = set(printed)
        whole = sum(map(weight, words))
        shared: dict[int, float] = {}
        for word in words:
            value = weight(word)
            for index in self._by_token.get(word, ()):
                shared[index] = shared.get(index, 0.0) + value
        for index, common in shared.items():
            _, full, trust, owner, concept = self._phrases[index]
            covered = common / full
            if covered < _LEAST:
                continue
            score = trust * covered**1.5 / (1.0 + _EXTRA * (whole - common))
            if owner >= 0:
                own[owner] = max(own[owner], score)
            elif score > things.get(concept, 0.0):
                things[concept] = score
        matches: list[Match] = []
        for n, field in enumerate(self._fields):
            other = max((score for concept, score in things.items() if concept not in field.concepts), default=0.0)
            others = max((score for m, score in enumerate(own) if m != n), default=0.0)
            matches.append(Match(own[n], max(other, others if others > own[n] else 0.0)))
        return matches, things
