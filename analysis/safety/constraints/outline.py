"""A constraint as it is shown: its tree with the sides that are needed, what they may spend, and what is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from analysis.safety.budgets import Ranges, Sides, sides_wanted
from analysis.safety.constraints.tree import enclosures
from analysis.safety.intervals import Ends
from analysis.safety.terms import Budget, Constant, Constraint, Leaf, Mode, Node, Operation, Quantity, Share

NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "add": ("+", "sum"),
    "sub": ("-", "difference"),
    "mult": ("*", "product"),
    "div": ("/", "quotient"),
    "pow": ("**", "power"),
    "min": ("min", "minimum"),
    "max": ("max", "maximum"),
    "abs": ("abs", "absolute value"),
    "exp": ("exp", "exponential"),
    "log": ("log", "logarithm"),
}
"""Of each operator: as it is written, and in words."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the text. ranges: of each quantity's mean; intervals: what the data say of it."""

    budget: Budget = field(default_factory=dict)
    ranges: Ranges = field(default_factory=dict)
    intervals: Mapping[Quantity, Ends] = field(default_factory=dict)
    mode: Mode = Mode.DEFAULT


@dataclass(frozen=True, slots=True)
class Branch:
    """A node with everything below it. index: counted from 0, a parent before its children.

    wanted: the sides that the bound of g may depend on. again: the quantity stands further left already, where it is
    bounded once for both. interval: None where nothing is known.
    """

    index: int
    node: Node
    wanted: Sides
    share: Share | None = None
    again: bool = False
    interval: Ends | None = None
    children: tuple[Branch, ...] = ()

    @property
    def kind(self) -> str:
        if isinstance(self.node, Operation):
            return "operation"
        return "quantity" if isinstance(self.node, Leaf) else "number"

    @property
    def title(self) -> str:
        """As the text writes it."""
        if isinstance(self.node, Operation):
            return NAMES[self.node.operator][0]
        return str(self.node.quantity) if isinstance(self.node, Leaf) else f"{self.node.value:g}"

    @property
    def sides(self) -> list[str]:
        """Names of the needed sides; a number needs none."""
        wanted = () if isinstance(self.node, Constant) else (("lower", self.wanted.lower), ("upper", self.wanted.upper))
        return [name for name, needed in wanted if needed]

    @property
    def spent(self) -> dict[str, float]:
        """What each side of the quantity may be wrong with."""
        shares = {} if self.share is None else {"lower": self.share.delta_lower, "upper": self.share.delta_upper}
        return {side: delta for side, delta in shares.items() if delta is not None}

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Branch]]:
        """(depth, branch) of all, a parent before its children."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


def outline(constraint: Constraint, known: Known | None = None) -> Branch:
    """The whole tree."""
    known = known or Known()
    wanted = sides_wanted(constraint.root, ranges=known.ranges, mode=known.mode)
    enclosed = enclosures(constraint.root, known.intervals) if known.intervals else {}
    return _Grower(known, [sides for _, sides in wanted], enclosed).grown(constraint.root)


class _Grower:
    """Counts nodes and remembers quantities while it goes through the tree once."""

    def __init__(self, known: Known, wanted: list[Sides], enclosed: Mapping[int, Ends]) -> None:
        self.known, self.wanted, self.enclosed = known, wanted, enclosed
        self.count = 0
        self.met: set[Quantity] = set()

    def grown(self, node: Node) -> Branch:
        index, self.count = self.count, self.count + 1
        quantity = node.quantity if isinstance(node, Leaf) else None
        again = quantity in self.met
        if quantity is not None:
            self.met.add(quantity)
        children = tuple(self.grown(operand) for operand in node.operands) if isinstance(node, Operation) else ()
        return Branch(
            index=index,
            node=node,
            wanted=self.wanted[index],
            share=self.known.budget.get(quantity) if quantity is not None else None,
            again=again,
            interval=None if isinstance(node, Constant) else self.enclosed.get(id(node)),
            children=children,
        )
