"""Whose key this is, what is left of the credits, and what was spent."""

from __future__ import annotations

from pydantic import BaseModel

from functions.api_console.contract import time_or_none
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route


class Key(BaseModel):
    id: str
    name: str | None
    expires_at: str | None


class Credits(BaseModel):
    """In pages: free to use, held for documents that have not ended, and spent."""

    available: int
    reserved: int
    spent: int


class Me(BaseModel):
    """`slots` documents run at once."""

    tenant: str
    key: Key
    credits: Credits
    slots: int


def get_me(call: Call) -> Answer:
    """Show whose key this is, and its credits."""
    balance = call.world.tenants.balance(call.tenant.id)
    key = Key(id=call.key.id, name=call.key.name, expires_at=time_or_none(call.key.expires_at))
    credits = Credits(available=balance.available, reserved=balance.reserved, spent=balance.spent)
    return Answer(200, Me(tenant=call.tenant.id, key=key, credits=credits, slots=call.tenant.slots))


ROUTES = (Route("GET", "/console/api/me", get_me, says={200: Me}),)
