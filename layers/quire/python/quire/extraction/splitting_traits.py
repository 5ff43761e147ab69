"""What one page says of the document that it belongs to."""

from __future__ import annotations

import re
import statistics
from collections import Counter as Counts
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from quire.extraction import dates
from quire.extraction.fields import Family
from quire.extraction.inference_names import cleaned, property_name
from quire.extraction.inference_types import family_of_label
from quire.extraction.splitting_kinds import Title, title_of
from quire.extraction.words import phrase, plain, vocabulary
from quire.reading.model import Line, Page

# Shares of the page's height.
_HEAD = 0.3
_FOOT = 0.88
_EDGE = 0.1
_MOST_PLACES = 80
_MOST_CODES = 60
_LISTED = 4  # codes of one shape
_MOST_LABELS = 40
_MOST_WORDS = 2000

_NUMBER = r"0*(\d{1,4})"
_OF = r"\s*(?:of|/|von|sur|de|di|van|out of)\s*"
_PAGE = r"(?:page|seite|pagina|folio|blatt|feuille|sheet|pg\.?|p\.)"
_PAGE_OF = re.compile(rf"\b{_PAGE}(?:\s+(?:no|nr)\.?)?[\s:#]*{_NUMBER}{_OF}{_NUMBER}(?!\d)")
_OF_ALONE = re.compile(rf"^\W*{_NUMBER}\s*(?:of|von|sur)\s*{_NUMBER}\W*$")
_SLASH = re.compile(rf"^\W*{_NUMBER}\s*/\s*{_NUMBER}\W*$")
_PAGE_ALONE = re.compile(rf"(?:^|\s)\W*{_PAGE}(?:\s+(?:no|nr)\.?)?[\s:#]*{_NUMBER}\W*$")
_BARE = re.compile(r"^[\s\-–—(\[|]*(\d{1,3})[\s\-–—)\]|]*$")
_CODE = re.compile(r"(?<![\w$€£.,/:-])[A-Za-z]{0,6}[-/]?\d[\w/-]*\d(?![\w.,:]\d|[\w%€])")
_TIME = re.compile(r"\d:\d\d")


@dataclass(frozen=True, slots=True)
class Counter:
    """`Page 2 of 3`; `total` is None where only the page is numbered, `loose` where it is a figure at the edge."""

    number: int
    total: int | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Traits:
    """Of one page. Words are plain (lower case, without accents), figures in them written as 0.

    `places`: the lines of its head as (x, y in points, text). `codes`: numbers by which its head names something.
    `labelled`: property -> value of identifiers and dates. `first`, `last`: its first and last line of prose.
    `bottom`: where its text ends, as a share of the height. `large`: its largest line of the head, "" where none is.
    `totalled`: it states a total, as the last page of a document does.
    """

    number: int
    width: float
    height: float
    source: str
    blank: bool
    counter: Counter | None
    head: frozenset[str]
    foot: frozenset[str]
    words: frozenset[str]
    places: tuple[tuple[float, float, str], ...]
    codes: frozenset[str]
    labelled: tuple[tuple[str, str], ...]
    title: Title | None
    large: str
    first: str
    last: str
    bottom: float
    totalled: bool


def traits_of(page: Page) -> Traits:
    """What is kept of a page; bounded, whatever stands on it."""
    top = [line for line in page.lines if line.box.centre[1] < _HEAD * page.height]
    foot = [line for line in page.lines if line.box.centre[1] > _FOOT * page.height]
    prose = [line for line in page.lines if _EDGE * page.height < line.box.centre[1] < (1 - _EDGE) * page.height]
    places = tuple((line.box.x0, line.box.y0, plain(line.text)) for line in top[:_MOST_PLACES])
    words = _words(page.lines)
    return Traits(
        number=page.number,
        width=page.width,
        height=page.height,
        source=page.source,
        blank=not any(any(c.isalnum() for c in line.text) for line in page.lines),
        counter=counter_of(page),
        head=_words(top),
        foot=_words(foot),
        words=words,
        places=places,
        codes=frozenset(_alone(_codes(page))),
        labelled=tuple(_labelled(page))[:_MOST_LABELS],
        title=title_of(page),
        large=_large(page, top),
        first=prose[0].text if prose else "",
        last=prose[-1].text if prose else "",
        totalled=_totalled(page),
        bottom=max((line.box.y1 for line in prose), default=0.0) / max(page.height, 1.0),
    )


def counter_of(page: Page) -> Counter | None:
    """The page's own number: named as such before two figures of one kind before a figure at the edge."""
    lines = [(line, plain(line.text)) for line in page.lines if any(c.isdigit() for c in line.text)]
    edges = [(line, text) for line, text in lines if _at_edge(line, page)]
    for pattern, among in ((_PAGE_OF, lines), (_OF_ALONE, lines), (_SLASH, edges)):
        for _, text in among:
            match = pattern.search(text)
            if match and 1 <= int(match[1]) <= int(match[2]):
                return Counter(int(match[1]), int(match[2]))
    for _, text in edges:
        if match := _PAGE_ALONE.search(text):
            return Counter(int(match[1]))
    for line, text in edges:
        alone = line.box.centre[1] < 0.06 * page.height or line.box.centre[1] > 0.92 * page.height
        match = _BARE.match(text)
        if match and alone and int(match[1]) > 0:
            return Counter(int(match[1]), loose=True)
    return None


def is_counter(text: str) -> bool:
    """Whether a line is a page's number."""
    text = plain(text)
    return bool(_PAGE_OF.search(text) or _OF_ALONE.match(text) or _SLASH.match(text) or _PAGE_ALONE.match(text))


def _at_edge(line: Line, page: Page) -> bool:
    y = line.box.centre[1]
    return y < 0.12 * page.height or y > _FOOT * page.height


def words_of(text: str) -> set[str]:
    """The words of three letters or more, plain, with 0 for figures."""
    return {word for word in re.findall(r"\w+", re.sub(r"\d+", "0", plain(text))) if len(word) > 2}


def _words(lines: list[Line] | tuple[Line, ...]) -> frozenset[str]:
    found: set[str] = set()
    for line in lines:
        if len(found) >= _MOST_WORDS:
            break
        if not is_counter(line.text):
            found |= words_of(line.text)
    return frozenset(found)


def _alone(codes: Iterable[str]) -> list[str]:
    """Those that are not items of a list: what names a document has few of its shape beside it."""
    found = list(islice(dict.fromkeys(codes), _MOST_CODES))
    shapes = Counts(map(_shape, found))
    return [code for code in found if shapes[_shape(code)] < _LISTED]


def _shape(code: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"\d", "0", code))


def _codes(page: Page) -> Iterator[str]:
    """Numbers with three digits or more in the head that are no dates, times, amounts or years."""
    for line in page.lines:
        if line.box.centre[1] > 0.45 * page.height or not any(c.isdigit() for c in line.text):
            continue
        if is_counter(line.text):
            continue
        text = line.text
        for day in reversed(dates.find(text)):
            text = f"{text[: day.start]} {text[day.end :]}"
        for match in _CODE.finditer(text):
            code = match[0]
            if sum(c.isdigit() for c in code) < 3 or _TIME.search(code) or re.fullmatch(r"(?:19|20)\d\d", code):
                continue
            yield plain(code)


def _labelled(page: Page) -> Iterator[tuple[str, str]]:
    for pair in page.key_values:
        if not any(c.isdigit() for c in pair.value) or len(pair.value) > 60:
            continue
        label = cleaned(pair.key)
        name = property_name(label)
        if name and family_of_label(label) in (Family.IDENTIFIER, Family.DATE) and not is_counter(pair.value):
            yield name, plain(pair.value)


def _large(page: Page, top: list[Line]) -> str:
    heights = [line.box.height for line in page.lines]
    if not heights or not top:
        return ""
    line = max(top, key=lambda one: one.box.height)
    named = sum(c.isalpha() for c in line.text) >= 3
    return plain(line.text) if named and line.box.height >= 1.5 * statistics.median(heights) else ""


def _totalled(page: Page) -> bool:
    return any(
        frozenset(phrase(pair.key)) in _totals() and any(c.isdigit() for c in pair.value) for pair in page.key_values
    )


@cache
def _totals() -> frozenset[frozenset[str]]:
    concepts = vocabulary().concepts
    return frozenset(frozenset(tokens) for name in ("total", "net_due") for tokens in concepts[name].phrases)
