"""`make faults`: every single fault of every scenario, then pairs, changed orders and interleavings by a seed.

    python -m tests.faults [--seconds N] [--seed S] [--case ID] [--scenario NAME] [--random N] [--workers N] [--seeded]

Ends with `cases N violations M seed S`; exit status 1 where anything broke. Each violation is printed with the command
that runs its case again."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from random import Random

from tests.faults import seeded
from tests.faults.cases import Ran, Task, execute, randoms, singles
from tests.faults.harness import installed
from tests.faults.plan import Case, parse
from tests.faults.scenarios import SCENARIOS

RANDOM_CASES = 20_000
_WORKERS = 2
_LIFE = ExitStack()


def main() -> int:
    asked = _arguments()
    if asked.seeded:
        return seeded.table(asked.seed)
    if asked.case:
        with installed():
            return _report([execute((parse(asked.case), None))], asked.seed, trace=True)
    names = [asked.scenario] if asked.scenario else sorted(SCENARIOS)
    return _report(_sweep(names, asked), asked.seed, began=time.monotonic())


def _sweep(names: list[str], asked: argparse.Namespace) -> Iterator[Ran]:
    """Cases run in processes of their own, until they are all done or the time is up."""
    ends_at = time.monotonic() + asked.seconds if asked.seconds else None
    with multiprocessing.get_context("fork").Pool(asked.workers, _begin) as pool:
        plain = pool.map(execute, [(Case(name), None) for name in names])
        yield from plain
        sound = [ran for ran in plain if not ran.violations]
        random = Random(asked.seed)
        alone = [task for ran in sound for task in singles(ran)]
        if ends_at is not None:  # not the first scenarios alone, where the time is short
            random.shuffle(alone)
        tasks: Iterator[Task] = chain(alone, randoms(sound, random, asked.random))
        for ran in pool.imap_unordered(execute, tasks, chunksize=16):
            yield ran
            if ends_at is not None and time.monotonic() > ends_at:
                pool.terminate()
                return


def _begin() -> None:
    """A worker's whole life is spent on accounts in memory."""
    _LIFE.enter_context(installed())


def _report(results: Iterator[Ran] | list[Ran], seed: int, *, trace: bool = False, began: float | None = None) -> int:
    number = broken = 0
    for ran in results:
        number += 1
        if trace:
            print(*(f"  {site.name}" for site in ran.trace), sep="\n")
        if ran.violations:
            broken += 1
            print(*(f"VIOLATION {violation}" for violation in ran.violations), sep="\n")
            print(f"    make faults ARGS=\"--case '{ran.case}'\"", flush=True)
        if number % 2_000 == 0 and began is not None:
            print(f"{number} cases, {broken} violations, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(f"cases {number} violations {broken} seed {seed}")
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--seeded", action="store_true", help="put known bugs into the code: each has to be found")
    parser.add_argument("--seconds", type=float, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1, help="of pairs, orders and interleavings")
    parser.add_argument("--case", help="run this one, and show the calls that it passes")
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), help="this one alone")
    parser.add_argument(
        "--random", type=int, default=RANDOM_CASES, help="pairs, orders and interleavings, all together"
    )
    parser.add_argument("--workers", type=int, default=_WORKERS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
