"""Scalars from a view: for each field its candidates, ranked; the best, where it is good enough, is the answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, compress, groupby
from typing import TypeVar

from quire.extraction import addresses, candidates, choices, currencies, letterhead, prose, rank, signatures, texts
from quire.extraction.candidates import Candidate, Features
from quire.extraction.fields import Family, Field
from quire.extraction.labels import Labels, Match
from quire.extraction.leaf import Citation, Leaf, citation, legibility, written
from quire.extraction.rank import Ranked
from quire.extraction.ready import Ready
from quire.extraction.view import View

_TOGETHER = 1.5  # in favour of two dates that stand together as a period
_MOST_PAIRED = 12
_IS_STEP = 0.75  # how well a label says that an amount is a tax, a discount, a rounding
_MOST_ADDED = 6  # ways from a sum to the next; an invoice has one or two charges, a list of charges is none
_AFTER_TAX, _BEFORE_TAX = frozenset(["total", "gross_amount"]), frozenset(["subtotal"])
_MOST_TAX = 0.35  # of what is taxed
_LATE = 12  # rows; a title stands above
_POOLS = {"amounts", "evidence", "dates", "codes", "head", "addresses", "titles", "prose", *Family}
T = TypeVar("T")


def fill(view: View, ready: Ready, sums: set[float], *, calibrated: bool) -> dict[str, Leaf]:
    """The answered scalars of one level, by path, in the schema's order.

    Args:
        view: where they are looked for.
        ready: the level.
        sums: of the columns of numbers in its arrays, for a total may be one.
        calibrated: whether a confidence is how often such answers are right, or the raw share.
    """

    def kind(index: int) -> Family:
        family = ready.fields[index].family
        return Family.AMOUNT if family is Family.NUMBER else family

    ranked: list[list[Ranked]] = [[] for _ in ready.fields]
    # Fields of one kind share their candidates, which are let go before the next kind's are made.
    for _, group in groupby(sorted(range(len(ready.fields)), key=kind), kind):
        for index in group:
            ranked[index] = best_of(view, ready, index, sums)
        for pool in _POOLS & view.pools.keys():
            del view.pools[pool]
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


def features_of(view: View, ready: Ready, index: int, sums: set[float]) -> tuple[list[Candidate], Iterator[Features]]:
    """What could fill the field, and the features of each, made one by one: a long document has many."""
    one = ready.fields[index]
    pool, features = _features(view, ready, index, sums)
    if one.scalar.pattern is not None:
        kept = [written(one.scalar, candidate) is not None for candidate in pool]
        pool, features = list(compress(pool, kept)), compress(features, kept)
    heard, more = _heard(view, one, pool)
    if not heard and not more:
        return pool, features
    told = ({**found, "answered": heard[n]} if n in heard else found for n, found in enumerate(features))
    return [*pool, *more], chain(told, ({"answered": confidence} for confidence in more.values()))


def _features(view: View, ready: Ready, index: int, sums: set[float]) -> tuple[list[Candidate], Iterator[Features]]:
    one, labels = ready.fields[index], ready.labels
    match family_key(one):
        case Family.AMOUNT | Family.NUMBER:
            pool = _cached(view, "amounts", lambda: candidates.amounts_of(view))
            evidence = _cached(view, "evidence", lambda: _evidence(view, pool, labels))
            return pool, (
                _amount_features(one, c, rank.label_features(c, labels, index) | evidence.get(n, {}), sums)
                for n, c in enumerate(pool)
            )
        case Family.DATE:
            pool = _cached(view, "dates", lambda: candidates.dates_of(view))
            return pool, (_date_features(one, c, rank.label_features(c, labels, index)) for c in pool)
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
            pool += _cached(view, "head", lambda: letterhead.names(view))
            return pool, ({**c.base, "headed": float("position" in c.base)} for c in pool)
        case Family.ADDRESS:
            led = list(texts.labelled(view, labels, index, lines=4))
            blocks = _cached(view, "addresses", lambda: addresses.blocks(view))
            return [*led, *blocks], chain(
                (c.base | addresses.shape(c) for c in led),
                (c.base | _named(labels.match(c.left or c.above)[index]) for c in blocks),
            )
        case Family.TITLE:
            pool = [*texts.labelled(view, labels, index), *_cached(view, "titles", lambda: letterhead.titles(view))]
            first = view.numbers[0] if view.numbers else 0
            return pool, ({**c.base, "late": float(c.page != first or c.segment.row >= _LATE)} for c in pool)
        case _:
            pool = [*texts.labelled(view, labels, index), *prose.named(view, labels, index)]
            return pool, (c.base for c in pool)
    return pool, (c.base | rank.label_features(c, labels, index) for c in pool)


def _amount_features(one: Field, candidate: Candidate, found: Features, sums: set[float]) -> Features:
    found.update(candidate.base)
    if found.pop("year", None):
        found["year_right" if any(known.tokens == {"year"} for known in one.phrases) else "year_wrong"] = 1.0
    if "discount" in one.concepts:  # a minus is what it is, not what speaks against it
        found.pop("negative", None)
    taxed, untaxed = found.pop("taxed", 0.0), found.pop("untaxed", 0.0)
    final, interim, tax = found.pop("final", 0.0), found.pop("interim", 0.0), found.pop("tax", 0.0)
    if one.concepts & _BEFORE_TAX:
        taxed, untaxed = untaxed, taxed
    elif "total" in one.concepts and "gross_amount" not in one.concepts:
        taxed, untaxed = final, interim
    if one.concepts & (_BEFORE_TAX | _AFTER_TAX):
        found.update({name: 1.0 for name, held in (("whole_right", taxed), ("whole_wrong", max(untaxed, tax))) if held})
    if round(candidate.value, 2) in sums:
        found["in_sums"] = 1.0
    return found


def _named(match: Match) -> Features:
    return {"named": match.own, "named_rival": max(0.0, match.rival - match.own)}


def _heard(view: View, one: Field, pool: Sequence[Candidate]) -> tuple[dict[int, float], dict[Candidate, float]]:
    """What Textract answered when it was asked for this field: the candidates of the pool there, or the words there;
    each with how sure it is."""
    heard: dict[int, float] = {}
    more: dict[Candidate, float] = {}
    for page in view.numbers:
        for alias, box, confidence in view.facts[page].answers:
            if alias != one.scalar.path:
                continue
            inside = [
                n for n, c in enumerate(pool) if c.page == page and all(box.holds(*w.box.centre, 1.0) for w in c.words)
            ]
            heard.update(dict.fromkeys(inside, confidence))
            made = candidates.stated(view, one, page, box)
            if made is not None and not any(pool[n].text == made.text for n in inside):
                more[made] = confidence
    return heard, more


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
    found["plain"] = float("unnamed" in found and "foreign" not in found and "invoice_date" in one.concepts)
    found["pair_right"] = first if one.part < 0 else second if one.part > 0 else 0.0
    found["pair_wrong"] = second if one.part < 0 else first if one.part > 0 else 0.0
    found["pair_unwanted"] = max(first, second) if one.part == 0 else 0.0
    return found


def _evidence(view: View, pool: Sequence[Candidate], labels: Labels) -> dict[int, Features]:
    """What sums say of amounts: one is the sum of those above it, or what was tendered less the change."""
    found = _taxed(pool, labels)
    columns: dict[tuple[int, int], list[int]] = {}
    tendered: set[float] = set()
    change: set[float] = set()
    for n, candidate in enumerate(pool):
        if "decimals" not in candidate.base:
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
                    found.setdefault(n, {})["column_sum"] = 1.0
                    break
    if change or paid:
        for n, candidate in enumerate(pool):
            if candidate.value in paid:
                found.setdefault(n, {})["paid"] = 1.0
            elif candidate.value in tendered and change:
                found.setdefault(n, {})["handed_over"] = 1.0
    return found


def _taxed(pool: Sequence[Candidate], labels: Labels) -> dict[int, Features]:
    """What is a sum before tax, a discount or rounding, what the sum after it, what the tax itself.

    `Total 87.80 5.27` makes 93.07 the whole. A tax is called so, or is a printed rate's share of the sum before it.
    """
    money = [n for n, c in enumerate(pool) if "decimals" in c.base]
    values = {round(pool[n].value, 2) for n in money if pool[n].value > 0}
    named: dict[str, set[float]] = {"tax": set(), "discount": set(), "rounding": set(), "shipping": set()}
    for n in money:
        beside = labels.things(pool[n].inline or pool[n].left)
        over = labels.things(pool[n].above or pool[n].header)
        for thing, held in named.items():
            known = max(beside.get(thing, 0.0), over.get(thing, 0.0) if thing == "tax" else 0.0)
            if known >= _IS_STEP and pool[n].value:
                held.add(round(abs(pool[n].value), 2))
    rates = {abs(pool[n].value) / 100 for n in range(len(pool)) if "percent" in pool[n].base}
    rates = {rate for rate in rates if 0 < rate < _MOST_TAX}
    taxed = {
        (net, round(net + tax, 2), tax)
        for net in values
        for tax in named["tax"] | {round(net * rate, 2) for rate in rates} & values
        if tax < _MOST_TAX * net and round(net + tax, 2) in values
    }
    reduced = {(a, round(a - less, 2)) for a in values for less in named["discount"] if round(a - less, 2) in values}
    added = _added(named["shipping"], named["discount"])
    steps = {(a, a + more + tax, tax) for a in values for more in added for tax in named["tax"] if tax < _MOST_TAX * a}
    taxed |= {(a, round(b, 2), tax) for a, b, tax in steps if round(b, 2) in values}
    reduced |= {(a, round(a + more, 2)) for a in values for more in added if round(a + more, 2) in values}
    rounded = {
        (a, b)
        for cents in named["rounding"]
        for a in values
        for b in (round(a - cents, 2), round(a + cents, 2))
        if b in values and _is_round(b) and not _is_round(a)
    }
    found: dict[int, Features] = {}
    _sides(found, pool, money, {(a, b) for a, b, _ in taxed}, "taxed", "untaxed")
    _sides(found, pool, money, {(a, b) for a, b, _ in taxed} | reduced | rounded, "final", "interim")
    taxes = {tax for _, _, tax in taxed} - {sum_ for a, b, _ in taxed for sum_ in (a, b)}
    for n in money:
        if round(pool[n].value, 2) in taxes:
            found.setdefault(n, {})["tax"] = 1.0
    return found


def _added(shipping: set[float], discounts: set[float]) -> set[float]:
    """What may come to a sum before its tax: a charge for delivery, less a discount; nothing where a list has many."""
    if not shipping or len(shipping) * (len(discounts) + 1) > _MOST_ADDED:
        return set()
    return shipping | {charge - less for charge in shipping for less in discounts}


def _sides(
    found: dict[int, Features],
    pool: Sequence[Candidate],
    money: Sequence[int],
    steps: set[tuple[float, float]],
    after: str,
    before: str,
) -> None:
    """Mark what stands on one side only of steps from a sum to the next."""
    befores, afters = {a for a, _ in steps}, {b for _, b in steps}
    for n in money:
        value = round(pool[n].value, 2)
        if (value in befores) != (value in afters):
            found.setdefault(n, {})[after if value in afters else before] = 1.0


def _is_round(value: float) -> bool:
    """Payable in cash where the smallest coin is of five cents."""
    return round(value * 100) % 5 == 0


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
