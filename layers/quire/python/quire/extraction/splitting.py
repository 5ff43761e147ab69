"""A file of several documents, parted where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from quire.domain.document_kind import DocumentKind
from quire.extraction.inference_names import unique
from quire.extraction.splitting_evidence import Open, evidence, opened, probability
from quire.extraction.splitting_kinds import Classifier, Title
from quire.extraction.splitting_traits import Traits, traits_of
from quire.extraction.words import phrase
from quire.reading.model import Page
from quire.reading.tables.continued import continued

CUT = 0.5
_MOST_WORDS = 3000  # kept of a document to tell its kind


@dataclass(frozen=True, slots=True)
class Part:
    """A document in a file: a name that no other part has, its pages' numbers in order, confidence 0..1.

    `kind`: what it is, in the caller's word where the caller named kinds (`other` where none fits), else as its title
    says, "" where it says nothing.
    """

    name: str
    pages: tuple[int, ...]
    confidence: float
    kind: str


@dataclass(slots=True)
class _Draft:
    """A document whose end is not known yet; `sure`: of the least sure decision about its boundaries."""

    document: Open
    pages: list[int]
    sure: float
    title: Title | None
    words: set[str]


def split(pages: Iterable[Page], kinds: Sequence[DocumentKind] | None = None) -> list[Part]:
    """The documents of a file, in order; every page is in exactly one of them.

    A blank page belongs to the document before it. One page is held at a time, besides a bounded summary of the
    document that may go on.

    Args:
        pages: in order.
        kinds: those that are expected; each part is given the one that fits best, or `other`.
    """
    classifier = Classifier(kinds) if kinds is not None else None
    parts: list[Part] = []
    draft: _Draft | None = None
    for page, table_continued in looked_at(pages):
        new = _new(draft, page, table_continued)
        if draft is None or new >= CUT:
            if draft is not None:
                draft.sure = min(draft.sure, new)
                parts.append(_part(draft, parts, classifier))
            draft = _Draft(opened(page), [page.number], new, page.title, set(page.words))
            continue
        draft.document.add(page)
        draft.pages.append(page.number)
        draft.sure = min(draft.sure, 1.0 - new)
        draft.title = draft.title or page.title
        if len(draft.words) < _MOST_WORDS:
            draft.words |= page.words
    if draft is not None:
        parts.append(_part(draft, parts, classifier))
    return parts


def looked_at(pages: Iterable[Page]) -> Iterator[tuple[Traits, bool]]:
    """What each page says, and whether a table goes on from the page before it."""
    before: Page | None = None
    for page in pages:
        yield traits_of(page), before is not None and _shares_table(before, page)
        before = page


def _shares_table(before: Page, page: Page) -> bool:
    if not before.tables or not page.tables:
        return False
    found = list(continued((before, page)))
    above = {part.series for part in found if part.page == before.number}
    return any(part.series in above for part in found if part.page == page.number)


def _new(draft: _Draft | None, page: Traits, table_continued: bool) -> float:
    """How likely the page begins a document; a blank one never does."""
    if draft is None:
        return 1.0
    if page.blank:
        return 0.0
    if draft.document.first.blank:
        return 0.0  # nothing but blank pages came before
    return probability(evidence(draft.document, page, table_continued=table_continued))


def _part(draft: _Draft, parts: Sequence[Part], classifier: Classifier | None) -> Part:
    title = draft.title
    if classifier is None:
        kind = title.kind if title else ""
        name = kind or f"document_{len(parts) + 1}"
    else:
        head = phrase(" ".join(sorted(draft.document.first.head)))
        kind = classifier.kind(title.text if title else "", head, phrase(" ".join(sorted(draft.words))))
        name = kind
    return Part(unique(name, {part.name for part in parts}), tuple(draft.pages), round(draft.sure, 4), kind)
