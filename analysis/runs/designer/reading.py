"""What the designer's pages show of a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.learning.components import COMPONENTS, KINDS, Component, ComponentError, find, load_components
from analysis.learning.components.picture import Picture, draw
from analysis.learning.components.registry import absent_packages
from analysis.learning.components.showing import Nodes, tree
from analysis.learning.document import Checked, check_text
from analysis.runs.designer.fields import Field, fields_of
from analysis.runs.designer.wiring import Slot, slots_of
from analysis.runs.telling import summary
from experiments.types import JsonObject

SETTINGS_LOOKED_AT = 2_000  # settings that are counted while somebody types
EXAMPLES = Path(__file__).parents[3] / "examples" / "runs"
EMPTY = """\
procedure: pipeline
seed: 18
epochs: 3

components: {}

search: {kind: grid}
measure: {name: f1_macro, split: validation, direction: maximise}
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document that was looked at."""

    checked: Checked
    summary: str
    picture: Picture | None
    tree: str


def shown(text: str) -> Shown:
    """Everything that is said about a text."""
    checked = check_text(text, most=SETTINGS_LOOKED_AT)
    nodes = checked.sketch.nodes
    root = checked.root
    lines = [root, *tree(nodes, root)] if root and not checked.problems else []
    return Shown(checked, summary(checked, SETTINGS_LOOKED_AT), draw(nodes) if nodes else None, "\n".join(lines))


@dataclass(frozen=True, slots=True)
class Panel:
    """The form of one component. is_new: the document does not have it yet."""

    made: Component
    name: str
    is_new: bool
    fields: list[Field]
    slots: list[Slot]
    absent: list[str]


def panel_of(text: str, *, name: str, kind: str = "", type_name: str = "") -> Panel | None:
    """For a component of the document by its name, or a new one of that kind and type. None: there is neither."""
    nodes = check_text(text, most=SETTINGS_LOOKED_AT).sketch.nodes
    if not kind and name in nodes:
        node = nodes[name][0]
        made, config = node.made, node.config
    else:
        try:
            made, config = find(kind, type_name), {}
        except ComponentError:
            return None
    return panel_for(made, name or free_name(made, nodes), config, nodes)


def panel_for(
    made: Component,
    name: str,
    config: JsonObject,
    nodes: Nodes,
    errors: Mapping[str, str] | None = None,
) -> Panel:
    """With what stands in a config, and what is wrong with it by parameter."""
    fields, slots = fields_of(made, config, errors), slots_of(made, name, nodes)
    return Panel(made, name, name not in nodes, fields, slots, absent_packages(made))


def free_name(made: Component, nodes: Mapping[str, object]) -> str:
    """Its kind, with a number where that is taken."""
    numbered = (made.kind if number == 1 else f"{made.kind}{number}" for number in range(1, len(nodes) + 2))
    return next(name for name in numbered if name not in nodes)


def offered() -> list[tuple[str, str, list[Component]]]:
    """(kind, its meaning, its types) of everything that can be added."""
    load_components()
    groups = [
        (kind.name, kind.meaning, [made for (name, _), made in COMPONENTS.items() if name == kind.name])
        for kind in KINDS.values()
    ]
    return [(name, meaning, sorted(found, key=lambda made: made.type)) for name, meaning, found in groups if found]


def examples() -> dict[str, Path]:
    """Documents that come with the house, by name."""
    return {path.stem: path for path in sorted(EXAMPLES.glob("*.yaml"))}
