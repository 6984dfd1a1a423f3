"""What decides beside the policy in force: the old one while a ramp leads away from it, or nobody during a halt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from bandits.policies import PolicyError
from bandits.policies.adaptive import Propensities, State
from bandits.policies.adaptive.propensities import CLOSED_FORM, MONTE_CARLO, QUADRATURE
from experiments.types import Json, JsonObject

ROUGHEST = (MONTE_CARLO, QUADRATURE, CLOSED_FORM)


@dataclass(frozen=True)
class Beside:
    """The policy that a ramp leads away from, and what it knows: it learns on.

    share: the chance that the new one decides. switch: the number of the `Switch`.
    """

    version_id: int
    switch: int
    share: float
    state: State

    def to_json(self) -> JsonObject:
        """As `PolicyState.beside` holds it."""
        return {
            "version": self.version_id,
            "switch": self.switch,
            "share": self.share,
            "statistics": cast(JsonObject, self.state.to_json()),
        }

    @classmethod
    def parse(cls, stored: Json) -> Beside | None:
        """What `to_json` gave; None while nothing is there."""
        if not isinstance(stored, Mapping):
            return None
        state = State.parse(cast("Mapping[str, object]", stored["statistics"]))
        return cls(cast(int, stored["version"]), cast(int, stored["switch"]), cast(float, stored["share"]), state)


@dataclass(frozen=True)
class Halt:
    """Everybody gets one of these arms, evenly, and nothing is learnt from it."""

    arms: tuple[str, ...]

    def to_json(self) -> JsonObject:
        """As `PolicyState.halted_to` holds it."""
        return {"arms": list(self.arms)}

    @classmethod
    def parse(cls, stored: Json) -> Halt | None:
        """What `to_json` gave; None while nothing is there."""
        if not isinstance(stored, Mapping):
            return None
        return cls(tuple(str(name) for name in cast("list[str]", stored["arms"])))

    def chances(self, names: tuple[str, ...]) -> Propensities:
        """The table that arms are drawn from meanwhile."""
        part = 1 / len(self.arms)
        return Propensities({name: part if name in self.arms else 0.0 for name in dict.fromkeys([*names, *self.arms])})


def mixed(old: Propensities, new: Propensities, share: float) -> Propensities:
    """The chances of somebody whom the new policy decides for with chance ``share``, and the old one otherwise.

    >>> mixed(Propensities({"a": 1.0, "b": 0.0}), Propensities({"a": 0.5, "b": 0.5}), 0.5).chances
    {'a': 0.75, 'b': 0.25}
    >>> mixed(Propensities({"a": 1.0}), Propensities({"b": 1.0}), 1.5)
    Traceback (most recent call last):
    bandits.policies.errors.PolicyError: share must be from 0 to 1, not 1.5.
    """
    if not 0 <= share <= 1:
        raise PolicyError.wrong("share", "from 0 to 1", share)
    names = dict.fromkeys([*new.chances, *old.chances])
    chances = {name: (1 - share) * old.chances.get(name, 0.0) + share * new.chances.get(name, 0.0) for name in names}
    method = next((name for name in ROUGHEST if name in (old.method, new.method)), new.method)
    error = (1 - share) * old.error + share * new.error
    return replace(new, chances=chances, method=method, error=error, draws=max(old.draws, new.draws))
