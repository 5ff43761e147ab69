"""Textract's Block JSON of one page (API_Block of the developer guide; the shapes follow real answers)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from local.textract.answers import Answer
from local.textract.forms import Pair
from local.textract.geometry import Box, Line, Quad, Word, around, bounds
from local.textract.grid import Cell, Table
from local.textract.signatures import Signature

Block = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """What was read on a page, in pixels of the level page."""

    lines: Sequence[Line]
    tables: Sequence[Table] = ()
    pairs: Sequence[Pair] = ()
    signatures: Sequence[Signature] = ()
    queries: Sequence[tuple[dict[str, Any], Answer | None]] = ()


def page_blocks(reading: Reading, outline: Quad, to_page: Callable[[Quad], Quad], number: int | None) -> list[Block]:
    """The page's blocks in the order of the service: PAGE, LINEs, WORDs, tables, key-values, queries with their
    answers, signatures.

    `outline` is the page in the reading's pixels, `to_page` maps those to ratios of the page as submitted.
    `number` is the page's number, which only asynchronous answers carry.
    """

    def block(kind: str, quad: Quad | None, **fields: Any) -> Block:
        shape = {} if quad is None else {"Geometry": geometry(to_page(quad))}
        page = {} if number is None else {"Page": number}
        return {"BlockType": kind, **fields, **shape, "Id": str(uuid4()), **page}

    words = {id(word): _word(block, word) for line in reading.lines for word in line.words}

    def ids(members: Iterable[Word]) -> list[str]:
        return [words[id(word)]["Id"] for word in members]

    lines = [
        _related(block("LINE", line.quad, Confidence=line.confidence, Text=line.text), CHILD=ids(line.words))
        for line in reading.lines
    ]
    tables = [_table(block, table, ids) for table in reading.tables]
    pairs = [made for pair in reading.pairs for made in _pair(block, pair, ids)]
    queries = [made for query, answer in reading.queries for made in _query(block, query, answer)]
    signatures = [block("SIGNATURE", s.box.quad, Confidence=s.confidence) for s in reading.signatures]
    children = [*lines, *(table[0] for table in tables), *pairs, *queries, *signatures]
    page = _related(block("PAGE", outline), CHILD=[child["Id"] for child in children])
    return [page, *lines, *words.values(), *(b for table in tables for b in table), *pairs, *queries, *signatures]


def geometry(quad: Quad) -> dict[str, Any]:
    """A quad in ratios of the page as Textract's Geometry, kept within the page."""
    inside = [(min(1.0, max(0.0, x)), min(1.0, max(0.0, y))) for x, y in quad]
    box = bounds(inside)
    return {
        "BoundingBox": {"Width": box.width, "Height": box.height, "Left": box.left, "Top": box.top},
        "Polygon": [{"X": x, "Y": y} for x, y in inside],
    }


def _related(block: Block, **relations: list[str]) -> Block:
    """The block with its relationships; the service leaves an empty one out."""
    listed = [{"Type": kind, "Ids": ids} for kind, ids in relations.items() if ids]
    return {**block, "Relationships": listed} if listed else block


def _word(block: Callable[..., Block], word: Word) -> Block:
    return block("WORD", word.quad, Confidence=word.confidence, Text=word.text, TextType="PRINTED")


def _table(block: Callable[..., Block], table: Table, ids: Callable[[Iterable[Word]], list[str]]) -> list[Block]:
    """TABLE, its CELLs of one square each, and a MERGED_CELL over those that are one: so the service has it."""

    def square(kind: str, box: Box, row: int, column: int, rows: int, columns: int) -> Block:
        header = table.header and row == 1
        return block(
            kind,
            box.quad,
            Confidence=table.confidence,
            RowIndex=row,
            ColumnIndex=column,
            RowSpan=rows,
            ColumnSpan=columns,
            **({"EntityTypes": ["COLUMN_HEADER"]} if header else {}),
        )

    made: list[tuple[Cell, Block]] = [
        (cell, _related(square("CELL", cell.box, cell.row, cell.column, 1, 1), CHILD=ids(cell.words)))
        for cell in table.cells
    ]
    merged = []
    for span in table.spans:
        parts = [(cell, made_block) for cell, made_block in made if span.holds(cell)]
        whole = square(
            "MERGED_CELL", around(cell.box for cell, _ in parts), span.row, span.column, span.rows, span.columns
        )
        merged.append(_related(whole, CHILD=[made_block["Id"] for _, made_block in parts]))
    cells = [made_block for _, made_block in made]
    head = block("TABLE", table.box.quad, Confidence=table.confidence, EntityTypes=["STRUCTURED_TABLE"])
    related = _related(head, CHILD=[b["Id"] for b in cells], MERGED_CELL=[b["Id"] for b in merged])
    return [related, *cells, *merged]


def _pair(block: Callable[..., Block], pair: Pair, ids: Callable[[Iterable[Word]], list[str]]) -> Iterator[Block]:
    """The KEY and the VALUE; of a field left empty the VALUE has no children and lies behind its key."""
    key_box = around(word.box for word in pair.key)
    blank = Box(key_box.right, key_box.top, key_box.right + key_box.height, key_box.bottom)
    value_box = around(word.box for word in pair.value) if pair.value else blank
    value = block("KEY_VALUE_SET", value_box.quad, Confidence=pair.confidence, EntityTypes=["VALUE"])
    key = block("KEY_VALUE_SET", key_box.quad, Confidence=pair.confidence, EntityTypes=["KEY"])
    yield _related(key, VALUE=[value["Id"]], CHILD=ids(pair.key))
    yield _related(value, CHILD=ids(pair.value))


def _query(block: Callable[..., Block], query: dict[str, Any], answer: Answer | None) -> Iterator[Block]:
    """The QUERY as it was asked, without its Pages, and its QUERY_RESULT where there is an answer."""
    said = {name: query[name] for name in ("Text", "Alias") if name in query}
    asked = block("QUERY", None, Query=said)
    if answer is None:
        yield asked
        return
    quad = around(word.box for word in answer.words).quad
    result = block("QUERY_RESULT", quad, Confidence=answer.confidence, Text=answer.text)
    yield _related(asked, ANSWER=[result["Id"]])
    yield result
