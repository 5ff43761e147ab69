"""`make run`: the samples, or a document of the user's, through the local stack to its JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import httpx

from local.stack import ROOT, STATE, Stack, StartFailed, find, start, stop
from quire_client import AsyncClient, Field, Outcome, Refused, Result
from quire_client.command import read_schema
from quire_client.progress import shown

SAMPLES = ROOT / "samples"
DOCUMENTS = (".pdf", ".png", ".jpg", ".tiff")


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
    for outcome in outcomes:
        _print(outcome)
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


def _print(outcome: Outcome) -> None:
    click.secho(f"── {outcome.path.name}: {outcome.status}", bold=sys.stdout.isatty())
    error = outcome.error and asdict(outcome.error)
    click.echo(_json(outcome.result) if outcome.result else json.dumps({"error": error}, ensure_ascii=False, indent=1))


def _json(result: Result) -> str:
    """The result as JSON, a chunk or a field a line, so that a long one can still be read."""
    if result.metadata is None:
        chunks = [json.dumps(chunk, ensure_ascii=False) for chunk in result.data["chunks"]]
        return '{"chunks": [\n  ' + ",\n  ".join(chunks) + "\n]}"
    data = json.dumps(result.data, ensure_ascii=False, indent=1)
    fields = [f"{json.dumps(field.path)}: {json.dumps(_place(field), ensure_ascii=False)}" for field in result.fields]
    return f'{{"data": {data},\n "fields": {{\n  ' + ",\n  ".join(fields) + "\n}}"


def _place(field: Field) -> dict[str, Any]:
    """A value's confidence and its places: page, and box (left, top, right, bottom) in points."""
    places = [{"page": cited.page, "box": cited.box} for cited in field.citations]
    return {"confidence": field.confidence, "places": places}
