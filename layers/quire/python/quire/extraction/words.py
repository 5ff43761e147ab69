"""Words of labels and of field names in one form, whatever the language, the case and the small errors of OCR.

The vocabulary is general knowledge of business documents in six languages: which words mean the same, and how
the usual things (a total, a due date) are called.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

Tokens = tuple[str, ...]

_PIECE = re.compile(r"[a-z0-9]+|#")
# Not within an abbreviation of syllables: `MwSt`, `USt`, `IDs`.
_CAMEL = re.compile(
    r"(?<=[a-z])(?!(?<=\b[A-Z][a-z])[A-Z][a-z]\b)(?=[A-Z])|(?<=[A-Z])(?!(?<=\b[A-Z])[A-Z][a-z]\b)(?=[A-Z][a-z])"
)
_POSSESSIVE = re.compile(r"['’]s\b")
_LOOKS_LIKE = str.maketrans("015", "ols")  # digits that OCR takes letters for
_SHORTEST_FUZZY = 5


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that documents name in many ways; `family` is what its values are (see `fields`)."""

    family: str
    phrases: tuple[Tokens, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`canonical`: any word -> the words that stand for it; `common`: words that are no misread other ones."""

    canonical: Mapping[str, Tokens]
    stop: frozenset[str]
    generic: frozenset[str]
    concepts: Mapping[str, Concept]
    known: frozenset[str]
    common: frozenset[str]
    near: Mapping[str, str]


@cache
def vocabulary() -> Vocabulary:
    """The package's vocabulary; read once."""
    raw = json.loads(Path(__file__).with_name("vocabulary.json").read_text(encoding="utf-8"))
    canonical: dict[str, Tokens] = {}
    for word, others in raw["synonyms"].items():
        canonical[word] = (word,)
        for other in others:
            canonical.setdefault(other, (word,))
    for word, expansion in raw["expansions"].items():
        canonical[word] = tuple(part for piece in expansion for part in canonical.get(piece, (piece,)))
    stop = frozenset(raw["stop"])
    concepts: dict[str, Concept] = {}
    known = set(canonical)
    for name, concept in raw["concepts"].items():
        phrases = []
        for phrase in concept["phrases"]:
            tokens = [t for piece in _pieces(phrase) for t in canonical.get(piece, (piece,)) if t not in stop]
            known.update(_pieces(phrase))
            phrases.append(tuple(dict.fromkeys(tokens)))
        concepts[name] = Concept(concept["family"], tuple(dict.fromkeys(filter(None, phrases))))
    return Vocabulary(
        canonical,
        stop,
        frozenset(raw["generic"]),
        concepts,
        frozenset(known),
        frozenset(raw["common"]),
        _neighbours(known),
    )


def _neighbours(known: Iterable[str]) -> dict[str, str]:
    """Each word with one letter left out -> the word: finds words at an edit distance of one."""
    near: dict[str, str] = {}
    for word in sorted(known):
        if len(word) >= _SHORTEST_FUZZY:
            for n in range(len(word)):
                near.setdefault(word[:n] + word[n + 1 :], word)
    return near


def plain(text: str) -> str:
    """Lower case, without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("°", "o").replace("№", "no"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(plain(_CAMEL.sub(" ", _POSSESSIVE.sub("", text))))


@lru_cache(maxsize=65536)
def tokens(word: str) -> Tokens:
    """The canonical words in one printed word: `Invoice#` gives invoice, number; figures give nothing."""
    found: list[str] = []
    words = vocabulary()
    for piece in _pieces(word):
        if piece in words.canonical:
            found += words.canonical[piece]
        elif piece in words.known:
            found.append(piece)
        elif piece.isdigit():
            continue
        else:
            found += _recovered(piece)
    return tuple(token for token in found if token not in words.stop)


def _recovered(piece: str) -> Tokens:
    """What a word that nobody knows may have been before OCR: digits for letters, one letter off, two words in one."""
    words = vocabulary()
    digits = sum(c.isdigit() for c in piece)
    if digits:
        if digits > len(piece) / 2 or len(piece) < 3:
            return ()
        piece = piece.translate(_LOOKS_LIKE)
        if piece in words.known:
            return words.canonical.get(piece, (piece,))
        if not piece.isalpha():
            return ()
    if len(piece) >= _SHORTEST_FUZZY and piece not in words.common:
        found = words.near.get(piece)
        if found is None:
            for n in range(len(piece)):
                shorter = piece[:n] + piece[n + 1 :]
                if len(shorter) >= _SHORTEST_FUZZY - 1 and shorter in words.known:
                    found = shorter
                    break
                if shorter in words.near and len(words.near[shorter]) == len(piece):
                    found = words.near[shorter]
                    break
        # A first letter is seldom misread, and another one makes another word: mount, amount.
        if found is not None and abs(len(found) - len(piece)) <= 1 and found[0] == piece[0]:
            return words.canonical.get(found, (found,))
    single = _single(piece)
    if single != piece:
        return words.canonical.get(single, (single,))
    single = _single(piece)
    if single != piece:
        return words.canonical.get(single, (single,))
    if len(piece) >= 7:
        for n in range(2, len(piece) - 1):
            left, right = piece[:n], piece[n:]
            if left in words.known and right in words.known and max(len(left), len(right)) >= 4:
                return words.canonical.get(left, (left,)) + words.canonical.get(right, (right,))
    return (piece,)


def _single(word: str) -> str:
    """One of several, and what one does as what many do: allergies, allergy; smokes, smoke."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "aisu" else word


def phrase(text: str) -> Tokens:
    """The canonical words of a text, each once, in order."""
    return tuple(dict.fromkeys(token for word in text.replace("_", " ").split() for token in tokens(word)))


def weight(token: str) -> float:
    """How much a word says of what is meant: `date` less than `birth`."""
    return 0.5 if token in vocabulary().generic else 1.0
