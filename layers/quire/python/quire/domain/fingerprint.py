"""What makes two requests the same: their parsed fields and the SHA-256 of each file, never their raw bodies, for a
multipart boundary is random."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def fingerprint(fields: Mapping[str, object]) -> str:
    """SHA-256 over the fields in canonical order (sorted keys, no white space); files stand in it by their SHA-256."""
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
