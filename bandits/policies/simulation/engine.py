"""Many runs of a policy in a world, side by side in arrays."""

import numpy as np

from bandits.policies.adaptive import AdaptivePolicy
from bandits.policies.adaptive.elimination import Elimination
from bandits.policies.adaptive.exp3_s import Exp3S
from bandits.policies.adaptive.knapsack import Knapsack
from bandits.policies.adaptive.linear import ContextualPolicy
from bandits.policies.adaptive.trained import Trained
from bandits.policies.simulation.arrays import NO_ARM, Array, Choices, News, Rng
from bandits.policies.simulation.delays import Post
from bandits.policies.simulation.given import TrainedLearner
from bandits.policies.simulation.learners import Learner
from bandits.policies.simulation.linear import LinearLearner
from bandits.policies.simulation.others import EliminationLearner, Exp3SLearner, KnapsackLearner, worth
from bandits.policies.simulation.regrets import Regrets
from bandits.policies.simulation.sums import SumsLearner
from bandits.policies.simulation.worlds import World

POINTS = 50  # of each curve


def simulate(policy: AdaptivePolicy, world: World, *, horizon: int, runs: int, rng: Rng) -> Regrets:
    """The regret of ``runs`` independent runs of ``horizon`` rounds.

    Equal seeds give equal worlds to different policies, so that they can be compared. ValueError if the policy cannot
    be simulated in this world.
    """
    ledger = _Ledger(world, horizon, runs)
    of_policy, of_world, of_post = rng.spawn(3)
    learner, running, post = learner_of(policy, world, runs), world.begin(runs, of_world), Post(world.delay)
    for t in range(horizon):
        sight = running.sight(t)
        chosen, chance = learner.choose(sight.features, of_policy)
        chosen = ledger.paid(chosen)
        inside = np.flatnonzero(chosen != NO_ARM)
        arms = np.maximum(chosen, 0)
        reward = running.reward(sight.means[ledger.rows, arms], arms)
        ledger.note(t, sight.means, chosen, reward)
        features = sight.features[ledger.rows, arms] if world.has_arm_features else sight.features
        news = News(ledger.rows, arms, reward, chance, ledger.costs[arms], features)
        post.send(t, news if len(inside) == runs else news.at(inside), of_post)
        for arrived in post.arrived(t):
            learner.learn(arrived)
    return ledger.regrets(learner, sight.means if world.dimension == 1 else None)


def learner_of(policy: AdaptivePolicy, world: World, runs: int) -> Learner:
    """The policy for arrays. ValueError if it does not go with what the world shows."""
    shown = (world.dimension, world.has_arm_features)
    return learner_for(policy, world.names, runs, shown=shown)


def learner_for(policy: AdaptivePolicy, names: tuple[str, ...], runs: int, *, shown: tuple[int, bool]) -> Learner:
    """The policy for arrays. shown: how many features there are, and whether each arm has its own."""
    if isinstance(policy, ContextualPolicy):
        dimension, has_arm_features = shown
        if (policy.model == "shared") != has_arm_features:
            wanted = "each arm" if policy.model == "shared" else "the unit"
            raise ValueError(f"model must be the other one: {policy.model} looks at features of {wanted}.")
        if policy.dimension != dimension:
            raise ValueError(f"dimension must be {dimension}, the world's number of features.")
        return LinearLearner(policy, names, runs)
    if isinstance(policy, Trained):
        if shown != (policy.dimension, False):
            raise ValueError(f"dimension must be {shown[0]}, the world's number of features of the unit.")
        return TrainedLearner(policy, names, runs)
    if isinstance(policy, Elimination):
        return EliminationLearner(policy, names, runs)
    if isinstance(policy, Exp3S):
        return Exp3SLearner(policy, names, runs)
    if isinstance(policy, Knapsack):
        return KnapsackLearner(policy, names, runs)
    return SumsLearner(policy, names, runs)


class _Ledger:
    """What each run has earned, lost and spent."""

    def __init__(self, world: World, horizon: int, runs: int) -> None:
        k = len(world.names)
        self.rows, self.costs = np.arange(runs), np.array(world.costs or (0.0,) * k)
        self._left = np.full(runs, float(world.budget))
        self._pace = world.budget / horizon
        self._times = np.unique(np.linspace(1, horizon, POINTS).round().astype(int))
        self._curve: list[Array] = []
        self._lost, self._earned = np.zeros(runs), np.zeros(runs)
        self._pulls, self._best, self._late = np.zeros((runs, k)), np.zeros(runs), horizon - max(horizon // 10, 1)
        self._horizon = horizon

    def paid(self, chosen: Choices) -> Choices:
        """The chosen arms that the budget can still pay; no arm for the others."""
        if self._pace == np.inf:
            return chosen
        cost = np.where(chosen == NO_ARM, 0.0, self.costs[chosen])
        affordable = cost <= self._left + 1e-9
        self._left -= np.where(affordable, cost, 0.0)
        return np.where(affordable, chosen, NO_ARM)

    def note(self, t: int, means: Array, chosen: Choices, reward: Array) -> None:
        """One round of all runs."""
        inside = chosen != NO_ARM
        mean = np.where(inside, means[self.rows, chosen], 0.0)
        self._lost += self._highest(means) - mean
        self._earned += np.where(inside, reward, 0.0)
        self._pulls[self.rows[inside], chosen[inside]] += 1
        if t >= self._late:
            self._best += inside & (mean >= means.max(axis=1) - 1e-12)
        if t + 1 in self._times:
            self._curve.append(self._lost.copy())

    def _highest(self, means: Array) -> Array:
        """What the best arm earns; under a budget, what the best mixture that it pays earns."""
        if self._pace == np.inf:
            best: Array = means.max(axis=1)
            return best
        return worth(means, self.costs, self._pace)

    def regrets(self, learner: Learner, means: Array | None) -> Regrets:
        """All of it. means: of the arms at the end, where one is the best for all units."""
        wrong = np.zeros(0, dtype=bool)
        if means is not None:
            observed = np.where(self._pulls > 0, learner.total / np.maximum(learner.n, 1e-300), -np.inf)
            observed = np.where(learner.n > 0, observed, -np.inf)
            wrong = means[self.rows, observed.argmax(axis=1)] < means.max(axis=1) - 1e-12
        late = self._horizon - self._late
        shares = self._pulls / self._horizon
        return Regrets(self._times, np.array(self._curve).T, self._earned, self._best / late, wrong, shares)
