from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quire_client import Client
from tests.client.service import KEY, Service, serving

Make = Callable[..., list[Path]]


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with Client(service.base_url, KEY) as client:
        yield client


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Files of given contents, named a.pdf, b.pdf, …"""

    def make(*contents: bytes) -> list[Path]:
        paths = [tmp_path / f"{chr(ord('a') + number)}.pdf" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        return paths

    return make
