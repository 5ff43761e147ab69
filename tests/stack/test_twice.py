"""Two stacks at once do not know of each other, and a stack that is stopped is gone."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from local.stack import Stack, find, start, stop


def test_a_second_stack_beside_the_first(stack: Stack, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    second = start(state=tmp_path, port=int(stack.base_url.rsplit(":", 1)[1]), textract=False)
    request.addfinalizer(lambda: stop(tmp_path))
    assert second.base_url != stack.base_url
    headers = {"X-API-KEY": second.api_key}
    assert httpx.get(f"{second.base_url}/v1/files/x", headers=headers).status_code == 404
    assert httpx.get(f"{stack.base_url}/v1/files/x", headers=headers).status_code == 401
    assert start(state=tmp_path) == second  # as it is
    assert stop(tmp_path)
    assert find(tmp_path) is None
    with pytest.raises(httpx.ConnectError):
        httpx.get(second.base_url)
    assert not stop(tmp_path)
    assert httpx.get(f"{stack.base_url}/v1/files/x", headers=headers).status_code == 401
