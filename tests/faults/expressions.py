"""DynamoDB's expressions (developer guide, "Expressions"): compiled once, then run on items in their wire form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

Value = dict[str, Any]
"""One attribute as it goes over the wire, such as `{"S": "text"}`."""
Item = dict[str, Value]
_TOKEN = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|<>|<=|>=|[-=<>+(),.\[\]]|\d+)")
_COMPARE = ("=", "<>", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Given:
    """What an expression is run on: the item as it stands, and the request's `#names` and `:values`."""

    item: Item
    names: Mapping[str, str]
    values: Mapping[str, Value]


Operand = Callable[[Given], Value | None]
Condition = Callable[[Given], bool]
Path = tuple[str, ...]


def number(value: Value) -> Decimal:
    return Decimal(value["N"])


def holds(expression: str | None, given: Given) -> bool:
    """Whether a condition holds; none always does."""
    return expression is None or _condition(expression)(given)


def updated(expression: str | None, given: Given) -> Item:
    """The item after an UpdateExpression; each part sees the item as it was."""
    after = dict(given.item)
    for act in _updates(expression) if expression else ():
        act(given, after)
    return after


@cache
def _condition(text: str) -> Condition:
    parser = _Parser(text)
    condition = parser.either()
    parser.end()
    return condition


@cache
def _updates(text: str) -> tuple[Callable[[Given, Item], None], ...]:
    parser = _Parser(text)
    acts: list[Callable[[Given, Item], None]] = []
    while parser.left:
        clause = parser.take().upper()
        acts.append(parser.act(clause))
        while parser.left and parser.peek() == ",":
            parser.take(",")
            acts.append(parser.act(clause))
    return tuple(acts)


class _Parser:
    """Recursive descent over one expression."""

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s+", "", text):
            raise ValueError(f"not understood: {text}")
        self.at = 0

    @property
    def left(self) -> bool:
        return self.at < len(self.tokens)

    def peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if expected is not None and token.upper() != expected:
            raise ValueError(f"{expected} expected, {token} found in {self.tokens}")
        self.at += 1
        return token

    def end(self) -> None:
        if self.left:
            raise ValueError(f"{self.peek()} is left over in {self.tokens}")

    # ---- conditions --------------------------------------------------------------------------------------------------

    def either(self) -> Condition:
        parts = [self.both()]
        while self.peek().upper() == "OR":
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda given: any(part(given) for part in parts)

    def both(self) -> Condition:
        parts = [self.negated()]
        while self.peek().upper() == "AND":
            self.take()
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else lambda given: all(part(given) for part in parts)

    def negated(self) -> Condition:
        if self.peek().upper() == "NOT":
            self.take()
            inner = self.negated()
            return lambda given: not inner(given)
        if self.peek() == "(":
            self.take()
            inner = self.either()
            self.take(")")
            return inner
        return self.test()

    def test(self) -> Condition:
        name = self.peek().lower()
        if self.peek(1) == "(" and name in ("attribute_exists", "attribute_not_exists", "begins_with", "contains"):
            return self.function(self.take().lower())
        left = self.operand()
        operator = self.take().upper()
        if operator == "BETWEEN":
            low = self.operand()
            self.take("AND")
            high = self.operand()
            return lambda given: _compare(">=", left(given), low(given)) and _compare("<=", left(given), high(given))
        if operator == "IN":
            options = self.arguments()
            return lambda given: any(_compare("=", left(given), option(given)) for option in options)
        if operator not in _COMPARE:
            raise ValueError(f"{operator} in {self.tokens}")
        right = self.operand()
        return lambda given: _compare(operator, left(given), right(given))

    def function(self, name: str) -> Condition:
        first, *rest = self.arguments()
        if name == "attribute_exists":
            return lambda given: first(given) is not None
        if name == "attribute_not_exists":
            return lambda given: first(given) is None
        (second,) = rest
        return (
            (lambda given: _begins(first(given), second(given)))
            if name == "begins_with"
            else (lambda given: _contains(first(given), second(given)))
        )

    def arguments(self) -> list[Operand]:
        self.take("(")
        found = [self.operand()]
        while self.peek() == ",":
            self.take()
            found.append(self.operand())
        self.take(")")
        return found

    # ---- operands ----------------------------------------------------------------------------------------------------

    def operand(self) -> Operand:
        token = self.peek()
        if token.startswith(":"):
            self.take()
            return lambda given: given.values[token]
        if self.peek(1) == "(":
            return self.computed(self.take().lower())
        path = self.path()
        return lambda given: _at(given.item, _named(path, given))

    def computed(self, name: str) -> Operand:
        first, *rest = self.arguments()
        if name == "size":
            return lambda given: _size(first(given))
        if name == "if_not_exists":
            return lambda given: found if (found := first(given)) is not None else rest[0](given)
        if name == "list_append":
            return lambda given: {"L": [*_list(first(given)), *_list(rest[0](given))]}
        raise ValueError(name)

    def path(self) -> Path:
        steps = [self.take()]
        while self.peek() == ".":
            self.take()
            steps.append(self.take())
        return tuple(steps)

    # ---- updates -----------------------------------------------------------------------------------------------------

    def act(self, clause: str) -> Callable[[Given, Item], None]:
        path = self.path()
        if clause == "REMOVE":
            return lambda given, after: _put(after, _named(path, given), None)
        if clause == "SET":
            self.take("=")
            value = self.sum()
            return lambda given, after: _put(after, _named(path, given), _there(value(given)))
        token = self.take()
        change = {"ADD": _added, "DELETE": _deleted}[clause]

        def act(given: Given, after: Item) -> None:
            where = _named(path, given)
            _put(after, where, change(_at(given.item, where), given.values[token]))

        return act

    def sum(self) -> Operand:
        left = self.operand()
        if self.peek() not in ("+", "-"):
            return left
        sign = 1 if self.take() == "+" else -1
        right = self.operand()
        return lambda given: {"N": str(number(_there(left(given))) + sign * number(_there(right(given))))}


def _there(value: Value | None) -> Value:
    if value is None:
        raise ValueError("the expression names an attribute that is not there")
    return value


def _named(path: Path, given: Given) -> Path:
    return tuple(given.names[step] if step.startswith("#") else step for step in path)


def _at(item: Item, path: Path) -> Value | None:
    value = item.get(path[0])
    for step in path[1:]:
        value = value.get("M", {}).get(step) if value else None
    return value


def _put(item: Item, path: Path, value: Value | None) -> None:
    *parents, last = path
    for step in parents:
        copied: Item = dict(item[step]["M"])
        item[step] = {"M": copied}
        item = copied
    if value is None:
        item.pop(last, None)
    else:
        item[last] = value


def _compare(operator: str, left: Value | None, right: Value | None) -> bool:
    if left is None or right is None:
        return False
    (kind, a), (other, b) = next(iter(left.items())), next(iter(right.items()))
    if kind != other:
        return operator == "<>"
    if kind == "N":
        a, b = Decimal(a), Decimal(b)
    elif kind in ("SS", "NS"):
        a, b = set(a), set(b)
    if operator == "=":
        return bool(a == b)
    if operator == "<>":
        return bool(a != b)
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])


def _begins(value: Value | None, prefix: Value | None) -> bool:
    return value is not None and "S" in value and value["S"].startswith(_there(prefix)["S"])


def _contains(value: Value | None, part: Value | None) -> bool:
    if value is None:
        return False
    (_, inner), (_, looked_for) = next(iter(value.items())), next(iter(_there(part).items()))
    return looked_for in inner


def _size(value: Value | None) -> Value | None:
    if value is None:
        return None
    return {"N": str(len(next(iter(value.values()))))}


def _list(value: Value | None) -> list[Value]:
    found: list[Value] = _there(value)["L"]
    return found


def _added(before: Value | None, more: Value) -> Value:
    if "N" in more:
        return {"N": str((number(before) if before else 0) + number(more))}
    ((kind, members),) = more.items()
    return {kind: sorted({*(before[kind] if before else ()), *members})}


def _deleted(before: Value | None, less: Value) -> Value | None:
    """A set that lost its last member is no attribute any more."""
    ((kind, members),) = less.items()
    left = sorted(set(before[kind]) - set(members)) if before else []
    return {kind: left} if left else None
