"""What the page shows: code to copy, arms with what a view gets, the audience with a trace, the layer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from bandits.audiences import in_allocation, on_layer
from bandits.policies import PolicyError
from bandits.policies.audience import Audience
from bandits.policies.layers import SLOTS, Claim, Layer
from bandits.web.deciding import blueprint_now
from bandits.web.explaining import Explained, explain
from bandits.web.forcing import key_of, signed
from bandits.web.naming import keyword_for
from bandits.web.values import value_of, written
from experiments.blueprint import ArmSpec, Blueprint
from experiments.errors import Refusal, Unknown
from experiments.models import Experiment

FORCE: Final = "arms"  # the parameter, unless a project names it otherwise


@dataclass(frozen=True)
class ShownArm:
    """name, what a view gets, and the query string that shows it; "" for whoever may not try it out."""

    name: str
    value: str
    is_control: bool
    is_enabled: bool
    force: str


@dataclass(frozen=True)
class Part:
    """A part of a layer, in percent of its width. owner: "" where it is free."""

    owner: str
    start: int
    stop: int
    is_ours: bool

    @property
    def left(self) -> float:
        """Where it begins."""
        return 100 * self.start / SLOTS

    @property
    def width(self) -> float:
        """How wide it is."""
        return 100 * (self.stop - self.start) / SLOTS


@dataclass(frozen=True)
class Asked:
    """The visitor whom somebody asks about. problem: what cannot be read or answered."""

    key: str
    context: str
    explained: Explained | None = None
    problem: str = ""


def arms_of(experiment: Experiment, *, may_try: bool) -> list[ShownArm]:
    """In the order of the definition."""
    arms = blueprint_now(experiment).arms.values()
    return [_shown(experiment, arm, may_try=may_try) for arm in arms]


def _shown(experiment: Experiment, arm: ArmSpec, *, may_try: bool) -> ShownArm:
    try:
        value = written(value_of(arm))
    except Unknown:  # the functions are the other project's
        value = f"function {arm.payload['call']}"
    force = f"?{urlencode({FORCE: _signed(experiment, arm.name)})}" if may_try else ""
    return ShownArm(arm.name, value, arm.is_control, arm.is_enabled, force)


def _signed(experiment: Experiment, arm: str) -> str:
    return signed({experiment.slug: arm}, key=key_of(experiment))


def code_of(experiment: Experiment) -> Mapping[str, str]:
    """Pieces to copy, by what they are for."""
    slug, name = experiment.slug, keyword_for(experiment.slug)
    return {
        "A view": f'from bandits.web import choose_arm\n\n@choose_arm("{slug}")\ndef page(request, {name}):\n    ...',
        "A template": f'{{% load bandits %}}\n\n{{% arm "{slug}" %}}',
        "A reward": f'from bandits.web import reward\n\n@reward("{slug}", 1)\ndef buy(request):\n    ...',
    }


def audience_in(blueprint: Blueprint) -> Audience | None:
    """As the definition says it now; None where everybody may enter, or it cannot be read."""
    try:
        return in_allocation(blueprint.allocation)
    except PolicyError:
        return None


def layer_of(experiment: Experiment, audience: Audience | None) -> list[Part]:
    """Who owns which part of the experiment's layer, and what is free; nothing where it is in none."""
    if audience is None or not audience.layer:
        return []
    ours = [Claim(experiment.slug, *part) for part in audience.slots]
    claims = [*ours, *on_layer(audience.layer, leaving_out=experiment)]
    try:
        free = Layer(audience.layer, tuple(claims)).free()
    except PolicyError:  # a draft may still want what another one owns
        free = ()
    owned = [Part(claim.experiment, claim.start, claim.stop, claim.experiment == experiment.slug) for claim in claims]
    spare = [Part("", start, stop, is_ours=False) for start, stop in free]
    return sorted([*owned, *spare], key=lambda part: (part.start, part.is_ours))


def ask(experiment: Experiment, key: str, context: str) -> Asked:
    """Who is let in, and with which chances; a sentence where that cannot be said."""
    try:
        known = json.loads(context or "{}")
    except (ValueError, RecursionError) as error:
        return Asked(key, context, problem=f"What is known is no JSON: {error}.")
    if not isinstance(known, dict):
        return Asked(key, context, problem='What is known is an object, as {"country": "DE"}.')
    try:
        return Asked(key, context, explained=explain(experiment.slug, key, known))
    except Refusal as refusal:
        return Asked(key, context, problem=f"{refusal.message} {refusal.hint}".strip())
