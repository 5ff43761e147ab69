"""``python -m tests.hostile``: the isolation matrix, and its size."""

import sys

from tests.hostile.asking import CONTRACTS
from tests.hostile.matrix import Extent, Scene, Tally, run


def main() -> int:
    scene, whole = Scene.set(), Tally()
    for contract in CONTRACTS:
        tally = run(contract, scene, Extent.ALL_FORMS)
        print(f"{contract:14} routes {len(tally.routes):4} requests {tally.requests:6} checks {tally.checks:6}")
        whole.add(tally)
    print(
        f"isolation matrix: {len(whole.routes)} routes x {len(whole.values)} ids and words: "
        f"{whole.requests} requests, {whole.checks} checks, {len(whole.wrong)} violations"
    )
    print(*whole.wrong[:40], sep="\n")
    return bool(whole.wrong)


if __name__ == "__main__":
    sys.exit(main())
