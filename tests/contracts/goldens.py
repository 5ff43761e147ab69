"""Golden files: an answer in full, as a client of the contract reads it. `GOLDEN=write pytest …` makes them anew."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from tests.contracts.conftest import Said

FOLDER = Path(__file__).parent / "golden"
KEPT = ("allow", "location", "retry-after")
"""Headers that say something in an answer; also those that begin with `x-`, but for the request's id."""
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def check(contract: str, situation: str, said: Said) -> None:
    """The answer is that of `golden/{contract}/{situation}.json`, with ids by their order of appearance."""
    headers = {
        name: value
        for name, value in sorted(said.headers.items())
        if name in KEPT or (name.startswith("x-") and name != "x-request-id")
    }
    shown = json.dumps({"status": said.status, "headers": headers, "body": said.body}, indent=2, ensure_ascii=False)
    ids = {identity: f"<id {number}>" for number, identity in enumerate(dict.fromkeys(_UUID.findall(shown)), start=1)}
    shown = _UUID.sub(lambda found: ids[found[0]], shown) + "\n"
    path = FOLDER / contract / f"{situation}.json"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown)
    assert shown == path.read_text(), path.name
