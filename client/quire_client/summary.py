"""What a run came to: in words, or as JSON for scripts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from quire_client.documents import LeftOut
from quire_client.models import Error, Outcome, Stage
from quire_client.ways import printable

_MOST_NAMES = 5


def ended(outcomes: Mapping[Path, Outcome], places: Mapping[Path, Path]) -> dict[Path, tuple[Stage, Error | None]]:
    """How each document ended; one without an outcome had its result from an earlier run."""
    done = (Stage.SUCCEEDED, None)
    return {path: (one.status, one.error) if (one := outcomes.get(path)) else done for path in places}


def in_words(
    ends: Mapping[Path, tuple[Stage, Error | None]], earlier: int, left_out: Sequence[LeftOut], out: Path
) -> Iterator[str]:
    """`2 succeeded, 1 failed.`, then each document that did not with its reason. `earlier`: how many of those that
    succeeded were there already."""
    succeeded = sum(stage is Stage.SUCCEEDED for stage, _ in ends.values())
    counts = [f"{succeeded} succeeded{f' ({earlier} in an earlier run)' if earlier else ''}"]
    counts += [
        f"{number} {stage}"
        for stage in (Stage.FAILED, Stage.CANCELLED)
        if (number := sum(each is stage for each, _ in ends.values()))
    ]
    yield f"{', '.join(counts)}. Results are in {printable(out)}."
    for path, (_, error) in ends.items():
        if error:
            yield f"  {printable(path)}: {_reason(error)}"
    yield from passed_over(left_out)


def passed_over(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """Which files of folders are not sent, a line for each reason."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for one in left_out:
        reasons[one.reason].append(printable(one.path))
    for reason, names in sorted(reasons.items()):
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        yield f"Left out, {reason}: {', '.join(names[:_MOST_NAMES])}{more}"


def as_json(
    ends: Mapping[Path, tuple[Stage, Error | None]],
    places: Mapping[Path, Path],
    left_out: Sequence[LeftOut],
    table: Path | None,
) -> dict[str, Any]:
    """The same for scripts."""
    stages = [stage for stage, _ in ends.values()]
    return {
        **{stage.value: stages.count(stage) for stage in (Stage.SUCCEEDED, Stage.FAILED, Stage.CANCELLED)},
        "documents": [
            {
                "file": printable(path),
                "status": stage.value,
                "result": printable(places[path]),
                "error": asdict(error) if error else None,
            }
            for path, (stage, error) in ends.items()
        ],
        "left_out": [{"file": printable(one.path), "reason": one.reason} for one in left_out],
        "table": printable(table) if table else None,
    }


def _reason(error: Error) -> str:
    """In words, with the code that scripts know it by where that says more than `failed`."""
    message = error.message or "The service gives no reason."
    return message if error.code in (Stage.FAILED.value, Stage.CANCELLED.value) else f"{message} ({error.code})"
