"""What a function's result depends on in code: changed code is run again, a changed comment is not.

Of the function's own module: the function, all that it reaches by name, and every statement outside of functions and
classes. Of other modules of one's own: everything. Of installed packages: the version. Not seen: what is called or
imported by a name made up while it runs, or read from files.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from analysis.learning.source import LEFT_OUT, hash_of, imports_of, reached_from, said_by, versions_of
from experiments.types import Json

if TYPE_CHECKING:
    from analysis.learning.functions.finding import Target

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
CALLER = "analysis.learning.functions"  # it calls functions and keeps what they say; what they compute is theirs


@cache
def code_of(target: Target) -> dict[str, Json]:
    """{"source": hash, "modules": {module: hash}, "packages": {name: version}} of all that it reaches."""
    module = sys.modules[target.__module__]
    kept = ast.Module(body=list(_reached(_tree(module), target.__qualname__.partition(".")[0])), type_ignores=[])
    own, other = reached_from(imports_of(kept, module.__package__ or ""), left_out=(*LEFT_OUT, CALLER))
    modules: dict[str, Json] = {name: said_by(name) for name in sorted(own - {module.__name__})}
    return {"source": hash_of(kept), "modules": modules, "packages": {**versions_of(other)}}


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
