"""A policy at work inside one process: chooses and learns in microseconds, and can give its state at any time."""

from collections.abc import Sequence
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
        self._waiting: list[Reward] = []
        self._take(policy.start(arms) if state is None else state)

    def choose(self, features: "Array") -> Choice:
        """The arm with the highest bound; ties are split evenly."""
        import numpy as np

        reach = self._flat.dot(features).reshape(self._shape).dot(features)
        scores: list[float] = (self._found.dot(features) + self._policy.alpha * np.sqrt(np.abs(reach))).tolist()
        highest = max(scores)
        if scores.count(highest) == 1:
            near = sorted(scores)[-2] if len(scores) > 1 else -1e300
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
        self._waiting.append(Reward(arm, value, 1.0, features))  # type: ignore[arg-type]  # made a tuple in state()
        if len(self._waiting) >= RENEWED:
            self._renew()

    @property
    def state(self) -> State:
        """What is known."""
        self._renew()
        return self._state

    def _renew(self) -> None:
        import numpy as np

        rows = np.array([reward.context for reward in self._waiting], dtype=float).tolist()
        rewards = [one._replace(context=tuple(row)) for one, row in zip(self._waiting, rows, strict=True)]
        self._waiting = []
        self._take(self._policy.learn(self._state, rewards))  # each was checked when it came

    def _take(self, state: State) -> None:
        import numpy as np
        from scipy.linalg.blas import daxpy, dger

        self._add, self._add_product = daxpy, dger
        self._state = state
        models = [state.models.get(name) or self._policy.prior for name in self._names]
        self._inverse = np.array([model.covariance for model in models])
        self._found = np.array([model.ridge for model in models])
        self._shape = self._found.shape
        self._flat = self._inverse.reshape(-1, self._shape[1])  # a view of the inverses, one below the other
        # each arm's inverse, the same as BLAS wants it, and its coefficients: views, which BLAS moves on in place
        self._rows = [(one, one.T, found) for one, found in zip(self._inverse, self._found, strict=True)]
        rows = np.eye(len(models)).tolist()
        self._certain: list[Choice] = [
            Choice(name, dict(zip(self._names, row, strict=True))) for name, row in zip(self._names, rows, strict=True)
        ]
