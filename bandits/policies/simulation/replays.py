"""Replay: a policy walks through a log, and learns where it chooses what was chosen then."""

import numpy as np

from bandits.policies.adaptive import AdaptivePolicy
from bandits.policies.simulation.arrays import Array, Choices, News, Rng
from bandits.policies.simulation.engine import POINTS, learner_for
from bandits.policies.simulation.logs import Log, LogError
from bandits.policies.simulation.regrets import Regrets

MOST = 50_000_000  # rounds kept, 24 bytes each


def replay(policy: AdaptivePolicy, log: Log, *, horizon: int, runs: int, rng: Rng) -> Regrets:
    """Li, Chu, Langford and Wang (2011): rows on which policy and log disagree are passed over.

    Unbiased if the log's arms were drawn with the logged propensities: a row is first kept with chance (least
    propensity) / (its propensity), which makes the log an even one. Each run walks a bootstrap sample of the log, at
    most as long as the log; the curves end with the run that met the fewest rows. Regret is against the arm with the
    best mean in the log; where units have features a policy may gain on that arm. LogError if too little agrees.
    """
    horizon = min(horizon, len(log.chosen))
    if horizon * runs > MOST:
        raise LogError(f"A replay keeps every round: {horizon:,} rounds of {runs:,} runs are more than {MOST:,}.")
    walk = _Walk(policy, log, horizon, runs)
    of_policy, of_log = rng.spawn(2)
    for _ in range(len(log.chosen)):
        if walk.step(of_policy, of_log):
            break
    return walk.regrets()


class _Walk:
    def __init__(self, policy: AdaptivePolicy, log: Log, horizon: int, runs: int) -> None:
        dimension = log.features.shape[1]
        self._log, self._horizon, self._alike = log, horizon, dimension == 0
        self._learner = learner_for(policy, log.names, runs, shown=(dimension or 1, False))
        self._rows, self._kept, self._means = np.arange(runs), log.propensity.min() / log.propensity, log.means
        self._met, self._lost = np.zeros(runs, dtype=int), np.zeros((runs, horizon))
        self._reward, self._arm = np.zeros((runs, horizon)), np.zeros((runs, horizon), dtype=int)

    def step(self, of_policy: Rng, of_log: Rng) -> bool:
        """One row of the log for each run. Whether all runs have met as many rows as they need."""
        log, runs = self._log, len(self._rows)
        row = of_log.integers(len(log.chosen), size=runs)
        features = np.ones((runs, 1)) if self._alike else log.features[row]
        chosen, chance = self._learner.choose(features, of_policy)
        is_met = (chosen == log.chosen[row]) & (of_log.random(runs) < self._kept[row]) & (self._met < self._horizon)
        at, reward = self._rows[is_met], log.reward[row[is_met]]
        self._note(at, chosen[at], reward)
        self._learner.learn(News(at, chosen[at], reward, chance[at], np.zeros(len(at)), features[at]))
        return bool((self._met == self._horizon).all())

    def _note(self, at: Choices, chosen: Choices, reward: Array) -> None:
        place = (at, self._met[at])
        self._lost[place] = self._means.max() - (self._means[chosen] if self._alike else reward)
        self._reward[place], self._arm[place] = reward, chosen
        self._met[at] += 1

    def regrets(self) -> Regrets:
        """Up to what every run has met."""
        end = int(self._met.min())
        if end < 2:
            raise LogError(
                "The policy chose what the log has in fewer than two rows of some run: the log is too short."
            )
        times = np.unique(np.linspace(1, end, POINTS).round().astype(int))
        arms, late, learner = self._arm[:, :end], max(end // 10, 1), self._learner
        best, best_mean = self._means.argmax(), self._means.max()
        observed = np.where(learner.n > 0, learner.total / np.maximum(learner.n, 1e-300), -np.inf)
        return Regrets(
            times=times,
            lost=np.cumsum(self._lost[:, :end], axis=1)[:, times - 1],
            earned=self._reward[:, :end].sum(axis=1),
            best=(arms[:, -late:] == best).mean(axis=1),
            is_wrong=(self._means[observed.argmax(axis=1)] < best_mean - 1e-12) if self._alike else np.zeros(0, bool),
            shares=np.stack([(arms == place).mean(axis=1) for place in range(len(self._means))], axis=1),
        )
