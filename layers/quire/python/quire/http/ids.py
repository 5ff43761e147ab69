"""Ids as several contracts write our UUIDs: behind a prefix that says of what they are, or plain."""

from __future__ import annotations

import uuid


def say_id(prefix: str, plain: str) -> str:
    """`{prefix}_` and the UUID's 32 hexadecimal digits."""
    return f"{prefix}_{uuid.UUID(plain).hex}"


def plain_id(prefix: str, said: str) -> str | None:
    """Our id, or None when it is none that we wrote."""
    try:
        plain = str(uuid.UUID(hex=said.removeprefix(f"{prefix}_")))
    except ValueError:
        return None
    return plain if say_id(prefix, plain) == said else None


def plain_uuid(said: str) -> str | None:
    """Our id where a contract writes it as it is, or None when it is none that we wrote."""
    try:
        plain = str(uuid.UUID(said))
    except ValueError:
        return None
    return plain if plain == said else None
