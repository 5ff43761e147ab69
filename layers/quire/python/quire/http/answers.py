"""What a route answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. Its body is a wire model, a plain value for JSON, or bytes (JSON, unless a header says else)."""

    status: int
    body: BaseModel | Mapping[str, object] | Sequence[object] | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
