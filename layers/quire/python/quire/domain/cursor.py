"""A place in a list, which outside is an opaque string; and that in a job's list of changes, sorted by (updated_at,
position)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

LAG_MS = 12_000
"""What is younger may still get an older neighbour: a write carries the time before its first try, and what tries it
again (`adapters.pipeline`, and boto3 under `adapters.clients`) gives up sooner than this, with a second to spare for
writers' clocks and the index."""

_FORM = re.compile(r"(\d{1,15})\.(\d{1,5})(?:\.(\d{1,15}))?")

Place = tuple[int, int]
"""(updated_at in milliseconds, position in the job)"""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to `place` was sent. A walk that runs into the lag goes on to its end, and then back to `floor`, so
    that a change may be sent again but is never skipped."""

    place: Place
    floor: int | None = None

    def encode(self) -> str:
        text = ".".join(map(str, self.place)) + (f".{self.floor}" if self.floor is not None else "")
        return seal(text)


def seal(place: str) -> str:
    """Any place of ASCII as an opaque string that a URL can hold."""
    return base64.urlsafe_b64encode(place.encode("ascii")).decode().rstrip("=")


def unseal(text: str) -> str | None:
    """The place that was sealed, or None when we did not write it; its form is the caller's to check."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None


def decode(text: str) -> Cursor | None:
    """The cursor that `text` stands for, or None when we did not write it."""
    match = _FORM.fullmatch(unseal(text) or "")
    if not match:
        return None
    return Cursor((int(match[1]), int(match[2])), int(match[3]) if match[3] else None)


def following(page: Sequence[Place], *, full: bool, at_rest: bool, now: int, after: Cursor | None) -> Cursor | None:
    """Where the next call goes on after `page` (`full`: there may be more behind it).

    None when nothing can come any more: the job has been at rest for longer than the lag (`at_rest`), and no part of
    the walk was read before that."""
    horizon = now - LAG_MS
    floor = after.floor if after else None
    if full:
        young = page[-1][0] > horizon
        return Cursor(page[-1], floor if floor is not None else horizon if young else None)
    if floor is not None:
        return Cursor((floor, 0))
    if at_rest:
        return None
    reached = page[-1] if page else after.place if after else (0, 0)
    return Cursor(min(reached, (horizon, 0)))
