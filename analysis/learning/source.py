"""Modules as they stand in their files: what they say, what they import, which version installed ones have.

Nothing is imported, so that every process finds the same, whatever it has loaded already. A process reads each file
once: what is edited later is not what runs here.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import packages_distributions, version
from importlib.util import find_spec
from pathlib import Path

# They say how things are declared, checked and wired, and never change what one computes.
LEFT_OUT = ("analysis.learning.components", "analysis.learning.search", "experiments")


def said_by(module: str) -> str:
    """The hash of what a module of one's own says."""
    return _read(module)[0]


def hash_of(tree: ast.Module) -> str:
    """Of what the code says: comments, blank lines and docstrings are left out. It takes the docstrings out of it."""
    for node in ast.walk(tree):
        _drop_docstring(node)
    return sha256(ast.dump(tree).encode()).hexdigest()


def imports_of(tree: ast.AST, package: str) -> Iterator[str]:
    """Full names of the modules that the code imports, inside functions too. package: the one it stands in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            name = ".".join([*above, *([node.module] if node.module else [])])
            yield name
            yield from (f"{name}.{alias.name}" for alias in node.names if _file(f"{name}.{alias.name}"))


def reached_from(modules: Iterable[str], *, left_out: tuple[str, ...] = LEFT_OUT) -> tuple[set[str], set[str]]:
    """(modules of one's own, top names of the others but Python's) that these are and lead to.

    left_out: modules that are not gone into, with all below them.
    """
    own: set[str] = set()
    other: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name in own or any(name == each or name.startswith(f"{each}.") for each in left_out):
            continue
        if _file(name):
            own.add(name)
            waiting += _read(name)[1]
        elif name.partition(".")[0] not in sys.stdlib_module_names:
            other.add(name.partition(".")[0])
    return own, other


def versions_of(packages: Iterable[str]) -> dict[str, str]:
    """{package: version} of those that are installed, by name."""
    return {name: found for name in sorted(packages) if (found := _version(name))}


@cache
def _read(module: str) -> tuple[str, tuple[str, ...]]:
    """(hash of what it says, names of the modules that it imports)."""
    path = _file(module)
    tree = ast.parse(path.read_bytes() if path else b"")
    package = module if path and path.name == "__init__.py" else module.rpartition(".")[0]
    imported = tuple(imports_of(tree, package))
    return hash_of(tree), imported


def _drop_docstring(node: ast.AST) -> None:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or not node.body:
        return
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        node.body = node.body[1:] or [ast.Pass()]


@cache
def _file(module: str) -> Path | None:
    """Of a module of one's own, its file; None for Python's own, installed ones, and names that are no module."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top == "__main__":
        return None
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        return _own_file(spec.origin) if spec and top == module else None
    folder = Path(next(iter(spec.submodule_search_locations))).joinpath(*module.split(".")[1:])
    for path in (folder / "__init__.py", folder.with_suffix(".py")):
        if path.is_file():
            return _own_file(str(path))
    return None


def _own_file(origin: str | None) -> Path | None:
    if not origin or not origin.endswith(".py") or "site-packages" in origin or "dist-packages" in origin:
        return None
    return Path(origin)


@cache
def _version(package: str) -> str | None:
    distributions = _distributions().get(package)
    return version(distributions[0]) if distributions else None


@cache
def _distributions() -> dict[str, list[str]]:
    return {package: sorted(names) for package, names in packages_distributions().items()}
