"""`make run`: the samples, or a document of the user's, through the local stack to its JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import httpx

from local.stack import ROOT, STATE, Stack, StartFailed, find, start, stop
from quire_client.batch import Outcome
from quire_client.command import read_schema, send, send_for_fields
from quire_client.connection import Refused

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
    if file and not schema:
        return send([file], stack.base_url, stack.api_key)
    if file and schema:
        documents = [(file, read_schema(schema))]
    else:
        samples = sorted(path for path in SAMPLES.iterdir() if path.suffix in DOCUMENTS)
        documents = [(path, read_schema(SAMPLES / "schemas" / f"{path.stem}.json")) for path in samples]
    return send_for_fields(documents, stack.base_url, stack.api_key)


def _print(outcome: Outcome) -> None:
    click.secho(f"── {outcome.path.name}: {outcome.status}", bold=sys.stdout.isatty())
    click.echo(_json(outcome.result or {"error": outcome.error}))


def _json(result: dict[str, Any]) -> str:
    """The result as JSON, a chunk or a field a line, so that a long one can still be read."""
    if "chunks" in result:
        chunks = [json.dumps(chunk, ensure_ascii=False) for chunk in result["chunks"]]
        return '{"chunks": [\n  ' + ",\n  ".join(chunks) + "\n]}"
    if "metadata" in result:
        data = json.dumps(result["data"], ensure_ascii=False, indent=1)
        fields = [f"{json.dumps(path)}: {json.dumps(entry, ensure_ascii=False)}" for path, entry in _entries(result)]
        return f'{{"data": {data},\n "fields": {{\n  ' + ",\n  ".join(fields) + "\n}}"
    return json.dumps(result, ensure_ascii=False, indent=1)


def _entries(result: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Each value's path with its confidence and its place: page, and box in points."""
    found: list[tuple[str, dict[str, Any]]] = []

    def walk(entry: Any, path: str) -> None:
        if isinstance(entry, list):
            for index, part in enumerate(entry):
                walk(part, f"{path}[{index}]")
        elif "citation" in entry and "confidence" in entry:
            places = [{"page": cited["page"], **cited["bounding_boxes"][0]} for cited in entry["citation"]]
            found.append((path, {"confidence": entry["confidence"], "places": places}))
        else:
            for name, part in entry.items():
                walk(part, f"{path}.{name}" if path else name)

    walk(result["metadata"], "")
    return found
