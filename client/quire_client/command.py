"""The `quire` command."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import httpx

from quire_client.batch import Outcome, extract
from quire_client.connection import Refused, connect
from quire_client.fields import extract_fields
from quire_client.progress import shown


@click.group()
def main() -> None:
    """Extract structured data from documents, by a Quire of your own. BASE_URL and API_KEY say where."""


@main.command(name="extract")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--schema", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON Schema to fill.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results.")
@click.option("--base-url", envvar="BASE_URL", required=True)
@click.option("--api-key", envvar="API_KEY", required=True)
def extract_files(files: tuple[Path, ...], schema: Path | None, out: Path, base_url: str, api_key: str) -> None:
    """Send FILES and write each one's result to OUT as <file name>.json: {"data", "metadata"}. With a schema, its
    fields with their confidence and place; without, chunks of text and tables."""
    try:
        if schema:
            outcomes = send_for_fields([(file, read_schema(schema)) for file in files], base_url, api_key)
        else:
            outcomes = send(files, base_url, api_key)
    except (Refused, httpx.HTTPError) as error:
        raise click.ClickException(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    for outcome in outcomes:
        text = json.dumps(_written(outcome), ensure_ascii=False, indent=1)
        (out / f"{outcome.path.name}.json").write_text(text)
    sys.exit(any(outcome.error for outcome in outcomes))


def read_schema(path: Path) -> dict[str, Any]:
    """A JSON Schema from a file; a click error where it holds no JSON object."""
    try:
        schema = json.loads(path.read_text())
    except ValueError as error:
        raise click.ClickException(f"{path} is not JSON: {error}") from error
    if not isinstance(schema, dict):
        raise click.ClickException(f"{path} holds no JSON Schema object")
    return schema


def send(files: Sequence[Path], base_url: str, api_key: str) -> list[Outcome]:
    """The chunks of `files`, with progress on standard error."""

    async def sending() -> list[Outcome]:
        with shown(files) as on_progress:
            async with connect(base_url, api_key) as client:
                return await extract(client, files, on_progress)

    return asyncio.run(sending())


def send_for_fields(documents: Sequence[tuple[Path, dict[str, Any]]], base_url: str, api_key: str) -> list[Outcome]:
    """The fields of each document under its schema, with progress on standard error."""

    async def sending() -> list[Outcome]:
        with shown([path for path, _ in documents]) as on_progress:
            async with connect(base_url, api_key) as client:
                return await extract_fields(client, documents, on_progress)

    return asyncio.run(sending())


def _written(outcome: Outcome) -> dict[str, Any]:
    state = {"status": outcome.status, "error": outcome.error}
    if outcome.result and "metadata" in outcome.result:
        return {"data": outcome.result["data"], "metadata": {"fields": outcome.result["metadata"], **state}}
    return {"data": outcome.result, "metadata": state}


if __name__ == "__main__":
    main()
