"""What policies take and give: arms with weights, places in a list, choices with their probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import isfinite

from bandits.policies.errors import PolicyError

ArmName = str
Weight = int | float | Decimal | Fraction


@dataclass(frozen=True)
class ArmWeight:
    """An arm that may be handed out, and how often compared with the others."""

    name: ArmName
    weight: Weight = 1


@dataclass(frozen=True)
class ListedArm:
    """One place of a randomisation list.

    propensity: the chance, before the list was drawn, that this place holds this arm: the arm's share of the weights.
    conditional: the same chance for somebody who has read the block's places before this one and knows its size.
    """

    arm: ArmName
    propensity: float
    conditional: float


@dataclass(frozen=True)
class Counts:
    """How many units an arm holds already: in total, and by the level of their attributes."""

    total: int = 0
    levels: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, attribute: str, level: str) -> int:
        """How many of the arm's units have this level of the attribute."""
        return self.levels.get(attribute, {}).get(level, 0)


@dataclass(frozen=True)
class Choice:
    """What a unit gets.

    arm: None if the unit is not in the experiment. propensities: the chance of every arm, given that the unit is in;
    they sum to 1. inside: the chance that a unit is in at all.
    """

    arm: ArmName | None
    propensities: Mapping[ArmName, float]
    inside: float = 1.0

    @property
    def propensity(self) -> float | None:
        """The chance of the arm that was chosen; None if none was."""
        return None if self.arm is None else self.propensities[self.arm]


def shares(arms: Sequence[ArmWeight]) -> tuple[Fraction, ...]:
    """Each arm's exact part of the whole. A float stands for what it prints as: 0.1 is one tenth.

    >>> shares([ArmWeight("a", 0.5), ArmWeight("b", 0.25), ArmWeight("c", 0.25)])
    (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))

    PolicyError if there is no arm, two have one name, a weight is not a number >= 0, or all are 0.
    """
    return _shares(tuple(arms))


@lru_cache(maxsize=256)
def _shares(arms: tuple[ArmWeight, ...]) -> tuple[Fraction, ...]:
    if len({arm.name for arm in arms}) < len(arms):
        raise PolicyError("arms", "Two arms have the same name.", "Give each arm a name of its own.")
    weights = [_exact(arm) for arm in arms]
    total = sum(weights, Fraction())
    if not total:
        raise PolicyError("arms", "No arm can be handed out.", "Enable an arm with a weight above 0.")
    return tuple(weight / total for weight in weights)


def _exact(arm: ArmWeight) -> Fraction:
    if isinstance(arm.weight, bool) or not isfinite(arm.weight) or arm.weight < 0:
        raise PolicyError.wrong(f"arms.{arm.name}.weight", "a number of 0 or more", arm.weight)
    return Fraction(str(arm.weight))
