"""A reading and a schema become fields, each with its confidence and its place on a page."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from quire.extraction import amounts, candidates, choices, dates, rank, rows, texts
from quire.extraction.candidates import Candidate, Features
from quire.extraction.fields import Family, Field, compile_field, leaves
from quire.extraction.labels import Labels
from quire.extraction.rank import Ranked
from quire.extraction.schema import Array, Kind, Node, Object, Scalar, parse
from quire.extraction.view import View
from quire.reading.model import Box, Page, Word


@dataclass(frozen=True, slots=True)
class Options:
    """`calibrated`: false gives the raw shares as confidences, which the calibration is fitted from."""

    calibrated: bool = True


@dataclass(frozen=True, slots=True)
class Citation:
    """Words on a page: its number (from 1), their box in points, their text as printed."""

    page: int
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """One scalar of the answer; `path` as in `line_items[0].amount`."""

    path: str
    value: Any
    confidence: float
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """`data` is shaped as the schema says; `leaves` in its order; `ungrounded`: paths left null for want of words."""

    data: dict[str, Any]
    leaves: tuple[Leaf, ...]
    ungrounded: tuple[str, ...]


@dataclass(slots=True)
class Ready:
    """A schema made ready: its tree, its scalars outside of arrays, and what their labels may be.

    `pairs`: fields that are the first and the last day of one period.
    """

    tree: Object
    fields: list[Field]
    labels: Labels
    pairs: list[tuple[int, int]]
    arrays: dict[str, tuple[Array, list[Field], Labels]] = field(default_factory=dict)


def extract(pages: Iterable[Page], schema: Any, options: Options | None = None) -> Extraction:
    """Fill the schema from the pages.

    Args:
        pages: in order; all are looked at.
        schema: any dialect of `schema.parse`.
        options: see there.

    Raises:
        SchemaRefused: the schema cannot be filled.
    """
    options = options or Options()
    ready = prepare(schema)
    view = View([page for page in pages if page.lines])
    filled = arrays_of(view, ready)
    found: dict[str, Leaf] = {}
    ranked = [best_of(view, ready, index, filled.sums) for index in range(len(ready.fields))]
    for first, second in ready.pairs:
        _pair(ranked, first, second)
    for one, best in zip(ready.fields, ranked, strict=True):
        leaf = _leaf(view, one, best, options)
        if leaf is not None:
            found[one.scalar.path] = leaf
    data = _shaped(ready.tree, found, filled.values)
    ungrounded = tuple(one.scalar.path for one in ready.fields if one.scalar.path not in found)
    inside = (
        replace(leaf, confidence=rank.calibrated("cell", leaf.confidence)) if options.calibrated else leaf
        for leaf in filled.leaves
    )
    return Extraction(data, (*(found[path] for path in found), *inside), ungrounded)


@dataclass(slots=True)
class Filled:
    """The arrays of a document by path, their leaves, and the sums of their columns of numbers."""

    values: dict[str, list[Any]] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    sums: set[float] = field(default_factory=set)


def arrays_of(view: View, ready: Ready) -> Filled:
    """Every array of the schema, filled."""
    filled = Filled()
    for path, (array, fields, labels) in ready.arrays.items():
        values, leaves_ = _array(view, array, fields, labels)
        filled.values[path] = values
        filled.leaves += leaves_
        for one in fields:
            if one.family is Family.AMOUNT:
                end = one.scalar.path.rpartition("[]")[2]
                numbers = [leaf.value for leaf in leaves_ if leaf.path.endswith(end)]
                if numbers and all(isinstance(value, (int, float)) for value in numbers):
                    filled.sums.add(round(sum(numbers), 2))
    return filled


def prepare(schema: Any) -> Ready:
    """The schema made ready to be filled; the last few are kept.

    Raises:
        SchemaRefused: see `schema.parse`.
    """
    try:
        return _prepared(json.dumps(schema))
    except (TypeError, ValueError):
        return _ready(parse(schema))


@lru_cache(maxsize=16)
def _prepared(text: str) -> Ready:
    return _ready(parse(json.loads(text)))


def _ready(tree: Object) -> Ready:
    fields = [compile_field(scalar, parents) for scalar, parents in leaves(tree)]
    ready = Ready(tree, fields, Labels(fields), _pairs(fields))
    for array in _arrays(tree):
        inner = [compile_field(scalar, parents) for scalar, parents in leaves(array.items)]
        ready.arrays[array.path] = (array, inner, Labels(inner))
    return ready


def _pairs(fields: Sequence[Field]) -> list[tuple[int, int]]:
    """A first day is paired with the last day whose names have the most words in common."""
    pairs: list[tuple[int, int]] = []
    for n, one in enumerate(fields):
        if one.family is not Family.DATE or one.part >= 0:
            continue
        own = {token for phrase in one.phrases for token in phrase.tokens}
        mates = [
            (len(own & {token for phrase in other.phrases for token in phrase.tokens}), -m)
            for m, other in enumerate(fields)
            if other.family is Family.DATE and other.part > 0
        ]
        if mates and max(mates)[0]:
            pairs.append((n, -max(mates)[1]))
    return pairs


_TOGETHER = 1.5  # in favour of two dates that stand together as a period
_MOST_PAIRED = 12


def _pair(ranked: list[list[Ranked]], first: int, second: int) -> None:
    """Choose the two days of a period together: from one period where they can be, never the last before the first."""
    if not ranked[first] or not ranked[second]:
        return
    best: tuple[float, Ranked, Ranked] | None = None
    for a in ranked[first][:_MOST_PAIRED]:
        for b in ranked[second][:_MOST_PAIRED]:
            if a.candidate.value > b.candidate.value:
                continue
            score = math.log(a.share + 1e-6) + math.log(b.share + 1e-6) + _TOGETHER * (a.candidate.mate is b.candidate)
            if best is None or score > best[0]:
                best = (score, a, b)
    if best is not None:
        for index, chosen in ((first, best[1]), (second, best[2])):
            ranked[index].remove(chosen)
            ranked[index].insert(0, chosen)


def _arrays(node: Node) -> Iterator[Array]:
    if isinstance(node, Array):
        yield node
    elif isinstance(node, Object):
        for inner in node.properties:
            yield from _arrays(inner)


def best_of(view: View, ready: Ready, index: int, sums: set[float]) -> list[Ranked]:
    """All candidates for one field, the best first."""
    one = ready.fields[index]
    if one.family is Family.CHOICE:
        return choices.chosen(view, one, ready.labels, index)
    pool, features = features_of(view, ready, index, sums)
    return rank.order(pool, features, weights_of(one))


def weights_of(one: Field) -> Mapping[str, float]:
    weights: Mapping[str, Mapping[str, float]] = rank.model()["weights"]
    return weights.get(family_key(one), {})


def family_key(one: Field) -> str:
    """Which weights rank this field's candidates: those of its family, a letterhead's own where one may say it."""
    if one.family is Family.ORGANISATION and not one.issuer:
        return Family.TEXT
    return one.family


def features_of(view: View, ready: Ready, index: int, sums: set[float]) -> tuple[list[Candidate], list[Features]]:
    """What could fill the field, each with its features."""
    one, labels = ready.fields[index], ready.labels
    match family_key(one):
        case Family.AMOUNT | Family.NUMBER:
            pool = _cached(view, "amounts", lambda: candidates.amounts_of(view))
            evidence = _cached(view, "evidence", lambda: _evidence(view, pool, labels))
            features = []
            for n, candidate in enumerate(pool):
                found = {**candidate.base, **rank.label_features(candidate, labels, index)}
                found["in_sums"] = float(round(candidate.value, 2) in sums)
                found.update(evidence[n])
                features.append(found)
            return pool, features
        case Family.DATE:
            pool = _cached(view, "dates", lambda: candidates.dates_of(view))
            return pool, [_date_features(one, c, rank.label_features(c, labels, index)) for c in pool]
        case Family.IDENTIFIER:
            pool = _cached(view, "codes", lambda: candidates.codes_of(view))
        case Family.PHONE | Family.EMAIL | Family.URI | Family.TIME as family:
            pool = _cached(view, family, lambda: candidates.shaped_of(view, family))
        case Family.ORGANISATION:
            pool = [*texts.labelled(view, labels, index), *_cached(view, "head", lambda: texts.letterhead(view))]
            return pool, [{**c.base, "headed": float("position" in c.base)} for c in pool]
        case Family.ADDRESS:
            blocks = _cached(view, "addresses", lambda: texts.addresses(view))
            return blocks, [{**c.base} for c in blocks]
        case _:
            pool = list(texts.labelled(view, labels, index))
            return pool, [c.base for c in pool]
    return pool, [{**c.base, **rank.label_features(c, labels, index)} for c in pool]


def _cached(view: View, key: str, make: Any) -> Any:
    if key not in view.pools:
        view.pools[key] = make()
    return view.pools[key]


def _date_features(one: Field, candidate: Candidate, found: Features) -> Features:
    first, second = candidate.base.get("first", 0.0), candidate.base.get("second", 0.0)
    found.update(candidate.base)
    found.pop("first", None)
    found.pop("second", None)
    found["pair_right"] = first if one.part < 0 else second if one.part > 0 else 0.0
    found["pair_wrong"] = second if one.part < 0 else first if one.part > 0 else 0.0
    found["pair_unwanted"] = max(first, second) if one.part == 0 else 0.0
    return found


def _evidence(view: View, pool: Sequence[Candidate], labels: Labels) -> list[Features]:
    """What sums say of each amount: it is the sum of those above it, or what was tendered less the change."""
    found: list[Features] = [{} for _ in pool]
    columns: dict[tuple[int, int], list[int]] = {}
    tendered: set[float] = set()
    change: set[float] = set()
    for n, candidate in enumerate(pool):
        if not candidate.base["decimals"]:
            continue
        things = labels.things(candidate.inline or candidate.left)
        if things.get("tendered", 0.0) >= 0.6:
            tendered.add(candidate.value)
        if things.get("change", 0.0) >= 0.6:
            change.add(candidate.value)
        columns.setdefault((candidate.page, round(candidate.box.x1 / (3 * view.height))), []).append(n)
    paid = {round(a - b, 2) for a in tendered for b in change if a >= b > 0}
    for members in columns.values():
        values = [pool[n].value for n in members]
        for at, n in enumerate(members):
            total = 0.0
            for back in range(at - 1, max(at - 40, -1), -1):
                total += values[back]
                if at - back >= 2 and abs(total - values[at]) < 0.005 and values[at] > 0:
                    found[n]["column_sum"] = 1.0
                    break
    for n, candidate in enumerate(pool):
        if candidate.value in paid:
            found[n]["paid"] = 1.0
        if candidate.value in tendered and change and candidate.value not in paid:
            found[n]["handed_over"] = 1.0
    return found


def _leaf(view: View, one: Field, ranked: Sequence[Ranked], options: Options) -> Leaf | None:
    if not ranked:
        return None
    best = ranked[0]
    if best.share < rank.model().get("least_share", 0.3):
        return None
    candidate = best.candidate
    value = written(one.scalar, candidate)
    if value is None:
        return None
    share = best.share * legibility(candidate.words)
    confidence = rank.calibrated(family_key(one), share) if options.calibrated else share
    return Leaf(one.scalar.path, value, confidence, (_citation(view, candidate.page, candidate.words),))


def legibility(words: Sequence[Word]) -> float:
    """How sure OCR was of the least legible word, kept near 1: a value in doubt is mostly right."""
    stated = [word.confidence for word in words if word.confidence is not None]
    return 0.7 + 0.3 * min(stated) if stated else 1.0


def _citation(view: View, page: int, words: Sequence[Word]) -> Citation:
    return Citation(page, view.displayed(page, words).rounded(), " ".join(word.text for word in words))


def written(scalar: Scalar, candidate: Candidate) -> Any:
    """The value as the schema's type wants it; None where it cannot be."""
    value = candidate.value
    if scalar.kind in (Kind.DATE, Kind.DATETIME, Kind.ENUM, Kind.BOOLEAN):
        return value
    if scalar.written == "integer":
        return int(value) if isinstance(value, (int, float)) and value == int(value) else None
    if scalar.written == "number":
        return value if isinstance(value, (int, float)) else None
    return candidate.text


def _array(view: View, array: Array, fields: list[Field], labels: Labels) -> tuple[list[Any], list[Leaf]]:
    if not fields:
        return [], []
    values: list[Any] = []
    found: list[Leaf] = []
    for item in rows.items_of(view, fields, labels):
        leaves_: dict[str, Leaf] = {}
        for index, words in item.cells.items():
            one = fields[index]
            leaf = _cell(view, one, words, item.page, item.fits.get(index, 0.5))
            if leaf is not None:
                leaves_[one.scalar.path] = leaf
        if not leaves_:
            continue
        n = len(values)
        values.append(_shaped_node(array.items, leaves_, {}))
        place = f"{array.path}[{n}]"
        found += [
            Leaf(leaf.path.replace(f"{array.path}[]", place, 1), leaf.value, leaf.confidence, leaf.citations)
            for leaf in leaves_.values()
        ]
    return values, found


def _cell(view: View, one: Field, words: list[Word], page: int, fit: float) -> Leaf | None:
    text = " ".join(word.text for word in words).strip(" |")
    value: Any = text
    if one.family in (Family.AMOUNT, Family.NUMBER):
        numbers = amounts.find(text, view.mark)
        if not numbers:
            return None
        number = numbers[0]
        value = number.value
        if one.scalar.written == "integer":
            value = int(value) if value == int(value) else None
        elif one.scalar.written == "string":
            value = text[number.start : number.end]
    elif one.family is Family.DATE:
        found = dates.find(text)
        if not found:
            return None
        value = found[0].date(view.order).isoformat() if one.scalar.kind is not Kind.STRING else text
    if value in (None, ""):
        return None
    return Leaf(one.scalar.path, value, min(1.0, fit) * legibility(words), (_citation(view, page, words),))


def _shaped(tree: Object, found: Mapping[str, Leaf], filled: Mapping[str, list[Any]]) -> dict[str, Any]:
    shaped: dict[str, Any] = _shaped_node(tree, found, filled)
    return shaped


def _shaped_node(node: Node, found: Mapping[str, Leaf], filled: Mapping[str, list[Any]]) -> Any:
    if isinstance(node, Object):
        return {inner.name: _shaped_node(inner, found, filled) for inner in node.properties}
    if isinstance(node, Array):
        return filled.get(node.path, [])
    leaf = found.get(node.path)
    return leaf.value if leaf is not None else None
