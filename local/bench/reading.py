"""What reading a long answer costs, as ratios in one run, and layout and extraction of a receipt.

A document of 1,000 pages is made of real pages, their Ids made unique, in parts of 1,000 blocks as Textract gives them.
The yardstick is the CPU time that orjson takes to parse the same bytes in the same parts, with the collector kept from
searching what was in memory before. Each figure is the least of
several runs, interleaved, and what is little work is done often, so that a busy machine troubles all alike: of short
runs the least is one that nothing disturbed, of long ones none is. For the growth, a hundred pages of the long document
and the short document take turns.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from local.bench.answers import SAMPLES, Blocks, sample
from local.stack import ROOT
from quire.extraction.engine import extract
from quire.reading import sandbox, textract
from quire.reading.media import Media

PIECE = 1000  # blocks; what a Get… call gives at most
SIZE = (612.0, 792.0)
_ROUNDS = 3


def parts(pages: Sequence[Blocks], count: int, folder: Path) -> list[Path]:
    """A document of `count` pages made of these, written part by part, so that it is never in memory."""
    sources = [orjson.dumps(page).decode() for page in pages]
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


def times(count: int, work: Callable[[], object]) -> Callable[[], None]:
    """`work`, `count` times over."""

    def repeated() -> None:
        for _ in range(count):
            work()

    return repeated


def least(*works: Callable[[], object], rounds: int = _ROUNDS) -> list[float]:
    """The least CPU seconds of each of `works`, run in turn."""
    times = [[cpu(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


@contextmanager
def frozen() -> Iterator[None]:
    """What is in memory already, out of the collector's search.

    Else it would look through it again and again while orjson parses, and that is no work of orjson's; what is made
    meanwhile it does look through."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def growth(short: Sequence[Path], long: Sequence[Path]) -> float:
    """t(1000)/t(100): the pages of the one document a hundred at a time, and after each hundred all of the other."""
    stream = textract.pages(_bytes(long), _sizes(1000))
    many = few = 0.0
    for _ in range(10):
        many += cpu(lambda: sum(1 for _ in islice(stream, 100)))
        few += cpu(lambda: pages(short, 100))
    return 10 * many / few


def peak(folder: Path, count: int) -> float:
    """MiB that reading `count` pages of `folder` takes over the interpreter, in a process of its own; on Linux."""
    # getrusage would say the parent's peak too: Linux keeps it over fork and exec.
    script = (
        "import re, sys; from pathlib import Path; from local.bench import reading;"
        "kib = lambda name: int(re.search(name + r':\\s+(\\d+)', Path('/proc/self/status').read_text())[1]);"
        "paths = sorted(Path(sys.argv[1]).iterdir()); before = kib('VmRSS');"
        "reading.pages(paths, int(sys.argv[2]));"
        "print(kib('VmHWM') - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(count)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return int(done.stdout) / 1024


@dataclass(frozen=True, slots=True)
class Ratios:
    """CPU time over that of orjson, unless said otherwise; the limits are this project's own.

    `words_cells_relations` (at most 2) and `with_layout` of 1,000 pages; `growth` t(1000)/t(100), at most 11;
    `peak_mib` over the interpreter, at most 64; `receipt`: layout and extraction of one page, at most 20; `trp` and
    `textractor` over ours for 100 pages, at least 5 and 20, where they are installed."""

    megabytes: float
    words_cells_relations: float
    with_layout: float
    growth: float
    peak_mib: float
    receipt: float
    trp: float | None
    textractor: float | None


def measure(sources: Sequence[Blocks]) -> Ratios:
    with tempfile.TemporaryDirectory() as name:
        folders = {count: Path(name) / str(count) for count in (100, 1000)}
        made: dict[int, list[Path]] = {}
        for count, folder in folders.items():
            folder.mkdir()
            made[count] = parts(sources, count, folder)
        with frozen():
            base, stated, whole, some = least(
                lambda: parsed_only(made[1000]),
                lambda: contents(made[1000], 1000),
                lambda: pages(made[1000], 1000),
                lambda: contents(made[100], 100),
            )
        return Ratios(
            megabytes=round(sum(path.stat().st_size for path in made[1000]) / 1e6, 1),
            words_cells_relations=round(stated / base, 2),
            with_layout=round(whole / base, 2),
            growth=round(growth(made[100], made[1000]), 1),
            peak_mib=round(peak(folders[1000], 1000), 1),
            receipt=receipt(),
            trp=_over(some, "trp", _trp, made[100]),
            textractor=_over(some, "textractor", _textractor, made[100]),
        )


def receipt() -> float:
    """Layout and extraction of a one-page receipt over orjson parsing its answer."""
    answer = orjson.dumps(sample("receipt.jpg"))
    schema = json.loads((SAMPLES / "schemas" / "receipt.json").read_bytes())
    # On a sheet of other proportions its words would be wide and low, and stand apart.
    size = sandbox.inspect(SAMPLES / "receipt.jpg", Media.JPEG).sizes[0]

    def whole() -> None:
        extract(textract.pages([answer], {1: size}), schema)

    whole()  # what is read once, the vocabulary and the weights, is no part of a receipt
    with frozen():
        base, ours = least(times(20 * 10, lambda: orjson.loads(answer)), times(10, whole), rounds=10)
    return round(20 * ours / base, 1)


def _over(ours: float, module: str, parse: Callable[[Sequence[Path]], None], paths: Sequence[Path]) -> float | None:
    return round(cpu(partial(parse, paths)) / ours, 1) if importlib.util.find_spec(module) else None


def _whole(paths: Sequence[Path]) -> dict[str, Any]:
    """These parsers want the document in one piece."""
    whole: dict[str, Any] = {"DocumentMetadata": {"Pages": 0}, "Blocks": []}
    for path in paths:
        part = orjson.loads(path.read_bytes())
        whole["DocumentMetadata"] = part["DocumentMetadata"]
        whole["Blocks"] += part["Blocks"]
    return whole


def _trp(paths: Sequence[Path]) -> None:
    import trp  # type: ignore[import-untyped]

    trp.Document([_whole(paths)])


def _textractor(paths: Sequence[Path]) -> None:
    from textractor.parsers import response_parser  # type: ignore[import-not-found]

    response_parser.parse(_whole(paths))
