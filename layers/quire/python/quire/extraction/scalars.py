"""Scalars from a view: for each field its candidates, ranked; the best, where it is good enough, is the answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from quire.extraction import candidates, choices, currencies, prose, rank, signatures, texts
from quire.extraction.candidates import Candidate, Features
from quire.extraction.fields import Family, Field
from quire.extraction.labels import Labels
from quire.extraction.leaf import Citation, Leaf, citation, legibility, written
from quire.extraction.rank import Ranked
from quire.extraction.ready import Ready
from quire.extraction.view import View

_TOGETHER = 1.5  # in favour of two dates that stand together as a period
_MOST_PAIRED = 12
_LATE = 12  # rows; a title stands above
T = TypeVar("T")


def fill(view: View, ready: Ready, sums: set[float], *, calibrated: bool) -> dict[str, Leaf]:
    """The answered scalars of one level, by path, in the schema's order.

    Args:
        view: where they are looked for.
        ready: the level.
        sums: of the columns of numbers in its arrays, for a total may be one.
        calibrated: whether a confidence is how often such answers are right, or the raw share.
    """
    ranked = [best_of(view, ready, index, sums) for index in range(len(ready.fields))]
    for first, second in ready.pairs:
        _pair(ranked, first, second)
    signatures.settle(view, ready, ranked)
    currencies.settle(ready, ranked)
    found: dict[str, Leaf] = {}
    for one, best in zip(ready.fields, ranked, strict=True):
        leaf = _leaf(view, one, best, calibrated=calibrated)
        if leaf is not None:
            found[one.scalar.path] = leaf
    return found


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


def best_of(view: View, ready: Ready, index: int, sums: set[float]) -> list[Ranked]:
    """All candidates for one field, the best first."""
    one = ready.fields[index]
    if one.family is Family.CHOICE:
        return choices.chosen(view, one, ready.labels, index)
    if one.family is Family.CURRENCY:
        return currencies.printed(view, ready.labels, index)
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
    one = ready.fields[index]
    pool, features = _features(view, ready, index, sums)
    pattern = one.scalar.pattern
    if pattern is not None:
        kept = [n for n, candidate in enumerate(pool) if written(one.scalar, candidate) is not None]
        pool, features = [pool[n] for n in kept], [features[n] for n in kept]
    _heard(view, one, pool, features)
    return pool, features


def _features(view: View, ready: Ready, index: int, sums: set[float]) -> tuple[list[Candidate], list[Features]]:
    one, labels = ready.fields[index], ready.labels
    match family_key(one):
        case Family.AMOUNT | Family.NUMBER:
            pool = _cached(view, "amounts", lambda: candidates.amounts_of(view))
            evidence = _cached(view, "evidence", lambda: _evidence(view, pool, labels))
            wants_year = float(any(known.tokens == {"year"} for known in one.phrases))
            features = []
            for n, candidate in enumerate(pool):
                found = {**candidate.base, **rank.label_features(candidate, labels, index)}
                found["year_right"] = found["year"] * wants_year
                found["year_wrong"] = found.pop("year") * (1.0 - wants_year)
                if "discount" in one.concepts:  # a minus is what it is, not what speaks against it
                    found["negative"] = 0.0
                found["in_sums"] = float(round(candidate.value, 2) in sums)
                found.update(evidence[n])
                features.append(found)
            return pool, features
        case Family.DATE:
            pool = _cached(view, "dates", lambda: candidates.dates_of(view))
            return pool, [_date_features(one, c, rank.label_features(c, labels, index)) for c in pool]
        case Family.IDENTIFIER:
            pattern = one.scalar.pattern
            if pattern is None:
                pool = [*_cached(view, "codes", lambda: candidates.codes_of(view))]
                pool += candidates.keyed_codes(view, labels, index)
            else:
                pool = candidates.patterned(view, pattern)
        case Family.PHONE | Family.EMAIL | Family.URI | Family.TIME as family:
            pool = _cached(view, family, lambda: candidates.shaped_of(view, family))
        case Family.ORGANISATION:
            pool = [*texts.labelled(view, labels, index), *prose.named(view, labels, index)]
            pool += _cached(view, "head", lambda: texts.letterhead(view))
            return pool, [{**c.base, "headed": float("position" in c.base)} for c in pool]
        case Family.ADDRESS:
            pool = [*texts.labelled(view, labels, index, lines=4)]
            features = [{**c.base, **texts.address_shape(c)} for c in pool]
            for block in _cached(view, "addresses", lambda: texts.addresses(view)):
                name = labels.match(block.left or block.above)[index]
                named = {"named": name.own, "named_rival": max(0.0, name.rival - name.own)}
                pool.append(block)
                features.append({**block.base, **named})
            return pool, features
        case Family.TITLE:
            pool = [*texts.labelled(view, labels, index), *_cached(view, "titles", lambda: texts.titles(view))]
            late = [float(c.page != view.numbers[0] or c.segment.row >= _LATE) for c in pool]
            return pool, [{**c.base, "late": n} for c, n in zip(pool, late, strict=True)]
        case _:
            pool = [*texts.labelled(view, labels, index), *prose.named(view, labels, index)]
            return pool, [{**c.base} for c in pool]
    return pool, [{**c.base, **rank.label_features(c, labels, index)} for c in pool]


def _heard(view: View, one: Field, pool: list[Candidate], features: list[Features]) -> None:
    """What Textract answered when it was asked for this field: the candidates there, or else the words there."""
    for page in view.numbers:
        for alias, box, confidence in view.facts[page].answers:
            if alias != one.scalar.path:
                continue
            inside = [
                n for n, c in enumerate(pool) if c.page == page and all(box.holds(*w.box.centre, 1.0) for w in c.words)
            ]
            for n in inside:
                features[n]["answered"] = confidence
            made = candidates.stated(view, one, page, box)
            if made is not None and not any(pool[n].text == made.text for n in inside):
                pool.append(made)
                features.append({"answered": confidence})


def _cached(view: View, key: str, make: Callable[[], T]) -> T:
    if key not in view.pools:
        view.pools[key] = make()
    found: T = view.pools[key]
    return found


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


def _leaf(view: View, one: Field, ranked: Sequence[Ranked], *, calibrated: bool) -> Leaf | None:
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
    confidence = rank.calibrated(family_key(one), share) if calibrated else share
    cited = (
        citation(view, candidate.page, candidate.words)
        if candidate.words
        else Citation(candidate.page, candidate.box.rounded(), "")  # a signature's place: no word stands there
    )
    return Leaf(one.scalar.path, value, confidence, (cited,))
