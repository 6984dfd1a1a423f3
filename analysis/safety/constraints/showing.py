"""The tree of a constraint in words: lines for a terminal, plain JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.safety.constraints.outline import NAMES, Branch
from analysis.safety.terms import Constant, Leaf, Operation
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject


def tree_lines(branch: Branch) -> list[str]:
    """One line a node: what it is, which sides are needed of it, what they may spend, what is known."""
    drawn = list(_drawn(branch, "", ""))
    width = max(len(left) for left, _ in drawn)
    return [f"{left:<{width}}  {right}".rstrip() for left, right in drawn]


def _drawn(branch: Branch, first: str, rest: str) -> Iterator[tuple[str, str]]:
    yield f"{first}{named(branch)}", said(branch)
    for child in branch.children:
        is_last = child is branch.children[-1]
        yield from _drawn(child, f"{rest}{'└─ ' if is_last else '├─ '}", f"{rest}{'   ' if is_last else '│  '}")


def named(branch: Branch) -> str:
    """An operation in words, everything else as it is written."""
    return NAMES[branch.node.operator][1] if isinstance(branch.node, Operation) else branch.title


def said(branch: Branch) -> str:
    """Of the sides, and of the interval."""
    parts = [f"{side} at delta {delta:.6g}" for side, delta in branch.spent.items()]
    parts = ["bounded above in this tree"] if branch.again else parts or [" and ".join(branch.sides)]
    if branch.interval is not None:
        parts.append(between(branch.interval))
    return ", ".join(part for part in parts if part)


def between(ends: tuple[float, float]) -> str:
    """An interval, in few digits."""
    return f"{ends[0]:.4g} to {ends[1]:.4g}"


def as_json(branch: Branch) -> JsonObject:
    """With everything below it. Ends that are infinite are texts."""
    found: dict[str, Json] = {"index": branch.index, "kind": branch.kind, "needs": list(branch.sides)}
    if branch.interval is not None:
        found["interval"] = [finite_or_text(end) for end in branch.interval]
    return {**found, **_own(branch)}


def _own(branch: Branch) -> JsonObject:
    """What each kind has to itself."""
    node = branch.node
    if isinstance(node, Constant):
        return {"value": node.value}
    if isinstance(node, Leaf):
        quantity = node.quantity
        return {
            "quantity": str(quantity),
            "measure": quantity.measure,
            "indices": list(quantity.indices),
            "where": list(quantity.where),
            "deltas": dict(branch.spent),
            "again": branch.again,
        }
    children = [as_json(child) for child in branch.children]
    return {"operator": node.operator, "name": NAMES[node.operator][1], "children": list(children)}
