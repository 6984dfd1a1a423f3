"""What an adaptive policy knows: sufficient statistics, as frozen values with a versioned JSON form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bandits.policies.adaptive.exact import Exact, exact, exact_sums, read, written
from bandits.policies.adaptive.model import Model
from bandits.policies.arms import ArmName
from bandits.policies.errors import PolicyError

VERSION = 1
Json = dict[str, object]


class Reward(NamedTuple):
    """One reward that came in. propensity: the stored chance with which the arm was chosen. cost: what it used up.

    context: the features that the decision was made on; under a shared model those of the chosen arm.
    """

    arm: ArmName
    value: float
    propensity: float = 1.0
    context: tuple[float, ...] = ()
    cost: float = 0.0


class ArmSums(NamedTuple):
    """An arm's rewards: how many, their sum, the sum of their squares, the sum of their costs."""

    n: float = 0
    total: Exact = 0
    squares: Exact = 0
    cost: Exact = 0

    def plus(self, values: Sequence[float], costs: Sequence[float]) -> "ArmSums":
        """With these rewards too, exactly."""
        total, squares = exact_sums(values)
        cost = exact_sums(costs)[0] if any(costs) else 0
        return ArmSums(self.n + len(values), self.total + total, self.squares + squares, self.cost + cost)

    def minus(self, value: float, cost: float) -> "ArmSums":
        """With one reward less, exactly."""
        x = exact(value)
        return ArmSums(self.n - 1, self.total - x, self.squares - x * x, self.cost - exact(cost))

    def faded(self, by: float) -> "ArmSums":
        """Everything times ``by``, in floats."""
        return ArmSums(self.n * by, float(self.total) * by, float(self.squares) * by, float(self.cost) * by)

    @property
    def mean(self) -> float:
        """The mean reward; 0 while there is none."""
        return float(self.total / self.n) if self.n > 0 else 0.0

    @property
    def spread(self) -> float:
        """The sum of squared differences from the mean; never negative."""
        return max(float(self.squares - self.total * self.total / exact(self.n)), 0.0) if self.n > 0 else 0.0


NOTHING = ArmSums()


@dataclass(frozen=True)
class State:
    """What was learnt from ``folded`` rewards.

    arms: the sums of each arm that had a reward. recent: the rewards inside a sliding window, oldest first.
    held: rewards that wait for their cohort to be full. known, dropped: the open arms, and those an elimination has
    ended. scores: a number per arm that the method keeps besides (EXP3). models: regressions, by arm, or under "".
    Parts that a policy does not use are empty.
    """

    folded: int = 0
    arms: Mapping[ArmName, ArmSums] = field(default_factory=dict)
    recent: tuple[Reward, ...] = ()
    held: tuple[Reward, ...] = ()
    known: tuple[ArmName, ...] = ()
    dropped: tuple[ArmName, ...] = ()
    scores: Mapping[ArmName, Exact] = field(default_factory=dict)
    models: Mapping[str, Model] = field(default_factory=dict)

    def of(self, arm: ArmName) -> ArmSums:
        """The arm's sums; zeros if it never had a reward."""
        return self.arms.get(arm, NOTHING)

    def to_json(self) -> Json:
        """The state as JSON. Equal states give equal text under ``json.dumps(..., sort_keys=True)``."""
        full: Json = {
            "folded": self.folded,
            "arms": {name: [written(part) for part in sums] for name, sums in self.arms.items()},
            "recent": [_listed(reward) for reward in self.recent],
            "held": [_listed(reward) for reward in self.held],
            "known": list(self.known),
            "dropped": list(self.dropped),
            "scores": {name: written(score) for name, score in self.scores.items()},
            "models": {name: model.to_json() for name, model in self.models.items()},
        }
        return {"version": VERSION, **{name: part for name, part in full.items() if part}}

    @classmethod
    def parse(cls, stored: Mapping[str, object]) -> "State":
        """What ``to_json`` gave. PolicyError if it is not that."""
        if stored.get("version") != VERSION:
            raise PolicyError.wrong("state.version", str(VERSION), stored.get("version"))
        try:
            return cls(
                folded=int(_number(stored.get("folded", 0))),
                arms={name: _sums(name, parts) for name, parts in _mapping(stored, "arms").items()},
                recent=tuple(_reward(row) for row in _rows(stored, "recent")),
                held=tuple(_reward(row) for row in _rows(stored, "held")),
                known=tuple(str(name) for name in _rows(stored, "known")),
                dropped=tuple(str(name) for name in _rows(stored, "dropped")),
                scores={name: read(f"state.scores.{name}", one) for name, one in _mapping(stored, "scores").items()},
                models={name: Model.parse(name, one) for name, one in _mapping(stored, "models").items()},
            )
        except (TypeError, ValueError) as error:
            raise PolicyError("state", f"The state cannot be read: {error}", "Fold the rewards again.") from error


def _listed(reward: Reward) -> list[object]:
    return [reward.arm, reward.value, reward.propensity, list(reward.context), reward.cost]


def _reward(row: object) -> Reward:
    if not isinstance(row, (list, tuple)) or len(row) != 5:
        raise PolicyError.wrong("state.held", "a list of rewards", row)
    arm, value, propensity, context, cost = row
    features = tuple(_number(x) for x in context)
    return Reward(str(arm), _number(value), _number(propensity), features, _number(cost))


def _sums(name: str, parts: object) -> ArmSums:
    if not isinstance(parts, (list, tuple)) or len(parts) != 4:
        raise PolicyError.wrong(f"state.arms.{name}", "a list of four numbers", parts)
    n, total, squares, cost = (read(f"state.arms.{name}", part) for part in parts)
    return ArmSums(_number(n), total, squares, cost)


def _mapping(stored: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = stored.get(name, {})
    if not isinstance(part, Mapping):
        raise PolicyError.wrong(f"state.{name}", "a mapping", part)
    return part


def _rows(stored: Mapping[str, object], name: str) -> list[object]:
    part = stored.get(name, [])
    if not isinstance(part, (list, tuple)):
        raise PolicyError.wrong(f"state.{name}", "a list", part)
    return list(part)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PolicyError.wrong("state", "made of numbers", value)
    return value
