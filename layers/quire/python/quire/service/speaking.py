"""What delivering asks of a contract: its words for an event, and how it signs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from quire.domain.delivery import Delivery
from quire.domain.ports import World


@dataclass(frozen=True, slots=True)
class Target:
    """Where a delivery goes. `settings` are what its contract keeps there, in its own words; `secrets` sign, the newest
    first; `static` is a word of the caller's that each call repeats."""

    url: str = field(repr=False)
    settings: Mapping[str, object] = field(repr=False)
    secrets: Sequence[str] = field(default=(), repr=False)
    static: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent at a time, in milliseconds since 1970."""

    delivery: Delivery
    target: Target
    body: bytes
    at: int

    @property
    def seconds(self) -> str:
        """The time, in seconds since 1970."""
        return str(self.at // 1000)

    @property
    def secret(self) -> str:
        """The one that signs where there is room for one signature: while two are good they take turns, the newest
        first, so that who knows either is reached by the second try."""
        secrets = self.target.secrets
        return secrets[(self.delivery.tries - 1) % len(secrets)]


class Speaker(Protocol):
    """A contract's own; a module of its folder."""

    def say(self, world: World, delivery: Delivery, target: Target) -> bytes | None:
        """The payload, made once. None: there is nothing to tell, for what it was of is gone, or has no word here."""
        ...

    def envelope(self, delivery: Delivery, target: Target, payload: bytes, link: Callable[[], str]) -> bytes:
        """What is sent: the payload itself, or a body around it, the same at each try but for a `link` to it, which
        lives an hour and takes the place of a payload that is too large."""
        ...

    def headers(self, message: Message) -> Mapping[str, str]:
        """The signature, and what else its receivers read."""
        ...


def as_it_is(_delivery: Delivery, _target: Target, payload: bytes, _link: Callable[[], str]) -> bytes:
    """`Speaker.envelope` of a contract whose payload is the body."""
    return payload


def hex_hmac(secret: str, content: bytes) -> str:
    """HMAC-SHA256, lower-case hexadecimal."""
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def standard_headers(message: Message) -> Mapping[str, str]:
    """Standard Webhooks: HMAC-SHA256 of `id.timestamp.body`, in base64, by each secret that is good."""
    delivery_id = message.delivery.id
    signed = f"{delivery_id}.{message.seconds}.".encode() + message.body
    signatures = [
        base64.b64encode(hmac.digest(base64.b64decode(secret), signed, "sha256")).decode()
        for secret in message.target.secrets
    ]
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": message.seconds,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
