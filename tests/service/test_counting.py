"""Files at hand are counted before a job is made of them, as Inspect would count them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from typing import Any

import pytest

from quire.domain.refusal import Kind, Refusal
from quire.reading import sandbox
from quire.reading.media import Accepted, Media
from quire.service.counting import Counted, count_pages
from tests.service.documents import PROSE, image_bytes, pdf, scan

ANY = Accepted.EVERYTHING
TWO = ("two.pdf", pdf(PROSE, PROSE))
SCANS = ("scans.tiff", image_bytes("TIFF", scan(), scan(), scan()))
NOTES = ("notes.txt", b"Total: 12.50")


def test_each_file_says_what_it_is_and_how_many_pages_it_has() -> None:
    counted = count_pages([TWO, SCANS, NOTES, (None, TWO[1])], ANY)
    assert counted == [Counted(Media.PDF, 2), Counted(Media.TIFF, 3), Counted(Media.TXT, 1), Counted(Media.PDF, 2)]


@pytest.mark.parametrize(
    ("files", "accepted", "kind", "position", "words"),
    [
        ([TWO, NOTES], Accepted.PDF_AND_IMAGES, Kind.UNSUPPORTED_INPUT, 1, "notes.txt"),
        ([(None, b"")], ANY, Kind.UNSUPPORTED_INPUT, 0, "file 1"),
        ([TWO, ("x.pdf", b"%PDF-1.7 and nothing else"), NOTES], ANY, Kind.EXTRACTION_FAILED, 1, "x.pdf"),
        ([("x.pdf", pdf(PROSE, password="s3cret"))], ANY, Kind.PASSWORD_REQUIRED, 0, "x.pdf"),
    ],
    ids=["not accepted", "empty", "truncated", "encrypted"],
)
def test_the_first_that_cannot_be_counted_is_named(
    files: Sequence[tuple[str | None, bytes]], accepted: Accepted, kind: Kind, position: int, words: str
) -> None:
    refused = count_pages(files, accepted)
    assert isinstance(refused, Refusal)
    assert (refused.kind, refused.details) == (kind, {"file": position})
    assert words in refused.message


def test_one_child_counts_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    start = subprocess.Popen

    def counting(*args: Any, **more: Any) -> Any:
        begun.append(args)
        return start(*args, **more)

    monkeypatch.setattr(subprocess, "Popen", counting)
    assert len(_counted([TWO] * 12)) == 12
    assert len(begun) == 1


def test_a_file_that_breaks_the_child_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = sandbox._run

    def breaking(task: str, seconds: float, **arguments: Any) -> Any:
        if task == "inspect_each" or arguments["path"].endswith("/1"):
            raise sandbox.Broken("document_too_complex", "it broke the child")
        return run(task, seconds, **arguments)

    monkeypatch.setattr(sandbox, "_run", breaking)
    refused = count_pages([TWO, SCANS, NOTES], ANY)
    assert isinstance(refused, Refusal)
    assert (refused.kind, refused.details) == (Kind.EXTRACTION_FAILED, {"file": 1})
    assert _counted([TWO]) == [Counted(Media.PDF, 2)]


def test_they_are_counted_one_by_one_only_while_the_time_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def slow(task: str, seconds: float, **_: Any) -> Any:
        asked.append(seconds)
        monkeypatch.setattr(time, "monotonic", lambda: 1e9)
        raise sandbox.Broken("document_too_complex", "it takes too long")

    monkeypatch.setattr(sandbox, "_run", slow)
    assert isinstance(count_pages([TWO, SCANS], ANY), Refusal)
    assert len(asked) == 1


def _counted(files: Sequence[tuple[str | None, bytes]]) -> list[Counted]:
    counted = count_pages(files, ANY)
    assert not isinstance(counted, Refusal)
    return counted
