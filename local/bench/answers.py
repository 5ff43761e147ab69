"""Textract's answers to measure with: real ones where they are at hand, else the twin's for the samples."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.eval.twin import running
from local.stack import ROOT

Blocks = list[dict[str, Any]]

SAMPLES = ROOT / "samples"
KEPT = ROOT / ".local" / "ocr-cache"


def kept_pages() -> list[Blocks]:
    """The blocks of each page of the answers in the folder of labelled data (QUIRE_SHARED_DATA); none without it."""
    data = Path(os.environ.get("QUIRE_SHARED_DATA") or ROOT.parent / "shared" / "data")
    return [page for path in sorted(data.glob("textract/*.json")) for page in pages_of(json.loads(path.read_bytes()))]


def sample_pages() -> list[Blocks]:
    """The blocks of the samples that are one image: their words and lines."""
    return [page for name in ("receipt.jpg", "order.png") for page in pages_of(sample(name))]


def sample(name: str) -> dict[str, Any]:
    """The twin's answer for a sample of one page."""
    with running(KEPT, workers=1) as twin:
        return twin.detect((SAMPLES / name).read_bytes())


def pages_of(answer: dict[str, Any]) -> Iterator[Blocks]:
    """The blocks of each page of an answer."""
    page: Blocks = []
    for block in answer.get("Blocks") or ():
        if block["BlockType"] == "PAGE" and page:
            yield page
            page = []
        page.append(block)
    if page:
        yield page
