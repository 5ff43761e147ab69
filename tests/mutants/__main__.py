"""`make mutants`: small faults in random lines of the product, each in a copy; what the nearest tests do not notice.

    python -m tests.mutants [--number N] [--seed S] [--module PATH…]

Each survivor is printed with its line before and after. Ends with `mutants N killed K survived S seed S`. A survivor is
a question, not a failure: some changes make no difference. Exit status 1 where tests fail without any change."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from tests.mutants.changes import changes
from tests.mutants.nearest import nearest, tree_of
from tests.mutants.trial import Fate, Mutant, copied

_NUMBER = 20  # some minutes


def main(arguments: Sequence[str] | None = None, checkout: Path | None = None) -> int:
    asked = _arguments(arguments)
    checkout = checkout or Path(__file__).resolve().parents[2]
    mutants = chosen(checkout, asked.module, asked.number, asked.seed)
    fates: Counter[Fate] = Counter()
    with tempfile.TemporaryDirectory() as folder, copied(checkout, Path(folder)) as trial:
        for mutant in mutants:
            fate = trial.fate(mutant)
            fates[fate] += 1
            if fate is not Fate.KILLED:
                print(described(checkout, mutant, fate), flush=True)
    unjudged = f" unjudged {fates[Fate.UNJUDGED]}" if fates[Fate.UNJUDGED] else ""
    killed, survived = fates[Fate.KILLED], fates[Fate.SURVIVED]
    print(f"mutants {fates.total()} killed {killed} survived {survived}{unjudged} seed {asked.seed}")
    return 1 if unjudged else 0


def chosen(checkout: Path, modules: Iterable[str], number: int, seed: int) -> list[Mutant]:
    """So many mutants of the modules (files or folders, from the top of the checkout; none: of all)."""
    tree = tree_of(checkout)
    wanted = tuple(module.rstrip("/") for module in modules)
    paths = [path for path in tree.product if not wanted or path in wanted or path.startswith(tuple(_inside(wanted)))]
    every = [(path, change) for path in paths for change in changes((checkout / path).read_bytes())]
    sample = Random(seed).sample(every, min(number, len(every)))
    return [Mutant(path, change, tuple(nearest(tree, path))) for path, change in sample]


def described(checkout: Path, mutant: Mutant, fate: Fate) -> str:
    """Where it is, its line before and after, and what ran."""
    source = (checkout / mutant.path).read_bytes()
    line = mutant.change.line(source)
    before, after = (text.decode().split("\n")[line - 1].strip() for text in (source, mutant.change.applied(source)))
    ran = " ".join(mutant.tests) or "no test leads to it"
    return f"{fate} {mutant.path}:{line}\n    - {before}\n    + {after}\n    {ran}"


def _inside(folders: Iterable[str]) -> Iterable[str]:
    return (f"{folder}/" for folder in folders)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--number", type=int, default=_NUMBER, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="which")
    parser.add_argument("--module", nargs="*", default=[], metavar="PATH", help="of these files or folders alone")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the copy and its tests go along
    sys.exit(main())
