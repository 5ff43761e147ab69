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
    """Functions by name, a class with all of its methods, and what else has a name, such as routes."""
    tree = _tree(module)
    found: dict[str, ast.AST] = {}
    for node in tree.body if tree else []:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
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


_OF_TABLE = {
    "get": "GetItem",
    "get_many": "BatchGetItem",
    "query": "Query",
    "put": "PutItem",
    "update": "UpdateItem",
    "delete": "DeleteItem",
}
_OF_TRANSACTION = {name: f"{name}Item" for name in ("Put", "Update", "Delete", "ConditionCheck")}


def rows_asked_by(function: str) -> set[str]:
    """DynamoDB's actions that `functions/{function}` can come to, through the adapters of its ports."""
    return {action for port, method in asked_by(function) for action in _rows_of(port, method)}


@cache
def _rows_of(port: str, method: str) -> frozenset[str]:
    """What a port's method asks of its tables, itself and by what it calls of its class and its module."""
    properties = {node.name: node for node in _defined_in(_functions("quire.adapters.aws")["Aws"])}
    adapter = getattr(properties[port].returns, "id", "") if port in properties else ""
    module, name = _imports("quire.adapters.aws").get(adapter, ("", None))
    if not name:
        return frozenset()
    own = {**_functions(module), **{node.name: node for node in _defined_in(_functions(module)[name])}}
    todo, seen, found = [method], {name}, set[str]()
    while todo:
        place = todo.pop()
        if place in own and place not in seen:
            seen.add(place)
            found |= set(_actions_in(own[place]))
            todo += [part.id for part in ast.walk(own[place]) if isinstance(part, ast.Name)]
            todo += [part.attr for part in ast.walk(own[place]) if isinstance(part, ast.Attribute)]
    return frozenset(found)


def _defined_in(node: ast.AST) -> Iterator[ast.FunctionDef]:
    return (part for part in ast.walk(node) if isinstance(part, ast.FunctionDef))


def _actions_in(node: ast.AST) -> Iterator[str]:
    """`table.get` and its like, and `{"Put": …}` of transactions."""
    for part in ast.walk(node):
        if isinstance(part, ast.Dict):
            names = [key.value for key in part.keys if isinstance(key, ast.Constant)]
            yield from (_OF_TRANSACTION[name] for name in names if name in _OF_TRANSACTION)
        elif isinstance(part, ast.Attribute) and part.attr in _OF_TABLE:
            base = part.value
            of = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
            yield from [_OF_TABLE[part.attr]] if of in ("table", "idempotency") else []
