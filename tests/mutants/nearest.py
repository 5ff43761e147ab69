"""Which tests are nearest to a module: its mirror, else those that import it, else those of what imports it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOTS = ("layers/quire/python/quire", "functions")
"""The product; `testing` among it is not: the tests' own world."""
_NOT_PRODUCT = "layers/quire/python/quire/testing"
_APART = ("browser", "clients", "hostile", "mutants", "stack")
"""Folders of tests that have targets of their own, or start a stack."""
_MIRRORED = {"layers/quire/python/quire/": "tests/", "functions/": "tests/functions/"}


@dataclass(frozen=True, slots=True)
class Tree:
    """Paths from the tree's top to the modules that each module or test file imports (`quire.domain.weburl`)."""

    product: Mapping[str, frozenset[str]]
    tests: Mapping[str, frozenset[str]]


def tree_of(top: Path) -> Tree:
    product = {
        path: imports
        for root in ROOTS
        for path, imports in _imports(top, top / root)
        if not path.startswith(_NOT_PRODUCT)
    }
    tests = {
        path: imports
        for path, imports in _imports(top, top / "tests")
        if PurePosixPath(path).parts[1] not in _APART and PurePosixPath(path).name.startswith("test_")
    }
    return Tree(product, tests)


def nearest(tree: Tree, path: str) -> list[str]:
    """The test files nearest to a module of the product, sorted; none where nothing tests what leads to it."""
    seen, step = {path}, [path]
    while step:
        tests = sorted({test for each in step for test in _own(tree, each)})
        if tests:
            return tests
        names = {module_of(each) for each in step}
        step = [each for each, imports in tree.product.items() if imports & names and each not in seen]
        seen.update(step)
    return []


def module_of(path: str) -> str:
    """`layers/quire/python/quire/domain/weburl.py` is `quire.domain.weburl`."""
    name = path.removeprefix("layers/quire/python/").removesuffix(".py").removesuffix("/__init__")
    return name.replace("/", ".")


def _own(tree: Tree, path: str) -> list[str]:
    mirrors = [test for test in tree.tests if _mirrors(test, path)]
    return mirrors or [test for test, imports in tree.tests.items() if module_of(path) in imports]


def _mirrors(test: str, path: str) -> bool:
    contract = PurePosixPath(path).parts[1].removeprefix("api_")
    if path.startswith("functions/api_") and test.startswith(f"tests/contracts/test_{contract}"):
        return True
    for root, folder in _MIRRORED.items():
        if path.startswith(root):
            inner = PurePosixPath(folder + path.removeprefix(root))
            return test == str(inner.with_name(f"test_{inner.name}"))
    return False


def _imports(top: Path, folder: Path) -> Iterator[tuple[str, frozenset[str]]]:
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(top).as_posix(), frozenset(_imported(path.read_bytes()))


def _imported(source: bytes) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
