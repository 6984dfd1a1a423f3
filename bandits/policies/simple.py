"""Simple randomisation: every place of the list is an independent draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm
from typing import ClassVar

from bandits.policies.arms import ArmWeight, ListedArm, shares
from bandits.policies.kinds import ListPolicy
from bandits.policies.parameters import Parameter
from experiments.chance import Stream

BLOCK = 20


@dataclass(frozen=True)
class Simple(ListPolicy):
    """Each unit's arm is drawn on its own, as with a coin: nobody can guess the next arm, and counts drift apart.

    A block is just 20 places of the list. A place's propensity is the arm's share of the weights, exactly, and what
    came before tells nothing, so ``conditional`` is the same number.

    >>> arms = [ArmWeight("control"), ArmWeight("treatment", 2)]
    >>> [place.arm for place in Simple().block(arms, seed=18, stratum="", number=0, at_most=3)]
    ['treatment', 'control', 'treatment']
    """

    name: ClassVar[str] = "simple"
    parameters: ClassVar[Mapping[str, Parameter]] = {}
    example: ClassVar[Mapping[str, object]] = {"policy": "simple"}

    def block(
        self, arms: Sequence[ArmWeight], *, seed: int, stratum: str, number: int, at_most: int | None = None
    ) -> tuple[ListedArm, ...]:
        """Places ``20 * number`` to ``20 * number + 19`` of the list."""
        exact = shares(arms)
        whole = lcm(*(share.denominator for share in exact))
        weights = [int(share * whole) for share in exact]
        stream = Stream(seed, self.name, stratum, number)
        places = BLOCK if at_most is None else min(BLOCK, at_most)
        drawn = [stream.weighted(weights) for _ in range(places)]
        return tuple(ListedArm(arms[i].name, float(exact[i]), float(exact[i])) for i in drawn)
