"""What a component's product depends on besides its config: code, versions, and data outside."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import packages_distributions, version
from importlib.util import find_spec
from pathlib import Path

from analysis.learning.components.nodes import Node
from experiments.types import Json

# They say how components are declared, checked and wired, and never change what one computes.
LEFT_OUT = ("analysis.learning.components", "analysis.learning.search", "experiments")


def identity_of(node: Node) -> dict[str, Json]:
    """{"code": hash, "packages": {name: version}, "data": …}: with other code or data it is another run.

    It is the same in every process, whatever is imported there already: modules are read as files, never imported.
    """
    found = code_of(node.made.factory.__module__, node.made.packages)
    outer = {"data": node.made.identity(node.config)} if node.made.identity else {}
    return {**found, **outer}


def code_of(module: str, packages: tuple[str, ...] = ()) -> dict[str, Json]:
    """Of that module and every module of one's own that it leads to, as text; of installed packages, the versions."""
    own, other = _reached(module)
    text = "".join(f"{name} {_read(name)[0]}\n" for name in sorted(own))
    named = sorted({*other, *packages})
    versions: dict[str, Json] = {name: found for name in named if (found := _version(name))}
    return {"code": sha256(text.encode()).hexdigest(), "packages": versions}


@cache
def _reached(module: str) -> tuple[frozenset[str], frozenset[str]]:
    """(modules of one's own, top names of installed packages)."""
    own: set[str] = set()
    other: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in own or name.startswith(LEFT_OUT):
            continue
        if _file(name):
            own.add(name)
            waiting += _read(name)[1]
        elif name.partition(".")[0] not in sys.stdlib_module_names:
            other.add(name.partition(".")[0])
    return frozenset(own), frozenset(other)


@cache
def _read(module: str) -> tuple[str, tuple[str, ...]]:
    """(hash of what the module says, comments and docstrings left out; names of the modules that it imports)."""
    path = _file(module)
    tree = ast.parse(path.read_bytes() if path else b"")
    package = module if path and path.name == "__init__.py" else module.rpartition(".")[0]
    imported = tuple(_imports(tree, package))
    for node in ast.walk(tree):
        _drop_docstring(node)
    return sha256(ast.dump(tree).encode()).hexdigest(), imported


def _drop_docstring(node: ast.AST) -> None:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or not node.body:
        return
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        node.body = node.body[1:] or [ast.Pass()]


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            name = ".".join([*above, *([node.module] if node.module else [])])
            yield name
            yield from (f"{name}.{alias.name}" for alias in node.names if _file(f"{name}.{alias.name}"))


@cache
def _file(module: str) -> Path | None:
    """Of a module of one's own, its file; None for Python's own, installed ones, and names that are no module."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
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
