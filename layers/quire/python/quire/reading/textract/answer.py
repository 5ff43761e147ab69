"""Textract's answers as pages.

Blocks are read as a stream, a page at a time: a thousand pages parsed whole cost gigabytes. What the reader relies on,
from the Amazon Textract developer guide ("Text detection and document analysis response objects"): blocks come page by
page, and relationships never leave a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from quire.reading.collector import rarely_collected
from quire.reading.layout import Known, compose
from quire.reading.model import Page
from quire.reading.textract.blocks import Block, part_of
from quire.reading.textract.forms import REGIONS, answers_of, key_value_of, mark_of, region_of, signature_of
from quire.reading.textract.lines import Group, grouped_lines
from quire.reading.textract.tables import table_of

Responses = Iterable[Mapping[str, Any] | bytes]
Sizes = Mapping[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What the blocks of one page say, before its layout is worked out.

    Attributes:
        number: of the page in the document, from 1.
        size: width and height in points, as displayed.
        groups: lines in upright coordinates of the frame in which they run, the direction with most text first.
        known: tables, key-values and the like that Textract found, in displayed coordinates.
    """

    number: int
    size: tuple[float, float]
    groups: list[Group]
    known: Known = field(default_factory=Known)


def pages(responses: Responses, sizes: Sizes, numbers: Mapping[int, int] | None = None) -> Iterator[Page]:
    """The pages of one answer, each as soon as its last block was seen; only one page is held at a time.

    Args:
        responses: the answer's parts in order (a synchronous answer is one part), parsed or as JSON; a part may end in
            the middle of a page.
        sizes: page number in the document -> width and height in points, as displayed.
        numbers: page number in the answer -> in the document, where only some pages were sent; else they are the same.

    Raises:
        ValueError: a page that was not sent, or blocks not in the order of pages: another document's answer.
    """
    return map(composed, contents(responses, sizes, numbers))


def composed(stated: Contents) -> Page:
    """The page of these contents."""
    return compose(stated.number, stated.size, "ocr", stated.groups, known=stated.known)


def contents(responses: Responses, sizes: Sizes, numbers: Mapping[int, int] | None = None) -> Iterator[Contents]:
    """What `composed` makes a page of: lines, cells and relations as Textract states them."""
    with rarely_collected():
        for answered, stated in _by_page(responses):
            number = answered if numbers is None else numbers.get(answered, 0)
            if number not in sizes:
                raise ValueError(f"page {answered} of the answer was not sent")
            found = _contents(number, sizes[number], stated)
            # Its blocks are many times what they say: they go before the page is laid out.
            stated.clear()
            yield found


@dataclass(slots=True)
class _Stated:
    """The blocks of one page by Id, and all of them by BlockType."""

    blocks: dict[str | None, Block] = field(default_factory=dict)
    kinds: dict[str | None, list[Block]] = field(default_factory=lambda: defaultdict(list))

    def clear(self) -> None:
        self.blocks.clear()
        self.kinds.clear()


def _by_page(responses: Responses) -> Iterator[tuple[int, _Stated]]:
    """Each page's number with its blocks."""
    at = 0
    stated = _Stated()
    for response in responses:
        for block in _blocks(response):
            if block is None:
                continue
            number = block.page or at or 1
            if number != at:
                if number < at:
                    raise ValueError(f"blocks of page {number} after those of page {at}")
                if stated.kinds:
                    yield at, stated
                stated, at = _Stated(), number
            stated.kinds[block.block_type].append(block)
            if block.id:
                stated.blocks[block.id] = block
    if stated.kinds:
        yield at, stated


def _blocks(response: Mapping[str, Any] | bytes) -> Sequence[Block | None]:
    part = part_of(response if isinstance(response, bytes) else orjson.dumps(response))
    if part.blocks is None:
        # AnalyzeID keeps each identity document's blocks with it.
        return [block for identity in part.identity_documents or () if identity for block in identity.blocks or ()]
    return part.blocks


def _contents(number: int, size: tuple[float, float], stated: _Stated) -> Contents:
    blocks, found = stated.blocks, stated.kinds.get
    regions = (
        [block for block in blocks.values() if block.block_type in REGIONS] if stated.kinds.keys() & REGIONS else ()
    )
    known = Known(
        tables=[t for b in found("TABLE", ()) if (t := table_of(b, blocks, size))],
        key_values=[k for b in found("KEY_VALUE_SET", ()) if (k := key_value_of(b, blocks, size))],
        marks=[m for b in found("SELECTION_ELEMENT", ()) if (m := mark_of(b, size))],
        signatures=[s for b in found("SIGNATURE", ()) if (s := signature_of(b, size))],
        answers=[a for b in found("QUERY", ()) for a in answers_of(b, blocks, size)],
        regions=[r for b in regions if (r := region_of(b, size))],
    )
    return Contents(number, size, grouped_lines(found("LINE", ()), found("WORD", ()), blocks, size), known)
