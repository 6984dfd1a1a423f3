"""Several arms: how likely each is the best, what is lost by another, and how a bandit would share out the next."""

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


def shares(chances: Sequence[float], *, floor: float = 0.0) -> list[float]:
    """By Thompson: each arm's chance to be the best, above a floor: floor + (1 - K floor) chance.

    >>> [round(share, 3) for share in shares([0.9, 0.1], floor=0.05)]
    [0.86, 0.14]
    """
    if not 0 <= floor * len(chances) <= 1:
        raise ValueError(f"floor must be from 0 to 1 / {len(chances)}, not {floor}.")
    return [floor + (1 - len(chances) * floor) * chance for chance in chances]


def top_two(chances: Sequence[float], *, beta: float = 0.5) -> list[float]:
    """Shares of the next units to find the best arm: p (beta + (1 - beta) sum over others of p / (1 - p)).

    Russo (2020), Operations Research 68. An arm that is best for certain gets beta, the others the rest alike.

    >>> [round(share, 6) for share in top_two([0.35, 0.62, 0.03])]
    [0.465939, 0.486511, 0.047551]
    """
    if not 0 <= beta <= 1 or not chances:
        raise ValueError(f"beta must be from 0 to 1 and there must be chances, not {beta} and {list(chances)}.")
    certain = [1 - chance < 1e-15 for chance in chances]
    if any(certain):
        rest = (1 - beta) / max(len(chances) - 1, 1)
        return [beta if sure and len(chances) > 1 else 1.0 if sure else rest for sure in certain]
    odds = [chance / (1 - chance) for chance in chances]
    found = [chance * (beta + (1 - beta) * (sum(odds) - own)) for chance, own in zip(chances, odds, strict=True)]
    return [share / sum(found) for share in found]
