"""The tables of a page, from its ruling lines, and where there are none from words that line up.

A plain heuristic: good enough to see the pipeline work on a laptop, not a rival of Amazon Textract's model.
"""

from __future__ import annotations

from collections.abc import Sequence

from local.textract.aligned import aligned_tables
from local.textract.geometry import Word
from local.textract.grid import Table
from local.textract.ruled import ruled_tables
from local.textract.rules import Rules


def tables_of(words: Sequence[Word], rules: Rules) -> list[Table]:
    """The tables of a level page, from top to bottom; no word is in two."""
    found = list(ruled_tables(words, rules))
    taken = {id(word) for table in found for cell in table.cells for word in cell.words}
    found += aligned_tables([word for word in words if id(word) not in taken])
    return sorted(found, key=lambda table: table.box.top)
