"""Reading a long answer stays within its memory and in proportion (`make bench` prints the figures)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from local.bench import answers, reading

from ..work import steps
from .shared_data import answers as answers_at_hand

MIB = 64  # over the interpreter
STEPS = 60  # lines of Python for a block, parsing included


def pages_at_hand() -> list[answers.Blocks]:
    return [page for path in answers_at_hand() for page in answers.pages_of(json.loads(path.read_bytes()))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("answer")
    reading.parts(pages_at_hand(), 100, made)
    return made


def test_words_cells_and_relations_take_few_steps_a_block_however_many(tmp_path: Path) -> None:
    def read(pages: int) -> float:
        folder = tmp_path / str(pages)
        folder.mkdir()
        parts = reading.parts(pages_at_hand(), pages, folder)
        blocks = sum(len(json.loads(part.read_bytes())["Blocks"]) for part in parts)
        return steps(lambda: reading.contents(parts, pages)) / blocks

    few, many = read(20), read(80)
    assert many < STEPS
    assert many < 1.1 * few


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_long_answer_is_never_in_memory(folder: Path) -> None:
    assert reading.peak(folder, 100) < MIB / 2
