"""What reading a long answer costs, as ratios: `python -m tests.reading.speed`.

A document of 1,000 pages is made of the real answers' pages, their Ids made unique, in parts of 1,000 blocks as
Textract gives them. The yardstick is the CPU time that orjson takes to parse the same bytes in the same parts. Each
figure is the least of several runs, interleaved, so that a busy machine troubles all alike.

With `trp` or `textractor` as arguments those parsers read the document too, whole, as they do (1 to 2 GB); the second
has to be installed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from quire.reading import textract

from .shared_data import shared_files

PIECE = 1000  # blocks; what a Get… call gives at most
SIZE = (612.0, 792.0)
_ROUNDS = 3


def real_pages() -> list[list[dict[str, Any]]]:
    """The blocks of each page of the real answers."""
    pages: list[list[dict[str, Any]]] = []
    for path in shared_files("textract/*.json"):
        for block in json.loads(path.read_bytes()).get("Blocks") or ():
            if block["BlockType"] == "PAGE":
                pages.append([])
            pages[-1].append(block)
    return pages


def parts(count: int, folder: Path) -> list[Path]:
    """A document of `count` pages, written part by part, so that it is never in memory."""
    sources = [orjson.dumps(page).decode() for page in real_pages()]
    ids = [[block["Id"] for block in orjson.loads(source)] for source in sources]
    written: list[Path] = []
    held: list[dict[str, Any]] = []

    def write() -> None:
        path = folder / f"{len(written):05}.json"
        path.write_bytes(orjson.dumps({"DocumentMetadata": {"Pages": count}, "Blocks": held[:PIECE]}))
        written.append(path)
        del held[:PIECE]

    for number in range(1, count + 1):
        source = sources[number % len(sources)]
        fresh = {identity: f"{number:08x}{identity[8:]}" for identity in ids[number % len(sources)]}
        for block in orjson.loads(source):
            block["Id"], block["Page"] = fresh[block["Id"]], number
            for relationship in block.get("Relationships") or ():
                relationship["Ids"] = [fresh.get(identity, identity) for identity in relationship["Ids"]]
            held.append(block)
        while len(held) >= PIECE:
            write()
    if held:
        write()
    return written


def parsed_only(paths: Sequence[Path]) -> None:
    for path in paths:
        orjson.loads(path.read_bytes())


def _sizes(count: int) -> dict[int, tuple[float, float]]:
    return dict.fromkeys(range(1, count + 1), SIZE)


def _bytes(paths: Sequence[Path]) -> Iterator[bytes]:
    return (path.read_bytes() for path in paths)


def contents(paths: Sequence[Path], count: int) -> None:
    """Blocks to words, lines, cells and relations, parsing included."""
    for _ in textract.contents(_bytes(paths), _sizes(count)):
        pass


def pages(paths: Sequence[Path], count: int) -> None:
    """The same, and our layout: reading order, tables and key-values where none are stated."""
    for _ in textract.pages(_bytes(paths), _sizes(count)):
        pass


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU time."""
    before = time.process_time()
    work()
    return time.process_time() - before


def least(*works: Callable[[], object], rounds: int = _ROUNDS) -> list[float]:
    """The least CPU seconds of each of `works`, run in turn."""
    times = [[cpu(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def peak(folder: Path, count: int) -> float:
    """MiB that reading `count` pages of `folder` takes over the interpreter, in a process of its own; on Linux."""
    # getrusage would say the parent's peak too: Linux keeps it over fork and exec.
    script = (
        "import re, sys; from pathlib import Path; from tests.reading import speed;"
        "kib = lambda name: int(re.search(name + r':\\s+(\\d+)', Path('/proc/self/status').read_text())[1]);"
        "paths = sorted(Path(sys.argv[1]).iterdir()); before = kib('VmRSS');"
        "speed.pages(paths, int(sys.argv[2]));"
        "print(kib('VmHWM') - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(count)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) / 1024


def _trp(paths: Sequence[Path]) -> None:
    import trp  # type: ignore[import-untyped]

    trp.Document([orjson.loads(path.read_bytes()) for path in paths])


def _textractor(paths: Sequence[Path]) -> None:
    from textractor.parsers import response_parser  # type: ignore[import-not-found]

    whole: dict[str, Any] = {"DocumentMetadata": {"Pages": 0}, "Blocks": []}
    for path in paths:
        part = orjson.loads(path.read_bytes())
        whole["DocumentMetadata"] = part["DocumentMetadata"]
        whole["Blocks"] += part["Blocks"]
    response_parser.parse(whole)


def main() -> None:
    others = {"trp": _trp, "textractor": _textractor}
    with tempfile.TemporaryDirectory() as name:
        folders = {count: Path(name) / str(count) for count in (100, 1000)}
        made = {}
        for count, folder in folders.items():
            folder.mkdir()
            made[count] = parts(count, folder)
        long = made[1000]
        print(f"1,000 pages, {sum(path.stat().st_size for path in long) / 1e6:.0f} MB, {len(long)} parts")
        base, stated, whole, short = least(
            lambda: parsed_only(long),
            lambda: contents(long, 1000),
            lambda: pages(long, 1000),
            lambda: pages(made[100], 100),
        )
        print(f"orjson                        {base:6.2f} s  1.00")
        print(f"words, lines, cells, relations {stated:5.2f} s  {stated / base:.2f}   (limit 2)")
        print(f"with our layout               {whole:6.2f} s  {whole / base:.2f}")
        print(f"t(1000)/t(100)                {whole / short:6.1f}          (limit 11)")
        print(f"peak over the interpreter     {peak(folders[1000], 1000):6.1f} MiB      (limit 64)")
        for other in sys.argv[1:]:
            theirs = cpu(partial(others[other], long))
            print(f"{other:10} / ours           {theirs / stated:6.1f}")


if __name__ == "__main__":
    main()
