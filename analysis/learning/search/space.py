"""From a document to the space of its settings: what stands open in it, and everything that is wrong with that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.learning.components.errors import Finding
from analysis.learning.search.matching import ABSENT, Absent, Matcher, short_name
from analysis.learning.search.nodes import Literal, Node, Open
from analysis.learning.search.sweeps import Sweep, SweepError, is_sweep, read_sweep
from experiments.chance import Stream
from experiments.problems import Path
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Every setting that a document describes. opens: the places left open, in their order; faults: what is wrong."""

    root: Node
    opens: tuple[Open, ...] = ()
    faults: tuple[Finding, ...] = ()


def read_space(document: Json, *, seed: int = 0, lists_in: Sequence[Path] = ()) -> Space:
    """The space of a document, or of a part of one. Nothing is raised: what is wrong is in its faults.

    seed: for values that are drawn beforehand (``{random: …, count: 5}``). lists_in: below these paths a list is a
    sweep over its entries, a list in a list is that list, and a list of mappings is all of their settings.
    """
    reading = _Reading(seed, lists_in)
    root = reading.node(document, (), "")
    reading.check_groups()
    return Space(root, tuple(reading.opens), tuple(reading.faults))


@dataclass
class _Reading:
    seed: int
    lists_in: Sequence[Path]
    opens: list[Open] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    groups: dict[str, list[Open]] = field(default_factory=dict)

    def node(self, value: Json, path: Path, prefix: str) -> Node:
        """prefix: the key of the option that we are inside of."""
        if isinstance(value, Mapping):
            return self._mapping(value, path, prefix)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return self._list(value, path, prefix)
        return value

    def check_groups(self) -> None:
        for group, members in self.groups.items():
            for other in members[1:]:
                if len(other.options) != len(members[0].options):
                    counts = f"{len(members[0].options)} at {members[0].name}, {len(other.options)} at {other.name}"
                    sentence = f"What is zipped as {group} must have as many values everywhere: {counts}."
                    self.faults.append((other.path, sentence, "Add or remove values."))

    def _lists_are_sweeps(self, path: Path) -> bool:
        return any(path[: len(start)] == start for start in self.lists_in)

    def _mapping(self, value: JsonObject, path: Path, prefix: str) -> Node:
        if value.keys() == {"constant"}:
            return Literal(value["constant"])
        if is_sweep(value):
            return self._sweep(value, path, prefix)
        return {key: self.node(inner, (*path, key), prefix) for key, inner in value.items()}

    def _list(self, value: Sequence[Json], path: Path, prefix: str) -> Node:
        if not self._lists_are_sweeps(path):
            return [self.node(inner, (*path, index), prefix) for index, inner in enumerate(value)]
        if len(value) == 1 and isinstance(value[0], list):
            return Literal(value[0])
        if not value:
            self.faults.append((path, "A sweep over no values leaves no setting.", "Write [[]] for an empty list."))
        return self._open(Sweep(tuple(value)), path, prefix, {})

    def _sweep(self, node: JsonObject, path: Path, prefix: str) -> Node:
        try:
            return self._open(read_sweep(node), path, prefix, node)
        except SweepError as error:
            self.faults.append(((*path, *error.path), error.message, error.hint))
            return None

    def _open(self, sweep: Sweep, path: Path, prefix: str, node: JsonObject) -> Open:
        key = f"zip {sweep.group}" if sweep.group else prefix + ".".join(map(str, path))
        place = len(self.opens)
        self.opens.append(Open(key, short_name(path), path))  # keeps the order; filled in below
        inside = [(*path, *sweep.inside, index) for index in range(len(sweep.values))]
        options = [
            self._option(value, path, f"{key}[{index}] ", inside[index]) for index, value in enumerate(sweep.values)
        ]
        made = Open(
            key,
            short_name(path),
            path,
            tuple(options) or self._drawn(sweep, key),
            None if sweep.drawn else sweep.distribution,
            self._when(node, path),
            self._otherwise(node, path, prefix),
        )
        self.opens[place] = made
        if sweep.group:
            self.groups.setdefault(sweep.group, []).append(made)
        return made

    def _option(self, value: Json, path: Path, prefix: str, place: Path) -> Node:
        """An option's own open places are named as if it stood there already; what is wrong is told where it is."""
        before = len(self.faults)
        if self._lists_are_sweeps(path) and isinstance(value, list):
            return Literal(value)
        node = self.node(value, path, prefix)
        self.faults[before:] = [((*place, *where[len(path) :]), *rest) for where, *rest in self.faults[before:]]  # type: ignore[misc]  # a tuple's rest
        return node

    def _drawn(self, sweep: Sweep, key: str) -> tuple[Node, ...]:
        if not sweep.distribution:
            return ()
        draw = Stream(self.seed, "drawn", key)
        return tuple(sweep.distribution.at(draw.uniform()) for _ in range(sweep.drawn))

    def _when(self, node: JsonObject, path: Path) -> tuple[Matcher, ...]:
        when = node.get("when", {})
        if not isinstance(when, Mapping) or ("when" in node and not when):
            sentence = "when is a mapping of places to values."
            self.faults.append(((*path, "when"), sentence, "Write when: {trainer.momentum: 0}."))
            return ()
        return tuple(Matcher(place, what) for place, what in when.items())

    def _otherwise(self, node: JsonObject, path: Path, prefix: str) -> Node | Absent:
        if "otherwise" in node and "when" not in node:
            self.faults.append(((*path, "otherwise"), "otherwise needs a when.", "Say when, or remove it."))
        return self.node(node["otherwise"], path, f"{prefix}else ") if "otherwise" in node else ABSENT
