"""`make run`: the samples, or a document of the user's, through the local stack to a table, and to a file of JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import httpx
from rich.console import Console
from rich.text import Text

from local.results import table
from local.stack import ROOT, STATE, Stack, StartFailed, find, start, stop
from quire_client import AsyncClient, Outcome, Refused
from quire_client.command import read_schema
from quire_client.documents import shortened
from quire_client.progress import shown
from quire_client.ways import printable
from quire_client.written import write

SAMPLES = ROOT / "samples"
RESULTS = STATE / "results"
DOCUMENTS = (".pdf", ".png", ".jpg", ".tiff")
MARK = "? marks what Quire is not sure of: look at the page. – stands for what is not in the document."
_MOST_NAME = 240  # bytes, so that `.json` still fits


def run(file: Path | None, schema: Path | None) -> int:
    """Send `file`, or each sample with its schema; print the results and where the API listens. Answers the exit
    status."""
    running = find()
    try:
        if not running:
            click.echo("Starting the local stack…", err=True)
        stack = running or start()
        outcomes = _outcomes(stack, file, schema)
    except (StartFailed, Refused, httpx.HTTPError) as failure:
        click.echo(f"It did not work: {failure}", err=True)
        return 1
    except KeyboardInterrupt:
        if not running:
            stop()
        click.echo("Interrupted.", err=True)
        return 130
    console = Console()
    for outcome in outcomes:
        _show(console, outcome)
    click.echo(f"\n{MARK}")
    click.echo(f"The API listens on {stack.base_url} (the key is in {STATE / 'env'}); `make down` stops it.")
    return int(any(outcome.error for outcome in outcomes))


def _outcomes(stack: Stack, file: Path | None, schema: Path | None) -> list[Outcome]:
    if file:
        documents = [(file, read_schema(schema) if schema else None)]
    else:
        samples = sorted(path for path in SAMPLES.iterdir() if path.suffix in DOCUMENTS)
        documents = [(path, read_schema(SAMPLES / "schemas" / f"{path.stem}.json")) for path in samples]
    return asyncio.run(_sent(stack, documents))


async def _sent(stack: Stack, documents: Sequence[tuple[Path, dict[str, Any] | None]]) -> list[Outcome]:
    with shown([path for path, _ in documents]) as tell:
        async with AsyncClient(stack.base_url, stack.api_key) as client:

            async def one(path: Path, schema: dict[str, Any] | None) -> list[Outcome]:
                return [outcome async for outcome in client.extract([path], schema=schema, on_progress=tell)]

            outcomes = await asyncio.gather(*(one(path, schema) for path, schema in documents))
    return [outcome for ended in outcomes for outcome in ended]


def _show(console: Console, outcome: Outcome) -> None:
    """A table on the screen; the whole in a file, whose name stands above it."""
    place = RESULTS / f"{shortened(outcome.path.name, _MOST_NAME)}.json"
    write(place, outcome)
    title = Text(f"{printable(outcome.path.name)}: {outcome.status}", style="bold")
    console.print(Text.assemble("\n", title, f"  {_near(place)}"), soft_wrap=True)
    if outcome.result:
        console.print(table(outcome.result))
    elif outcome.error:
        console.print(Text(f"{outcome.error.message} ({outcome.error.code})"))


def _near(place: Path) -> str:
    """As it is called from here."""
    return str(place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place)
