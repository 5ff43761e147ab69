"""``python -m local.emulator --api-port P --aws-port Q --state DIR``: serve until stopped."""

from pathlib import Path

import click

from local.emulator.emulator import Settings
from local.emulator.server import run

ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.option("--api-port", type=int, required=True, help="Port of the deployed HTTP API.")
@click.option("--aws-port", type=int, required=True, help="Port of the AWS services.")
@click.option(
    "--state", type=click.Path(file_okay=False, path_type=Path), required=True, help="Logs and object bodies."
)
@click.option("--textract-endpoint", help="Where functions find Textract.")
@click.option("--workers", type=click.IntRange(min=2), default=8, show_default=True, help="Most Lambda processes.")
def main(api_port: int, aws_port: int, state: Path, textract_endpoint: str | None, workers: int) -> None:
    """Serve the AWS services and the deployed HTTP API on 127.0.0.1."""
    sources = [ROOT, ROOT / "layers" / "quire" / "python"]
    run(Settings(api_port, aws_port, state.resolve(), sources, textract_endpoint, workers))


if __name__ == "__main__":
    main()
