"""What a route answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: a wire model, a plain object or ready JSON bytes as its body."""

    status: int
    body: BaseModel | Mapping[str, object] | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
