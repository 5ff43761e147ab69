"""A schema from a document, from what is asked for in words, or from both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from quire.extraction import amounts, dates
from quire.extraction.fields import Family
from quire.extraction.inference_names import cleaned, property_name, unique
from quire.extraction.inference_prompt import Wish, wishes
from quire.extraction.inference_tables import Listing, caption_of, grid_of, heads_values, listing_of, pairs_of, rows_of
from quire.extraction.inference_types import Votes, family_of_label, kind_of_label, schema_of
from quire.extraction.schema import Kind
from quire.extraction.words import phrase, vocabulary, weight
from quire.reading.labels import COLON, is_value, likeness
from quire.reading.model import KeyValue, Page
from quire.reading.tables.continued import Part, continued

MOST_FIELDS = 100
MOST_TABLES = 20
MOST_COLUMNS = 40

_MOST_SEEN = 5
_MOST_HELD = 2000  # labels: a document of any length takes bounded memory
_LONGEST_LABEL = 60
_MOST_WORDS = 8
_MOST_WORDS_BARE = 5  # of a label without a colon
_LONGEST_VALUE = 300
_SURE = 0.6  # of a pair without a colon
_SURE_UNKNOWN = 0.72  # ... none of whose words is one that labels have
# Different values under one label, on one page and in all: a column, not a field.
_SEVERAL = 3
_MARGIN = 0.06  # of the page's height: what each page repeats there is furniture
_COUNTER = re.compile(r"^\W*(?:p(?:age|ágina|agina)?|seite|pg)\b|\b\d+\s*(?:of|/|von|sur|de)\s*\d+$", re.IGNORECASE)
_CHOICE = frozenset(("yes", "no", "oui", "non", "ja", "nein", "si", "true", "false"))
_OF_FIGURES = (Family.IDENTIFIER, Family.PHONE, Family.ADDRESS)  # whose values may be several groups of figures
_LEAST_FIT = 0.6  # of the words of a wish


@dataclass(frozen=True, slots=True)
class InferredSchema:
    """A JSON Schema, as `schema.parse` reads it.

    `seen`: property -> the first few different values that stand at its label, as printed; nothing for what was only
    asked for, and for tables.
    """

    schema: dict[str, Any]
    seen: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class _Found:
    """A label of the document.

    `several`: it has many values, as a column has; `marked`: a colon says that it is a label.
    """

    label: str
    values: list[str] = field(default_factory=list)
    votes: Votes = field(default_factory=Votes)
    several: bool = False
    marked: bool = False


@dataclass(slots=True)
class _Rows:
    """A table of the document, with what continues it."""

    caption: str
    headings: tuple[str, ...]
    votes: list[Votes]

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        for row in rows:
            for votes, text in zip(self.votes, row, strict=True):
                if text:
                    votes.add(text)


def infer(pages: Iterable[Page], prompt: str | None = None) -> InferredSchema:
    """The schema of what a document says.

    Labels with values become strings, numbers, dates and so on by what their values look like; check boxes become
    booleans; tables become arrays of objects. Titles keep the labels as printed. At most `MOST_FIELDS` scalars,
    `MOST_TABLES` arrays of `MOST_COLUMNS` columns.

    Args:
        pages: in order; one is held at a time. May be none, then the prompt alone says what is wanted.
        prompt: what is wanted, in words: names that it lists are the fields, found or not; prose ranks them.
    """
    document = _Document()
    for part in continued(document.pages(pages)):
        document.table(part)
    if prompt is not None and prompt.strip():
        return _asked(document, prompt)
    return _written(document.scalars(), list(document.tables.values()))


class _Document:
    """What was seen so far, page by page."""

    def __init__(self) -> None:
        self.fields: dict[str, _Found] = {}
        self.tables: dict[tuple[str, ...], _Rows] = {}
        self._page: Page | None = None
        self._series: tuple[int, _Rows, int] | None = None
        self._margins: set[str] = set()

    def pages(self, pages: Iterable[Page]) -> Iterator[Page]:
        """The same pages; what is no table is taken in before each is given on."""
        for page in pages:
            self._page = page
            self._key_values(page)
            yield page

    def _key_values(self, page: Page) -> None:
        values: dict[str, set[str]] = {}
        tables = [table.box for table in page.tables if heads_values(table)]
        for pair in page.key_values:
            label = _label(pair)
            if label is None or any(box.holds(*pair.key_box.centre) for box in tables):
                continue
            if self._is_furniture(label, pair, page):
                continue
            if pair.selected is not None:
                self._mark(label)
                continue
            self._field(label, pair.value, pair.key)
            values.setdefault(property_name(label), set()).add(pair.value)
        for name, different in values.items():
            if name in self.fields and len(different) >= _SEVERAL:
                self.fields[name].several = True

    def _is_furniture(self, label: str, pair: KeyValue, page: Page) -> bool:
        """Whether the label stands at the very edge of this page as it did on another, and is no known thing's."""
        y = pair.key_box.centre[1]
        if _MARGIN * page.height < y < (1 - _MARGIN) * page.height or _is_known(label):
            return False
        name = property_name(label)
        if name in self._margins:
            self.fields.pop(name, None)
            return True
        if len(self._margins) < _MOST_HELD:
            self._margins.add(name)
        return False

    def _field(self, label: str, value: str, key: str) -> None:
        name = property_name(label)
        if name not in self.fields and len(self.fields) >= _MOST_HELD:
            return
        found = self.fields.setdefault(name, _Found(label))
        found.votes.add(value)
        found.marked = found.marked or _has_colon(key)
        if value not in found.values and len(found.values) < _MOST_SEEN:
            found.values.append(value)
            found.several = found.several or len(found.values) == _MOST_SEEN

    def _mark(self, label: str) -> None:
        name = property_name(label)
        if len(self.fields) < _MOST_HELD and label.casefold() not in _CHOICE:
            self.fields.setdefault(name, _Found(label)).votes.kinds[Kind.BOOLEAN] += 1

    def scalars(self) -> list[_Found]:
        """The labels that are fields: not those of columns, which stand over a table's values."""
        columns = {name for key in self.tables for name in key}
        return [one for name, one in self.fields.items() if not one.several and (one.marked or name not in columns)]

    def table(self, part: Part) -> None:
        """Take in a table of the page that was given on last."""
        assert self._page is not None  # noqa: S101 - tables come with their page
        if self._series is not None and self._series[0] == part.series:
            _, rows, columns = self._series
            if part.table.columns == columns == len(rows.headings):
                rows.add(rows_of(part.table, grid_of(part.table)[part.repeated :], part.repeated))
            return
        self._series = None
        listing = listing_of(part.table)
        if listing is None:
            for key, value in pairs_of(part.table):
                label = cleaned(key)
                if _may_name(label) and _may_be_value(label, value):
                    self._field(label, value, key)
            return
        rows_or_none = self._rows(listing, caption_of(part.table, self._page))
        if rows_or_none is not None:
            self._series = (part.series, rows_or_none, part.table.columns)

    def _rows(self, listing: Listing, caption: str) -> _Rows | None:
        if listing.key not in self.tables:
            if len(self.tables) >= MOST_TABLES:
                return None
            self.tables[listing.key] = _Rows(caption, listing.headings, [Votes() for _ in listing.headings])
        rows = self.tables[listing.key]
        rows.add(listing.rows)
        return rows


def _label(pair: KeyValue) -> str | None:
    """The label of a pair that is a field; None of noise: no value, a sentence, another label as its value."""
    label = cleaned(pair.key)
    if not _may_name(label) or _COUNTER.match(label):
        return None
    if pair.selected is not None:
        return label
    if not _may_be_value(label, pair.value):
        return None
    sure = pair.confidence if pair.confidence is not None else 1.0
    if not _has_colon(pair.key):
        known = likeness(pair.key) >= 0.5 or any(token in vocabulary().known for token in phrase(label))
        if len(label.split()) > _MOST_WORDS_BARE or "," in label or sure < (_SURE if known else _SURE_UNKNOWN):
            return None
    return label


def _has_colon(key: str) -> bool:
    return key.rstrip().endswith(COLON)


def _may_name(label: str) -> bool:
    if not label or len(label) > _LONGEST_LABEL or len(label.split()) > _MOST_WORDS:
        return False
    if is_value(label) or dates.find(label) or label.count("(") != label.count(")") or label[0].isdigit():
        return False
    return sum(c.isalpha() for c in label) >= 2 and bool(property_name(label))


def _may_be_value(label: str, value: str) -> bool:
    """Not empty, not prose, not another label, not a row of figures."""
    text = value.strip()
    if not any(c.isalnum() for c in text) or len(text) > _LONGEST_VALUE or _names_too(text):
        return False
    if text[0].islower() and len(text.split()) > 2 and not any(c.isdigit() for c in text):
        return False
    if any(c.isalpha() for c in text) or dates.find(text) or family_of_label(label) in _OF_FIGURES:
        return True
    return len(amounts.find(text, amounts.decimal_mark([text]))) < 2


def _is_known(label: str) -> bool:
    """Whether the label names one of the things that documents usually name."""
    own = frozenset(phrase(label))
    return any(own == frozenset(tokens) for c in vocabulary().concepts.values() for tokens in c.phrases)


def _names_too(value: str) -> bool:
    """Whether what stands for the value only names another field."""
    if is_value(value) or any(c.isdigit() for c in value) or value.casefold() in _CHOICE:
        return False
    if value.rstrip().endswith(":"):
        return True
    words = value.split()
    ends_so = 1 < len(words) <= _MOST_WORDS_BARE and set(phrase(words[-1])) & vocabulary().generic
    return bool(ends_so) or (_is_known(value) and likeness(value) >= 0.7)


def _written(fields: Sequence[_Found], tables: Sequence[_Rows]) -> InferredSchema:
    properties: dict[str, Any] = {}
    seen: dict[str, tuple[str, ...]] = {}
    for one in fields[:MOST_FIELDS]:
        made = unique(property_name(one.label), properties)
        properties[made] = schema_of(one.votes.kind(one.label), one.label)
        if one.values:
            seen[made] = tuple(one.values)
    for number, table in enumerate(tables[:MOST_TABLES], 1):
        name = property_name(table.caption) or ("items" if number == 1 else f"table_{number}")
        properties[unique(name, properties)] = _array(table)
    return InferredSchema({"type": "object", "properties": properties}, seen)


def _array(table: _Rows, title: str = "") -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for heading, votes in list(zip(table.headings, table.votes, strict=True))[:MOST_COLUMNS]:
        columns[unique(property_name(heading), columns)] = schema_of(votes.kind(heading), heading)
    made: dict[str, Any] = {"type": "array", "items": {"type": "object", "properties": columns}}
    caption = title or table.caption
    return {"type": "array", "title": caption, "items": made["items"]} if caption else made


def _asked(document: _Document, prompt: str) -> InferredSchema:
    """What of the document the prompt asks for, and what it names besides."""
    asked = wishes(prompt)
    fields = document.scalars()
    tables = list(document.tables.values())
    if not asked:
        words = set(phrase(prompt))
        close = [one for one in fields if words & set(phrase(one.label)) - vocabulary().generic]
        listed = [t for t in tables if words & {w for text in (t.caption, *t.headings) for w in phrase(text)}]
        return _written(close, listed) if close or listed else _written(fields, tables)
    properties: dict[str, Any] = {}
    seen: dict[str, tuple[str, ...]] = {}
    for wish in asked:
        if wish.is_list:
            properties[unique(property_name(wish.label), properties)] = _wished_array(wish, tables)
            continue
        for name, one in _meant(wish, fields):
            if len(properties) < MOST_FIELDS and name not in properties:
                properties[name] = schema_of(one.votes.kind(one.label), one.label)
                if one.values:
                    seen[name] = tuple(one.values)
    return InferredSchema({"type": "object", "properties": properties}, seen)


def _meant(wish: Wish, fields: Sequence[_Found]) -> list[tuple[str, _Found]]:
    """The document's fields that a wish means: the best under the name asked for; of a plural, each under its own."""
    words = phrase(wish.label)
    fits = sorted(((-_fit(words, phrase(one.label)), n) for n, one in enumerate(fields)), key=lambda pair: pair)
    good = [n for fit, n in fits if -fit >= _LEAST_FIT]
    name = property_name(wish.label)
    if not good:
        return [(name, _Found(wish.label))]
    last = _last_word(wish.label)
    if len(good) > 1 and last.endswith("s") and not last.endswith(("ss", "us", "is")):
        return [(property_name(fields[n].label), fields[n]) for n in sorted(good)]
    return [(name, fields[good[0]])]


def _last_word(label: str) -> str:
    """The last word of a label, in small letters."""
    words = label.casefold().split()
    return words[-1] if words else ""


def _fit(wanted: Sequence[str], printed: Sequence[str]) -> float:
    """How much of what is wanted the label says, less what it says besides; 0..1."""
    if not wanted or not printed:
        return 0.0
    shared = sum(weight(token) for token in set(wanted) & set(printed))
    extra = sum(weight(token) for token in set(printed) - set(wanted))
    return shared / sum(weight(token) for token in set(wanted)) / (1.0 + 0.25 * extra)


def _wished_array(wish: Wish, tables: Sequence[_Rows]) -> dict[str, Any]:
    """The table that the wish means with the columns it names, or else one of these columns alone."""
    columns = wish.columns
    best: _Rows | None = None
    most = 0.0
    for table in tables:
        fits = [max((_fit(phrase(c), phrase(h)) for h in table.headings), default=0.0) for c in columns]
        score = sum(fit for fit in fits if fit >= _LEAST_FIT) / len(columns) if columns else 0.0
        score += _fit(phrase(wish.label), phrase(table.caption)) + 0.01 * len(table.headings)
        if score > most:
            best, most = table, score
    if best is not None and not columns:
        return _array(best, wish.label)
    properties: dict[str, Any] = {}
    for column in columns or ("description",):
        heading, kind = column, kind_of_label(column)
        if best is not None:
            fit, n = max((_fit(phrase(column), phrase(h)), -n) for n, h in enumerate(best.headings))
            if fit >= _LEAST_FIT:
                heading = best.headings[-n]
                kind = best.votes[-n].kind(heading)
        properties[unique(property_name(column), properties)] = schema_of(kind, heading)
    return {"type": "array", "title": wish.label, "items": {"type": "object", "properties": properties}}
