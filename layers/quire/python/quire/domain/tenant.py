"""A tenant owns everything; an API key belongs to one."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

DAY_MS = 24 * 3600 * 1000
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")


@dataclass(frozen=True, slots=True)
class Tenant:
    """`slots` documents run at once; `rate_factor` multiplies the contracts' documented rate limits; retentions are
    milliseconds after an upload's arrival and after a document's end; `review_ms` is how long a document may wait for a
    person."""

    id: str
    slots: int = 8
    rate_factor: int = 1
    upload_retention_ms: int = DAY_MS
    result_retention_ms: int = DAY_MS
    review_ms: int = DAY_MS // 2


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: its SHA-256, never itself. Times are milliseconds since 1970. It may use the `contracts`
    that are named; None: all."""

    digest: str
    tenant: str
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None
    name: str | None = None
    contracts: frozenset[str] | None = None

    @property
    def id(self) -> str:
        """What it is called where it must not be shown: the beginning of its digest."""
        return self.digest[:12]

    def valid(self, now: int) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def is_tenant_id(text: str) -> bool:
    """A tenant's id: 1 to 24 of a-z, 0-9 and hyphen, so that `tenant:document` fits Textract's JobTag (64)."""
    return _ID.fullmatch(text) is not None


def new_key() -> str:
    """An API key: 43 random characters behind a prefix that secret scanners can know."""
    return "qk_" + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """SHA-256 of a key, hexadecimal: what is stored and looked up, so that no comparison sees the key itself."""
    return hashlib.sha256(key.encode()).hexdigest()
