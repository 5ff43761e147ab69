"""The Textract twin, asked once per document: OCR takes seconds, its answer is kept under the bytes' SHA-256."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config


class Twin:
    """DetectDocumentText over HTTP; one client may be shared by threads."""

    def __init__(self, endpoint: str, cache: Path) -> None:
        self._cache = cache
        self._client = boto3.client(
            "textract",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="none",
            aws_secret_access_key="none",  # noqa: S106 - the twin asks for no credentials
            config=Config(read_timeout=600, retries={"total_max_attempts": 1}, max_pool_connections=32),
        )

    def detect(self, document: bytes, key: str | None = None) -> dict[str, Any]:
        """The answer for a document of one page; `key` names it where its bytes are made anew each time."""
        kept = self._cache / f"{key or hashlib.sha256(document).hexdigest()}.json"
        if kept.exists():
            answer: dict[str, Any] = json.loads(kept.read_bytes())
            return answer
        told = self._client.detect_document_text(Document={"Bytes": document})
        answer = {name: told[name] for name in ("DocumentMetadata", "Blocks")}
        part = kept.with_suffix(f".{id(answer)}.part")
        part.write_text(json.dumps(answer))
        part.rename(kept)
        return answer


@contextmanager
def running(cache: Path, workers: int) -> Iterator[Twin]:
    """A twin of our own on a free port, ended afterwards."""
    cache.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "local.textract", "--port", "0", "--workers", str(workers)]
    server = subprocess.Popen([*command, "--aws-endpoint", "http://127.0.0.1:9"], stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None  # noqa: S101 - a type narrowed, not a check
        port = json.loads(server.stdout.readline())["port"]
        yield Twin(f"http://127.0.0.1:{port}", cache)
    finally:
        server.terminate()
        server.wait()
