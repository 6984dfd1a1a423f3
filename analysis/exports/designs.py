"""What the versions of an experiment declare, all of them together: the ground on which columns stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.exports.columns import Column, kind_for
from experiments.blueprint import Blueprint, ComponentSpec, FactorSpec, MeasureSpec, StepSpec
from experiments.models import Experiment, Version
from experiments.published import blueprint_of
from experiments.types import Json


@dataclass(frozen=True, slots=True)
class Design:
    """The blueprints of every version, oldest first; so columns only ever grow, at the places the versions say."""

    blueprints: tuple[Blueprint, ...]

    def factors(self, scope: str) -> dict[str, tuple[Json, ...]]:
        """{name: levels} of the factors of that scope in any version."""
        found: dict[str, dict[str, Json]] = {}
        for factor in self._factors():
            if factor.scope == scope:
                found.setdefault(factor.name, {}).update({repr(level): level for level in factor.levels})
        return {name: tuple(levels.values()) for name, levels in found.items()}

    def measures(self) -> dict[str, MeasureSpec]:
        """The measures by name, as the newest version that has them declares them."""
        return {name: spec for blueprint in self.blueprints for name, spec in blueprint.measures.items()}

    def steps(self) -> Iterator[tuple[Blueprint, StepSpec]]:
        """Every step of every version."""
        return ((blueprint, step) for blueprint in self.blueprints for step in blueprint.steps)

    def components(self) -> Iterator[tuple[Blueprint, StepSpec, ComponentSpec]]:
        """Every component of every version."""
        return ((blueprint, step, part) for blueprint, step in self.steps() for part in step.components)

    def _factors(self) -> Iterator[FactorSpec]:
        return (factor for blueprint in self.blueprints for factor in blueprint.factors)


def design_of(experiment: Experiment) -> Design:
    """The design behind an experiment's data. One query; each process parses a version once."""
    numbers = Version.objects.filter(experiment=experiment).order_by("number").values_list("pk", flat=True)
    return Design(tuple(blueprint_of(pk) for pk in numbers))


def factor_columns(design: Design, scope: str) -> tuple[Column, ...]:
    """A column `factor.<name>` for each factor of that scope."""
    said = "Level of the between-factor" if scope == "between" else "Level of the within-factor here"
    return tuple(
        Column(f"factor.{name}", kind_for(levels), f"{said} “{name}”.", options=levels)
        for name, levels in design.factors(scope).items()
    )
