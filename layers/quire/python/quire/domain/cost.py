"""What AWS charges for a document: list prices of us-east-1, in US dollars (AWS's pricing pages; look yours up).

The counts are those of docs/cost.md, which a test holds to the code."""

from __future__ import annotations

from collections.abc import Mapping

STATES, WRITE_UNITS, READ_UNITS, PUTS, GETS = 8, 38, 17, 4, 6
"""Of one document of one page with a text layer: states entered, DynamoDB's units, requests to S3."""
_EACH = (
    STATES * 25 / 1_000_000
    + WRITE_UNITS * 0.625 / 1_000_000
    + READ_UNITS * 0.125 / 1_000_000
    + PUTS * 5 / 1_000_000
    + GETS * 0.4 / 1_000_000
)
TEXTRACT_PAGE: Mapping[str, float] = {"fast": 0.0015, "balanced": 0.065, "premium": 0.070}
"""By mode: DetectDocumentText; AnalyzeDocument with FORMS and TABLES; with QUERIES too."""


def cost(mode: str, textract_pages: int, documents: int = 1) -> float:
    """Of `documents` whose `textract_pages` together went to Textract, without Lambda's time."""
    return documents * _EACH + textract_pages * TEXTRACT_PAGE[mode]
