"""Virtual time: what is due happens in order, or in a seeded order; every handler runs in a greenlet that can be parked
at any of its calls while the rest of the world goes on."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

START_MS = 1_750_000_000_000
NEAR_MS = 2_000
"""Events this close may change places where the order is seeded."""
MOST_STEPS = 20_000


class NoRest(Exception):
    """The system does not come to rest."""


@dataclass(order=True, slots=True)
class Event:
    due: int
    number: int
    what: Callable[[], None] = field(compare=False)
    name: str = field(compare=False)
    awaited: Callable[[], bool] = field(compare=False)


@dataclass(slots=True)
class Actor:
    """A handler at work, or a client's script; `number` is that of its invocation."""

    name: str
    number: int
    runs: greenlet
    ready: bool = False


class Pump:
    """`rng` None: strictly by time. With one: events that are near in time change places, and with `side_by_side`
    several actors run at once, each stopping before every call."""

    def __init__(self, rng: random.Random | None = None, side_by_side: int = 1) -> None:
        self.now = START_MS
        self.rng = rng
        self.side_by_side = side_by_side
        self.events: list[Event] = []
        self.actors: list[Actor] = []
        self.steps = 0
        self._numbers = count()
        self._hub = getcurrent()

    def later(
        self, milliseconds: int, what: Callable[[], None], name: str = "", awaited: Callable[[], bool] = lambda: True
    ) -> None:
        """`awaited`: whether anything waits for it; else the system may be at rest with it outstanding."""
        heapq.heappush(self.events, Event(self.now + milliseconds, next(self._numbers), what, name, awaited))

    # ---- actors ------------------------------------------------------------------------------------------------------

    def actor(self) -> Actor | None:
        """Who is at work now; None: the harness itself."""
        running = getcurrent()
        return next((actor for actor in self.actors if actor.runs is running), None)

    def spawn(self, name: str, work: Callable[[], Any], done: Callable[[Any, BaseException | None], None]) -> None:
        """Begin at once; `done(answer, None)` or `done(None, what it raised)` when it ends."""

        def body() -> None:
            try:
                answer = work()
            except GreenletExit:
                return
            except BaseException as fault:
                self.actors.remove(actor)
                done(None, fault)
            else:
                self.actors.remove(actor)
                done(answer, None)

        actor = Actor(name, next(self._numbers), greenlet(body, parent=self._hub))
        self.actors.append(actor)
        if self.side_by_side > 1:
            actor.ready = True
        else:
            self._resume(actor)

    def park(self, milliseconds: int) -> None:
        """The actor at work sleeps so long; the rest goes on."""
        actor = self._at_work()
        self.later(milliseconds, lambda: self._wake(actor), f"{actor.name} goes on")
        self._hub.switch()

    def wait(self, begin: Callable[[Callable[[Any, BaseException | None], None]], None]) -> Any:
        """The actor at work waits for what `begin(done)` begins, and gets its answer or its exception."""
        actor = self._at_work()
        box: list[tuple[Any, BaseException | None]] = []

        def done(answer: Any, fault: BaseException | None) -> None:
            box.append((answer, fault))
            self.later(0, lambda: self._wake(actor), f"{actor.name} hears")

        self.later(0, lambda: begin(done), f"{actor.name} asks")
        self._hub.switch()
        ((answer, fault),) = box
        if fault is not None:
            raise fault
        return answer

    def pause(self) -> None:
        """The actor at work stands before a call: with others at its side, whoever's turn it is moves."""
        if self.side_by_side > 1:
            self._at_work().ready = True
            self._hub.switch()

    def _at_work(self) -> Actor:
        actor = self.actor()
        if actor is None:
            raise RuntimeError("the harness itself cannot wait")
        return actor

    def _wake(self, actor: Actor) -> None:
        if actor not in self.actors:
            return
        if self.side_by_side > 1:
            actor.ready = True
        else:
            self._resume(actor)

    def _resume(self, actor: Actor) -> None:
        """From the hub, or from an actor that begins another: that one then goes on first."""
        actor.ready = False
        if getcurrent() is self._hub:
            actor.runs.switch()
        else:
            self.later(0, lambda: self._resume(actor), f"{actor.name} begins")

    # ---- the loop ----------------------------------------------------------------------------------------------------

    def next_due(self) -> int | None:
        """When the next event is due that something waits for; now, where an actor stands ready."""
        if any(actor.ready for actor in self.actors):
            return self.now
        return min((event.due for event in self.events if event.awaited()), default=None)

    def run_until(self, time: int) -> None:
        """All that is due by then, and then it is then."""
        while self._step(time):
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise NoRest(f"{self.steps} steps; next: {[event.name for event in sorted(self.events)[:5]]}")
        self.now = max(self.now, time)

    def _step(self, time: int) -> bool:
        ready = [actor for actor in self.actors if actor.ready]
        due = bool(self.events) and self.events[0].due <= time
        if not ready and not due:
            return False
        room = len(ready) < self.side_by_side
        if ready and not (due and room and self.events[0].due <= self.now + NEAR_MS and self._chance(0.4)):
            self._resume(ready[0] if self.rng is None else self.rng.choice(ready))
            return True
        event = self._take(time)
        self.now = max(self.now, event.due)
        event.what()
        return True

    def _take(self, time: int) -> Event:
        first = heapq.heappop(self.events)
        if self.rng is None:
            return first
        near = [event for event in self.events if event.due <= min(time, max(first.due, self.now) + NEAR_MS)]
        chosen = self.rng.choice([first, *sorted(near)])
        if chosen is not first:
            self.events.remove(chosen)
            self.events.append(first)
            heapq.heapify(self.events)
        return chosen

    def _chance(self, probability: float) -> bool:
        return self.rng is not None and self.rng.random() < probability

    def close(self) -> None:
        """Whoever is still at work ends without a word."""
        for actor in list(self.actors):
            actor.runs.throw(GreenletExit)
        self.actors.clear()
