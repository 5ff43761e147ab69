"""Candidates for who made a document and for what it is called: lines at the top of its first page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from quire.extraction.candidates import Candidate, Features
from quire.extraction.lexicon import is_legal, said
from quire.extraction.view import Row, Segment, View, box_of
from quire.extraction.words import Tokens, phrase, plain
from quire.reading.model import Word

_TOP_ROWS = 14

_REGISTRATION = re.compile(
    r"[\s,]*[(\[]?\s*(?:(?:co\.?|company)\s*)?(?:reg\.?|roc|registration)?\.?\s*(?:no\.?)?\s*:?\s*"
    r"(?:[A-Z]{0,3}\d{5,12}\s*-?\s*[A-Z]{0,2}|\d{4}\d{8})\s*[)\]]?(?:\s*\([A-Z0-9]{2,4}\))?\W*$",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    r"[\s,(\[]+(?:tel|fax|gst|roc|vat|co\.? ?reg|reg\.? ?no|company no)\b[^\d]{0,16}\d.*$", re.IGNORECASE
)
_MISREAD = re.compile(r"[\s,]*[(\[{](?=(?:\D*\d){3})[\dOoIlSBZ\- ]{5,14}[A-Z]{0,2}[)\]}]?\W*$")  # a number of a company
_BRACKET = re.compile(r"[(\[{]")
_LONG_NUMBER = re.compile(r"\d{5}")
_REGISTERED = re.compile(
    r"\W*(?:\(?[A-Z]{0,3}\d{5,}|(?:co|company|business|tax|vat|gst)\.?\s?(?:reg|no\b|n[o°]\b|id\b|number)|reg|gst|roc|ssm|abn\b"
    r"|uen\b|siret|siren|rcs\b|tva\b|ust|hrb\b|p\.? ?iva|nif\b|cif\b)",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"\W*(?:tel|fax|phone|mobile|hotline|e-?mail|www|https?)\b|.*@\w", re.IGNORECASE)
_DOUBTED = 0.2  # of OCR about a line that is no more legible than a picture


def names(view: View) -> list[Candidate]:
    """Lines at the top of the first page that may name who made it, alone and with those that complete them."""
    if not view.numbers:
        return []
    rows = view.page_rows(view.numbers[0])[:_TOP_ROWS]
    heights = sorted(segment.box.height for row in rows for segment in row.segments)
    usual = max(heights[len(heights) // 2], 1.0) if heights else 1.0
    found: list[Candidate] = []
    position = -1  # among the lines that could be a name: pictures and figures over it push no name down
    for row in rows:
        worded = [segment for segment in row.segments[:3] if _worded(segment)]
        position += any(_legible(segment) for segment in worded)
        for segment in worded:
            found.append(_head(view, [segment], max(position, 0), usual))
            below = view.below(segment)
            if below is None or below.row > segment.row + 2 or not _worded(below) or not _completes(segment, below):
                continue
            parts = [segment, below]
            for _ in range(2):
                made = _head(view, parts, max(position, 0), usual)
                made.base["two"] = made.base["completes"] = 1.0
                found.append(made)
                third = view.below(parts[-1])
                if third is None or made.text.count("(") <= made.text.count(")"):
                    break
                parts = [*parts, third]
    _compare(rows, found)
    return found


def _compare(rows: Sequence[Row], found: Sequence[Candidate]) -> None:
    """What the first line of an address or of numbers says of the lines over it, and they of each other."""
    ends = [
        row.index
        for row in rows
        for segment in row.segments[:1]
        if (_worded(segment) and said(segment.text).address > 1)
        or _REGISTERED.match(segment.text)
        or _CONTACT.match(segment.text)
    ]
    end = next((at for at in ends if any(c.segment.row < at for c in found)), rows[-1].index + 1)
    over = [c for c in found if c.segment.row < end]
    formed = any(c.base["incorporated"] for c in over)
    for candidate in found:
        candidate.base["past"] = float(candidate.segment.row >= end)
        candidate.base["outdone"] = float(formed and not candidate.base["incorporated"])


def _legible(segment: Segment) -> bool:
    return _doubt(segment.words) < 0.5


def _doubt(words: Sequence[Word]) -> float:
    """0..1: how little OCR makes of these words."""
    stated = [word.confidence for word in words if word.confidence is not None]
    return min((1.0 - sum(stated) / len(stated)) / _DOUBTED, 1.0) if stated else 0.0


def _worded(segment: Segment) -> bool:
    return sum(map(str.isalpha, segment.text)) >= 3


def _completes(segment: Segment, below: Segment) -> bool:
    """Whether a name goes on in the line below: it is left open, or what follows is only what kind of company it is, or
    only its trade, in the same type."""
    text = segment.text.rstrip()
    if text.endswith(("&", "-", ",")) or text.count("(") > text.count(")"):
        return True
    rest = _trimmed(below.text).split()
    if 0 < len(rest) <= 3 and is_legal(rest[0]):
        return True
    above, under = said(text), said(below.text)
    alike = abs(segment.box.height - below.box.height) <= 0.15 * segment.box.height and text.isupper()
    return alike and below.text.isupper() and len(rest) <= 2 and under.trade and not above.trade and not above.legal


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
    what = said(text)
    base["legal"] = float(what.legal)
    base["trade"] = float(what.trade)
    base["incorporated"] = float(what.incorporated)
    base["registered"] = float(any(map(str.isdigit, whole[len(text) :])))
    base["street"] = min(what.streets, 2) / 2
    base["postal"] = float(what.postal)
    base["located"] = float(what.address > 1)
    base["stop"] = float(what.stop)
    base["inner_colon"] = float(":" in text)
    base["large"] = min(segment.box.height / usual, 3.0) - 1.0
    base["doubt"] = _doubt(words)
    base["digits"] = min(sum(map(str.isdigit, text)), 6) / 6
    base["lower"] = float(text == text.lower())
    base["parenthesis"] = float(text.startswith("("))
    base["words"] = min(len(words), 8) / 8
    base["one_word"] = float(len(words) == 1)
    base["numbers"] = float(bool(segment.numbers or segment.dates))
    known = phrase(text)
    base["title"] = float(_is_title(known))
    base["short"] = float(sum(map(str.isalpha, text)) < 5)
    below = view.below(segments[-1])
    follows = below is not None and said(below.text).address > 0
    base["before_address"] = float(follows and not base["located"])
    base["before_registration"] = float(below is not None and bool(_REGISTERED.match(below.text)))
    base["centred"] = float(abs(segment.box.centre[0] / max(view.sizes[segment.page][0], 1.0) - 0.5) < 0.12)
    base["left"] = float(segment.column == 0)
    base["ends_legal"] = float(bool(words) and is_legal(words[-1].text))
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
        "legal": float(said(text).legal),
        "street": float(said(text).streets > 0),
        "stop": float(said(text).stop),
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


_PAPERS = frozenset(
    ["invoice", "receipt", "statement", "quotation", "contract", "report", "note", "form", "memo", "order", "copy"]
)
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


def _is_title(known: Tokens) -> bool:
    """What a kind of document is called: `Simplified tax invoice`, `Services agreement`."""
    return 0 < len(known) <= 5 and (set(known) <= _TITLES or known[-1] in _PAPERS)


def _trimmed(text: str) -> str:
    """Without the number under which the company is registered."""
    cut = text
    if any(map(str.isdigit, text)):
        followed = _FOLLOWED.search(text)
        name = _unnumbered(text[: followed.start()]).split() if followed else []
        cut = " ".join(name) if len(name) > 1 and is_legal(name[-1]) else _unnumbered(text)
    return (cut if sum(map(str.isalpha, cut)) >= 3 else text).strip(" *:|,-")


def _unnumbered(text: str) -> str:
    text = _REGISTRATION.sub("", text).strip() if _LONG_NUMBER.search(text) else text
    return _MISREAD.sub("", text) if _BRACKET.search(text) else text


def _said_again(view: View, text: str) -> bool:
    wanted = plain(text)
    if "said" not in view.pools:
        view.pools["said"] = "\n".join([plain(row.text) for row in view.rows[:80]])
    return len(wanted) >= 5 and view.pools["said"].count(wanted) > 1
