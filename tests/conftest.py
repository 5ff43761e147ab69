"""How tests share the processes (`pytest -n auto --dist loadgroup`): what has one costly part, a stack, an emulator or
a template, stays in one of them, every other file too, and the longest begins first. Generated examples are the same in
each run, however busy the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("quire", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("quire")

ROOT = Path(__file__).parent
TOGETHER = ("stack", "local/emulator", "local/textract", "infra")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path)))
    items.sort(key=lambda item: _group(item.path) != TOGETHER[0])


def _group(path: Path) -> str:
    name = path.relative_to(ROOT).as_posix()
    return next((folder for folder in TOGETHER if name.startswith(f"{folder}/")), name)
