"""Textract's notice, by SNS: an asynchronous job has ended."""

from __future__ import annotations

import json
from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.read import ocr_finished

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> None:
    """The notice's JobTag is `tenant:document` (Textract guide, "Amazon Textract results notification")."""
    for record in event["Records"]:
        notice = json.loads(record["Sns"]["Message"])
        tenant, document_id = notice["JobTag"].split(":", 1)
        ocr_finished(world, tenant, document_id, notice["Status"])
