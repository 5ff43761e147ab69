"""Lists in the order of creation: a page of what is wanted, and the cursor behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from quire.domain.cursor import seal, unseal
from quire.domain.ports import Listed, Walk
from quire.domain.refusal import Kind, Refusal

MOST_ROUNDS = 10
"""Of looking for what a filter lets through, in one call: then the cursor goes on from there."""
AT_ONCE = 100
_PLACE = re.compile(r"(\d{1,15})\.([0-9a-f-]{36})")


class _Created(Protocol):
    @property
    def created_at(self) -> int: ...
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=_Created)


def gather(
    recent: Callable[[Walk], Sequence[Listed]],
    get_many: Callable[[list[str]], Iterable[Item]],
    limit: int,
    cursor: str | None,
    *,
    forward: bool,
    wanted: Callable[[Item], bool],
) -> tuple[list[Item], str | None] | Refusal:
    """At most `limit` of those `wanted`, newest first unless `forward`, and where to go on; a page may be short though
    there are more. `recent` gives places, `get_many` what stands there now, in their order."""
    after = place_of(cursor) if cursor else None
    if cursor and after is None:
        return NO_CURSOR
    found: list[Item] = []
    for _ in range(MOST_ROUNDS):
        places = recent(Walk(AT_ONCE, after, forward))
        for item in get_many([identity for _, identity in places]):
            if wanted(item):
                found.append(item)
            after = (item.created_at, item.id)
            if len(found) == limit:
                more = len(places) == AT_ONCE or after != places[-1]
                return found, cursor_of(after) if more else None
        if len(places) < AT_ONCE:
            return found, None
        after = places[-1]
    return found, cursor_of(after) if after else None


NO_CURSOR = Refusal(Kind.INVALID_REQUEST, "The cursor is not one that this API gave.", {"field": "cursor"})


def cursor_of(place: Listed) -> str:
    """A place in a list, opaque outside."""
    created_at, identity = place
    return seal(f"{created_at}.{identity}")


def place_of(cursor: str) -> Listed | None:
    """The place that a cursor stands for, or None when we did not write it."""
    found = _PLACE.fullmatch(unseal(cursor) or "")
    return (int(found[1]), found[2]) if found else None
