"""The small changes of a module that a test should notice, each in one place of its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_COMPARED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
_SIGNS: dict[type[ast.operator], tuple[str, str]] = {ast.Add: ("+", "-"), ast.Sub: ("-", "+")}
_JOINED: dict[type[ast.boolop], tuple[str, str]] = {ast.And: ("and", "or"), ast.Or: ("or", "and")}


@dataclass(frozen=True, slots=True)
class Change:
    """`start` and `end` are places (bytes) in the module's source between which `text` comes to stand."""

    start: int
    end: int
    text: bytes

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.text + source[self.end :]

    def line(self, source: bytes) -> int:
        """The line (from 1) where it begins."""
        return source.count(b"\n", 0, self.start) + 1


def changes(source: bytes) -> list[Change]:
    """Every change of a module, in the order of the source. What stands inside f-strings stays: Python before 3.12 does
    not say where that is."""
    lines = [0, *(match.end() for match in re.finditer(rb"\n", source))]
    made = [change for node in _nodes(ast.parse(source)) for change in _of(node, source, lines)]
    return sorted(set(made), key=lambda change: (change.start, change.end, change.text))


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.JoinedStr):
            yield from _nodes(child)


def _of(node: ast.AST, source: bytes, lines: list[int]) -> Iterator[Change]:
    def span(of: ast.expr | ast.stmt) -> tuple[int, int]:
        assert of.end_lineno is not None and of.end_col_offset is not None
        return lines[of.lineno - 1] + of.col_offset, lines[of.end_lineno - 1] + of.end_col_offset

    def between(left: ast.expr, right: ast.expr, words: tuple[str, str]) -> Iterator[Change]:
        yield from _replaced(source, span(left)[1], span(right)[0], words)

    match node:
        case ast.Compare(left, operators, others):
            for (one, other), operator in zip(pairwise([left, *others]), operators, strict=True):
                yield from between(one, other, _COMPARED[type(operator)])
        case ast.BoolOp(operator, values):
            for one, other in pairwise(values):
                yield from between(one, other, _JOINED[type(operator)])
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right) if not (_is_text(left) or _is_text(right)):
            yield from between(left, right, _SIGNS[type(sign)])
        case ast.AugAssign(target, ast.Add() | ast.Sub() as sign, value) if not _is_text(value):
            yield from between(target, value, _SIGNS[type(sign)])
        case ast.UnaryOp(ast.Not(), operand):
            start = span(node)[0]
            yield from _replaced(source, start, span(operand)[0], ("not", ""))
        case ast.If(test) | ast.IfExp(test) | ast.While(test) if not isinstance(test, ast.UnaryOp):
            start, end = span(test)
            yield Change(start, end, b"not (" + source[start:end] + b")")
        case ast.Constant(value) if isinstance(value, int | float) and not isinstance(value, bool):
            for changed in (value + 1, value - 1):
                # A negative number stays one operand: 2**-1.
                yield Change(*span(node), (str(changed) if changed >= 0 else f"({changed})").encode())
        case ast.Return(ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield Change(*span(value), b"None")
        case ast.Expr(ast.Call()):
            yield Change(*span(node), b"pass")


def _replaced(source: bytes, start: int, end: int, words: tuple[str, str]) -> Iterator[Change]:
    """The operator that stands between two operands, with brackets and ends of lines; none where a comment does."""
    gap = source[start:end]
    operator, other = words
    place = re.search(r"\s+".join(map(re.escape, operator.split())).encode(), gap)
    if place and b"#" not in gap:
        yield Change(start + place.start(), start + place.end(), other.encode())


def _is_text(node: ast.expr) -> bool:
    """What adds up to a text is one, and takes no minus."""
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
