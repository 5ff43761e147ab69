"""One emulator for all tests of this folder, with the stack of template.py in it."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.deploy import client, deploy
from local.interpreter import environment
from tests.local.emulator.template import template, write_assembly

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Deployed:
    """The emulator and what is deployed in it."""

    api: str
    aws: str
    state: Path
    outputs: dict[str, str]
    process: int

    def client(self, service: str) -> Any:
        """Return a boto3 client."""
        return client(service, self.aws)

    def seen(self, kind: str, wanted: Callable[[Any], bool] = bool, count: int = 1, seconds: float = 10.0) -> list[Any]:
        """Return what the functions recorded, once ``count`` records of ``kind`` are as ``wanted``."""
        deadline = time.monotonic() + seconds
        while True:
            items = self.client("dynamodb").query(
                TableName=self.outputs["Seen"],
                KeyConditionExpression="kind = :kind",
                ExpressionAttributeValues={":kind": {"S": kind}},
            )["Items"]
            found = [value for item in items if wanted(value := json.loads(item["value"]["S"]))]
            if len(found) >= count:
                return found
            assert time.monotonic() < deadline, f"{len(found)} of {count} {kind} after {seconds} s: {items}"
            time.sleep(0.03)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Start the emulator and deploy the template."""
    state = tmp_path_factory.mktemp("emulator")
    api_port, aws_port = free_port(), free_port()
    command = [sys.executable, "-m", "local.emulator", "--api-port", str(api_port), "--aws-port", str(aws_port)]
    command += ["--state", str(state), "--textract-endpoint", "http://127.0.0.1:9", "--workers", "6"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment())
    aws = f"http://127.0.0.1:{aws_port}"
    for _ in range(400):
        assert process.poll() is None
        try:
            httpx.get(f"{aws}/_ministack/health")
            break
        except httpx.TransportError:
            time.sleep(0.05)
    write_assembly(state / "cdk.out", "Quire", template())
    outputs = deploy(state / "cdk.out", aws)
    yield Deployed(f"http://127.0.0.1:{api_port}", aws, state, outputs, process.pid)
    process.send_signal(signal.SIGTERM)
    process.wait(10)
