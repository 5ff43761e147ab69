"""The `quire` command."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import sys
from collections.abc import AsyncIterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import httpx

from quire_client import summary
from quire_client.client import AsyncClient
from quire_client.connection import Refused
from quire_client.documents import KINDS, PICTURED, Unclear, find
from quire_client.laptop import setting
from quire_client.models import Contradiction, Mode, Outcome, Stage, Target
from quire_client.progress import shown
from quire_client.state import State
from quire_client.ways import printable
from quire_client.written import TABLE, write, write_table

STATE = ".quire-state.jsonl"
"""In the output folder."""
INTERRUPTED = 130
"""The exit status that shells give to what Ctrl-C ended."""
_SETTINGS = {
    "BASE_URL": "Set BASE_URL, where your Quire is: export BASE_URL=https://… (on the laptop: make up && . .local/env)",
    "API_KEY": "Set API_KEY, a key of a tenant there: export API_KEY=qk_… (`quire key add` makes one, or the console)",
}
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
@click.version_option(package_name="quire", message="%(prog)s %(version)s")
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
@click.option("--password", envvar="QUIRE_PASSWORD", help="Opens the documents that need one; also QUIRE_PASSWORD.")
@click.option("--table", is_flag=True, help=f"Write all results as one {TABLE} too.")
@click.option("--json", "for_scripts", is_flag=True, help="Print what became of each document as JSON.")
@click.option("--base-url", envvar="BASE_URL", default=setting("BASE_URL"), help="Where it is; also BASE_URL.")
@click.option("--api-key", envvar="API_KEY", default=setting("API_KEY"), help="A key there; also API_KEY.")
def extract_files(
    files: tuple[str, ...],
    schema: Path | None,
    extractor: str | None,
    out: Path,
    pages: str | None,
    mode: Mode | None,
    target: Target | None,
    password: str | None,
    table: bool,
    for_scripts: bool,
    base_url: str | None,
    api_key: str | None,
) -> None:
    """Send FILES and write each one's result to OUT as <file name>.json: {"data", "metadata"}. With a schema or an
    extractor, its fields with their confidence and place; without, chunks of text and tables.

    FILES are files, folders (every document in them) and patterns. A run that was interrupted is gone on with by
    the same command. The exit status is 0 when every document succeeded, 1 when one did not, 130 after Ctrl-C."""
    try:
        client = AsyncClient(*_service(base_url, api_key))
        chosen = find(files, out, KINDS if schema or extractor else PICTURED)
        places = chosen.places
        with shown(list(places)) as tell:
            outcomes = client.extract(
                places,
                schema=read_schema(schema) if schema else None,
                extractor=extractor,
                pages=pages,
                mode=mode,
                target=target,
                password=password,
                on_progress=tell,
                state=State(out / STATE, lambda path: places[path].is_file()),
            )
            came = asyncio.run(_written_down(client, outcomes, places))
        if table:
            write_table(out / TABLE, places)
    except (Contradiction, Unclear) as error:
        raise click.UsageError(printable(str(error))) from error
    except (Refused, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise click.ClickException(printable(_in_words(error, base_url))) from error
    except KeyboardInterrupt:
        click.echo("Interrupted. What was sent is remembered: the same command goes on from here.", err=True)
        sys.exit(INTERRUPTED)
    ends = summary.ended(came, places)
    if for_scripts:
        said = summary.as_json(ends, places, chosen.left_out, out / TABLE if table else None)
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        for line in summary.in_words(ends, len(places) - len(came), chosen.left_out, out):
            click.echo(line)
    sys.exit(0 if all(stage is Stage.SUCCEEDED for stage, _ in ends.values()) else 1)


def _service(base_url: str | None, api_key: str | None) -> tuple[str, str]:
    """Where to, and the key; a click error that says what to set."""
    if base_url and api_key:
        if not api_key.isascii() or not api_key.isprintable():
            raise click.UsageError("API_KEY is no key: it has characters that none has")
        if not base_url.lower().startswith(("https://", "http://")):
            raise click.UsageError(f"BASE_URL begins with https:// or http://, and this does not: {base_url}")
        return base_url, api_key
    missing = [_SETTINGS[name] for name, value in (("BASE_URL", base_url), ("API_KEY", api_key)) if not value]
    click.echo("\n".join(missing), err=True)
    sys.exit(click.UsageError.exit_code)


def _in_words(error: Exception, base_url: str | None) -> str:
    """What went wrong with which address, file or key."""
    match error:
        case Refused(status=401):
            return f"{error} Is API_KEY a key of {base_url}?"
        case httpx.TransportError():
            return f"{base_url} cannot be reached: {error or type(error).__name__}"
        case OSError(filename=str(name), strerror=str(why)):
            return f"{name}: {why}"
    return str(error) or type(error).__name__


def read_schema(path: Path) -> dict[str, Any]:
    """A JSON Schema from a file; a click error where it holds no JSON object."""
    try:
        schema = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise click.UsageError(f"{path} is not JSON: {error}") from error
    if not isinstance(schema, dict):
        raise click.UsageError(f"{path} holds no JSON Schema: that is an object, {{…}}")
    return schema


async def _written_down(
    client: AsyncClient, outcomes: AsyncIterable[Outcome], places: Mapping[Path, Path]
) -> dict[Path, Outcome]:
    """The outcome of each document that had none from an earlier run, without its result, which is written."""
    came: dict[Path, Outcome] = {}
    async with client:
        async for outcome in outcomes:
            await asyncio.to_thread(write, places[outcome.path], outcome)
            came[outcome.path] = replace(outcome, result=None)
    return came


if __name__ == "__main__":
    main()
