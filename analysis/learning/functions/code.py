"""What a function's result depends on in code: changed code is run again, a changed comment is not.

Of the function's own module: the function, all that it reaches by name, and every statement outside of functions and
classes. Of other modules of one's own: everything. Of installed packages: the version. Not seen: what is imported
inside functions, called by a name made up while it runs, or read from files.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from sysconfig import get_paths
from types import ModuleType
from typing import TYPE_CHECKING

from experiments.types import Json

if TYPE_CHECKING:
    from analysis.learning.functions.finding import Target

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@cache
def code_of(target: Target) -> dict[str, Json]:
    """{"source": hash, "modules": {module: hash}, "packages": {name: version}} of all that it reaches.

    As the code was when this process first asked: what is edited later is not what runs here.
    """
    module = sys.modules[target.__module__]
    modules, packages = dict[str, Json](), dict[str, Json]()
    tree = _tree(module)
    kept = ast.Module(body=list(_reached(tree, target.__qualname__.partition(".")[0])), type_ignores=[])
    _follow(_imports(kept, module), modules, packages, seen={module.__name__})
    return {"source": _hash(kept), "modules": dict(sorted(modules.items())), "packages": dict(sorted(packages.items()))}


def _tree(module: ModuleType) -> ast.Module:
    source = getattr(module, "__file__", None)
    if not source or not source.endswith(".py"):
        return ast.Module(body=[], type_ignores=[])
    return ast.parse(Path(source).read_bytes())


def _reached(tree: ast.Module, name: str) -> Iterator[ast.stmt]:
    """Statements of the module that the definition of that name can reach, in their order."""
    definitions = {node.name: node for node in tree.body if isinstance(node, Definition)}
    loose = [node for node in tree.body if not isinstance(node, Definition) and not _is_main_guard(node)]
    waiting, wanted = [name, *(used for node in loose for used in _names(node))], set[str]()
    while waiting:
        each = waiting.pop()
        if each in definitions and each not in wanted:
            wanted.add(each)
            waiting.extend(_names(definitions[each]))
    yield from loose
    yield from (node for found, node in definitions.items() if found in wanted)


def _names(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.dump(node.test)


def _hash(tree: ast.Module) -> str:
    """Of what the code says: comments, blank lines and docstrings are left out."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, Definition | ast.Module) and body and _is_docstring(body[0]):
            node.body = body[1:] or [ast.Pass()]
    return sha256(ast.dump(tree, annotate_fields=False).encode()).hexdigest()


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _imports(tree: ast.AST, module: ModuleType) -> Iterator[str]:
    """Full names of the modules that the code imports, as far as they are loaded."""
    package = module.__package__ or ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            name = ".".join([*above, *([node.module] if node.module else [])])
            yield name
            yield from (f"{name}.{alias.name}" for alias in node.names)


def _follow(names: Iterator[str], modules: dict[str, Json], packages: dict[str, Json], *, seen: set[str]) -> None:
    for name in names:
        module = sys.modules.get(name)
        if module is None or name in seen:
            continue
        seen.add(name)
        if _is_own(module):
            tree = _tree(module)
            following = list(_imports(tree, module))
            modules[name] = _hash(tree)
            _follow(iter(following), modules, packages, seen=seen)
        elif (found := _version(name.partition(".")[0])) is not None:
            packages[found[0]] = found[1]


def _is_own(module: ModuleType) -> bool:
    """Neither Python's nor installed."""
    file = getattr(module, "__file__", None)
    if not file or "site-packages" in file or "dist-packages" in file:
        return False
    paths = get_paths()
    return not file.startswith((paths["stdlib"], paths["platstdlib"]))


@cache
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()


@cache
def _version(package: str) -> tuple[str, str] | None:
    """(name, version) of the distribution that brings a package; None for Python's own."""
    if package in sys.stdlib_module_names:
        return None
    for name in _distributions().get(package, []):
        try:
            return name, version(name)
        except PackageNotFoundError:
            continue
    return None
