"""The guards of the repairs."""

import types

import pytest

from local.emulator import seams
from local.emulator.seams import SeamChanged, digest, require_version, seam


def greet() -> str:
    """Stand in for a function of MiniStack."""
    return "hello"


MODULE = types.ModuleType("greetings")
MODULE.__dict__["greet"] = greet


def test_an_unchanged_function_is_handed_out() -> None:
    assert seam(MODULE, "greet", digest(greet)) is greet


def test_a_changed_function_stops_the_start_and_names_itself() -> None:
    with pytest.raises(SeamChanged, match=rf"greetings\.greet changed: its digest is {digest(greet)}"):
        seam(MODULE, "greet", "0123456789ab")


def test_a_missing_function_stops_the_start() -> None:
    with pytest.raises(SeamChanged, match=r"greetings\.leave is gone"):
        seam(MODULE, "leave", "0123456789ab")


def test_the_installed_version_is_the_repaired_one() -> None:
    require_version()


def test_another_version_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seams, "MINISTACK", "1.5.34")
    with pytest.raises(SeamChanged, match=r"are for MiniStack 1\.5\.34"):
        require_version()
