"""Tables and key-values from words alone agree with Textract's own at least this far (agreement.py prints how far)."""

from __future__ import annotations

from .agreement import Score, answers, scores


def test_agreement_of_real_answers() -> None:
    cells, pairs = Score(), Score()
    for _, answer in answers():
        of_cells, of_pairs = scores(answer)
        cells, pairs = cells + of_cells, pairs + of_pairs
    assert cells.f1 >= 0.80
    assert pairs.f1 >= 0.60
