"""Walks over the tree of a constraint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.safety.intervals import EVERYTHING, Ends, apply
from analysis.safety.terms import Leaf, Node, Operation, Quantity


def preorder(root: Node) -> Iterator[Node]:
    """Every node, a parent before its children, children from left to right."""
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Operation):
            waiting.extend(reversed(node.operands))


def quantities_of(root: Node) -> tuple[Quantity, ...]:
    """Each once, in the order of their first occurrence."""
    return tuple(dict.fromkeys(node.quantity for node in preorder(root) if isinstance(node, Leaf)))


def count_nodes(root: Node) -> int:
    """Operations, constants and leaves; what occurs twice counts twice."""
    return sum(1 for _ in preorder(root))


def count_leaves(root: Node) -> int:
    """Occurrences of quantities: one that occurs twice counts twice."""
    return sum(isinstance(node, Leaf) for node in preorder(root))


def is_constant(root: Node) -> bool:
    """Whether no data can change it."""
    return not any(isinstance(node, Leaf) for node in preorder(root))


def enclosures(root: Node, ranges: Mapping[Quantity, Ends]) -> dict[int, Ends]:
    """Where every node can be at all, by `id`, if each quantity is in its range; a quantity without one: anywhere."""
    found: dict[int, Ends] = {}
    for node in reversed(list(preorder(root))):
        if isinstance(node, Operation):
            found[id(node)] = apply(node.operator, [found[id(operand)] for operand in node.operands])
        elif isinstance(node, Leaf):
            found[id(node)] = ranges.get(node.quantity, EVERYTHING)
        else:
            found[id(node)] = (node.value, node.value)
    return found
