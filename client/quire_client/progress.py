"""Progress on standard error: bars on a terminal, a line for each step elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from quire_client.models import Progress, Stage
from quire_client.ways import sent_name


@contextmanager
def shown(paths: Sequence[Path]) -> Iterator[Callable[[Progress], None]]:
    """Gives what a client tells its progress to."""
    console = Console(stderr=True)
    stages: dict[Path, Stage] = {}
    now = TextColumn("{task.fields[now]}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), now)
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:
        uploads = bars.add_task("uploaded", total=len(paths), now="")
        documents = bars.add_task("processed", total=len(paths), now="")

        def tell(progress: Progress) -> None:
            stages[progress.path] = progress.stage
            if not console.is_terminal:
                console.print(
                    f"{sent_name(progress.path)}: {progress.stage}", highlight=False, markup=False, soft_wrap=True
                )
            counts = Counter(stages.values())
            stand = ", ".join(f"{number} {stage}" for stage, number in sorted(counts.items()) if stage != "uploaded")
            bars.update(uploads, completed=len(stages))
            bars.update(documents, completed=sum(counts[stage] for stage in Stage if stage.ended), now=stand)

        yield tell
