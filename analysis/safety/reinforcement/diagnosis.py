"""What the weights of a record say of the record: how much it is worth to a new policy, and whether it can be right."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.safety.terms import Array
from analysis.statistics.betting import Tally, lower_mean

DOUBT = 1e-9
FEW = 100.0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Of whole episodes' weights. worth: how many episodes of the new policy the record is as good as."""

    n: int
    mean: float
    largest: float
    worth: float

    @classmethod
    def of(cls, weights: Array) -> Diagnosis:
        total, squares = float(weights.sum()), float(weights @ weights)
        return cls(
            len(weights),
            total / max(len(weights), 1),
            float(weights.max(initial=0.0)),
            total**2 / squares if squares else 0.0,
        )

    def __str__(self) -> str:
        return (
            f"To the new policy the {self.n:,} episodes of the test are worth {self.worth:,.0f} of its own; "
            f"their weights are {self.mean:.2f} on average and {self.largest:.3g} at most."
        )

    def warnings(self) -> tuple[str, ...]:
        """What to know before believing an estimate; bounds that are exact hold all the same."""
        found = []
        if self.worth < FEW:
            found.append(f"The record is worth {self.worth:.0f} episodes of the new policy: estimates of it are rough.")
        if self.mean < 0.8:
            found.append(
                f"Weights should be 1 on average and are {self.mean:.2f}: the new policy does what was hardly done."
            )
        return tuple(found)


def require_possible(weights: Array) -> None:
    """ValueError if weights are larger than those of right chances can be: their mean is at most 1, whatever the
    policies. Of right records one in a thousand million is refused.
    """
    if len(weights) and lower_mean(Tally.of(weights), delta=DOUBT) > 1:
        raise ValueError(
            f"The recorded chances cannot be right: the weights made of them are {weights.mean():.3g} on average over "
            f"{len(weights)} episodes, and of right ones at most 1. Were they rounded, those of another policy, or "
            "densities of actions that are no numbers?"
        )
