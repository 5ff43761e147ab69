"""Amazon Textract's hard limits (developer guide, "Set Quotas in Amazon Textract")."""

from __future__ import annotations

from typing import Literal

Format = Literal["PDF", "PNG", "JPEG", "TIFF"]

MIB = 1024 * 1024
MAX_BYTES: dict[Format, int] = {"PDF": 500 * MIB, "TIFF": 500 * MIB, "PNG": 10 * MIB, "JPEG": 10 * MIB}
MAX_SYNCHRONOUS_BYTES = 10 * MIB
MAX_PAGES = 3_000
MAX_SIDE = 10_000  # pixels of an image
MAX_POINTS = 2_880  # a PDF page's side: 40 inches
MAX_PART = 1_000  # blocks in one answer
