"""python -m local.eval.ocr_pages: how many pages of labelled PDFs mode FAST sends to Textract, and how many of them
only for what stands where a sound text layer says nothing (`quire.reading.pdf.gaps`)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from local.eval import data
from local.eval.reading import MOST_PAGES
from quire.reading import sandbox
from quire.reading.media import Media


def counted(path: Path) -> tuple[int, int, int]:
    """Pages, those sent to Textract, and those of them whose layer is sound and not all.

    Raises:
        sandbox.Broken: the PDF cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "text.jsonl"
        numbers = range(1, sandbox.inspect(path, Media.PDF, most_pages=MOST_PAGES).pages + 1)
        layer = sandbox.read_text(path, out, pages=numbers)
        written = len(out.read_bytes().splitlines())
        return len(layer.sizes), len(layer.unsound), written - len(layer.sound)


@click.command()
@click.option("--sets", default="adbuy,zugferd", show_default=True, help="Names, comma-separated.")
def main(sets: str) -> None:
    """Count the pages of every PDF of these sets, dev and test."""
    try:
        root = data.folder()
    except FileNotFoundError as missing:
        raise click.ClickException(str(missing)) from None
    for name in sets.split(","):
        counts = [counted(path) for path in sorted((root / name).rglob("*.pdf"))]
        pages, sent, partly = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
        click.echo(f"{name}: {pages} pages, {sent} to Textract, {partly} of them for pictures or drawn letters alone")


if __name__ == "__main__":
    main()
