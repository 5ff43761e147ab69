"""Times as most contracts write them."""

from __future__ import annotations

from datetime import UTC, datetime


def say_time(milliseconds: int) -> str:
    """RFC 3339 in UTC, to the millisecond, ending in Z; of milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
