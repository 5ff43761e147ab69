"""Token buckets in DynamoDB: a row each, its one number as `quire.domain.rate` says."""

from __future__ import annotations

from quire.adapters.table import Failed, Table
from quire.domain.rate import Passage, Rate, next_full_at, passage

_FORGET_S = 24 * 3600


def full_at(table: Table, bucket: str) -> float:
    """When the bucket is full again (milliseconds), as the row stands; 0: nobody took from it yet."""
    row = table.get(_key(bucket))
    return float(row["full_at"]) if row else 0


def take(table: Table, bucket: str, rate: Rate, now: int, stands: float = 0) -> Passage:
    """Take one. `stands` is `full_at` as it is known; where that holds, or the bucket is full, it costs one write, else
    one more for each who was there first, up to the limit."""
    while True:
        after = next_full_at(rate, stands, now)
        if after is None:
            return passage(rate, stands, now, allowed=False)
        condition = "full_at = :stands" if stands > now else "attribute_not_exists(full_at) OR full_at <= :now"
        values = {"stands": stands} if stands > now else {"now": now}
        written = table.update(
            _key(bucket), update="SET full_at = :after, #ttl = :ttl", condition=condition, names={"#ttl": "TTL"},
            after=float(after), ttl=now // 1000 + _FORGET_S, **values,
        )  # fmt: skip
        if not isinstance(written, Failed):
            return passage(rate, after, now, allowed=True)
        stands = float(written.item["full_at"]) if written.item else 0


def _key(bucket: str) -> dict[str, str]:
    return {"PK": f"rate#{bucket}", "SK": "rate"}
