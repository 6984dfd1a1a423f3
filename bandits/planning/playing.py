"""A study whose allocation learns, from beginning to end: the policy's own tables, batch by batch.

Units of a batch come before any of them has answered, as a crowd does. What is declared at the end rests on the stored
chances: adaptively weighted AIPW scores, Hadad, Hirshberg, Zhan, Wager and Athey (2021), PNAS 118. The plain means
stand beside it, to show what they would have said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from analysis.planning.simulating.assumed import Assumed, Rng
from analysis.planning.simulating.fixed import Study, marked
from analysis.planning.simulating.outcomes import Outcomes
from bandits.policies.adaptive import AdaptivePolicy, Reward
from bandits.policies.arms import ArmWeight

Array = NDArray[np.float64]
NO_CHANCE = 1e-12


def _same(values: Array) -> Array:
    return values


@dataclass(frozen=True)
class Learner:
    """reward: from values of the measure to what the policy is taught. batch: units that come together."""

    policy: AdaptivePolicy
    batch: int = 20
    reward: Callable[[Array], Array] = _same

    def __post_init__(self) -> None:
        if self.policy.contextual:
            raise ValueError(
                f"{self.policy.name} looks at features of each unit, and simulated units have none: try it with "
                "`manage.py simulate_bandit --contexts`."
            )
        if self.batch < 1:
            raise ValueError(f"batch must be at least 1, not {self.batch}.")


def play(assumed: Assumed, study: Study, learner: Learner, *, runs: int, rng: Rng) -> Outcomes:
    """So many studies. ValueError if the study is one that everybody sees every arm of."""
    if assumed.within:
        raise ValueError("Everybody sees every arm there: no policy allocates anything.")
    if study.watch.is_watched:
        raise ValueError("A study that learns is judged once, at its end: what it declares then keeps its level.")
    total = Outcomes()
    for _ in range(runs):
        total += _one(assumed, study, learner, rng)
    return total


def _one(assumed: Assumed, study: Study, learner: Learner, rng: Rng) -> Outcomes:
    arms = [ArmWeight(name, share) for name, share in zip(assumed.arms, study.shares, strict=True)]
    state, scores, left = learner.policy.start(arms), Scores.of(assumed.k), study.people
    given = np.zeros(assumed.k)
    while left > 0:
        size = min(learner.batch, left)
        table = learner.policy.probabilities_among(state, arms, size)
        chances = np.array([table.chances[name] for name in assumed.arms])
        dealt = rng.multinomial(rng.binomial(size, min(table.inside, 1.0)), chances / chances.sum())
        values = [assumed.draw(arm, (int(n),), rng) for arm, n in enumerate(dealt)]
        values = [each[rng.random(len(each)) >= assumed.drop_out] for each in values]
        scores.add(values, chances * table.inside, size)
        state = learner.policy.fold(state, _rewards(assumed, learner, values, chances))
        given += dealt
        left -= size
    return _judged(assumed, study, scores, given)


def _rewards(assumed: Assumed, learner: Learner, values: list[Array], chances: Array) -> list[Reward]:
    return [
        Reward(assumed.arms[arm], float(value), max(float(chances[arm]), NO_CHANCE))
        for arm, each in enumerate(values)
        for value in learner.reward(each)
    ]


@dataclass
class Scores:
    """Sums of AIPW scores of every arm, weighted by the root of its chance; and the plain sums. Each (k,).

    Who drops out scores like everybody's expectation: dropping out is taken to depend on neither arm nor value.
    """

    k: int
    weight: Array = field(default_factory=lambda: np.zeros(0))
    total: Array = field(default_factory=lambda: np.zeros(0))
    parts: list[tuple[Array, Array, Array, Array]] = field(default_factory=list)
    n: Array = field(default_factory=lambda: np.zeros(0))
    sums: Array = field(default_factory=lambda: np.zeros(0))
    squares: Array = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(cls, k: int) -> Scores:
        """Nothing yet."""
        zeros = [np.zeros(k) for _ in range(5)]
        return cls(k, zeros[0], zeros[1], [], zeros[2], zeros[3], zeros[4])

    def add(self, values: list[Array], chances: Array, size: int) -> None:
        """A batch: its values by arm, the chance of each arm, and how many units there were with a value or without."""
        counts = np.array([len(each) for each in values], float)
        kept = counts.sum()
        guess = self.sums / np.maximum(self.n, 1)
        gaps = [each - guess[arm] for arm, each in enumerate(values)]
        first = np.array([each.sum() for each in gaps])
        second = np.array([(each**2).sum() for each in gaps])
        e = np.maximum(chances, NO_CHANCE)
        h = np.where(chances > NO_CHANCE, np.sqrt(e), 0.0)
        self.weight = self.weight + h * kept
        self.total = self.total + h * (kept * guess + first / e)
        self.parts.append((h, guess, np.array([kept] * self.k), np.array([first / e, second / e**2])))
        self.n, self.sums = self.n + counts, self.sums + np.array([each.sum() for each in values])
        self.squares = self.squares + np.array([(each**2).sum() for each in values])

    def means(self) -> tuple[Array, Array]:
        """Estimates and variances of the arms' means; an infinite variance where an arm never had a chance."""
        weight = np.maximum(self.weight, 1e-300)
        mean = self.total / weight
        spread = np.zeros(self.k)
        for h, guess, kept, (first, second) in self.parts:
            gap = guess - mean
            spread += h**2 * (kept * gap**2 + 2 * gap * first + second)
        return mean, np.where(self.n > 1, spread / weight**2, np.inf)

    def plain(self) -> tuple[Array, Array]:
        """The naive means and their variances."""
        n = np.maximum(self.n, 1)
        mean = self.sums / n
        return mean, np.where(self.n > 1, np.maximum(self.squares / n - mean**2, 0) / np.maximum(n - 1, 1), np.inf)


def _judged(assumed: Assumed, study: Study, scores: Scores, given: Array) -> Outcomes:
    arm, control = marked(assumed), assumed.control
    (mean, variance), (plain, plain_variance) = scores.means(), scores.plain()
    freedom = np.maximum(np.minimum(scores.n, scores.n[control]) - 1, 1)
    limit = np.asarray(-stdtrit(freedom, study.level / study.comparisons / 2))
    gap, error = mean - mean[control], np.sqrt(variance + variance[control])
    declared = (np.abs(gap) > limit * error) & (error > 0)
    declared[control] = False
    naive_gap = plain - plain[control]
    naive = np.abs(naive_gap) > limit * np.sqrt(plain_variance + plain_variance[control])
    naive[control] = False
    truth, effects = assumed.effects[arm], np.array(assumed.effects)
    wrong = declared & (np.sign(gap) != np.sign(effects)) & (effects != 0)
    people, cost = float(given.sum()), study.fixed_cost + float(given @ np.array(study.costs))
    off, plain_off = float(gap[arm] - truth), float(naive_gap[arm] - truth)
    return Outcomes(
        runs=1.0,
        found=float(declared.any()),
        right=float(bool(truth) and declared[arm] and np.sign(gap[arm]) == np.sign(truth)),
        wrong=float(wrong.any()),
        chosen=float((assumed.sign * np.where(scores.n > 0, mean, -assumed.sign * np.inf)).argmax() in assumed.best),
        covered=float(abs(off) <= limit[arm] * error[arm]),
        naive=float(naive.any()),
        people=people,
        people2=people**2,
        cost=cost,
        cost2=cost**2,
        error2=off**2,
        plain=plain_off,
        plain2=plain_off**2,
    )


def root_error(outcomes: Outcomes, name: str) -> float:
    """The root mean squared error of the last arm's difference: error2, or plain2 for the naive means."""
    return sqrt(getattr(outcomes, name) / outcomes.runs) if outcomes.runs else 0.0
