"""A place in a list, which outside is an opaque string; and that in a job's list of changes, sorted by (updated_at,
position)."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from quire.domain.document import DocumentStatus

LAG_MS = 12_000
"""What is younger may still get an older neighbour: a write carries the time before its first try, and what tries it
again (`adapters.pipeline`, and boto3 under `adapters.clients`) gives up sooner than this, with a second to spare for
writers' clocks and the index."""
MOST_SENT = 500
"""Changes that a cursor remembers: the largest page that a contract gives, some 3 KB at worst. More of them within the
lag come when those before have left it."""
MOST_CHARACTERS = 6000
"""Of a cursor's text: what a URL of API Gateway has room for, beside a request's headers (10,240 bytes in all)."""

_FORM = re.compile(r"(\d{1,15})\.(\d{1,5})")
_SENT = re.compile(r"(\d{1,15})([a-z])(\d{1,5})")
_MOST_PLAIN = 24 * MOST_SENT
"""Of what was sent, in plain text: 15 digits, a letter, 5 digits and a comma for each."""
_LETTERS = {
    DocumentStatus.PENDING: "p",
    DocumentStatus.RUNNING: "r",
    DocumentStatus.REVIEW_REQUIRED: "w",
    DocumentStatus.SUCCEEDED: "s",
    DocumentStatus.FAILED: "f",
    DocumentStatus.CANCELLED: "c",
}
_STATUSES = {letter: status for status, letter in _LETTERS.items()}

Place = tuple[int, int]
"""(updated_at in milliseconds, position in the job)"""
_LATEST = (10**15 - 1, 99_999)


class State(NamedTuple):
    """A document as it stands: since when, and its status. Each change gives it a status that it never had before."""

    updated_at: int
    status: DocumentStatus


@dataclass(frozen=True, slots=True)
class Cursor:
    """Every change up to `place` was sent, and none can come there any more. Beyond it lies the lag, where an older
    change may still appear in front of a younger one: `sent` is what was sent of it, by position."""

    place: Place
    sent: Mapping[int, State] = field(default_factory=dict)

    def encode(self) -> str:
        text = seal(".".join(map(str, self.place)))
        return f"{text}.{_pack(self.sent, self.place[0])}" if self.sent else text


START = Cursor((0, 0))


def seal(place: str) -> str:
    """Any place of ASCII as an opaque string that a URL can hold."""
    return base64.urlsafe_b64encode(place.encode("ascii")).decode().rstrip("=")


def unseal(text: str) -> str | None:
    """The place that was sealed, or None when we did not write it; its form is the caller's to check."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None


def decode(text: str) -> Cursor | None:
    """The cursor that `text` stands for, or None when we did not write it."""
    if len(text) > MOST_CHARACTERS:
        return None
    where, beyond, packed = text.partition(".")
    match = _FORM.fullmatch(unseal(where) or "")
    sent = _unpack(packed, int(match[1])) if match and beyond else {}
    if not match or sent is None:
        return None
    return Cursor((int(match[1]), int(match[2])), sent)


def _pack(sent: Mapping[int, State], since: int) -> str:
    """In the order of time, each with the milliseconds since the one before: what is alike lies together."""
    said = []
    for position, state in sorted(sent.items(), key=lambda item: (item[1].updated_at, item[0])):
        said.append(f"{state.updated_at - since}{_LETTERS[state.status]}{position}")
        since = state.updated_at
    return base64.urlsafe_b64encode(zlib.compress(",".join(said).encode(), 9)).decode().rstrip("=")


def _unpack(packed: str, since: int) -> dict[int, State] | None:
    try:
        content = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        plain = zlib.decompressobj().decompress(content, _MOST_PLAIN).decode("ascii")
    except (binascii.Error, ValueError, zlib.error):
        return None
    sent: dict[int, State] = {}
    for said in plain.split(","):
        match = _SENT.fullmatch(said)
        if not match or match[2] not in _STATUSES or len(sent) == MOST_SENT or int(match[3]) in sent:
            return None
        since += int(match[1])
        sent[int(match[3])] = State(since, _STATUSES[match[2]])
    return sent


class Step(NamedTuple):
    """What a call sends: the documents at these positions. `onward` is where the next one goes on; `last`: behind it
    there was nothing more for now."""

    page: list[int]
    onward: Cursor
    last: bool


def step(
    after: Cursor,
    places: Sequence[Place],
    states: Mapping[int, State],
    *,
    full: bool,
    limit: int,
    now: int,
    settled: bool = False,
) -> Step:
    """Go on from `after` over the `places` beyond it, ascending (`full`: there are more behind them), as the documents
    there stand by now. What was sent, and has not changed since, is not sent again.

    `settled`: nothing changes any more, and the places are all there are."""
    horizon = _LATEST if settled else (now - LAG_MS, 0)
    sent, page, reached, cut = dict(after.sent), list[int](), after.place, full
    for place in places:
        position = place[1]
        state = states.get(position)
        if state and (state.updated_at, position) > after.place and not _was_sent(sent.get(position), state):
            young = (state.updated_at, position) > horizon
            if len(page) == limit or (young and len(sent) >= MOST_SENT):
                cut = True
                break
            page.append(position)
            sent[position] = state
        reached = place
    until = max(after.place, min(reached, horizon) if cut else horizon)
    beyond = {position: state for position, state in sent.items() if (state.updated_at, position) > until}
    return Step(page, Cursor(until, beyond), last=not cut)


def _was_sent(before: State | None, state: State) -> bool:
    return before is not None and before.status is state.status
