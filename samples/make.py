"""Make the samples anew: `python -m samples.make`.

Every document is drawn from data in its module; the same data is the truth in `expected/`, so that they cannot differ.
"""

import json
from pathlib import Path
from typing import Any

from samples.drawing.contract import contract
from samples.drawing.delivery_note import delivery_note
from samples.drawing.form import form
from samples.drawing.invoice import invoice
from samples.drawing.order import order
from samples.drawing.receipt import receipt
from samples.drawing.report import report
from samples.sample import Sample

FOLDER = Path(__file__).parent


def samples() -> list[Sample]:
    """Every sample; seconds of drawing and scanning."""
    return [make() for make in (invoice, receipt, report, form, delivery_note, contract, order)]


def write(sample: Sample, folder: Path) -> None:
    """Write a sample's document, schema and truth."""
    (folder / sample.file).write_bytes(sample.content)
    for kind, value in (("schemas", sample.schema), ("expected", sample.fields)):
        (folder / kind).mkdir(exist_ok=True)
        (folder / kind / f"{sample.name}.json").write_text(as_json(value), encoding="utf-8")


def as_json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for made in samples():
        write(made, FOLDER)
