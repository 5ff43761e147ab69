"""Lists in the order of creation: two indexes of what a tenant owns, and of an extractor's jobs."""

from __future__ import annotations

from quire.adapters import rows
from quire.adapters.table import Table
from quire.domain.ports import Listed, Walk

OWNED = "owned"
"""The index of a tenant's jobs, of its files, and of its API keys."""
BY_EXTRACTOR = "by_extractor"
"""The index of an extractor's jobs."""
_PARTITION = {OWNED: "owner", BY_EXTRACTOR: "extractor_owner"}


def walk(table: Table, index: str, owner: str, page: Walk) -> list[Listed]:
    """A page of `index`."""
    values = {} if page.after is None else {"after": rows.listed(page.after)}
    condition = f"listed {'>' if page.forward else '<'} :after" if values else ""
    found = table.query(
        owner, condition, index=index, by=_PARTITION[index], limit=page.limit, ascending=page.forward, **values
    )
    return [rows.listed_of(row["listed"]) for row in found]
