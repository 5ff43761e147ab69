"""python -m local.textract --port P --aws-endpoint URL [--workers N]

Serves on 127.0.0.1 and says `{"port": …}` on a line of its own when it does. SIGTERM ends it and its workers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from local.textract.aws import Aws
from local.textract.control import Control
from local.textract.jobs import Jobs
from local.textract.operations import Operations
from local.textract.reader import Reader
from local.textract.server import App
from local.textract.workers import RAPID, Workers

# Seconds that answers under way have to finish in when the server is told to stop.
GRACE = 0.5


async def run(listening: socket.socket, aws: Aws, workers: Workers, directory: Path) -> None:
    """Serves until SIGTERM or SIGINT."""
    port = listening.getsockname()[1]
    control = Control()
    reader = Reader(workers)
    jobs = Jobs(reader, aws, control, directory, at_once=workers.size)

    def opened() -> None:
        jobs.open()
        sys.stdout.write(json.dumps({"port": port}) + "\n")
        sys.stdout.flush()

    operations = Operations(reader, aws, control, jobs, directory, workers.size)

    async def closed() -> None:
        await operations.close()
        await jobs.close()

    app: Any = App(operations, control, opened, closed)
    config = Config()
    config.bind = [f"fd://{listening.detach()}"]
    config.accesslog = config.errorlog = None
    config.include_server_header = False
    config.graceful_timeout = config.shutdown_timeout = GRACE
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(app, config, shutdown_trigger=stop.wait)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.textract", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0: any free one")
    parser.add_argument("--aws-endpoint", required=True, help="where S3 and SNS are")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="OCR processes")
    parser.add_argument("--engine", default=RAPID, help=argparse.SUPPRESS)  # tests give their own
    args = parser.parse_args()
    with socket.create_server(("127.0.0.1", args.port), backlog=128) as listening:
        workers = Workers(args.workers, args.engine)
        try:
            with tempfile.TemporaryDirectory(prefix="quire-textract-") as directory:
                asyncio.run(run(listening, Aws(args.aws_endpoint), workers, Path(directory)))
        finally:
            workers.close()


if __name__ == "__main__":
    main()
