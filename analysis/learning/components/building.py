"""From a graph to the things themselves, each made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from analysis.learning.components.containers import read_config
from analysis.learning.components.graph import Graph
from analysis.learning.components.nodes import Node
from analysis.learning.components.registry import absent_packages
from analysis.learning.components.templates import INJECT, is_injected
from analysis.learning.components.wires import Wire
from experiments.types import Json


@dataclass
class Assembly:
    """The products of one run. injected: what the run gives, but for the seed; seed_of: by the component's name."""

    graph: Graph
    injected: Mapping[str, object]
    seed_of: Callable[[str], int]
    products: dict[str, object] = field(default_factory=dict)

    def product(self, name: str) -> object:
        """What that component gives, made on the first call with all that it requires.

        Whatever its factory raises, with a note that says which component it was.
        """
        if name not in self.products:
            try:
                self.products[name] = self._made(self.graph.nodes[name])
            except Exception as error:
                if not getattr(error, "__notes__", ()):
                    error.add_note(f"while components.{name} was built")
                raise
        return self.products[name]

    def root(self) -> object:
        """The trainer's product."""
        return self.product(self.graph.root)

    def _made(self, node: Node) -> object:
        for package in absent_packages(node.made):
            extra = f"requirements-{package}.txt"
            raise ImportError(f"{node.made.type} needs {package}, which this worker lacks: pip install -r {extra}")
        given = self._given(node.name)
        config = {key: _injected(value, given) for key, value in node.config.items()}
        values = read_config(node.made.parameters, cast("Mapping[str, Json]", config))
        return node.made.factory(
            **{name: self._required(node, name) for name in node.made.requires},
            **values,
            **{name: given[name] for name in node.made.injects},
        )

    def _given(self, name: str) -> dict[str, object]:
        return {**self.injected, "seed": self.seed_of(name)}

    def _required(self, node: Node, name: str) -> object:
        wires = [wire for wire in node.wires if wire.name == name]
        if node.made.requires[name].many:
            return {wire.key: self._picked(wire) for wire in wires}
        return self._picked(wires[0]) if wires else None

    def _picked(self, wire: Wire) -> object:
        product = self.product(wire.component)
        if wire.subscription is None:
            return product
        if not isinstance(product, Mapping):
            raise ValueError(f"“{wire.component}” gives no mapping, so nothing can be picked from it.")
        keys = [wire.subscription] if isinstance(wire.subscription, str) else wire.subscription
        for key in keys:
            if key not in product:
                known = ", ".join(map(str, product)) or "nothing"
                raise ValueError(f"“{wire.component}” gives {known}; there is no “{key}” to subscribe to.")
        return product[wire.subscription] if isinstance(wire.subscription, str) else {key: product[key] for key in keys}


def _injected(value: object, given: Mapping[str, object]) -> object:
    """With what the run gives in every place of {inject: name}."""
    if isinstance(value, Mapping):
        if is_injected(value):
            return given[value[INJECT]]
        return {key: _injected(inner, given) for key, inner in value.items()}
    return [_injected(inner, given) for inner in value] if isinstance(value, list | tuple) else value
