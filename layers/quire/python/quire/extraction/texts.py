"""Candidates for values in words: what a label leads to, the letterhead, blocks of an address, choices and marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from quire.extraction.candidates import Candidate, Features
from quire.extraction.labels import Labels, Match
from quire.extraction.view import Segment, View, box_of
from quire.extraction.words import Tokens, phrase, plain, vocabulary
from quire.reading.model import Word

_LABEL = 0.5  # what names a field at least this well is looked behind
_INLINE = 0.62
_WIDEST_LABEL = 8
_TOP_ROWS = 14
_WIDE_SPACE = 3.0
_PROSE = 7
_KEY = 0.9  # how much of a label the key of a key-value is
_OPEN_LABELS = frozenset(["name"])

_LEGAL = re.compile(
    r"(?<!\w)(?:sdn\.?|bhd\.?|s/b|ltd\.?|limited|inc\.?|incorporated|llc|l\.l\.c\.|llp|corp\.?|corporation|plc|gmbh|"
    r"mbh|ag|kg|ohg|e\.?k\.?|s\.?a\.?r\.?l\.?|sas|s\.a\.s\.?|sasu|eurl|s\.?a\.?|s\.?l\.?|s\.?r\.?l\.?|s\.?p\.?a\.?|b\.?v\.?|n\.?v\.?|"
    r"oy|ab|a/s|pty|pte\.?|co\.?|company|lda\.?|ltda\.?|enterprises?|trading|holdings?|group|industries|services|"
    r"partners|associates|foundation|verein|stiftung)(?!\w)",
    re.IGNORECASE,
)
_INCORPORATED = re.compile(
    r"(?<!\w)(?:sdn\.? ?bhd|bhd|s/b|ltd|limited|inc|llc|llp|gmbh|plc|s\.?a\.?r\.?l|pty|pte|s\.r\.l|s\.p\.a)\.?(?!\w)",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"\b(?:restaurant|restoran|cafe|café|coffee|bakery|hotel|pharmacy|pharmacie|apotheke|clinic|hospital|supermarket|"
    r"market|mart|store|stores|shop|boutique|hardware|stationery|stationers|books?|bookshop|electrical|electronics|"
    r"motors?|auto|garage|kitchen|foods?|seafood|bistro|bar|grill|grocers?|grocery|bank|school|university|station|"
    r"television|radio|media|instruments|supplies|supply|machinery|furniture|fashion|beauty|salon|gym|studio|centre|"
    r"center|kedai|perniagaan|syarikat|pasaraya|farm|medical|dental|optical|digital|water|energy|insurance)\b",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:street|st|road|rd|avenue|ave|av|lane|ln|drive|dr|boulevard|blvd|way|court|ct|place|pl|square|sq|highway|hwy|"
    r"parkway|pkwy|suite|ste|floor|flr|unit|level|block|blk|lot|building|bldg|tower|plaza|mall|p\.?o\.? box|rue|chemin|"
    r"allee|impasse|quai|bp|cedex|strasse|str|platz|weg|gasse|calle|avenida|plaza|paseo|carrer|via|viale|piazza|corso|"
    r"rua|praca|travessa|jalan|jln|jl|lorong|taman|tmn|bandar|kampung|kg|lebuh|persiaran|seksyen|section|wisma|pusat|"
    r"kawasan|perindustrian|ground|industrial|park|estate|apt|apartment|house|crescent|terrace|close|centre|center)\b",
    re.IGNORECASE,
)  # fmt: skip
_POSTAL = re.compile(
    r"(?<![\w\-.,/])(?:[A-Z]{1,2}-)?\d{4,6}(?:-\d{4})?(?![\w./]|-\w)|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
)
_STOP = re.compile(
    r"\b(?:tel|fax|phone|mobile|telephone|hotline|gst|reg|registration|invoice|receipt|date|cashier|bill|e-?mail|www|"
    r"https?|tax|roc|doc|document|table|cash|member|time|sst|pos|sales|order|counter|trans|hours|website|hp|vat|tva|"
    r"siret|iban|welcome|thank|whatsapps?|customer|page|attn|attention|website|co\.? ?reg|company no|licence)\b\.?|@",
    re.IGNORECASE,
)
_REGISTRATION = re.compile(
    r"[\s,]*[(\[]?\s*(?:(?:co\.?|company)\s*)?(?:reg\.?|roc|registration)?\.?\s*(?:no\.?)?\s*:?\s*"
    r"(?:[A-Z]{0,3}\d{5,12}\s*-?\s*[A-Z]{0,2}|\d{4}\d{8})\s*[)\]]?(?:\s*\([A-Z0-9]{2,4}\))?\W*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\W*(?:(?:no\.?|n°)\s*:?\s*[A-Z]{0,2}\d[\w&/\-]*|\d+[\w&/\-]*(?:\s?&\s?\d+\w?)?[.,]*\s+[A-Za-z])", re.IGNORECASE
)
_REGISTERED = re.compile(r"\W*(?:\(?[A-Z]{0,3}\d{5,}|co\.? ?reg|reg|gst|roc)", re.IGNORECASE)
_COMPANY_NUMBER = re.compile(r"[(\[]\s*[A-Z]{0,3}\d{5,8}\s?-\s?[A-Z]\s*[)\]]")
_TAIL_LABEL = re.compile(r"\s[^\W\d]{3,}\s?:\s*\S*$")
_TAIL_BEGINS = re.compile(r"tel|fax|phone|hp|h/p|gst|mobile|ph|0\d", re.IGNORECASE)
_TAIL_PHONE = re.compile(
    r"[\s,(]*\b(?:tel|fax|phone|telephone|hp|h/p|gst|mobile|ph)\b.*$"
    r"|[\s,]*\(?\+?0\d{1,2}[\- ]?\d{3,4}[ \-]?\d{3,4}\)?\W*$",
    re.IGNORECASE,
)


def labelled(view: View, labels: Labels, index: int, *, lines: int = 1) -> Iterator[Candidate]:
    """What stands behind, right of and below words that name the field, up to `lines` lines of it."""
    for row in view.rows:
        for segment in row.segments:
            if not any(segment.labels):
                continue
            yield from _inside(view, segment, labels, index, lines)
            if len(segment.words) > _WIDEST_LABEL:
                continue
            match = _named(view, segment, segment.tokens, labels, index)
            if match.own < _LABEL:
                continue
            colon = float(segment.text.rstrip().endswith((":", "#")))
            for n, other in enumerate(row.segments[segment.column + 1 : segment.column + 3]):
                if n and not other.words:
                    break
                gap = (other.box.x0 - segment.box.x1) / max(view.sizes[segment.page][0], 1.0)
                yield _made(
                    view,
                    other,
                    [part.words for part in _block(view, other, lines, labels)],
                    {
                        "right": match.own,
                        "rival": max(0.0, match.rival - match.own),
                        "gap": gap,
                        "colon": colon,
                        "skipped": float(n),
                    },
                    labels,
                    index,
                )
                joined = _joined(view, other, labels)
                if not n and joined:
                    yield _made(
                        view,
                        other,
                        [part.words for part in (other, *joined)],
                        {
                            "right": match.own,
                            "rival": max(0.0, match.rival - match.own),
                            "gap": gap,
                            "colon": colon,
                            "joined": 1.0,
                        },
                        labels,
                        index,
                    )
                if other.tokens:
                    break
            below = view.below(segment)
            if below is not None and below.column >= 0:
                aligned = float(abs(below.box.x0 - segment.box.x0) <= 1.5 * view.height)
                drop = (below.box.y0 - segment.box.y1) / max(view.height, 1.0)
                right_taken = float(segment.column + 1 < len(row.segments))
                yield _made(
                    view,
                    below,
                    [part.words for part in _block(view, below, lines, labels)],
                    {
                        "below": match.own,
                        "rival": max(0.0, match.rival - match.own),
                        "aligned": aligned,
                        "drop": min(drop, 3.0) / 3,
                        "colon": colon,
                        "busy": right_taken,
                    },
                    labels,
                    index,
                )
    yield from _keyed(view, labels, index)


def _named(view: View, segment: Segment, printed: Tokens, labels: Labels, index: int) -> Match:
    """How well a label names the field; `Name:` says whose by the heading that it stands under."""
    match = labels.match(printed)[index]
    if match.own < _LABEL and printed and set(printed) <= _OPEN_LABELS:
        return labels.match(view.section(segment.row))[index]
    return match


def _joined(view: View, segment: Segment, labels: Labels) -> list[Segment]:
    """The parts right of a value that a wide space alone parts from it: `Tomas    Castellanos`."""
    found: list[Segment] = []
    last = segment
    for other in view.rows[segment.row].segments[segment.column + 1 :]:
        apart = other.box.x0 - last.box.x1 > _WIDE_SPACE * max(last.box.height, 1.0)
        if apart or (other.is_value is False and max(m.own for m in labels.match(other.tokens)) >= _LABEL):
            break
        if ":" in other.text or other.numbers or other.dates or last.numbers:
            break
        found.append(other)
        last = other
    return found


def _keyed(view: View, labels: Labels, index: int) -> Iterator[Candidate]:
    """The values of the key-values whose keys name the field."""
    for page in view.numbers:
        for key, box, _ in view.facts[page].keys:
            match = labels.match(key)[index]
            if match.own < _LABEL:
                continue
            held = view.within(page, box)
            if held:
                features = {"keyed": match.own, "rival": max(0.0, match.rival - match.own)}
                yield _made(view, held[0][0], [words for _, words in held], features, labels, index)


def _inside(view: View, segment: Segment, labels: Labels, index: int, lines: int) -> Iterator[Candidate]:
    """`Label: value` in one line."""
    best: tuple[float, int, float] | None = None
    for n in range(1, min(_WIDEST_LABEL, len(segment.words))):
        marked = segment.words[n - 1].text.endswith((":", "#", ":-", "-", "：")) or segment.words[n].text in (
            ":",
            "-",
            "=",
        )
        for first in range(max(0, n - 4), n):
            if not marked and (first or _is_prose(segment.words)):
                break
            printed = tuple(token for labels_ in segment.labels[first:n] for token in labels_)
            match = _named(view, segment, printed, labels, index)
            score = match.own + 0.2 * marked - 0.02 * first
            named = match.own >= _INLINE and match.own > match.rival and (marked or match.own >= 0.9)
            if named and (best is None or score > best[0]):
                best = (score, n, match.own)
    # A value may hold its label's colon: `Order : 12`.
    if best is None:
        return
    _, n, own = best
    if not segment.words[n - 1].text.endswith((":", "#")) and all(segment.labels[n:]) and not segment.numbers:
        known = vocabulary().known
        if all(token in known for tokens in segment.labels[n:] for token in tokens):
            return  # a longer label: `Advertiser Code`
    while n < len(segment.words) and not re.search(r"\w", segment.words[n].text):
        n += 1
    if n >= len(segment.words):
        return
    rest = list(segment.words[n:])
    # Another label may follow in the same line.
    for k in range(1, len(rest)):
        if rest[k].text.endswith(":") and segment.labels[n + k] and k + 1 < len(rest):
            rest = rest[:k]
            break
    more = [below.words for below in _block(view, segment, lines, labels)[1:]]
    marked = segment.words[n - 1].text.endswith((":", "#")) or not re.search(r"\w", segment.words[n - 1].text)
    yield _made(view, segment, [rest, *more], {"inline": own, "colon": float(marked)}, labels, index)


def _block(view: View, segment: Segment, lines: int, labels: Labels) -> list[Segment]:
    """The line, and those that go on under its left edge, up to `lines` in all."""
    found = [segment]
    last = segment
    while len(found) < lines:
        below = view.below(last)
        if below is None or abs(below.box.x0 - segment.box.x0) > 1.2 * view.height:
            break
        if below.box.y0 - last.box.y1 > 0.9 * max(last.box.height, 1.0) or _STOP.search(below.text):
            break
        if view.is_key(below.words[0]) or max((m.own for m in labels.match(below.tokens)), default=0.0) >= _KEY:
            break
        found.append(below)
        last = below
    return found


def _made(
    view: View, segment: Segment, lines: Sequence[Sequence[Word]], features: Features, labels: Labels, index: int
) -> Candidate:
    words = tuple(chain.from_iterable(lines))
    text = " ".join(word.text for word in words).strip(" :|")
    printed = phrase(text)
    match = labels.match(printed)[index]
    features["label_itself"] = max(match.own, match.rival) if len(words) <= _WIDEST_LABEL else 0.0
    if view.is_key(words[0]):
        features["label_itself"] = max(features["label_itself"], _KEY)
    features["ends_colon"] = float(text.endswith(":"))
    _looks(text, features)
    features["words"] = min(len(words), 12) / 12
    features["prose"] = float(_is_prose(words))
    return Candidate(segment.page, segment, words, box_of(words), text, text, base=features)


def _is_prose(words: Sequence[Word]) -> bool:
    return len(words) >= _PROSE and sum(word.text[:1].islower() for word in words) > len(words) / 2


def _looks(text: str, features: Features) -> None:
    letters = sum(map(str.isalpha, text))
    digits = sum(map(str.isdigit, text))
    features["letters"] = letters / max(len(text), 1)
    features["figures"] = float(digits > letters)
    features["empty"] = float(letters + digits < 2)
    features["legal"] = float(bool(_LEGAL.search(text)))


def letterhead(view: View) -> list[Candidate]:
    """Lines at the top of the first page that may name who made it, alone and with those that complete them."""
    if not view.numbers:
        return []
    rows = view.page_rows(view.numbers[0])[:_TOP_ROWS]
    heights = sorted(segment.box.height for row in rows for segment in row.segments)
    usual = max(heights[len(heights) // 2], 1.0) if heights else 1.0
    found: list[Candidate] = []
    for position, row in enumerate(rows):
        for segment in row.segments[:3]:
            if not _worded(segment):
                continue
            found.append(_head(view, [segment], position, usual))
            below = view.below(segment)
            if below is None or below.row > segment.row + 2 or not _worded(below) or not _completes(segment, below):
                continue
            parts = [segment, below]
            for _ in range(2):
                made = _head(view, parts, position, usual)
                made.base["two"] = made.base["completes"] = 1.0
                found.append(made)
                third = view.below(parts[-1])
                if third is None or made.text.count("(") <= made.text.count(")"):
                    break
                parts = [*parts, third]
    return found


def _worded(segment: Segment) -> bool:
    return sum(map(str.isalpha, segment.text)) >= 3


def _completes(segment: Segment, below: Segment) -> bool:
    """Whether a name goes on in the line below: it is left open, or what follows is only what kind of company it is."""
    text = segment.text.rstrip()
    if text.endswith(("&", "-", ",")) or text.count("(") > text.count(")"):
        return True
    rest = _trimmed(below.text).split()
    return 0 < len(rest) <= 3 and bool(_LEGAL.fullmatch(rest[0].strip(",;:()")))


def _head(view: View, segments: Sequence[Segment], position: int, usual: float) -> Candidate:
    whole = " ".join(segment.text for segment in segments)
    text = _trimmed(whole)
    segment = segments[0]
    words = tuple(chain.from_iterable(s.words for s in segments))
    kept = len(text.split())
    words = words[:kept] if 0 < kept <= len(words) else words
    base: Features = {}
    base["position"] = position / _TOP_ROWS
    base["top"] = float(position == 0)
    base["second"] = float(position == 1)
    base["legal"] = float(bool(_LEGAL.search(text)))
    base["trade"] = float(bool(_TRADE.search(text)))
    base["registered"] = float(text != whole.strip())
    base["street"] = min(len(_STREET.findall(text)), 2) / 2
    base["postal"] = float(_has_postal(text))
    base["stop"] = float(bool(_STOP.search(text)))
    base["colon"] = float(":" in text)
    base["large"] = min(segment.box.height / usual, 3.0) - 1.0
    base["digits"] = min(sum(map(str.isdigit, text)), 6) / 6
    base["lower"] = float(text == text.lower())
    base["parenthesis"] = float(text.startswith("("))
    base["words"] = min(len(words), 8) / 8
    base["one_word"] = float(len(words) == 1)
    base["numbers"] = float(bool(segment.numbers or segment.dates))
    known = phrase(text)
    base["title"] = float(bool(known) and len(known) <= 3 and set(known) <= _TITLES)
    base["short"] = float(sum(map(str.isalpha, text)) < 5)
    below = view.below(segments[-1])
    base["before_address"] = float(below is not None and _addresslike(below.text) > 0)
    base["before_registration"] = float(below is not None and bool(_REGISTERED.match(below.text)))
    base["centred"] = float(abs(segment.box.centre[0] / max(view.sizes[segment.page][0], 1.0) - 0.5) < 0.12)
    base["left"] = float(segment.column == 0)
    base["repeated"] = float(_said_again(view, text))
    return Candidate(segment.page, segment, words, box_of(words), text, text, base=base)


def titles(view: View) -> list[Candidate]:
    """Lines at the top of the first page that may be its title: each, and runs of lines of one size."""
    if not view.numbers:
        return []
    rows = view.page_rows(view.numbers[0])
    heights = sorted(segment.box.height for row in rows for segment in row.segments)
    usual = max(heights[len(heights) // 2], 1.0)
    found: list[Candidate] = []
    for position, row in enumerate(rows[:_TOP_ROWS]):
        for segment in row.segments[:2]:
            run = [segment]
            while len(run) < 4:
                if sum(map(str.isalpha, run[-1].text)) >= 3:
                    found.append(_title(view, run, position, usual))
                below = view.below(run[-1])
                size = run[-1].box.height
                if below is None or abs(below.box.height - size) > 0.45 * size or below.box.y0 - run[-1].box.y1 > size:
                    break
                run.append(below)
    return found


def _title(view: View, run: Sequence[Segment], position: int, usual: float) -> Candidate:
    words = tuple(chain.from_iterable(segment.words for segment in run))
    text = " ".join(word.text for word in words)
    known = set(phrase(text))
    above, below = view.above(run[0], run[0].box), view.below(run[-1])
    size = sum(segment.box.height for segment in run) / len(run)
    base: Features = {
        "headed": 1.0,
        "capitals": float(text.isupper()),
        "large": min(size / usual, 3.0) - 1.0,
        "position": position / _TOP_ROWS,
        "kind": float(bool(known & _TITLES)),
        "legal": float(bool(_LEGAL.search(text))),
        "street": float(bool(_STREET.search(text))),
        "stop": float(bool(_STOP.search(text))),
        "colon": float(":" in text),
        "figures": float(any(map(str.isdigit, text))),
        "long": float(len(words) > 14),
        "one_word": float(len(words) == 1),
        "cut": float(
            any(
                other is not None and abs(other.box.height - size) <= 0.3 * size and _near(other, end)
                for other, end in ((above, run[0]), (below, run[-1]))
            )
            and size > 1.2 * usual
        ),
    }
    return Candidate(run[0].page, run[0], words, box_of(words), text, text, base=base)


def _near(a: Segment, b: Segment) -> bool:
    return max(a.box.y0 - b.box.y1, b.box.y0 - a.box.y1) <= b.box.height


_TITLES = frozenset(
    [
        "invoice",
        "receipt",
        "order",
        "contract",
        "tax",
        "cash",
        "sales",
        "sale",
        "bill",
        "statement",
        "quotation",
        "quote",
        "page",
        "original",
        "copy",
        "duplicate",
        "confirmation",
        "delivery",
        "number",
        "date",
        "report",
        "welcome",
        "purchase",
        "proposal",
        "estimate",
        "credit",
        "debit",
        "memo",
        "form",
        "agreement",
    ]
)


def _trimmed(text: str) -> str:
    """Without the number under which the company is registered."""
    cut = _REGISTRATION.sub("", text).strip() if any(map(str.isdigit, text)) else text
    return (cut if sum(map(str.isalpha, cut)) >= 3 else text).strip(" *:|,-")


def _said_again(view: View, text: str) -> bool:
    wanted = plain(text)
    if "said" not in view.pools:
        view.pools["said"] = [plain(row.text) for row in view.rows[:80]]
    return len(wanted) >= 5 and sum(wanted in said for said in view.pools["said"]) > 1


def _has_postal(text: str) -> bool:
    return any(map(str.isdigit, text)) and bool(_POSTAL.search(text))


@lru_cache(maxsize=4096)
def _addresslike(text: str) -> int:
    """How many things in a line speak of an address."""
    found = len(_STREET.findall(text)) + 2 * _has_postal(text)
    found += bool(_NUMBERED.match(text))
    return found


def addresses(view: View) -> list[Candidate]:
    """Blocks of one to six lines that look like an address."""
    found: list[Candidate] = []
    for row in view.rows:
        for segment in row.segments:
            if segment.dates or _INCORPORATED.search(segment.text) or _COMPANY_NUMBER.search(segment.text):
                continue
            if _addresslike(segment.text) > 0:
                found += _address_blocks(view, segment)
            elif "," in segment.text and not _STOP.search(segment.text):
                below = view.below(segment)
                if below is not None and _addresslike(below.text) > 0:
                    found += _address_blocks(view, segment)
    return found


def _address_blocks(view: View, segment: Segment) -> Iterator[Candidate]:
    chain_: list[Segment] = [segment]
    before = view.above(segment, segment.box)
    starts_late = float(
        before is not None
        and _addresslike(before.text) > 0
        and not _STOP.search(before.text)
        and not _LEGAL.search(before.text)
    )
    while True:
        last = chain_[-1]
        below = view.below(last)
        goes_on = (
            below is not None
            and below.box.y0 - last.box.y1 <= 1.3 * max(last.box.height, 1.0)
            and not below.dates
            and any(c.isalpha() for c in below.text)
        )
        yield _address(view, chain_, starts_late, below if goes_on else None)
        if not goes_on or below is None or len(chain_) >= 6 or _TAIL_LABEL.search(last.text):
            return
        if _STOP.match(below.text.strip(" (*")) or _INCORPORATED.search(below.text):
            return
        chain_.append(below)


def address_shape(candidate: Candidate) -> Features:
    """What speaks for an address in what a label leads to."""
    score = _addresslike(candidate.text)
    return {
        "street": min(score, 10) / 10,
        "postal": float(_has_postal(candidate.text)),
        "short": float(len(candidate.text) < 15),
        "long": float(len(candidate.text) > 140),
    }


def _address(view: View, segments: Sequence[Segment], starts_late: float, below: Segment | None) -> Candidate:
    texts = [segment.text for segment in segments]
    words = list(chain.from_iterable(segment.words for segment in segments))
    whole = " ".join(texts)
    text = (_TAIL_PHONE.sub("", whole) if _TAIL_BEGINS.search(whole) else whole).strip(" *:|")
    text = _TAIL_LABEL.sub("", text)
    kept = len(text.split())
    words = words[:kept] if 0 < kept <= len(words) else words
    scores = [_addresslike(t) for t in texts]
    base: Features = {}
    base["lines"] = len(texts) / 6
    base["street"] = min(sum(scores), 10) / 10
    base["mean"] = min(sum(scores) / len(scores), 3) / 3
    base["bare_lines"] = sum(score == 0 for score in scores) / 6
    base["bare_end"] = float(scores[-1] == 0)
    base["postal"] = float(_has_postal(text))
    base["postal_last"] = float(_has_postal(texts[-1]))
    base["postal_early"] = float(any(map(_has_postal, texts[:-2])))
    base["stop"] = float(bool(_STOP.search(text)))
    base["cut"] = float(text != whole.strip())
    base["starts_late"] = starts_late
    base["legal"] = float(bool(_LEGAL.search(texts[0])))
    more = _addresslike(below.text) if below is not None and not _STOP.search(below.text) else 0
    base["goes_on"] = min(more, 3) / 3
    base["comma_end"] = float(texts[-1].rstrip().endswith((",", "-")))
    base["comma_goes_on"] = base["comma_end"] * float(below is not None)
    base["full_stop"] = float(texts[-1].rstrip().endswith("."))
    base["next_stop"] = float(below is not None and bool(_STOP.search(below.text)))
    base["row"] = min(segments[0].row, 40) / 40
    base["first_page"] = float(segments[0].page == view.numbers[0])
    base["numbers"] = float(any(n.decimals == 2 for segment in segments for n in segment.numbers))
    base["long"] = float(len(text) > 140)
    base["short"] = float(len(text) < 15)
    base["next_words"] = float(
        below is not None and not _STOP.search(below.text) and not below.numbers and len(below.words) <= 4
    )
    made = Candidate(segments[0].page, segments[0], tuple(words), box_of(words), text, text, base=base)
    left, above = view.left(segments[0]), view.above(segments[0], segments[0].box)
    made.left = left[0].tokens if left and len(left[0].words) <= _WIDEST_LABEL else ()
    made.above = above.tokens if above is not None and len(above.words) <= _WIDEST_LABEL else ()
    return made
