"""``python -m local up | down | status | run [FILE]``: the stack on this machine."""

import importlib
import sys
from pathlib import Path

import click

from local.stack import STATE, StartFailed, find, start, stop


@click.group()
def main() -> None:
    """Quire on this machine: no AWS account, no Docker."""


@main.command()
def up() -> None:
    """Start the stack and return when it serves; BASE_URL and API_KEY are also in .local/env."""
    running = find()
    try:
        stack = running or start()
    except StartFailed as failure:
        click.echo(f"The local stack did not start: {failure}", err=True)
        sys.exit(1)
    click.echo("The local stack is running already." if running else "The local stack is running.")
    click.echo(f"BASE_URL={stack.base_url}\nAPI_KEY={stack.api_key}")
    click.echo(f"The console, which asks for the key: {stack.base_url}/console")


@main.command()
def down() -> None:
    """Stop the stack and everything that it started."""
    click.echo("The local stack is stopped." if stop() else "The local stack was not running.")


@main.command()
def status() -> None:
    """Say whether the stack runs; exit with 1 when it does not."""
    stack = find()
    if stack is None:
        click.echo("The local stack is not running.")
        sys.exit(1)
    click.echo(f"The local stack is running.\nBASE_URL={stack.base_url}\nlogs: {STATE / 'logs'}")


@main.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--schema", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON Schema to fill.")
def run(file: Path | None, schema: Path | None) -> None:
    """Send FILE, or the samples, through the stack and print the results."""
    # Imported here: `up` and `down` must not wait for what only `run` needs.
    sys.exit(importlib.import_module("local.run").run(file, schema))


if __name__ == "__main__":
    main()
