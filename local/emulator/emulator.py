"""What the repairs work with: the settings of this emulator and the parts that it runs itself."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.emulator.lambdas.events import Events
from local.emulator.lambdas.host import WorkerHost
from local.emulator.lambdas.pool import Pool
from local.emulator.logs import FunctionLog
from local.emulator.timers import Timers

REGION = "us-east-1"
ACCOUNT = "000000000000"
# MiniStack takes these for the root user of ACCOUNT and verifies presigned URLs with them.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True)
class Settings:
    """How one emulator runs.

    Attributes:
        api_port: serves the deployed HTTP API as a client sees it.
        aws_port: serves the AWS services.
        state: a folder for logs and object bodies, of this emulator alone.
        sources: the folders that handlers are imported from; the first is the root of the repository.
        textract: the endpoint that handlers find Textract at, if any.
        workers: the most Lambda processes.
    """

    api_port: int
    aws_port: int
    state: Path
    sources: Sequence[Path]
    textract: str | None = None
    workers: int = 8

    @property
    def aws_endpoint(self) -> str:
        """The URL of the AWS services."""
        return f"http://127.0.0.1:{self.aws_port}"


class Emulator:
    """The parts that MiniStack gets from us."""

    def __init__(self, settings: Settings) -> None:
        """Start the worker host; the pool is empty until the first invocation."""
        self.settings = settings
        self.log = FunctionLog(settings.state / "logs" / "functions.jsonl")
        self.timers = Timers()
        self._host = WorkerHost(settings.sources, _environment(settings), self.log)
        self.pool = Pool(self._host, self.timers, settings.workers)
        self.events = Events(self.pool, self.timers)

    def stop(self) -> None:
        """End every worker."""
        self.pool.close()
        self._host.stop()


def _environment(settings: Settings) -> dict[str, str]:
    textract = {"AWS_ENDPOINT_URL_TEXTRACT": settings.textract} if settings.textract else {}
    # A proxy of this machine must not get what is meant for the emulator.
    direct = ",".join(
        [*filter(None, [os.environ.get("NO_PROXY") or os.environ.get("no_proxy")]), "127.0.0.1,localhost"]
    )
    return {
        **CREDENTIALS,
        **textract,
        "AWS_ENDPOINT_URL": settings.aws_endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "LAMBDA_TASK_ROOT": str(settings.sources[0]),
        "NO_PROXY": direct,
        "no_proxy": direct,
    }
