"""How the stand-ins refuse a call, and how an injected fault shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Refused(Exception):
    """An AWS service's error; becomes botocore's ClientError of that code. `more` stands beside `Error`."""

    code: str
    message: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    status: int = 400


class Crash(BaseException):
    """The process ends here: no handler's `except Exception` sees it."""
