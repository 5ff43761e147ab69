"""What is asked of each page, and how little the server itself holds."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.textract.reader import Reader, Wanted
from local.textract.tasks import Done, Task


class Recorder:
    """Stands in for the workers: notes each task, and how many it was given at once."""

    size = 2

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.busy = self.most = 0

    async def do(self, task: Task) -> Done:
        self.tasks.append(task)
        self.busy += 1
        self.most = max(self.most, self.busy)
        await asyncio.sleep(0)
        self.busy -= 1
        return Done(blocks=[{"Page": task.number}])


def read_all(recorder: Any, pages: int, queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    async def collected() -> list[dict[str, Any]]:
        wanted = Wanted(("QUERIES",), queries)
        return [block async for blocks in Reader(recorder).read_all(Path("d"), pages, wanted) for block in blocks]

    return asyncio.run(collected())


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        (None, [1]),
        (["*"], [1, 2, 3, 4]),
        (["2"], [2]),
        (["1", "3-4"], [1, 3, 4]),
        (["3-*"], [3, 4]),
        (["9"], []),
    ],
)
def test_a_query_is_asked_of_the_pages_it_names(pages: list[str] | None, asked: list[int]) -> None:
    recorder = Recorder()

    read_all(recorder, 4, [{"Text": "Total?", **({"Pages": pages} if pages else {})}])

    assert [task.page for task in recorder.tasks if task.queries] == asked


def test_pages_come_in_order_and_no_more_are_given_than_there_are_workers() -> None:
    recorder = Recorder()

    blocks = read_all(recorder, 9, [])

    assert [block["Page"] for block in blocks] == list(range(1, 10))
    assert recorder.most == 2


def test_the_server_itself_loads_nothing_of_ocr() -> None:
    heavy = {"cv2", "numpy", "onnxruntime", "PIL", "pypdfium2", "rapidocr"}
    code = f"import sys, local.textract.__main__; print(sorted({heavy!r} & set(sys.modules)))"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert out.strip() == "[]"
