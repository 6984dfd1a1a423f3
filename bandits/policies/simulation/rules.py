"""The adaptive policies' formulas for arrays of shape (runs, arms). Not imported by the registry: it needs numpy.

Each is the formula of the policy that it is registered for, written a second time; the tests compare the two.
"""

from functools import singledispatch
from typing import NamedTuple

import numpy as np

from bandits.policies.adaptive import AdaptivePolicy
from bandits.policies.adaptive.bayes_ucb import BayesUcb
from bandits.policies.adaptive.epsilon_decreasing import EpsilonDecreasing
from bandits.policies.adaptive.epsilon_greedy import EpsilonGreedy
from bandits.policies.adaptive.information_gain import NOTHING_LEFT, InformationGain
from bandits.policies.adaptive.kl_moss import KlMoss
from bandits.policies.adaptive.kl_ucb import KlUcb, KlUcbPlus
from bandits.policies.adaptive.moss import Moss
from bandits.policies.adaptive.proportional import Proportional
from bandits.policies.adaptive.softmax import AnnealingSoftmax, Softmax
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli
from bandits.policies.adaptive.thompson_gaussian import ThompsonGaussian
from bandits.policies.adaptive.thompson_poisson import ThompsonPoisson
from bandits.policies.adaptive.top_two_thompson import TopTwoThompson
from bandits.policies.adaptive.ucb1 import Ucb1
from bandits.policies.adaptive.ucb1_tuned import Ucb1Tuned
from bandits.policies.adaptive.uniform import Uniform
from bandits.policies.simulation.arrays import Array, Choices, Mask, Rng


class Seen(NamedTuple):
    """What each run knows of each arm: rewards, mean, variance (over n, not n - 1), and for EXP3 losses."""

    n: Array
    mean: Array
    variance: Array
    losses: Array
    t: Array
    grown: Mask

    @property
    def k(self) -> Array:
        """How many arms take part in each run, as a column."""
        k: Array = np.maximum(self.grown.sum(axis=1, keepdims=True), 1).astype(float)
        return k

    def only(self, scores: Array) -> Array:
        """The scores of the arms that take part; minus infinity for the others."""
        return scores if self.grown.all() else np.where(self.grown, scores, -np.inf)

    def at(self, rows: Choices) -> "Seen":
        """Some of the runs."""
        n, mean, variance, losses = (part[rows] for part in self[:4])
        return Seen(n, mean, variance, losses, self.t[rows], self.grown[rows])


@singledispatch
def scores(policy: AdaptivePolicy, seen: Seen, rng: Rng) -> Array:
    """Scores, the highest of which is the arm that the policy takes; ties are broken evenly by the caller."""
    raise ValueError(f"policy must be one that has a rule for arrays, not {policy.name}.")


def _untried(scores: Array, seen: Seen) -> Array:
    return np.where(seen.n > 0, scores, np.inf)


def _drawn(logits: Array, rng: Rng) -> Array:
    """Scores whose highest is drawn from the softmax of the logits."""
    return logits + rng.gumbel(size=logits.shape)


@scores.register
def _uniform(policy: Uniform, seen: Seen, rng: Rng) -> Array:
    return rng.random(seen.n.shape)


@scores.register
def _epsilon(policy: EpsilonGreedy, seen: Seen, rng: Rng) -> Array:
    epsilon = np.full(seen.t.shape, policy.epsilon)
    if isinstance(policy, EpsilonDecreasing):
        epsilon = np.where(seen.t > 0, np.minimum(epsilon, policy.scale * seen.k / np.maximum(seen.t, 1e-9)), epsilon)
    explored = rng.random(epsilon.shape) < epsilon
    return np.where(explored, rng.random(seen.n.shape), _untried(seen.mean, seen))


@scores.register
def _softmax(policy: Softmax, seen: Seen, rng: Rng) -> Array:
    annealed = np.log(np.e + seen.t) if isinstance(policy, AnnealingSoftmax) else 1.0
    warmth = policy.temperature / annealed
    return _untried(_drawn(seen.mean / warmth, rng), seen)


@scores.register
def _proportional(policy: Proportional, seen: Seen, rng: Rng) -> Array:
    return _drawn(np.log((seen.n * seen.mean + policy.pseudo) / (seen.n + 2 * policy.pseudo)), rng)


def _per_pull(seen: Seen) -> Array:
    return np.log(np.maximum(seen.t, 1)) / np.maximum(seen.n, 1e-300)


@scores.register
def _ucb1(policy: Ucb1, seen: Seen, rng: Rng) -> Array:
    return _untried(seen.mean + policy.alpha * np.sqrt(2 * _per_pull(seen)), seen)


@scores.register
def _ucb1_tuned(policy: Ucb1Tuned, seen: Seen, rng: Rng) -> Array:
    rate = _per_pull(seen)
    return _untried(seen.mean + np.sqrt(rate * np.minimum(0.25, seen.variance + np.sqrt(2 * rate))), seen)


def _log_plus(policy: Moss | KlMoss, seen: Seen) -> Array:
    n = np.maximum(seen.n, 1e-300)
    plus: Array = np.maximum(np.log(np.maximum(policy.horizon or seen.t, 1) / (seen.k * n)), 0) / n
    return plus


@scores.register
def _moss(policy: Moss, seen: Seen, rng: Rng) -> Array:
    return _untried(seen.mean + np.sqrt(_log_plus(policy, seen)), seen)


@scores.register
def _kl_moss(policy: KlMoss, seen: Seen, rng: Rng) -> Array:
    return _untried(largest_within(seen.mean, _log_plus(policy, seen)), seen)


@scores.register
def _kl_ucb(policy: KlUcb, seen: Seen, rng: Rng) -> Array:
    steps = np.log(np.maximum(seen.t, 1))
    distance = (steps + policy.c * np.log(np.maximum(steps, 1))) / np.maximum(seen.n, 1e-300)
    return _untried(largest_within(seen.mean, distance), seen)


@scores.register
def _kl_ucb_plus(policy: KlUcbPlus, seen: Seen, rng: Rng) -> Array:
    n = np.maximum(seen.n, 1e-300)
    return _untried(largest_within(seen.mean, np.maximum(np.log(np.maximum(seen.t, 1) / n), 0) / n), seen)


def largest_within(mean: Array, distance: Array) -> Array:
    """``divergence.largest_within`` for arrays, by Newton's method from above (the divergence is convex)."""
    p = np.clip(mean, 1e-15, 1 - 1e-15)
    distance = np.minimum(distance, 700.0)
    entropy = -p * np.log(p) - (1 - p) * np.log1p(-p)
    q = np.minimum(p + np.sqrt(distance / 2), 1 - np.exp(-np.minimum((distance + entropy) / (1 - p), 34.0)))
    for _ in range(8):
        q = np.clip(q, p, 1 - 1e-15)
        over = -entropy - p * np.log(q) - (1 - p) * np.log1p(-q) - distance
        slope = (q - p) / (q * (1 - q))
        q = q - np.where(slope > 1e-12, over / np.maximum(slope, 1e-12), 0)
    found: Array = np.clip(q, mean, 1)
    return found


@scores.register
def _beta(policy: ThompsonBernoulli, seen: Seen, rng: Rng) -> Array:
    successes = seen.n * np.clip(seen.mean, 0, 1)
    return rng.beta(policy.prior_a + successes, policy.prior_b + np.maximum(seen.n - successes, 0))


@scores.register
def _top_two(policy: TopTwoThompson, seen: Seen, rng: Rng) -> Array:
    scores = seen.only(_beta(policy, seen, rng))
    leader = scores.argmax(axis=1)
    again = rng.random(len(scores)) >= policy.beta
    for _ in range(50):
        left = np.flatnonzero(again & (scores.argmax(axis=1) == leader))
        if not len(left):
            return scores
        few = seen.at(left)
        scores[left] = few.only(_beta(policy, few, rng))
    left = np.flatnonzero(again & (scores.argmax(axis=1) == leader))
    scores[left, leader[left]] = -1.0
    return scores


@scores.register
def _information(policy: InformationGain, seen: Seen, rng: Rng) -> Array:
    """Each different state's information is a quadrature of its own: slow, and exactly the policy's."""
    if policy.costs or policy.earlier or policy.question == "compare_to_control":
        raise ValueError(
            "question must be best_arm or estimate, without costs and earlier units, in many runs side by side; "
            "`manage.py plan` simulates the others."
        )
    successes = seen.n * np.clip(seen.mean, 0, 1)
    states, place = np.unique(np.hstack([successes, seen.n, seen.grown]), axis=0, return_inverse=True)
    logits = np.array([_information_logits(policy, state.reshape(3, -1)) for state in states])
    return _drawn(logits[place.ravel()], rng)


def _information_logits(policy: InformationGain, state: Array) -> Array:
    """Of one state: its successes, rewards and whether an arm takes part, each of shape (arms,)."""
    successes, n, grown = state
    places, logits = np.flatnonzero(grown), np.zeros(len(n))
    known = [(policy.prior_a + successes[i], policy.prior_b + n[i] - successes[i]) for i in places]
    gains = np.array(policy.gains([str(i) for i in places], known)) if len(places) > 1 else np.zeros(1)
    if gains.max() >= NOTHING_LEFT:
        logits[places] = policy.sharpness * np.log(np.maximum(gains, 1e-300))
    return logits


@scores.register
def _student(policy: ThompsonGaussian, seen: Seen, rng: Rng) -> Array:
    spread = np.where(seen.grown, seen.n * seen.variance, 0)
    freedom = np.where(seen.grown, np.maximum(seen.n - 1, 0), 0).sum(axis=1, keepdims=True)
    pooled = spread.sum(axis=1, keepdims=True) / np.maximum(freedom, 1)
    degrees = np.maximum(seen.n - 2, 1)
    scale = np.sqrt((spread + pooled) / np.maximum(seen.n, 1) / degrees)
    drawn: Array = np.asarray(seen.mean + scale * rng.standard_t(degrees), dtype=np.float64)
    return np.where(seen.n >= 3, drawn, np.inf)


@scores.register
def _gamma(policy: ThompsonPoisson, seen: Seen, rng: Rng) -> Array:
    return _untried(rng.gamma(0.5 + seen.n * seen.mean) / np.maximum(seen.n, 1e-300), seen)


@scores.register
def _bayes_ucb(policy: BayesUcb, seen: Seen, rng: Rng) -> Array:
    from scipy.special import betainccinv

    successes = seen.n * seen.mean
    level = 1 / np.maximum(seen.t, 2)
    index = betainccinv(successes + policy.prior, seen.n - successes + policy.prior, level)
    return _untried(np.asarray(index, dtype=np.float64), seen)


def exp3_chances(seen: Seen) -> Array:
    """EXP3's chances; its time is the number of all rewards."""
    t = np.maximum(seen.n.sum(axis=1, keepdims=True), 1)
    eta = np.sqrt(np.log(seen.k) / (seen.k * t))
    least = np.where(seen.grown, seen.losses, np.inf).min(axis=1, keepdims=True)
    weights = np.where(seen.grown, np.exp(-eta * (np.maximum(seen.losses, least) - least)), 0)
    chances: Array = weights / weights.sum(axis=1, keepdims=True)
    return chances
