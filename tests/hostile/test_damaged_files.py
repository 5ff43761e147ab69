"""Good files, damaged at random from a seed: each is read, or refused with a kind; nothing else ever happens.

A failing case is found again by its name, its seed and its number.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from quire.reading import sandbox
from quire.reading.broken import Broken
from quire.reading.media import FLOWING, Media, sniff_file
from quire.reading.model import from_json
from tests.reading.make_office import docx, paragraph, table, xlsx

SAMPLES = Path(__file__).parents[2] / "samples"
SEED = 20_261
MUTANTS = 20
READ = 3
"""Of the mutants of a file that can still be counted, so many are read too."""
WORDS = (b"0", b"-1", b"99999999999", b"<<", b">>", b"[", b"]", b"endobj", b"stream", b" 0 R", b"/Kids", b"/Length")


def flipped(chance: random.Random, content: bytearray) -> bytearray:
    for _ in range(chance.choice([1, 8, 64])):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return content


def cut(chance: random.Random, content: bytearray) -> bytearray:
    return content[: chance.randrange(1, len(content))]


def without_a_part(chance: random.Random, content: bytearray) -> bytearray:
    start = chance.randrange(len(content))
    del content[start : start + chance.randrange(1, 5000)]
    return content


def with_a_part_twice(chance: random.Random, content: bytearray) -> bytearray:
    start, at = chance.randrange(len(content)), chance.randrange(len(content))
    content[at:at] = content[start : start + chance.randrange(1, 5000)]
    return content


def overwritten(chance: random.Random, content: bytearray) -> bytearray:
    """A part by another: offsets and lengths stay, what they lead to does not."""
    start, at, length = chance.randrange(len(content)), chance.randrange(len(content)), chance.randrange(1, 2000)
    part = content[start : start + length]
    content[at : at + len(part)] = part
    return content


def other_words(chance: random.Random, content: bytearray) -> bytearray:
    for _ in range(chance.choice([1, 5, 20])):
        at, word = chance.randrange(len(content)), chance.choice(WORDS)
        content[at : at + len(word)] = word
    return content


def other_numbers(chance: random.Random, content: bytearray) -> bytearray:
    """Digits become others, in the file's own structure mostly: its end, where that is told."""
    digits = [at for at in range(len(content)) if 48 <= content[at] <= 57][-2000:]
    for _ in range(chance.choice([1, 5, 20])):
        if digits:
            content[chance.choice(digits)] = chance.randrange(48, 58)
    return content


DAMAGES: tuple[Callable[[random.Random, bytearray], bytearray], ...] = (
    flipped, cut, without_a_part, with_a_part_twice, overwritten, other_words, other_numbers,
)  # fmt: skip


def mutants(name: str, content: bytes, count: int = MUTANTS) -> list[bytes]:
    """The same ones for the same name."""
    chance = random.Random(f"{SEED} {name}")
    made = []
    for _ in range(count):
        mutant = bytearray(content)
        for _ in range(chance.choice([1, 1, 2, 3])):
            mutant = chance.choice(DAMAGES)(chance, mutant) or bytearray(b"\n")
        made.append(bytes(mutant))
    return made


def good_files(folder: Path) -> dict[str, Path]:
    found = {path.name: path for path in SAMPLES.iterdir() if path.suffix in (".pdf", ".png", ".jpg", ".tiff")}
    assert len(found) == 7
    return found | {
        "a.docx": docx(folder / "a.docx", paragraph("Total: 12.50"), table(("Item", "Price"), ("Pipe", "3.10"))),
        "a.xlsx": xlsx(folder / "a.xlsx", '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2.5</v></c></row>'),
    }


NAMES = (
    "contract.pdf", "invoice.pdf", "report.pdf", "rotated-scan.pdf", "order.png", "receipt.jpg", "form.tiff",
    "a.docx", "a.xlsx",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_mutant_is_read_or_refused(tmp_path: Path, name: str) -> None:
    good = good_files(tmp_path)[name].read_bytes()
    files: list[tuple[Path, Media]] = []
    for number, mutant in enumerate(mutants(name, good)):
        path = tmp_path / f"{number}"
        path.write_bytes(mutant)
        media = sniff_file(path, name)
        if media is not None:
            files.append((path, media))
    assert len(files) > MUTANTS // 2, "most are still taken for what they were"
    counted = sandbox.inspect_each(files, seconds=120)
    assert len(counted) == len(files)
    for one in counted:
        assert ": " in one.advice if isinstance(one, Broken) else one.pages >= 1
    alive = [
        (path, media, one) for (path, media), one in zip(files, counted, strict=True) if not isinstance(one, Broken)
    ]
    for path, media, one in alive[:READ]:
        read_or_refused(path, media, one, tmp_path / "out")


def read_or_refused(path: Path, media: Media, inspected: sandbox.Inspection, out: Path) -> None:
    pages = list(range(1, min(inspected.pages, 5) + 1))
    with suppress(Broken):
        if media is Media.PDF or media in FLOWING:
            layer = sandbox.read_text(path, out, pages=pages, media=media)
            assert sorted([*layer.sound, *layer.unsound]) == pages
            written = [from_json(line) for line in out.read_bytes().splitlines()]
            assert [page.number for page in written] == layer.sound
        else:
            sandbox.cut_pages(path, media, {out: pages})
            assert sandbox.inspect(out, Media.PDF).pages == len(pages)
