"""The figures as a table on the screen and as Markdown in docs/accuracy.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.table import Table

from local.eval.judge import calibration_error, precision_when_sure
from local.eval.measure import Figures

DRAWN = (
    "These documents were drawn by samples/labelled, for none that are labelled lie beside this checkout. "
    "Their figures show whether something broke, not how accurate Quire is on other people's documents: "
    "that is in docs/accuracy.md."
)


class Row(NamedTuple):
    """Of one field, or of a whole set (`field` is "all")."""

    name: str
    field: str
    labelled: int
    answered: int
    precision: float
    recall: float
    f1: float
    exact: float


def rows(figures: Figures) -> Iterator[Row]:
    """A row per field, then one for all of them: micro-averaged."""
    total: Counter[str] = Counter()
    for name, count in figures.counts.items():
        if name != "_":
            total.update(count)
            yield _row(figures.name, name, count)
    yield _row(figures.name, "all", total)


def _row(name: str, field: str, count: Counter[str]) -> Row:
    precision = count["right"] / max(1, count["answered"])
    recall = count["right"] / max(1, count["labelled"])
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    exact = count["exact"] / max(1, count["labelled"])
    return Row(name, field, count["labelled"], count["answered"], precision, recall, f1, exact)


def tables(found: Sequence[Figures]) -> tuple[list[list[str]], list[list[str]]]:
    """Accuracy by field; and by set what confidences are worth, and what a page takes. The first row names columns."""
    accuracy = [["set", "field", "labelled", "answered", "precision", "recall", "F1", "exact match"]]
    worth = [
        ["set", "micro-F1", "calibration error", "precision where sure", "share sure", "ms per page", "MiB per page"]
    ]
    for figures in found:
        last = 0.0
        for row in rows(figures):
            last = row.f1
            accuracy.append(
                [row.name, row.field, str(row.labelled), str(row.answered), *(f"{value:.3f}" for value in row[4:])]
            )
        sure, share = precision_when_sure(figures.verdicts)
        worth.append(
            [
                figures.name,
                f"{last:.3f}",
                f"{calibration_error(figures.verdicts):.3f}",
                f"{sure:.3f}",
                f"{share:.2f}",
                f"{1000 * figures.extraction_seconds / max(figures.pages, 1):.1f}",
                f"{figures.peak / 2**20:.1f}",
            ]
        )
    return accuracy, worth


def printed(content: Sequence[Sequence[str]]) -> Table:
    """A table for the screen."""
    table = Table(*content[0])
    for row in content[1:]:
        table.add_row(*row, end_section="all" in row, style="bold" if "all" in row else None)
    return table


def markdown(content: Sequence[Sequence[str]]) -> str:
    """The same in Markdown."""
    head, *body = [f"| {' | '.join(row)} |" for row in content]
    return "\n".join([head, f"|{'---|' * len(content[0])}", *body])


def document(command: str, split: str, found: Sequence[Figures], *, drawn: bool = False) -> str:
    """The whole of docs/accuracy.md; of `drawn` documents it says so first."""
    accuracy, worth = tables(found)
    first = f"\n**{DRAWN}**\n" if drawn else ""
    return f"""# Accuracy
{first}
Made by `{command}`: each labelled document of the `{split}` half is read and extracted by the code that the stack runs,
in mode FAST (words alone: the text layer, or OCR by the local twin of Textract), and scored by the data's own rules.
Weights and calibration were fitted on the `dev` half (`python -m local.eval.fit`), whose documents are others.

{markdown(accuracy)}

A row of an array counts cell by cell. `all` is the micro-average: every field and cell weighs the same.

{markdown(worth)}

- *calibration error*: the mean distance between a confidence and how often such answers are right, over ten bins.
- *sure*: a confidence of at least 0.8.
- *ms per page*: CPU time of layout and extraction, reading not included. *MiB per page*: the most that extraction took.
- *bare names*: the same documents with every description taken out of the schema.

## What confidence means

A field's candidates share a probability with the answer that the document does not say it; a monotone curve, fitted on
the `dev` half, makes of the best one's share how often such an answer is right: of issuers that the weights
were not fitted on, and a little less often than was seen, for other documents are harder. A value whose words are not
on a page is not answered: the field is null and its path is listed.
"""
