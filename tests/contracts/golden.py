"""Golden files: what a contract answers in a situation, kept as JSON and compared for equality.

`WRITE_GOLDEN=1 pytest …` writes them anew: read the difference before it is committed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from tests.contracts.conftest import Said

FOLDER = Path(__file__).parent / "golden"
_ID = re.compile(r"\b([a-z]+_)?(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32})\b")
_SECRET = re.compile(r"\b(wh_sec_|whsec_|wss_)[A-Za-z0-9+/=]{43,44}")


def assert_golden(contract: str, situation: str, said: Said) -> None:
    """`said` is what `golden/{contract}/{situation}.json` holds, but for what differs from run to run: ids are numbered
    in the order in which they appear, cursors and secrets are not compared."""
    path = FOLDER / contract / f"{situation}.json"
    headers = {name: value for name, value in said.headers.items() if name != "x-request-id"}
    found = _neutral({"status": said.status, "headers": headers, "body": said.body})
    if os.environ.get("WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(path.read_text(encoding="utf-8"))


def _neutral(value: Any) -> Any:
    numbers: dict[str, int] = {}

    def named(found: re.Match[str]) -> str:
        return f"{found[1] or ''}<{numbers.setdefault(found[0], len(numbers) + 1)}>"

    def walked(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: "<cursor>" if name in ("next_cursor", "nextPageToken") and each else walked(each)
                for name, each in value.items()
            }
        if isinstance(value, list):
            return [walked(each) for each in value]
        return _ID.sub(named, _SECRET.sub(r"\1<secret>", value)) if isinstance(value, str) else value

    return walked(value)
