"""The isolation matrix: every route of every contract, asked with the key of one tenant for everything that another
has, wherever a request can name it.

Each request is asked three times: where the other tenant is, where it never was, and of a thing that never was. All
three answers must be the same, headers too, and no row of anybody else may change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pydantic import TypeAdapter

from quire.domain.tenant import Tenant, digest_of
from quire.http.edge import Route
from quire.testing.world import World
from tests.hostile.asking import CONTRACTS, Request, Said, ask, at_once, credential, multipart, names_of
from tests.hostile.entries import PDF, TEXT, Entry, Slot, ways
from tests.hostile.holdings import Holdings, absent, settle
from tests.hostile.state import State, kept, others, put_back

HOUR_MS = 3_600_000
STILL_RUNNING = 504
"""What a contract that awaits its documents says where nothing reads them."""
OWNER, CALLER = Tenant("alpha", slots=50, rate_factor=1000), Tenant("beta", slots=50, rate_factor=1000)
_IDS = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])"
    r'|(?<=")[0-9a-f]{12}(?=")'  # an API key's
)
_SECRETS = re.compile(r"(wss_|wh_sec_|whsec_|qk_)[\w+/=-]+")
_SIGNED = re.compile(r"(?:https?|memory)://[^\"\\\s]*[?&][^\"\\\s]*")

Where = tuple[str, ...]
"""A place in a request: `path`, `query`, `body` or `form`, and the steps to it."""


# ---- what a route can be asked ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """A route with the places of its request, and the kind that belongs in each."""

    contract: str
    route: Route
    entry: Entry
    places: Mapping[Where, Slot]

    @property
    def name(self) -> str:
        return f"{self.route.method} {self.route.path}"

    def request(self, key: str, values: Mapping[Where, str]) -> Request:
        """A request with these values in its places; an empty one is left out."""
        path = re.sub(
            r"<(\w+)>", lambda found: values.get(("path", found[1]), self.entry.path[found[1]]), self.route.path
        )
        query = {name: value for (where, name, *_), value in values.items() if where == "query" and value}
        headers = credential(self.contract, key)
        body = b""
        if self.entry.form is not None:
            texts = {name: values.get(("form", name), text) for name, text in self.entry.form.items()}
            files = dict.fromkeys(self.entry.files, ("a.pdf", PDF))
            body, headers["content-type"] = multipart({name: text for name, text in texts.items() if text}, files)
        elif self.entry.body is not None:
            body = json.dumps(_filled(self.entry.body, values, ("body",))).encode()
            headers["content-type"] = "application/json"
        return Request(self.route.method, path, query, headers, body)


def shapes(contract: str) -> Iterator[Shape]:
    """Of each route, each way to ask it."""
    for route in CONTRACTS[contract].routes:
        for entry in ways(contract, f"{route.method} {route.path}"):
            yield Shape(contract, route, entry, dict(_places(route, entry)))


def _places(route: Route, entry: Entry) -> Iterator[tuple[Where, Slot]]:
    for name in names_of(route.path):
        if isinstance(value := entry.path[name], Slot):
            yield ("path", name), value
    for name in texts_of(route.query):
        yield ("query", name), entry.query.get(name, TEXT)
    yield from _slots(entry.body, ("body",))
    for name, value in (entry.form or {}).items():
        if isinstance(value, Slot):
            yield ("form", name), value


def _slots(body: Any, where: Where) -> Iterator[tuple[Where, Slot]]:
    if isinstance(body, Slot):
        yield where, body
    for step, value in _steps(body):
        yield from _slots(value, (*where, step))


def _steps(body: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(body, dict):
        yield from body.items()
    if isinstance(body, list):
        yield from ((str(number), value) for number, value in enumerate(body))


def _filled(body: Any, values: Mapping[Where, str], where: Where) -> Any:
    if isinstance(body, Slot):
        return values.get(where, "")
    if isinstance(body, dict):
        filled = {step: _filled(value, values, (*where, step)) for step, value in body.items()}
        return {step: value for step, value in filled.items() if not (isinstance(body[step], Slot) and value == "")}
    if isinstance(body, list):
        return [_filled(value, values, (*where, str(number))) for number, value in enumerate(body)]
    return body


def texts_of(model: Any) -> list[str]:
    """The parameters of a query that may hold any text."""
    return [] if model is None else [name for name, one in _properties(model).items() if _is_text(one)]


def ids_of(model: Any) -> set[str]:
    """The names of a body's texts that are ids, cursors or the like."""
    if model is None:
        return set()
    schema = _schema(model)
    return {name for part in [schema, *schema.get("$defs", {}).values()] for name in _id_names(part)}


def _id_names(schema: Mapping[str, Any]) -> Iterator[str]:
    for name, one in schema.get("properties", {}).items():
        if _is_text(one) and re.search(r"(?:^|_)ids?$|Ids?$|[tT]oken$|cursor$|file_input$", name):
            yield name


def _properties(model: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _schema(model).get("properties", {})
    return found


def _schema(model: Any) -> dict[str, Any]:
    return TypeAdapter(model).json_schema()


def _is_text(schema: Mapping[str, Any]) -> bool:
    if "anyOf" in schema:
        return any(map(_is_text, schema["anyOf"]))
    if schema.get("type") == "array":
        return _is_text(schema.get("items", {}))
    return schema.get("type") == "string" and not {"enum", "const", "format"} & schema.keys()


# ---- who asks, and of what -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """A caller with things of its own, in a world with the owner (`with_owner`) and in the same without."""

    world: World
    owner: Holdings
    caller: Holdings
    nobody: Holdings
    with_owner: State
    without: State

    @classmethod
    def set(cls) -> Scene:
        world = World()
        with at_once():
            caller = settle(world, CALLER)
            world.clock.advance(HOUR_MS)
            without = kept(world)
            owner = settle(world, OWNER)
        return cls(world, owner, caller, absent(owner, world.clock()), kept(world), without)


@dataclass(frozen=True)
class Case:
    """One request that names something of the owner's, and the same of what never was."""

    shape: Shape
    what: str
    asked: Request
    of_nothing: Request


class Extent(Enum):
    """How much of the matrix is asked: what belongs in a place; all ids as the contract writes them, and all words;
    each id also in the forms of all other kinds."""

    RIGHT_KINDS = 1
    OWN_FORMS = 2
    ALL_FORMS = 3


def cases(contract: str, scene: Scene, extent: Extent) -> Iterator[Case]:
    """Everything of the owner's in each place of each route, the other places holding what is the caller's; and what
    belongs there, with all other places holding the owner's too. And each route as the caller may ask it."""
    key = scene.caller.key
    for shape in shapes(contract):
        own = values_of(shape, scene.caller)
        asked = shape.request(key, own)
        yield Case(shape, OWN, asked, asked)
        for place, kind in shape.places.items():
            for label, theirs, nothing in _everything(contract, scene, kind, extent):
                requests = (shape.request(key, {**own, place: value}) for value in (theirs, nothing))
                yield Case(shape, f"{'.'.join(place)}={label}", *requests)
        theirs_all, nothing_all = values_of(shape, scene.owner), values_of(shape, scene.nobody)
        if len([kind for kind in shape.places.values() if kind]) > 1:
            yield Case(shape, "all theirs", shape.request(key, theirs_all), shape.request(key, nothing_all))


OWN = "its own"
"""What a case is called in which the caller names what is its own."""


def values_of(shape: Shape, holdings: Holdings) -> dict[Where, str]:
    """What belongs in each place. A query's filters are left out: they are tried one by one."""
    return {
        place: holdings.said(shape.contract, kind) if kind and not _optional(shape, place) else ""
        for place, kind in shape.places.items()
    }


def _optional(shape: Shape, place: Where) -> bool:
    if place[0] != "query":
        return False
    return place[1] not in _schema(shape.route.query).get("required", ())


def _everything(contract: str, scene: Scene, kind: Slot, extent: Extent) -> Iterator[tuple[str, str, str]]:
    if extent is Extent.RIGHT_KINDS:
        if kind:
            yield kind, scene.owner.said(contract, kind), scene.nobody.said(contract, kind)
        return
    all_forms = extent is Extent.ALL_FORMS
    nothing = dict(scene.nobody.spellings(contract, all_forms=all_forms))
    for label, theirs in scene.owner.spellings(contract, all_forms=all_forms):
        yield label, theirs, nothing[label]


# ---- asked -----------------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    routes: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    requests: int = 0
    checks: int = 0
    wrong: list[str] = field(default_factory=list)
    answered: list[tuple[str, int]] = field(default_factory=list)
    """The routes and their statuses when the caller named what is its own."""

    def check(self, case: Case, what: str, holds: bool, told: object = "") -> None:
        self.checks += 1
        if not holds:
            self.wrong.append(f"{case.shape.contract} {case.shape.name} [{case.what}] {what}: {told}")

    def add(self, other: Tally) -> None:
        self.routes |= other.routes
        self.values |= other.values
        self.requests += other.requests
        self.checks += other.checks
        self.wrong += other.wrong


def run(contract: str, scene: Scene, extent: Extent) -> Tally:
    """The whole matrix of one contract, in memory."""
    tally = Tally()
    own = (CALLER.id, digest_of(scene.caller.key))
    put_back(scene.world, scene.with_owner)
    before = others(scene.world, *own)
    with at_once():
        for case in cases(contract, scene, extent):
            tally.routes.add(f"{contract} {case.shape.name}")
            tally.values.add(f"{contract} {case.what.partition('=')[2]}")
            there = _asked(scene, scene.with_owner, contract, case.asked)
            after = others(scene.world, *own)
            elsewhere = _asked(scene, scene.without, contract, case.asked)
            tally.requests += 2
            if case.what == OWN:
                tally.answered.append((case.shape.name, there.status))
            tally.check(case, "no fault", there.status < 500 or there.status == STILL_RUNNING, there)
            tally.check(case, "as if the owner never was", _plain(there) == _plain(elsewhere), (there, elsewhere))
            tally.check(case, "nobody else's row changed", after == before)
            tally.check(case, "nothing of the owner's", not leaks(there, case.asked, scene.owner), there)
            if case.of_nothing != case.asked:
                nothing = _asked(scene, scene.with_owner, contract, case.of_nothing)
                tally.requests += 1
                alike = masked(there, scene.owner) == masked(nothing, scene.nobody)
                tally.check(case, "as of what never was", alike, (there, nothing))
    return tally


def _asked(scene: Scene, state: State, contract: str, request: Request) -> Said:
    put_back(scene.world, state)
    return ask(contract, scene.world, request)


def _plain(said: Said) -> Said:
    """Without what is made anew for each answer."""
    return Said(said.status, {name: _fresh(text) for name, text in said.headers.items()}, _fresh(said.text))


def _fresh(text: str) -> str:
    return _SECRETS.sub("<secret>", _IDS.sub("<id>", _SIGNED.sub("<signed>", text)))


def masked(said: Said, asked_of: Holdings) -> Said:
    """Without what was asked for, too."""
    words = sorted(asked_of.words.values(), key=len, reverse=True)

    def blank(text: str) -> str:
        for word in words:
            text = text.replace(word, "<asked>")
        return _fresh(text)

    return Said(said.status, {name: blank(text) for name, text in said.headers.items()}, blank(said.text))


def leaks(said: Said, asked: Request, owner: Holdings) -> list[str]:
    """What of the owner's the answer holds, and the request did not."""
    sent = asked.path + json.dumps(dict(asked.query)) + asked.body.decode("latin-1")
    answer = said.text + json.dumps(dict(said.headers))
    secrets = [owner.tenant, *(thing.plain for thing in owner.things)]
    secrets += [thing.plain.replace("-", "") for thing in owner.things]
    return [secret for secret in secrets if secret in answer and secret not in sent]
