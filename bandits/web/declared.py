"""Experiments written in code. They become rows by `manage.py sync_experiments`; then they are like any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bandits.web.values import callable_arm, payload_of
from experiments.blueprint import Blueprint
from experiments.definition import normalise
from experiments.types import Json, JsonObject

Arms = Mapping[str, "Json | Callable[..., object]"] | Sequence[str]

DECLARED: dict[str, Declared] = {}


@dataclass(frozen=True)
class Declared:
    """An experiment as the code says it. definition: as in a study file."""

    slug: str
    definition: JsonObject

    @cached_property
    def normalised(self) -> JsonObject:
        """With every default filled in."""
        return normalise(self.definition)

    @cached_property
    def blueprint(self) -> Blueprint:
        """As views read it, while there are no rows."""
        return Blueprint.parse(self.normalised)


def experiment(
    slug: str,
    *,
    arms: Arms,
    reward: str | JsonObject = "reward",
    title: str = "",
    control: str = "",
    **allocation: Json,
) -> Declared:
    """Declare an experiment, in a module `arms` of one of the project's apps.

    arms: {name: value}, the value any JSON or a function; or names alone. control: the arm of those who are in no
    experiment; the first if it is not said. reward: what is counted: a name (then yes or no), or a whole measure as
    in a study file. allocation: as in a study file; policy=… first of all. Who has not been rewarded when the window
    (a day, or reward_window_seconds=…) is over counts 0, unless default_reward says otherwise.
    """
    primary: JsonObject = {"name": reward, "kind": "boolean"} if isinstance(reward, str) else reward
    values = arms if isinstance(arms, Mapping) else dict.fromkeys(arms)
    control = control or next(iter(values), "")
    definition: JsonObject = {
        "slug": slug,
        "title": title or slug.replace("-", " ").capitalize(),
        "unit_kind": "visitor",
        "target": 1_000_000,
        "arms": [_arm(slug, name, value, is_control=name == control) for name, value in values.items()],
        "measures": [{"role": "primary", "direction": "up", **primary}],
        "allocation": {"policy": "thompson_bernoulli", **_missing(primary), **allocation},
    }
    DECLARED[slug] = Declared(slug, definition)
    return DECLARED[slug]


def _missing(primary: JsonObject) -> JsonObject:
    """Views reward what happens, so what did not happen has to be said by somebody, or nothing is learnt from it."""
    low = primary.get("low")
    starts_at_0 = primary["kind"] == "boolean" or (isinstance(low, int | float) and low <= 0)
    return {"default_reward": 0} if starts_at_0 else {}


def _arm(slug: str, name: str, value: Json | Callable[..., object], *, is_control: bool) -> JsonObject:
    if callable(value):
        callable_arm(f"{slug}.{name}")(value)
        return {"name": name, "levels": {}, "payload": {"call": f"{slug}.{name}"}, "is_control": is_control}
    payload = {} if value is None else payload_of(value)
    return {"name": name, "levels": {}, "payload": payload, "is_control": is_control}
