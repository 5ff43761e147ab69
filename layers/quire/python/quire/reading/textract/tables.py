"""TABLE blocks with their cells, titles and footers."""

from __future__ import annotations

from collections.abc import Sequence

from quire.reading.model import Cell, CellRole, Table, around
from quire.reading.textract.blocks import (
    Block,
    Blocks,
    Size,
    box_of,
    confidence_of,
    mean_confidence_of,
    related,
    resolved,
    text_of,
    words_of,
)

# "Block", EntityTypes.
_ROLES: dict[str, CellRole] = {
    "COLUMN_HEADER": "header",
    "TABLE_SECTION_TITLE": "section",
    "TABLE_SUMMARY": "summary",
    "TABLE_TITLE": "title",
    "TABLE_FOOTER": "footer",
}


def table_of(block: Block, blocks: Blocks, size: Size) -> Table | None:
    """The table, a MERGED_CELL in the place of the cells that it covers; None when it has no cell."""
    merged = resolved(blocks, related(block, "MERGED_CELL"))
    covered = {identity for cell in merged for identity in related(cell)}
    cells: list[Cell] = []
    for identity in related(block):
        if identity not in covered and (single := blocks.get(identity)) is not None and single.block_type == "CELL":
            cell = _cell(single, (), blocks, size)
            if cell is not None:
                cells.append(cell)
    for whole in merged:
        cell = _cell(whole, resolved(blocks, related(whole)), blocks, size)
        if cell is not None:
            cells.append(cell)
    if not cells:
        return None
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Table(
        box=box_of(block, size) or around(cell.box for cell in cells),
        confidence=confidence_of(block),
        rows=max(cell.row + cell.row_span - 1 for cell in cells),
        columns=max(cell.column + cell.column_span - 1 for cell in cells),
        cells=tuple(cells),
        title=_beside(block, "TABLE_TITLE", blocks),
        footer=_beside(block, "TABLE_FOOTER", blocks),
    )


def _cell(block: Block, parts: Sequence[Block], blocks: Blocks, size: Size) -> Cell | None:
    """A cell whose words are its own, or those of the `parts` that it covers; None when it does not say where it is."""
    row, column = block.row_index, block.column_index
    box = box_of(block, size)
    if not row or not column or box is None:
        return None
    words = [word for part in parts for word in words_of(part, blocks)] if parts else words_of(block, blocks)
    return Cell(
        text_of(words) if words else "",
        row,
        column,
        block.row_span or 1,
        block.column_span or 1,
        box,
        mean_confidence_of(words) if words else confidence_of(block),
        _role(block, parts),
    )


def _role(block: Block, parts: Sequence[Block]) -> CellRole:
    for part in (block, *parts):
        for name in part.entity_types or ():
            if name in _ROLES:
                return _ROLES[name]
    return "body"


def _beside(table: Block, kind: str, blocks: Blocks) -> str:
    return " ".join(
        text for block in resolved(blocks, related(table, kind)) if (text := text_of(words_of(block, blocks)))
    )
