"""The `quire` command."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import httpx

from quire_client.batch import Outcome, extract
from quire_client.connection import Refused, connect
from quire_client.progress import shown


@click.group()
def main() -> None:
    """Extract structured data from documents, by a Quire of your own. BASE_URL and API_KEY say where."""


@main.command(name="extract")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results.")
@click.option("--base-url", envvar="BASE_URL", required=True)
@click.option("--api-key", envvar="API_KEY", required=True)
def extract_files(files: tuple[Path, ...], out: Path, base_url: str, api_key: str) -> None:
    """Send FILES and write each one's result to OUT as <file name>.json."""
    try:
        outcomes = send(files, base_url, api_key)
    except (Refused, httpx.HTTPError) as error:
        raise click.ClickException(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    for outcome in outcomes:
        written = {"data": outcome.result, "metadata": {"status": outcome.status, "error": outcome.error}}
        (out / f"{outcome.path.name}.json").write_text(json.dumps(written, ensure_ascii=False, indent=1))
    sys.exit(any(outcome.error for outcome in outcomes))


def send(files: Sequence[Path], base_url: str, api_key: str) -> list[Outcome]:
    """Extract `files` with progress on standard error."""

    async def sending() -> list[Outcome]:
        with shown(files) as on_progress:
            async with connect(base_url, api_key) as client:
                return await extract(client, files, on_progress)

    return asyncio.run(sending())


if __name__ == "__main__":
    main()
