"""`make run`: the samples, or a document of the user's, through the local stack to its JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import httpx

from local.stack import ROOT, STATE, StartFailed, find, start, stop
from quire_client.batch import Outcome
from quire_client.command import send
from quire_client.connection import Refused

SAMPLES = ROOT / "samples"
DOCUMENTS = (".pdf", ".png", ".jpg", ".tiff")


def run(file: Path | None) -> int:
    """Send `file`, or each sample; print the results and where the API listens. Answers the exit status."""
    files = [file] if file else sorted(path for path in SAMPLES.iterdir() if path.suffix in DOCUMENTS)
    running = find()
    try:
        if not running:
            click.echo("Starting the local stack…", err=True)
        stack = running or start()
        outcomes = send(files, stack.base_url, stack.api_key)
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


def _print(outcome: Outcome) -> None:
    click.secho(f"── {outcome.path.name}: {outcome.status}", bold=sys.stdout.isatty())
    click.echo(_json(outcome.result or {"error": outcome.error}))


def _json(result: dict[str, Any]) -> str:
    """The result, a chunk a line, so that a long document can still be read."""
    if "chunks" not in result:
        return json.dumps(result, ensure_ascii=False, indent=1)
    chunks = [json.dumps(chunk, ensure_ascii=False) for chunk in result["chunks"]]
    return '{"chunks": [\n  ' + ",\n  ".join(chunks) + "\n]}"
