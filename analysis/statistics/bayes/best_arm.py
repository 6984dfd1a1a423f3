"""Several arms: how likely each is the best, and what is lost by choosing it for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.statistics.bayes.largest import chances_and_losses
from analysis.statistics.bayes.posterior import Posterior
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer


@dataclass(frozen=True, slots=True)
class Best:
    """chance: to have the best mean. loss: expected by choosing it for good, in the measure's own units."""

    chance: float
    loss: float


def best_of(posteriors: Sequence[Posterior], *, lower_is_better: bool = False) -> list[Best]:
    """By quadrature. NoAnswer without arms. ValueError if their kinds differ."""
    kinds = {one.kind for one in posteriors}
    if not posteriors:
        raise NoAnswer("There is no arm.")
    if len(kinds) > 1:
        raise ValueError(f"Posteriors must be of one kind, not {', '.join(sorted(kinds))}.")
    kind, parameters = kinds.pop(), [one.parameters for one in posteriors]
    if lower_is_better:
        return _least(kind, parameters)
    return [Best(chance, loss) for chance, loss in zip(*chances_and_losses(kind, parameters), strict=True)]


def _least(kind: str, parameters: list[tuple[float, ...]]) -> list[Best]:
    """The least mean: of what is mirrored the largest."""
    if kind == "beta":
        turned = [one[::-1] for one in parameters]
    elif kind in ("normal", "student"):
        turned = [(-one[0], *one[1:]) for one in parameters]
    else:
        raise NoAnswer("Of rates of events only the largest is looked for; compare them two by two.")
    return [Best(chance, loss) for chance, loss in zip(*chances_and_losses(kind, turned), strict=True)]


def normal_posterior(arm: Moments) -> Posterior:
    """Of a mean, with its standard error taken as known (flat prior): what GrowthBook's bandits use.

    NoAnswer where the values do not vary: an arm without spread would be believed for certain.
    """
    if arm.n < 2 or not arm.variance > 0:
        raise NoAnswer("Fewer than two values, or all the same: nothing says how sure this arm's mean is.")
    return Posterior("normal", (float(arm.mean[0]), float((arm.variance / arm.n) ** 0.5)), arm.n)
