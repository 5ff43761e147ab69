"""A table as Markdown, for readers and language models."""

from __future__ import annotations

from quire.reading.model import Table


def table_markdown(table: Table) -> str:
    """The table's rows between bars, its first row as the header; a merged cell's text stands in its first place."""
    grid = [["" for _ in range(table.columns)] for _ in range(table.rows)]
    for cell in table.cells:
        if 1 <= cell.row <= table.rows and 1 <= cell.column <= table.columns:
            grid[cell.row - 1][cell.column - 1] = " ".join(cell.text.split()).replace("|", "\\|")
    rows = [f"| {' | '.join(row)} |" for row in grid]
    return "\n".join([rows[0], f"|{' --- |' * table.columns}", *rows[1:]])
