"""/v1/me and /v1/credits."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.times import say_time


class User(BaseModel):
    """The tenant, as far as it is one person; `member_since` is when the key was made."""

    user_id: str
    email: str | None
    name: str
    credits_available: int
    key_name: str | None
    key_expires_at: str | None
    member_since: str


class UserAnswer(BaseModel):
    user: User


class Credits(BaseModel):
    """In pages. Nothing is sold here, so there are no `purchases`."""

    available: int
    purchases: list[dict[str, Any]] = Field(default_factory=list)


class CreditsAnswer(BaseModel):
    credits: Credits


def get_me(call: Call) -> Answer:
    """Show whose key this is."""
    key = call.key
    user = User(
        user_id=f"usr_{call.tenant.id}",
        email=None,
        name=call.tenant.id,
        credits_available=call.world.tenants.balance(call.tenant.id).available,
        key_name=key.name,
        key_expires_at=None if key.expires_at is None else say_time(key.expires_at),
        member_since=say_time(key.created_at),
    )
    return Answer(200, UserAnswer(user=user))


def get_credits(call: Call) -> Answer:
    """Show the credits that are left."""
    return Answer(200, CreditsAnswer(credits=Credits(available=call.world.tenants.balance(call.tenant.id).available)))


ROUTES = (
    Route("GET", "/v1/me", get_me, says={200: UserAnswer}),
    Route("GET", "/v1/credits", get_credits, says={200: CreditsAnswer}),
)
