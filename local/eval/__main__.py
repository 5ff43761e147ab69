"""python -m local.eval: accuracy over the labelled documents, printed and written into docs/accuracy.md."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from local.eval import data, report, twin
from local.eval.measure import Figures, measure
from local.stack import ROOT

CACHE = ROOT / ".local" / "ocr-cache"


@click.command()
@click.option("--limit", type=int, help="Documents of each set; all.")
@click.option("--workers", default=os.cpu_count() or 1, show_default=True, help="Documents read at once.")
@click.option("--sets", help="Names, comma-separated; all that are there.")
@click.option("--split", type=click.Choice(["dev", "test"]), default="test", show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where the figures go; docs/accuracy.md for all of test, unless they are of drawn documents.",
)
def main(limit: int | None, workers: int, sets: str | None, split: str, out: Path | None) -> None:
    """Read, extract and score every labelled document."""
    try:
        root = data.folder()
        names = sets.split(",") if sets else [*data.sets_in(root), data.bare_in(root)]
        chosen = [data.load(root, name, split, limit) for name in names]
    except FileNotFoundError as missing:
        raise click.ClickException(str(missing)) from None
    score = data.scorer(root)
    console = Console()
    console.width = max(console.width, 120)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    found: list[Figures] = []
    with twin.running(CACHE, workers) as detect, Progress(*columns, console=console) as progress:
        task = progress.add_task("documents", total=sum(len(one.documents) for one in chosen))
        for one in chosen:
            progress.update(task, description=one.name)
            found.append(measure(one, score, detect.detect, workers, lambda: progress.advance(task)))
    for content in report.tables(found):
        console.print(report.printed(content))
    if data.is_drawn(root):
        console.print(report.DRAWN)
    whole = limit is None and split == "test" and sets is None and not data.is_drawn(root)
    target = out or (ROOT / "docs" / "accuracy.md" if whole else None)
    if target:
        command = "make eval" if whole else shlex.join(["python", "-m", "local.eval", *sys.argv[1:]])
        target.write_text(report.document(command, split, found, drawn=data.is_drawn(root)), encoding="utf-8")
        console.print(f"written to {target}")


if __name__ == "__main__":
    main()
