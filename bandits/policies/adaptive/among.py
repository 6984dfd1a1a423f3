"""Several decisions before any of their rewards: the shares that pulls one after the other would have had."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil, fsum
from typing import TYPE_CHECKING

from bandits.policies.adaptive.propensities import Propensities
from bandits.policies.adaptive.state import ArmSums, State
from bandits.policies.arms import ArmName, ArmWeight

if TYPE_CHECKING:
    from bandits.policies.adaptive.kinds import AdaptivePolicy

ROUNDS = 256


def shares_among(  # noqa: PLR0913 (how many steps is a policy's own matter)
    policy: "AdaptivePolicy",
    state: State,
    arms: Sequence[ArmWeight],
    among: int,
    *,
    unseen: float = 0.0,
    rounds: int = ROUNDS,
) -> Propensities:
    """The chance of every arm for each of ``among`` decisions that are drawn from one state.

    The mean of the chances in ``among`` steps (in blocks, at most ``rounds`` of them), where a pull that is under way
    counts as one whose reward was the arm's mean, or ``unseen`` while the arm has none. Every decision is drawn from
    that one table, so its propensity is exact, and the same state and number give it again.
    """
    block = ceil(among / rounds)
    tables, pending, left = [], dict(state.arms), among
    while left > 0:
        size = min(block, left)
        table = policy.probabilities(replace(state, arms=pending), arms)
        tables.append((table, size / among))
        pending = {**pending, **_under_way(pending, table.chances, size, unseen)}
        left -= size
    chances = {arm.name: fsum(table.chances[arm.name] * part for table, part in tables) for arm in arms}
    return tables[0][0].with_chances(chances)


def _under_way(
    arms: Mapping[ArmName, ArmSums], chances: Mapping[ArmName, float], pulls: int, unseen: float
) -> dict[ArmName, ArmSums]:
    found = {}
    for name, chance in chances.items():
        if chance > 0:
            sums, more = arms.get(name, ArmSums()), pulls * chance
            mean = sums.mean if sums.n > 0 else unseen
            found[name] = ArmSums(
                sums.n + more, float(sums.total) + more * mean, float(sums.squares) + more * mean * mean, sums.cost
            )
    return found
