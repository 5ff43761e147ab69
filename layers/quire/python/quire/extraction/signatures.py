"""Blocks in which somebody signs: the name, the role and the day beside a signature, and for whom it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quire.extraction.candidates import Candidate, Features
from quire.extraction.fields import Family, Field
from quire.extraction.rank import Ranked
from quire.extraction.ready import Ready
from quire.extraction.schema import Kind
from quire.extraction.view import Segment, View, box_of
from quire.extraction.words import phrase, plain
from quire.reading.model import Box, Word

_KINDS = {
    "name": re.compile(r"^(?:(?:print(?:ed)?|full)\s+)?name\b(?! of)|^signed by\b|^signatory\b|^nom\b", re.IGNORECASE),
    "role": re.compile(r"^(?:job )?title\b|^(?:position|role|capacity|fonction|its)\b", re.IGNORECASE),
    "date": re.compile(r"^dated?\b|^signed on\b|^signature date\b", re.IGNORECASE),
    "sign": re.compile(r"^(?:authori[sz]ed\s+)?(?:signature|signatory|signed)\b|^by\s?:|^by$|^x_{2,}", re.IGNORECASE),
}
_FILLER = re.compile(r"^[\s_.\-:]*$")
_REACH = 5  # rows that a block spans to each side
_PARTY_ROWS = 4
_SURE = 0.85
_ORDERED = 0.6


@dataclass(slots=True)
class Block:
    """One signer's place; `party`: the words around it that say for whom; `signed`: None where nothing tells."""

    segment: Segment
    name: tuple[Segment, list[Word]] | None = None
    role: tuple[Segment, list[Word]] | None = None
    day: Candidate | None = None
    signed: bool | None = None
    mark: Candidate | None = None
    party: str = ""
    labels: set[str] = field(default_factory=set)


def settle(view: View, ready: Ready, ranked: list[list[Ranked]]) -> None:
    """Fill what is asked of signatures: the parts of each, whether there is one, and the names of signatories."""
    groups: dict[str, list[int]] = {}
    for n, one in enumerate(ready.fields):
        if one.whole is not None and one.whole.whole is Kind.SIGNATURE:
            groups.setdefault(one.whole.path, []).append(n)
        elif one.scalar.kind is Kind.SIGNATURE or _is_signatory(one):
            groups.setdefault(one.scalar.path, []).append(n)
    if not groups:
        return
    free = blocks(view)
    known = {
        one.scalar.name: plain(best[0].candidate.text)
        for one, best in zip(ready.fields, ranked, strict=True)
        if best and one.family in (Family.ORGANISATION, Family.TEXT) and one.whole is None and not _is_signatory(one)
    }
    for members in groups.values():
        block, share = _block_of([ready.fields[n] for n in members], free, known, alone=len(groups) == 1)
        if block is None:
            continue
        for n in members:
            candidate = _part(ready.fields[n], block)
            wanted = ready.fields[n].whole is not None or ready.fields[n].scalar.kind is Kind.SIGNATURE
            if candidate is not None:
                ranked[n].insert(0, Ranked(candidate, share, share))
            elif wanted:
                ranked[n].clear()


def _is_signatory(one: Field) -> bool:
    words = {*re.findall(r"[a-z]+", plain(one.scalar.name.replace("_", " "))), *phrase(one.scalar.name)}
    return bool(words & {"signatory", "signer", "signature"}) and one.family in (Family.TEXT, Family.ORGANISATION)


def _block_of(
    fields: Sequence[Field], free: list[Block], known: dict[str, str], *, alone: bool
) -> tuple[Block | None, float]:
    """The block that is for this signature: by the words of its party, else the next in order."""
    if not free:
        return None, 0.0
    first = fields[0]
    name = first.whole.name if first.whole is not None else first.scalar.name
    said = first.whole.description if first.whole is not None else first.scalar.description
    tokens = set(phrase(f"{name} {said}")) - {"signature", "signatory", "name", "date", "signed", "person"}
    own = set(phrase(name)) - {"signature", "signatory", "name", "date"}

    def fit(block: Block) -> float:
        party = set(phrase(block.party))
        by_name = any(len(text) >= 4 and text in plain(block.party) for key, text in known.items() if _same(key, name))
        return 2.0 * by_name + 1.0 * bool(own & party) + 0.2 * len(tokens & party)

    best = max(free, key=fit)
    score = fit(best)
    if score < 0.9:
        if alone or not any(fit(block) for block in free):
            best = free[0]
        score = 0.0
    free.remove(best)
    return best, _SURE if score or alone else _ORDERED


def _same(key: str, name: str) -> bool:
    """Whether a party's field and a signature's are of one party: `client`, `client_signatory`."""
    return bool(set(phrase(key)) & set(phrase(name)) - {"name", "signature"})


def _part(one: Field, block: Block) -> Candidate | None:
    if one.scalar.kind is Kind.SIGNATURE:
        return block.mark if block.signed is not None else None
    if one.family is Family.DATE:
        return block.day
    names = {*phrase(one.scalar.name)}
    if one.whole is not None and names & {"title", "role", "position", "capacity"}:
        return _text(block.role)
    return _text(block.name)


def _text(found: tuple[Segment, list[Word]] | None) -> Candidate | None:
    if found is None:
        return None
    segment, words = found
    text = " ".join(word.text for word in words).strip(" :_")
    base: Features = {}
    return Candidate(segment.page, segment, tuple(words), box_of(words), text, text, base=base) if text else None


def blocks(view: View) -> list[Block]:
    """The document's signature blocks in reading order."""
    made: list[Block] = []
    for page in view.numbers:
        rows = view.page_rows(page)
        found = [(kind, s) for row in rows for s in row.segments if (kind := _kind(s)) is not None]
        taken: set[int] = set()
        for kind, segment in found:
            if id(segment) in taken or kind not in ("sign", "name"):
                continue
            near = [(k, s) for k, s in found if id(s) not in taken and _belongs(view, segment, s)]
            kinds = {k for k, _ in near}
            if "sign" not in kinds and not {"name", "date"} <= kinds and not {"name", "role"} <= kinds:
                continue
            block = _read(view, segment, near)
            if block is not None:
                taken.update(id(s) for _, s in near)
                made.append(block)
        for inside, displayed in view.facts[page].signatures:
            _mark(view, page, made, inside, displayed)
    asked = any(view.facts[page].signatures for page in view.numbers)
    for block in made:
        if block.signed is None and asked and block.mark is not None:
            block.signed = block.mark.value = False
        if block.signed is None:
            block.mark = None
    return made


def _kind(segment: Segment) -> str | None:
    if len(segment.words) > 9:
        return None
    return next((kind for kind, pattern in _KINDS.items() if pattern.match(segment.text)), None)


def _belongs(view: View, anchor: Segment, other: Segment) -> bool:
    """In the anchor's column, close above or below, or beside it on its row before another signer's place."""
    if other is anchor:
        return True
    if other.page != anchor.page or abs(other.row - anchor.row) > _REACH:
        return False
    if other.row == anchor.row:
        between = view.rows[anchor.row].segments[anchor.column + 1 : other.column]
        kind = _kind(other)
        return (
            other.column > anchor.column and kind != _kind(anchor) and all(_kind(s) != _kind(anchor) for s in between)
        )
    return abs(other.box.x0 - anchor.box.x0) <= 3 * view.height and other.row > anchor.row - 2


def _read(view: View, anchor: Segment, near: Sequence[tuple[str, Segment]]) -> Block | None:
    block = Block(anchor)
    for kind, segment in near:
        value = _value(view, segment)
        if kind == "name" and block.name is None:
            block.name = value
        elif kind == "role" and block.role is None:
            block.role = value
        elif kind == "date" and block.day is None and value is not None:
            block.day = _day(view, *value)
        elif kind == "sign":
            block.party += " " + segment.text
            block.mark = Candidate(segment.page, segment, segment.words, segment.box, None, segment.text)
            if value is not None:
                text = " ".join(word.text for word in value[1])
                if "/s/" in text:
                    block.signed = block.mark.value = True
                    block.name = block.name or _without_slash(value)
                elif _FILLER.match(text):
                    block.signed = block.mark.value = False
    if block.mark is None:
        block.mark = Candidate(anchor.page, anchor, anchor.words, anchor.box, None, anchor.text)
    for row in view.rows[max(0, anchor.row - _PARTY_ROWS) : anchor.row]:
        for segment in row.segments:
            if segment.page == anchor.page and abs(segment.box.x0 - anchor.box.x0) <= 3 * view.height:
                block.party += " " + segment.text
    return block


def _without_slash(value: tuple[Segment, list[Word]]) -> tuple[Segment, list[Word]] | None:
    segment, words = value
    rest = [word for word in words if word.text != "/s/"]
    return (segment, rest) if rest else None


def _value(view: View, segment: Segment) -> tuple[Segment, list[Word]] | None:
    """What stands behind the label in its line, right of it, or (with a label under its line) above it."""
    for n, word in enumerate(segment.words[:-1]):
        if word.text.endswith(":"):
            return segment, list(segment.words[n + 1 :])
    marked = segment.text.rstrip().endswith(":")
    row = view.rows[segment.row].segments
    if segment.column + 1 < len(row):
        right = row[segment.column + 1]
        if _kind(right) is None and (marked or right.box.x0 - segment.box.x1 <= 8 * view.height):
            return right, list(right.words)
    if "_" in segment.text:
        return segment, [word for word in segment.words if "_" in word.text]
    above = view.above(segment, segment.box)
    if above is not None and not marked and _kind(above) is None and len(above.words) <= 6:
        return above, list(above.words)
    return None


def _day(view: View, segment: Segment, words: Sequence[Word]) -> Candidate | None:
    for date in segment.dates:
        first, last = segment.span(date.start, date.end)
        held = segment.words[first:last]
        if held and any(word is held[0] for word in words):
            text = segment.text[date.start : date.end]
            return Candidate(segment.page, segment, held, box_of(held), date.date(view.order).isoformat(), text)
    return None


def _mark(view: View, page: int, made: list[Block], inside: Box, displayed: Box) -> None:
    """A signature that was seen signs the nearest block of its page."""
    reach = 6 * view.height
    near = [
        (abs(block.segment.box.centre[1] - inside.centre[1]) + abs(block.segment.box.x0 - inside.x0) / 3, n)
        for n, block in enumerate(made)
        if block.segment.page == page
        and block.signed is None
        and abs(block.segment.box.centre[1] - inside.centre[1]) <= reach
    ]
    if not near:
        label = min(
            (segment for row in view.page_rows(page) for segment in row.segments),
            key=lambda s: abs(s.box.centre[1] - inside.centre[1]) + abs(s.box.x0 - inside.x0) / 3,
        )
        made.append(Block(label))
        near = [(0.0, len(made) - 1)]
    block = made[min(near)[1]]
    block.signed = True
    block.mark = Candidate(page, block.segment, (), displayed, True, "")
