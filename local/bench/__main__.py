"""`make bench`: figures and ratios as a table, and as bench.json."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from local.bench import answers, documents, reading
from local.stack import ROOT


@click.command()
@click.option(
    "--documents", "number", default=500, show_default=True, help="How many go through the stack at once; 0: none."
)
@click.option("--state", default=ROOT / ".local" / "bench", type=click.Path(path_type=Path))
def main(number: int, state: Path) -> None:
    """Measure, print a table, and write bench.json."""
    kept = answers.kept_pages()
    figures: dict[str, dict[str, Any]] = {
        "reading": {"made_of": "kept answers" if kept else "samples"}
        | asdict(reading.measure(kept or answers.sample_pages()))
    }
    if number:
        figures["documents"] = asdict(documents.measure(number, state))
    (ROOT / "bench.json").write_text(json.dumps(figures, indent=1))
    table = Table("of", "figure", "value")
    for part, values in figures.items():
        for name, value in values.items():
            table.add_row(part, name, "not installed" if value is None else str(value))
    Console().print(table)


if __name__ == "__main__":
    main()
