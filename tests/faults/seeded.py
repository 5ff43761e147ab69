"""Does the sweep see what it should? Each bug of `bugs.py` is put into the real code until a check finds it.

    python -m tests.faults.seeded [--bug NAME] [--seed S]

prints `bug | caught by | case` for each, and ends with exit status 1 where one went unseen."""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from pathlib import Path
from random import Random
from types import CodeType, FunctionType, ModuleType
from typing import Any
from unittest import mock

from tests.faults import states
from tests.faults.bugs import BUGS, Bug
from tests.faults.cases import Ran, Task, execute, faults_of, randoms, run
from tests.faults.harness import handler, installed
from tests.faults.plan import Case
from tests.faults.scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]
RANDOM_CASES = 400
"""Of the scenarios that a bug names, where no single fault shows it."""
_LIFE = ExitStack()


@dataclass(frozen=True, slots=True)
class Finding:
    """`caught_by` is the first check that failed, in which case; both empty where none did, after `tried` cases."""

    bug: str
    caught_by: str = ""
    case: str = ""
    tried: int = 0


@cache
def sound(scenario: str) -> Ran:
    """As it goes without a bug and without a fault."""
    return run(Case(scenario))


def find(bug: Bug, seed: int = 1) -> Finding:
    """Look for a bug in the scenarios that it names, from what costs least to what costs most."""
    without = [sound(name) for name in bug.scenarios]
    tried = 0
    with planted(bug) as definition:
        alone = [execute((ran.case, ran.outcome), definition) for ran in without]
        for ran in chain(alone, (execute(task, definition) for task in _tasks(alone, without, Random(seed)))):
            tried += 1
            if ran.violations:
                return Finding(bug.name, ran.violations[0].split(":")[0], str(ran.case), tried)
    return Finding(bug.name, tried=tried)


def _tasks(alone: list[Ran], without: list[Ran], random: Random) -> Iterator[Task]:
    """At the calls that the code makes with the bug; to the outcomes that it has without."""
    for ran, right in zip(alone, without, strict=True):
        expected = right.outcome if SCENARIOS[ran.case.scenario].steady else None
        single = [(case, expected) for case in faults_of(ran)]
        random.shuffle(single)
        yield from single
    yield from randoms(alone, random, RANDOM_CASES)


@contextmanager
def planted(bug: Bug) -> Iterator[Mapping[str, Any]]:
    """The code runs with the bug until this is left; gives the state machine's definition to run."""
    text = (ROOT / bug.path).read_text()
    if text.count(bug.old) != 1:
        raise ValueError(f"{bug.name}: its place in {bug.path} has changed")
    changed = text.replace(bug.old, bug.new)
    if bug.path.endswith(".json"):
        yield json.loads(changed)
        return
    name = bug.path.removeprefix("layers/quire/python/").removesuffix(".py").replace("/", ".")
    if name.startswith("functions."):
        handler(name.split(".")[1])
    live = importlib.import_module(name)
    other = ModuleType(name)
    other.__dict__.update({"__file__": live.__file__, "__package__": live.__package__})
    with ExitStack() as stack:
        sys.modules[name] = other
        try:
            exec(compile(changed, str(live.__file__), "exec"), other.__dict__)  # noqa: S102 - our own source
        finally:
            sys.modules[name] = live  # that one alone: what is imported meanwhile stays what others hold
        for patch in _differences(live, other):
            stack.enter_context(patch)
        yield states.load()


def _differences(live: ModuleType, other: ModuleType) -> Iterator[Any]:
    """The other's code in the live functions, so that whoever holds one of them runs it; and plain constants."""
    theirs = dict(_functions(other))
    for name, function in _functions(live):
        changed = theirs.get(name)
        if changed and changed.__code__.co_freevars == function.__code__.co_freevars:
            yield _running(function, changed.__code__)
    for name, value in vars(other).items():
        before = vars(live).get(name)
        if isinstance(value, int | float | str | tuple | frozenset) and value != before:
            yield mock.patch.object(live, name, value)
        if hasattr(before, "cache_clear"):
            yield _forgotten(before)
        if type(value).__name__ == "Config" and type(value).__module__ == "botocore.config":
            yield mock.patch.object(live, name, value)


@contextmanager
def _running(function: FunctionType, code: CodeType) -> Iterator[None]:
    before, function.__code__ = function.__code__, code
    try:
        yield
    finally:
        function.__code__ = before


@contextmanager
def _forgotten(made_once: Any) -> Iterator[None]:
    """What was made once is made anew, within and after."""
    made_once.cache_clear()
    try:
        yield
    finally:
        made_once.cache_clear()


def _functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    """By qualified name; those that a dataclass or an enumeration makes are not in the source."""
    for value in vars(module).values():
        inner = vars(value).values() if isinstance(value, type) and value.__module__ == module.__name__ else [value]
        for one in inner:
            found = getattr(one, "__func__", getattr(one, "fget", getattr(one, "__wrapped__", one)))
            if (
                isinstance(found, FunctionType)
                and found.__module__ == module.__name__
                and "<" not in found.__qualname__
            ):
                yield found.__qualname__, found


def table(seed: int, bug: str | None = None) -> int:
    """Print what finds each bug, or the one of that name; 1 where nothing does."""
    bugs = [known for known in BUGS if bug in (None, known.name)]
    unseen = 0
    with multiprocessing.get_context("fork").Pool(2, _begin) as pool:
        print("| bug | caught by | case |\n|---|---|---|")
        for finding in pool.imap(partial(find, seed=seed), bugs, chunksize=1):
            unseen += not finding.caught_by
            shown = f"`{finding.case}`" if finding.case else f"{finding.tried} cases"
            print(f"| {finding.bug} | {finding.caught_by or 'NOTHING'} | {shown} |", flush=True)
    print(f"bugs {len(bugs)} unseen {unseen} seed {seed}")
    return 1 if unseen else 0


def _begin() -> None:
    _LIFE.enter_context(installed())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.faults.seeded")
    parser.add_argument("--bug", help="this one alone")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sys.exit(table(asked.seed, asked.bug))
