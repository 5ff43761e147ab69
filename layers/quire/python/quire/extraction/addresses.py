"""Candidates for addresses: blocks of lines with streets, numbers and postal codes in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from quire.extraction.candidates import Candidate, Features
from quire.extraction.lexicon import said
from quire.extraction.view import Segment, View, box_of

_WIDEST_LABEL = 8
_COMPANY_NUMBER = re.compile(r"[(\[]\s*[A-Z]{0,3}\d{5,8}\s?-\s?[A-Z]\s*[)\]]")
_TAIL_LABEL = re.compile(r"\s[^\W\d]{3,}\s?:\s*\S*$")
_TAIL_BEGINS = re.compile(
    r"t[eé]l|fax|phone|hp|h/p|gst|mobile|ph|0\d|vat|tva|iva|ust|siret|siren|cif|nif|abn|uen"
)  # of a text in small letters
_TAIL_PHONE = re.compile(
    r"[\s,(]*\b(?:t[eé]l|fax|phone|t[eé]l[eé]phone|telefono?|hp|h/p|gst|mobile|ph|vat|tva|p\.? ?iva|ust-?id\S*|siret"
    r"|siren|cif|nif|abn|uen)\b.*$"
    r"|[\s,]*\(?\+?0\d{1,2}[\- ]?\d{3,4}[ \-]?\d{3,4}\)?\W*$",
    re.IGNORECASE,
)


def blocks(view: View) -> list[Candidate]:
    """Blocks of one to six lines that look like an address."""
    found: list[Candidate] = []
    for row in view.rows:
        for segment in row.segments:
            if segment.dates or said(segment.text).incorporated or _COMPANY_NUMBER.search(segment.text):
                continue
            if said(segment.text).address > 0:
                found += _address_blocks(view, segment)
            elif "," in segment.text and not said(segment.text).stop:
                below = view.below(segment)
                if below is not None and said(below.text).address > 0:
                    found += _address_blocks(view, segment)
    return found


def _address_blocks(view: View, segment: Segment) -> Iterator[Candidate]:
    chain_: list[Segment] = [segment]
    before = view.above(segment, segment.box)
    starts_late = float(
        before is not None
        and said(before.text).address > 0
        and not said(before.text).stop
        and not said(before.text).legal
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
        if said(below.text).stops or said(below.text).incorporated:
            return
        chain_.append(below)


def _listed(texts: Sequence[str], n: int) -> bool:
    """Whether a comma says that a line goes on with an address, though nothing in it does."""
    return texts[n].rstrip().endswith(",") or (n > 0 and texts[n - 1].rstrip().endswith(","))


def _is_named(text: str) -> bool:
    """Neither a figure nor a comma: what a place is called."""
    return not any(c.isdigit() or c == "," for c in text)


def shape(candidate: Candidate) -> Features:
    """What speaks for an address in what a label leads to."""
    score = said(candidate.text).address
    return {
        "street": min(score, 10) / 10,
        "postal": float(said(candidate.text).postal),
        "short": float(len(candidate.text) < 15),
        "long": float(len(candidate.text) > 140),
    }


def _address(view: View, segments: Sequence[Segment], starts_late: float, below: Segment | None) -> Candidate:
    texts = [segment.text for segment in segments]
    words = list(chain.from_iterable(segment.words for segment in segments))
    whole = " ".join(texts)
    text = (_TAIL_PHONE.sub("", whole) if _TAIL_BEGINS.search(whole.lower()) else whole).strip(" *:|")
    text = _TAIL_LABEL.sub("", text) if ":" in text else text
    kept = len(text.split())
    words = words[:kept] if 0 < kept <= len(words) else words
    what, last = said(text), said(texts[-1])
    following = said(below.text) if below is not None else None
    scores = [said(t).address for t in texts]
    base: Features = {}
    base["lines"] = len(texts) / 6
    base["street"] = min(sum(scores), 10) / 10
    base["mean"] = min(sum(scores) / len(scores), 3) / 3
    base["bare_lines"] = sum(score == 0 and not _listed(texts, n) for n, score in enumerate(scores)) / 6
    base["bare_start"] = float(len(texts) > 1 and _is_named(texts[0]) and said(texts[1]).numbered)
    base["named_inside"] = float(any(said(t).trade and not said(t).streets and _is_named(t) for t in texts[1:]))
    base["bare_end"] = float(scores[-1] == 0)
    base["postal"] = float(what.postal)
    base["postal_last"] = float(last.postal)
    base["postal_early"] = float(any(said(each).postal for each in texts[:-2]))
    base["stop"] = float(what.stop)
    base["cut"] = float(text != whole.strip())
    base["starts_late"] = starts_late
    base["legal"] = float(said(texts[0]).legal)
    base["goes_on"] = min(following.address, 3) / 3 if following is not None and not following.stop else 0.0
    base["comma_end"] = float(texts[-1].rstrip().endswith((",", "-")))
    base["comma_goes_on"] = base["comma_end"] * float(below is not None)
    base["full_stop"] = float(texts[-1].rstrip().endswith("."))
    base["next_stop"] = float(following is not None and following.stop)
    base["row"] = min(segments[0].row, 40) / 40
    base["first_page"] = float(segments[0].page == view.numbers[0])
    base["numbers"] = float(any(n.decimals == 2 for segment in segments for n in segment.numbers))
    base["long"] = float(len(text) > 140)
    base["short"] = float(len(text) < 15)
    base["next_words"] = float(
        below is not None and not base["next_stop"] and not below.numbers and len(below.words) <= 4
    )
    made = Candidate(segments[0].page, segments[0], tuple(words), box_of(words), text, text, base=base)
    left, above = view.left(segments[0]), view.above(segments[0], segments[0].box)
    made.left = left[0].tokens if left and len(left[0].words) <= _WIDEST_LABEL else ()
    made.above = above.tokens if above is not None and len(above.words) <= _WIDEST_LABEL else ()
    return made
