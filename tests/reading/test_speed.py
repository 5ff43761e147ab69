"""Reading a long answer stays within its memory and in proportion (speed.py prints the figures)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from . import speed
from .shared_data import need

MIB = 64  # over the interpreter


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("textract/*.json")
    made = tmp_path_factory.mktemp("answer")
    speed.parts(100, made)
    return made


def test_words_cells_and_relations_cost_little_more_than_parsing(folder: Path) -> None:
    """The limit is 2; a test leaves room for a busy machine, the script is for figures."""
    paths = sorted(folder.iterdir())
    parsing, reading = speed.least(lambda: speed.parsed_only(paths), lambda: speed.contents(paths, 100), rounds=5)
    assert reading < 3 * parsing


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_long_answer_is_never_in_memory(folder: Path) -> None:
    assert speed.peak(folder, 100) < MIB / 2
