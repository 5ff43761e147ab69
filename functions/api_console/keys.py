"""A tenant's API keys: listed, made, revoked."""

from __future__ import annotations

from pydantic import BaseModel, Field

from functions.api_console.contract import Page, time_or_none
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, ApiKey
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.times import say_time
from quire.service import credentials


class Key(BaseModel):
    """`contracts`: the only ones that it may use; null: all. `current`: it is the one of this request."""

    id: str
    name: str | None
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    contracts: list[str] | None
    current: bool


class CreateKey(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    expires_in_days: int | None = Field(default=None, ge=1, le=3650)


class CreatedKey(Key):
    """`key` is shown this once, and kept nowhere."""

    key: str


def list_keys(call: Call) -> Answer:
    """List the keys, the oldest first."""
    keys = call.world.tenants.keys(call.tenant.id)
    return Answer(200, Page[Key](items=[_say(call, key) for key in keys]))


def create_key(call: Call) -> Answer:
    """Make another key, which may no more, and lives no longer, than this one."""
    asked = call.json(CreateKey)
    now = call.world.clock()
    wanted = None if asked.expires_in_days is None else now + asked.expires_in_days * DAY_MS
    ends = [end for end in (wanted, call.key.expires_at) if end is not None]
    expires_at = min(ends, default=None)
    made = credentials.make_key(
        call.world.tenants, call.tenant.id, now, asked.name, expires_at=expires_at, contracts=call.key.contracts
    )
    return Answer(201, CreatedKey(**_say(call, made.key).model_dump(), key=made.secret))


def revoke_key(call: Call) -> Answer | Refusal:
    """Let nobody in with a key from now on."""
    key_id = call.path["key_id"]
    if key_id == call.key.id:
        return Refusal(Kind.CONFLICT, "This is the key that you came in with: revoke it with another one.")
    revoked = credentials.revoke_key(call.world.tenants, call.tenant.id, key_id, call.world.clock())
    return revoked if isinstance(revoked, Refusal) else Answer(204)


def _say(call: Call, key: ApiKey) -> Key:
    return Key(
        id=key.id,
        name=key.name,
        created_at=say_time(key.created_at),
        expires_at=time_or_none(key.expires_at),
        revoked_at=time_or_none(key.revoked_at),
        contracts=None if key.contracts is None else sorted(key.contracts),
        current=key.digest == call.key.digest,
    )


ROUTES = (
    Route("GET", "/console/api/keys", list_keys, says={200: Page[Key]}),
    Route("POST", "/console/api/keys", create_key, asks=CreateKey, says={201: CreatedKey}),
    Route("DELETE", "/console/api/keys/<key_id>", revoke_key, says={204: None}),
)
