"""How well printed words name a field, and how well they name something else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Generic, TypeVar, overload

import msgspec

from quire.extraction.fields import Field
from quire.extraction.words import Tokens, vocabulary, weight

_LEAST = 0.55  # of a phrase's weight has to be there
_MOST_KNOWN = 500_000  # scores of fields that are kept: a label of a large schema names thousands of them
_MOST_THINGS = 50_000
_TRUST = 0.9  # in a common name of a thing, of that in a field's own name
_OF_A_LABEL = 10  # and what a label takes beside its scores, in scores
_EXTRA = 0.25  # a word that the phrase does not have, in weights of a full word


class Match(msgspec.Struct, frozen=True, gc=False):
    """0..1 each: the label names the field; it names something else."""

    own: float
    rival: float


_Owner = TypeVar("_Owner", int, str)
NOTHING = Match(0.0, 0.0)


class Matches(Sequence[Match]):
    """How well a label names each field, in order; worked out where it is asked for: a schema may have thousands of
    fields, of which a label names a few.

    `top`: how well it names the one that it names best. `owns`: the fields that it names at all, each with how well.
    `things`: the known things that it names, likewise.
    """

    __slots__ = ("_concepts", "owns", "things", "top")

    def __init__(
        self, own: Mapping[int, float], things: Mapping[str, float], concepts: Sequence[frozenset[str]]
    ) -> None:
        self.owns = own
        self._concepts = concepts
        self.things = things
        self.top = max(own.values(), default=0.0)

    def __len__(self) -> int:
        return len(self._concepts)

    @overload
    def __getitem__(self, index: int) -> Match: ...

    @overload
    def __getitem__(self, index: slice) -> list[Match]: ...

    def __getitem__(self, index: int | slice) -> Match | list[Match]:
        if isinstance(index, slice):
            return [self[n] for n in range(len(self))[index]]
        own = self.owns.get(index, 0.0)
        concepts = self._concepts[index]  # ends an iteration
        rival = self.top if self.top > own else 0.0
        for thing, score in self.things.items():
            if score > rival and thing not in concepts:
                rival = score
        return Match(own, rival) if own or rival else NOTHING


class _Phrases(Generic[_Owner]):
    """Phrases by their words, each with its weight, its trust, and whose name it is."""

    def __init__(self, phrases: Iterable[tuple[frozenset[str], float, float, _Owner]]) -> None:
        self._phrases: list[tuple[frozenset[str], float, float, _Owner]] = list(phrases)
        self._by_token: dict[str, list[int]] = {}
        for n, (words, *_) in enumerate(self._phrases):
            for word in words:
                self._by_token.setdefault(word, []).append(n)

    def have(self, printed: Tokens) -> bool:
        """Whether any of these words stands in any phrase."""
        return not self._by_token.keys().isdisjoint(printed)

    def named(self, printed: Tokens) -> dict[_Owner, float]:
        """Whom the words name, each with how well (0..1)."""
        found: dict[_Owner, float] = {}
        words = set(printed)
        whole = sum(map(weight, words))
        shared: dict[int, float] = {}
        for word in words:
            value = weight(word)
            for index in self._by_token.get(word, ()):
                shared[index] = shared.get(index, 0.0) + value
        for index, common in shared.items():
            _, full, trust, owner = self._phrases[index]
            covered = common / full
            if covered < _LEAST:
                continue
            score = trust * covered**1.5 / (1.0 + _EXTRA * (whole - common))
            if score > found.get(owner, 0.0):
                found[owner] = score
        return found


@cache
def _known_things() -> _Phrases[str]:
    return _Phrases(
        (frozenset(words), sum(map(weight, words)), _TRUST, name)
        for name, concept in vocabulary().concepts.items()
        for words in concept.phrases
    )


@lru_cache(maxsize=_MOST_THINGS)
def _things(printed: Tokens) -> Mapping[str, float]:
    """The known things that the words name: the same for every schema."""
    return _known_things().named(printed)


class Labels:
    """The names of all fields of a schema and of the things that documents usually name."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = fields
        self._names = _Phrases(
            (p.tokens, p.weight, p.trust, n) for n, field in enumerate(fields) for p in field.phrases
        )
        self._words = [frozenset(word for phrase in field.phrases for word in phrase.tokens) for field in fields]
        self._concepts = [field.concepts for field in fields]
        self._nothing = Matches({}, {}, self._concepts)
        self._known: dict[Tokens, Matches] = {}
        self._kept = 0

    def match(self, printed: Tokens) -> Matches:
        """For each field, in order."""
        if not printed:
            return self._nothing
        found = self._known.get(printed)
        if found is None:
            if self._kept >= _MOST_KNOWN:
                self._known.clear()
                self._kept = 0
            found = Matches(self._names.named(printed), _things(printed), self._concepts)
            self._known[printed] = found
            self._kept += _OF_A_LABEL + len(found.owns)
        return found

    def touch_any(self, printed: Tokens) -> bool:
        """Whether any of these words stands in a name of any field: else none is matched."""
        return self._names.have(printed)

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

    def things(self, printed: Tokens) -> Mapping[str, float]:
        """The known things that the words name, each with how well (0..1)."""
        return _things(printed)
