"""Which ports a handler can reach, read off the code: its calls are followed from function to function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
Place = tuple[str, str]
"""(module, function)"""


def variables_of(function: str) -> set[str]:
    """The environment variables that `functions/{function}` can read."""
    ports = ports_of(f"functions.{function}.handler")
    return set().union(*(_port_variables()[port] for port in ports))


def folders_of(function: str) -> set[str]:
    """The folders of `functions/` that the modules of one of them import, itself among them."""
    todo, found = [function], {function}
    while todo:
        for path in (ROOT / "functions" / todo.pop()).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("functions."):
                    folder = str(node.module).split(".")[1]
                    todo += [folder] if folder not in found else []
                    found.add(folder)
    return found


def asked_by(function: str) -> set[tuple[str, str]]:
    """(port, method): what `functions/{function}` can ask of each port."""
    return {asked for node in _reached(f"functions.{function}.handler") for asked in _asked_in(node)}


def ports_of(module: str) -> set[str]:
    """The attributes of the world that any function of `module`, or what it calls, asks for."""
    ports = set().union(*map(_ports_in, _reached(module)))
    return ports & _port_variables().keys()


def _reached(module: str) -> Iterator[ast.AST]:
    """Every function of `module`, and what they call."""
    todo = [(module, name) for name in _functions(module)]
    seen: set[Place] = set()
    while todo:
        place = todo.pop()
        if place in seen:
            continue
        seen.add(place)
        node = _functions(place[0]).get(place[1])
        if node is not None:
            yield node
            todo += _named_in(place[0], node)


@cache
def _tree(module: str) -> ast.Module | None:
    relative = Path(*module.split("."))
    for base in (ROOT, ROOT / "layers" / "quire" / "python"):
        for path in (base / relative.with_suffix(".py"), base / relative / "__init__.py"):
            if path.is_file():
                return ast.parse(path.read_text())
    return None


@cache
def _functions(module: str) -> dict[str, ast.AST]:
    """Functions by name, methods too: a class counts as all of its methods."""
    tree = _tree(module)
    found: dict[str, ast.AST] = {}
    for node in tree.body if tree else []:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
    return found


@cache
def _imports(module: str) -> dict[str, tuple[str, str | None]]:
    """What a name stands for: (module, name there), or (module, None) for a module."""
    found: dict[str, tuple[str, str | None]] = {}
    tree = _tree(module)
    for node in ast.walk(tree) if tree else []:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("quire", "functions"):
            for alias in node.names:
                name = alias.asname or alias.name
                inner = f"{node.module}.{alias.name}"
                found[name] = (inner, None) if _tree(inner) else (node.module, alias.name)
    return found


def _ports_in(node: ast.AST) -> set[str]:
    """`world.X` and `call.world.X`."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute):
            base = part.value
            name = base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
            if name == "world":
                found.add(part.attr)
    return found


def _asked_in(node: ast.AST) -> Iterator[tuple[str, str]]:
    """`world.X.y` and `call.world.X.y`."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Attribute) and _ports_in(part.value):
            yield part.value.attr, part.attr


def _named_in(module: str, node: ast.AST) -> Iterator[Place]:
    """Every function that the code names, called here or handed on."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            target, inner = _imports(module).get(part.value.id, (None, None))
            if target and inner is None:
                yield target, part.attr
        elif isinstance(part, ast.Name):
            target, inner = _imports(module).get(part.id, (module, part.id))
            if inner is not None:
                yield target, inner


@cache
def _port_variables() -> dict[str, frozenset[str]]:
    """The variables that each port of `quire.adapters.aws.Aws` reads."""
    aws = _functions("quire.adapters.aws")["Aws"]
    methods = {node.name: node for node in ast.walk(aws) if isinstance(node, ast.FunctionDef)}

    def read(name: str) -> set[str]:
        found: set[str] = set()
        for part in ast.walk(methods[name]):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isupper():
                found.add(part.value)
            if isinstance(part, ast.Attribute) and part.attr in methods and part.attr != name:
                found |= read(part.attr)
        return found

    return {name: frozenset(read(name)) for name in methods if not name.startswith("_")}
