"""The trace of a choice: which rules were looked at, and the chance of each arm. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from bandits.audiences import verdict_of
from bandits.errors import NotOpen
from bandits.policies import parse_allocation
from bandits.policies.kinds import UnitPolicy
from bandits.policies.targeting import Step
from bandits.reads import open_arms
from bandits.services.states import in_force
from bandits.web.deciding import find, is_learning
from experiments.blueprint import Blueprint
from experiments.published import blueprint_of
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Explained:
    """steps: rules in their order. chances: of each arm for whoever is inside. arm: where it follows from the key."""

    steps: tuple[Step, ...]
    chances: Mapping[str, float]
    arm: str = ""

    @property
    def is_inside(self) -> bool:
        """Whether every rule holds."""
        return all(step.holds for step in self.steps)

    def as_text(self) -> str:
        """A line for each."""
        lines = [f"{'+' if step.holds else '-'} {step.sentence}" for step in self.steps] or ["+ everybody is let in"]
        lines += [f"  {name}: {chance:.1%}" for name, chance in self.chances.items()] if self.is_inside else []
        return "\n".join([*lines, *([f"= {self.arm}"] if self.arm and self.is_inside else [])])

    def as_json(self) -> JsonObject:
        """For scripts."""
        steps: Json = [{"holds": step.holds, "sentence": step.sentence} for step in self.steps]
        return {"inside": self.is_inside, "steps": steps, "chances": dict(self.chances), "arm": self.arm}


def explain(slug: str, key: str, context: JsonObject) -> Explained:
    """For a newcomer. NotOpen without a version, BadValue for a context that does not fit the policy."""
    experiment = find(slug)
    if not experiment.is_open or experiment.version_id is None:
        raise NotOpen.because_of(experiment)
    steps = verdict_of(experiment, key, context).steps
    if is_learning(experiment):
        held = in_force(experiment, now=timezone.now())
        return Explained(steps, held.chances(held.features(context)).chances)
    return _fixed(blueprint_of(experiment.version_id), key, context, steps)


def _fixed(blueprint: Blueprint, key: str, context: JsonObject, steps: tuple[Step, ...]) -> Explained:
    arms, policy = open_arms(blueprint, {}), parse_allocation(blueprint.allocation)
    total = sum(float(arm.weight) for arm in arms)
    shares = {arm.name: float(arm.weight) / total for arm in arms}
    if not isinstance(policy, UnitPolicy) or policy.name != "hash":
        return Explained(steps, shares)
    attributes = {name: str(value) for name, value in context.items()}
    choice = policy.choose(arms, unit=key, attributes=attributes, counts={}, seed=blueprint.seed)
    inside = Step(choice.arm is not None, f"the hash finds an arm: {'yes' if choice.arm else 'no'}")
    return Explained((*steps, inside), choice.propensities, choice.arm or "")
