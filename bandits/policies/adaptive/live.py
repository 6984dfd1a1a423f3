"""A policy at work inside one process: chooses and learns in microseconds, and can give its state at any time."""

from collections.abc import Sequence
from math import inf, sqrt
from typing import TYPE_CHECKING

from bandits.policies.adaptive.kinds import AdaptivePolicy, open_names
from bandits.policies.adaptive.linear import LARGEST, LARGEST_REWARD
from bandits.policies.adaptive.linucb import LinUcb
from bandits.policies.adaptive.propensities import Propensities, best_of
from bandits.policies.adaptive.state import Reward, State
from bandits.policies.arms import ArmName, ArmWeight, Choice
from bandits.policies.errors import PolicyError
from experiments.chance import Stream

if TYPE_CHECKING:
    from bandits.policies.adaptive.model import Array

RENEWED = 4_096


class Live:
    """One table of propensities per state; rewards wait until ``every`` of them are folded together.

    >>> from bandits.policies.adaptive.softmax import Softmax
    >>> live = Live(Softmax(), [ArmWeight("blue"), ArmWeight("red")], stream=Stream(18), every=100)
    >>> choice = live.choose()
    >>> live.reward(Reward(choice.arm, 1.0, choice.propensity))
    >>> live.state.folded
    1
    """

    def __init__(self, policy: AdaptivePolicy, arms: Sequence[ArmWeight], *, stream: Stream, every: int = 1) -> None:
        self._policy, self._arms, self._stream, self._every = policy, list(arms), stream, every
        self._state = policy.start(arms)
        self._waiting: list[Reward] = []
        self._table: Propensities | None = None

    def choose(self) -> Choice:
        """An arm, from the table of the latest state."""
        if self._table is None:
            self._table = self._policy.probabilities(self._state, self._arms)
        return self._table.draw(self._stream)

    def reward(self, reward: Reward) -> None:
        """Learn from it, now or with the next ones. PolicyError if it cannot be learnt from."""
        self._policy.check_reward(reward)
        self._waiting.append(reward)
        if len(self._waiting) >= self._every:
            self._fold()

    @property
    def state(self) -> State:
        """What is known, waiting rewards included."""
        if self._waiting:
            self._fold()
        return self._state

    def _fold(self) -> None:
        self._state = self._policy.fold(self._state, self._waiting)
        self._waiting = []
        self._table = None


class LiveLinUcb:
    """LinUCB for one process: all arms in one matrix product, inverses moved on by Sherman and Morrison's formula.

    Choices are those of ``LinUcb`` on ``state``, up to rounding. The state is folded from the rewards themselves, when
    it is asked for and after every 4,096 of them, and the inverses are made anew from it: rounding does not build up.
    """

    def __init__(
        self, policy: LinUcb, arms: Sequence[ArmWeight], *, stream: Stream, state: State | None = None
    ) -> None:
        if policy.model != "disjoint" or policy.floor or policy.control_share or policy.burn_in or policy.cohort > 1:
            raise PolicyError("allocation", "A live LinUCB is disjoint and has no constraints.", "Use probabilities().")
        self._policy, self._names, self._stream = policy, open_names(arms), stream
        self._place = {name: i for i, name in enumerate(self._names)}
        self._seen: list[tuple[ArmName, float]] = []
        self._take(policy.start(arms) if state is None else state)

    def choose(self, features: "Array") -> Choice:
        """The arm with the highest bound; ties are split evenly."""
        products = self._flat.dot(features).reshape(self._shape)
        means, spreads = products[:, -1].tolist(), products[:, :-1].dot(features).tolist()
        alpha = self._policy.alpha
        scores = [mean + alpha * sqrt(abs(spread)) for mean, spread in zip(means, spreads, strict=True)]
        near, highest = (-inf, *sorted(scores))[-2:]
        if near < highest - 1e-12 * abs(highest):
            return self._certain[scores.index(highest)]
        best = best_of(self._names, scores)
        arm = best[self._stream.below(len(best))]
        return Choice(arm, {name: 1 / len(best) if name in best else 0.0 for name in self._names})

    def reward(self, arm: ArmName, value: float, features: "Array") -> None:
        """Learn from it at once. PolicyError if the value or the features are no numbers, or too large."""
        if not (abs(value) <= LARGEST_REWARD and float(features.dot(features)) <= LARGEST**2):
            raise PolicyError.wrong(
                "reward", f"at most {LARGEST_REWARD:g}, with features of a norm of {LARGEST:g}", value
            )
        inverse, turned, found = self._rows[self._place[arm]]
        reach = inverse.dot(features)
        shrunk = 1.0 + float(reach.dot(features))
        self._add(reach, found, a=(value - float(found.dot(features))) / shrunk)
        self._add_product(-1.0 / shrunk, reach, reach, a=turned, overwrite_a=1)
        self._contexts[len(self._seen)] = features
        self._seen.append((arm, value))
        if len(self._seen) >= RENEWED:
            self._renew()

    @property
    def state(self) -> State:
        """What is known."""
        self._renew()
        return self._state

    def _renew(self) -> None:
        contexts = self._contexts[: len(self._seen)]
        rewards = [Reward(arm, value, 1.0, context) for (arm, value), context in zip(self._seen, contexts, strict=True)]
        self._take(self._policy.learn(self._state, rewards))  # each was checked when it came

    def _take(self, state: State) -> None:
        import numpy as np
        from scipy.linalg.blas import daxpy, dger

        self._add, self._add_product = daxpy, dger
        self._state, self._seen = state, []
        models = [state.models.get(name) or self._policy.prior for name in self._names]
        stack = np.array([[*model.covariance, model.ridge] for model in models])
        self._shape = stack.shape[:2]
        self._contexts = np.empty((RENEWED, stack.shape[2]))
        self._flat = stack.reshape(-1, stack.shape[2])  # a view: each arm's inverse, and its coefficients below
        # each arm's inverse, the same as BLAS wants it, and its coefficients: views, which BLAS moves on in place
        self._rows = [(one[:-1], one[:-1].T, one[-1]) for one in stack]
        rows = np.eye(len(models)).tolist()
        self._certain: list[Choice] = [
            Choice(name, dict(zip(self._names, row, strict=True))) for name, row in zip(self._names, rows, strict=True)
        ]
