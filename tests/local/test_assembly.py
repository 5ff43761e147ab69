"""Synthesizing the application."""

from pathlib import Path

import pytest

from local.assembly import SynthesisFailed, synthesize

APP = """
import os
from pathlib import Path

assert os.environ["CDK_VALIDATION"] == "false"
folder = Path(os.environ["CDK_OUTDIR"])
folder.mkdir()
(folder / "Quire.template.json").write_text("{}")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with an application and one handler."""
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "handler.py").write_text("")
    (tmp_path / "app.py").write_text(APP)
    return tmp_path


def made(folder: Path) -> int:
    """When the template was written."""
    return (folder / "Quire.template.json").stat().st_mtime_ns


def test_an_unchanged_application_is_not_synthesized_again(root: Path) -> None:
    folder = synthesize(root, root / "out")
    first = made(folder)

    assert made(synthesize(root, root / "out")) == first


@pytest.mark.parametrize("name", ["app.py", "functions/handler.py", "functions/new.py", "requirements.lock"])
def test_a_change_of_any_input_is_synthesized(root: Path, name: str) -> None:
    first = made(synthesize(root, root / "out"))
    with (root / name).open("a") as file:
        file.write("\n# changed\n")

    assert made(synthesize(root, root / "out")) != first


def test_bytecode_is_not_an_input(root: Path) -> None:
    first = made(synthesize(root, root / "out"))
    (root / "functions" / "__pycache__").mkdir()
    (root / "functions" / "__pycache__" / "handler.pyc").write_bytes(b"x")

    assert made(synthesize(root, root / "out")) == first


def test_a_failure_shows_what_was_printed_and_is_tried_again(root: Path) -> None:
    (root / "app.py").write_text("raise SystemExit('no bucket today')")
    for _ in range(2):
        with pytest.raises(SynthesisFailed, match="no bucket today"):
            synthesize(root, root / "out")
