"""What a component's product depends on besides its config: code, versions, and data outside."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from analysis.learning.components.nodes import Node
from analysis.learning.source import reached_from, said_by, versions_of
from experiments.types import Json


def identity_of(node: Node) -> dict[str, Json]:
    """{"code": hash, "packages": {name: version}, "data": …}: with other code or data it is another run.

    It is the same in every process, whatever is imported there already: modules are read as files, never imported.
    """
    found = code_of(node.made.factory.__module__, node.made.packages)
    outer = {"data": node.made.identity(node.config)} if node.made.identity else {}
    return {**found, **outer}


@cache
def code_of(module: str, packages: tuple[str, ...] = ()) -> dict[str, Json]:
    """Of that module and every module of one's own that it leads to, as text; of installed packages, the versions."""
    own, other = reached_from([module])
    text = "".join(f"{name} {said_by(name)}\n" for name in sorted(own))
    return {"code": sha256(text.encode()).hexdigest(), "packages": {**versions_of({*other, *packages})}}
