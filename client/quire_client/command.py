"""The `quire` command."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import sys
from collections.abc import AsyncIterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import httpx

from quire_client.client import AsyncClient
from quire_client.connection import Refused
from quire_client.documents import Unclear, find
from quire_client.laptop import setting
from quire_client.models import Contradiction, Mode, Outcome, Stage, Target
from quire_client.progress import shown
from quire_client.state import State

STATE = ".quire-state.jsonl"
"""In the output folder."""
INTERRUPTED = 130
"""The exit status that shells give to what Ctrl-C ended."""
_ADMIN = ("tenant", "key", "credits", "template", "webhook", "review", "logs")
"""Commands on a stack itself, not through its API: their package, and boto3, come with the extra `admin`."""


class _Commands(click.Group):
    """With those of `quire_admin`, which are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        installed = _ADMIN if importlib.util.find_spec("boto3") else ()
        return [*super().list_commands(ctx), *installed]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ADMIN:
            return super().get_command(ctx, cmd_name)
        try:
            command: click.Command = importlib.import_module(f"quire_admin.{cmd_name}").commands
        except ModuleNotFoundError as missing:
            raise click.ClickException(f"`quire {cmd_name}` needs more: pip install 'quire[admin]'") from missing
        return command


@click.group(cls=_Commands)
def main() -> None:
    """Extract structured data from documents, by a Quire of your own. BASE_URL and API_KEY say where; without them the
    local stack of this folder is asked."""


@main.command(name="extract")
@click.argument("files", nargs=-1, required=True)
@click.option("--schema", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON Schema to fill.")
@click.option("--extractor", help="Name of a saved extractor (template) to use.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results.")
@click.option("--pages", help="Only these, as in 1-3,7 or 4-; with a schema or an extractor.")
@click.option(
    "--mode",
    type=click.Choice(Mode, case_sensitive=False),
    help="What Textract is asked; each costs more than the one before.",
)
@click.option(
    "--target", type=click.Choice(Target, case_sensitive=False), help="What one filling of the schema stands for."
)
@click.option("--base-url", envvar="BASE_URL", default=setting("BASE_URL"), required=True)
@click.option("--api-key", envvar="API_KEY", default=setting("API_KEY"), required=True)
def extract_files(
    files: tuple[str, ...],
    schema: Path | None,
    extractor: str | None,
    out: Path,
    pages: str | None,
    mode: Mode | None,
    target: Target | None,
    base_url: str,
    api_key: str,
) -> None:
    """Send FILES and write each one's result to OUT as <file name>.json: {"data", "metadata"}. With a schema or an
    extractor, its fields with their confidence and place; without, chunks of text and tables.

    FILES are files, folders (every PDF and image in them) and patterns. A run that was interrupted is gone on with by
    the same command. The exit status is 0 when every document succeeded, 1 when one did not, 130 after Ctrl-C."""
    client = AsyncClient(base_url, api_key)
    try:
        places = {path: out / place for path, place in find(files).items()}
        with shown(list(places)) as tell:
            outcomes = client.extract(
                places,
                schema=read_schema(schema) if schema else None,
                extractor=extractor,
                pages=pages,
                mode=mode,
                target=target,
                on_progress=tell,
                state=State(out / STATE, lambda path: places[path].is_file()),
            )
            every = asyncio.run(_written_down(client, outcomes, places))
    except (Contradiction, Unclear) as error:
        raise click.UsageError(str(error)) from error
    except (Refused, httpx.HTTPError, OSError) as error:
        raise click.ClickException(str(error) or type(error).__name__) from error
    except KeyboardInterrupt:
        click.echo("Interrupted. What was sent is remembered: the same command goes on from here.", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(0 if every else 1)


def read_schema(path: Path) -> dict[str, Any]:
    """A JSON Schema from a file; a click error where it holds no JSON object."""
    try:
        schema = json.loads(path.read_text())
    except ValueError as error:
        raise click.ClickException(f"{path} is not JSON: {error}") from error
    if not isinstance(schema, dict):
        raise click.ClickException(f"{path} holds no JSON Schema object")
    return schema


async def _written_down(client: AsyncClient, outcomes: AsyncIterable[Outcome], places: Mapping[Path, Path]) -> bool:
    """Whether every document succeeded."""
    every = True
    async with client:
        async for outcome in outcomes:
            await asyncio.to_thread(_write, places[outcome.path], outcome)
            every = every and outcome.status is Stage.SUCCEEDED
    return every


def _write(place: Path, outcome: Outcome) -> None:
    """As a whole or not at all: a run that is killed leaves no half of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_written(outcome), ensure_ascii=False, indent=1)
    unfinished = place.with_name(f".{place.name}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(place)


def _written(outcome: Outcome) -> dict[str, Any]:
    result, error = outcome.result, outcome.error
    state = {"status": outcome.status.value, "error": asdict(error) if error else None}
    if result is None:
        return {"data": None, "metadata": state}
    fields = {} if result.metadata is None else {"fields": result.metadata}
    return {"data": result.data, "metadata": {**fields, **state}}


if __name__ == "__main__":
    main()
