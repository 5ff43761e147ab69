"""Many documents through the local stack at once, with what they take."""

from __future__ import annotations

import asyncio
import io
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfgen import canvas

from local.deploy import client
from local.stack import Stack, start, stop
from quire_client.connection import connect
from quire_client.models import Wanted
from quire_client.run import UPLOADS_AT_ONCE
from quire_client.way_text import TextWay

LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Figures:
    """`mib` is the stack's proportional share of memory, its OCR workers left out; at the first and last look, and the
    most; `seconds` from submit to the last end."""

    documents: int
    succeeded: int
    executions: int
    executed_twice: int
    most_running: int
    seconds: float
    mib_first: int
    mib_last: int
    mib_most: int


def measure(documents: int, state: Path) -> Figures:
    """Send that many one-page PDFs in one batch to a stack of its own."""
    stack = start(state=state, port=0)
    try:
        return asyncio.run(_through(stack, documents))
    finally:
        stop(state)


async def _through(stack: Stack, documents: int) -> Figures:
    async with connect(stack.base_url, stack.api_key) as connection:
        way = TextWay(connection, Wanted())
        gate = asyncio.Semaphore(UPLOADS_AT_ONCE)

        async def send(number: int) -> str:
            path = stack.state / f"{number}.pdf"
            path.write_bytes(_page(number))
            async with gate:
                return await way.upload(path)

        file_ids = await asyncio.gather(*map(send, range(documents)))
        began = time.monotonic()
        batch_id = await way.submit(file_ids, "bench")
        running, memory = [0], [_mib(stack)]
        while True:
            state = await connection.get(f"/v1/batches/{batch_id}", limit="1")
            running.append(state["counts"]["running"])
            memory.append(_mib(stack))
            if state["completed_at"]:
                break
            await asyncio.sleep(LOOK_SECONDS)
        seconds = time.monotonic() - began
    names = Counter(_executions(stack))
    return Figures(
        documents=documents,
        succeeded=state["counts"]["succeeded"],
        executions=len(names),
        executed_twice=sum(number > 1 for number in names.values()),
        most_running=max(running),
        seconds=round(seconds, 1),
        mib_first=memory[0],
        mib_last=memory[-1],
        mib_most=max(memory),
    )


def _page(number: int) -> bytes:
    out = io.BytesIO()
    drawn = canvas.Canvas(out, pagesize=(595, 842))
    for line in range(40):
        drawn.drawString(72, 780 - 16 * line, f"Document {number}, line {line + 1}: some words that a page may hold")
    drawn.save()
    return out.getvalue()


def _executions(stack: Stack) -> Iterator[str]:
    machine = stack.outputs["StateMachineArn"]
    pages = client("stepfunctions", stack.aws_endpoint).get_paginator("list_executions")
    for page in pages.paginate(stateMachineArn=machine):
        yield from (run["name"] for run in page["executions"])


def _mib(stack: Stack) -> int:
    """Proportional set size (proc(5), smaps_rollup) of the processes that name the stack, and of their children."""
    ours: set[int] = set()
    processes = {int(path.name): path for path in Path("/proc").iterdir() if path.name.isdigit()}
    parents: dict[int, int] = {}
    ocr: set[int] = set()
    total = 0
    for pid, path in processes.items():
        try:
            command = (path / "cmdline").read_bytes().decode(errors="replace")
            parents[pid] = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(stack.state) in command or (stack.aws_endpoint in command and "local.textract" in command):
            ours.add(pid)
        if "local.textract.worker" in command:
            ocr.add(pid)
    for pid in parents:
        line = [pid]
        while line[-1] in parents and line[-1] not in ours and parents[line[-1]] > 1:
            line.append(parents[line[-1]])
        if line[-1] in ours and pid not in ocr:
            total += _pss(processes[pid])
    return total // 1024


def _pss(process: Path) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", (process / "smaps_rollup").read_text(), re.MULTILINE)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return int(found[1]) if found else 0
