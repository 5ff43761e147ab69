"""What Textract says beyond text and tables: FORMS, SIGNATURES, QUERIES and LAYOUT."""

from __future__ import annotations

from collections.abc import Iterator

from quire.reading.model import Answer, KeyValue, Mark, Region, RegionKind, Signature, around
from quire.reading.textract.blocks import Block, Blocks, Query, Size, box_of, confidence_of, related, resolved, text_of

REGIONS: dict[str, RegionKind] = {
    "LAYOUT_TITLE": "title",
    "LAYOUT_HEADER": "header",
    "LAYOUT_FOOTER": "footer",
    "LAYOUT_SECTION_HEADER": "section_header",
    "LAYOUT_PAGE_NUMBER": "page_number",
    "LAYOUT_LIST": "list",
    "LAYOUT_FIGURE": "figure",
    "LAYOUT_TABLE": "table",
    "LAYOUT_KEY_VALUE": "key_value",
    "LAYOUT_TEXT": "text",
}


def key_value_of(block: Block, blocks: Blocks, size: Size) -> KeyValue | None:
    """The pair whose KEY is `block`; None for a VALUE, and for a key that says nothing or is nowhere."""
    if "KEY" not in (block.entity_types or ()):
        return None
    key_words, _ = _contents(block, blocks)
    key_box = box_of(block, size)
    if not key_words or key_box is None:
        return None
    values = resolved(blocks, related(block, "VALUE"))
    words: list[Block] = []
    marks: list[Block] = []
    for value in values:
        more_words, more_marks = _contents(value, blocks)
        words += more_words
        marks += more_marks
    filled = [value for value in values if related(value)]
    boxes = [box for value in filled if (box := box_of(value, size)) is not None]
    stated = [confidence for part in (block, *filled) if (confidence := confidence_of(part)) is not None]
    return KeyValue(
        key=text_of(key_words),
        value=text_of(words),
        key_box=key_box,
        value_box=around(boxes) if boxes else None,
        confidence=min(stated, default=None),
        selected=any(mark.selection_status == "SELECTED" for mark in marks) if marks else None,
    )


def _contents(block: Block, blocks: Blocks) -> tuple[list[Block], list[Block]]:
    """Its words, and its selection elements."""
    words: list[Block] = []
    marks: list[Block] = []
    for child in resolved(blocks, related(block)):
        kind = child.block_type
        if kind == "WORD" and child.text:
            words.append(child)
        elif kind == "SELECTION_ELEMENT":
            marks.append(child)
    return words, marks


def mark_of(block: Block, size: Size) -> Mark | None:
    """A SELECTION_ELEMENT; None when it does not say where it stands or whether it is ticked."""
    box, status = box_of(block, size), block.selection_status
    return Mark(status == "SELECTED", box, confidence_of(block)) if box is not None and status else None


def signature_of(block: Block, size: Size) -> Signature | None:
    box = box_of(block, size)
    return Signature(box, confidence_of(block)) if box is not None else None


def answers_of(block: Block, blocks: Blocks, size: Size) -> Iterator[Answer]:
    """What a QUERY was answered, each QUERY_RESULT by itself; one answer without a text where there is none."""
    query = block.query or Query()
    asked, alias = query.text or "", query.alias or ""
    results = [(text, result) for result in resolved(blocks, related(block, "ANSWER")) if (text := result.text)]
    for text, result in results:
        yield Answer(asked, alias, text, box_of(result, size), confidence_of(result))
    if not results and (asked or alias):
        yield Answer(asked, alias, "", None, None)


def region_of(block: Block, size: Size) -> Region | None:
    kind, box = REGIONS.get(block.block_type or ""), box_of(block, size)
    return Region(kind, box, confidence_of(block)) if kind is not None and box is not None else None
