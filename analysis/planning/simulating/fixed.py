"""Studies whose shares are fixed beforehand, many at once in arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from analysis.planning.power.watching import ONCE, Watch, boundaries
from analysis.planning.simulating.assumed import Array, Assumed, Rng
from analysis.planning.simulating.outcomes import Outcomes
from analysis.statistics.sequential.asymptotics import ENOUGH

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Study:
    """people: let in at most, over all arms. shares: of the arms. costs: of one person in each arm, let in.

    watch: when one looks, and may stop. looks: how often the simulation looks at studies that look at any time.
    """

    people: int
    shares: tuple[float, ...]
    costs: tuple[float, ...]
    fixed_cost: float = 0.0
    level: float = 0.05
    watch: Watch = ONCE
    looks: int = 20

    def __post_init__(self) -> None:
        if self.people < FEWEST * len(self.shares) or len(self.shares) != len(self.costs):
            raise ValueError(f"people must be at least {FEWEST} for each arm, not {self.people}; a cost for each arm.")
        if not (0 < self.level < 1 and min(self.shares) > 0 and min(self.costs) >= 0):
            raise ValueError("level in (0, 1), shares above 0 and costs at least 0.")

    @property
    def comparisons(self) -> int:
        """With the control."""
        return len(self.shares) - 1

    def steps(self) -> list[int]:
        """People let in by each look, rising to all of them."""
        count = {"once": 1, "anytime": self.looks}.get(self.watch.way, self.watch.looks)
        ends = np.unique(np.linspace(0, self.people, count + 1).round().astype(int)[1:])
        return [int(end) for end in ends]

    def bounds(self) -> list[float]:
        """The |z| beyond which an arm is declared to differ, at each look; the level is shared by the arms evenly."""
        steps, level = self.steps(), self.level / self.comparisons
        if self.watch.way == "once":
            return [float(-ndtri(level / 2))]
        if self.watch.way == "anytime":
            from analysis.statistics.sequential.asymptotics import Sequence

            sequence = Sequence(level, tuning_n=1.0)
            return [sequence.spread(step / self.people) for step in steps]
        return [float(bound) for bound in boundaries(self.watch, level, 2)[1]][-len(steps) :]


def play(assumed: Assumed, study: Study, *, runs: int, rng: Rng) -> Outcomes:
    """So many studies from beginning to end. ValueError if arms and shares do not match."""
    if assumed.k != len(study.shares):
        raise ValueError("shares must be one for each arm.")
    held = _Held.empty(assumed, runs)
    going, found_at = np.ones(runs, bool), np.full((runs, assumed.k), False)
    people, naive, last = np.zeros(runs), np.zeros(runs, bool), _Seen.nothing(assumed, runs)
    before = np.zeros(assumed.k)
    for step, bound in zip(study.steps(), study.bounds(), strict=True):
        due = np.full(assumed.k, float(step)) if assumed.within else _dealt(study, step)
        held = held.plus(assumed, due - before, going, rng)
        before = due
        seen = held.seen(assumed, bound, study)
        last = last.where(going, seen)
        naive |= going & (np.abs(seen.z) > 1.959964).any(axis=1)
        people[going] = step
        found_at |= seen.declared & going[:, None]
        going &= ~seen.declared.any(axis=1)
        if not going.any():
            break
    return _counted(assumed, study, last, found_at, (naive, people))


@dataclass(frozen=True, slots=True)
class _Seen:
    """At one look, each of shape (runs, k): z and difference to control (0 for itself), its half width, declared."""

    z: Array
    gap: Array
    half: Array
    declared: Mask
    means: Array

    @classmethod
    def nothing(cls, assumed: Assumed, runs: int) -> _Seen:
        zeros = np.zeros((runs, assumed.k))
        return cls(zeros, zeros, zeros, zeros.astype(bool), zeros)

    def where(self, going: Mask, other: _Seen) -> _Seen:
        """The other's rows where the run is still going."""
        pick = going[:, None]
        return _Seen(*(np.where(pick, getattr(other, name), getattr(self, name)) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class _Held:
    """Sums of each arm's values; within people, of each arm's difference to the control. All of shape (runs, k)."""

    n: Array
    total: Array
    squares: Array
    differences: Array
    differences2: Array

    @classmethod
    def empty(cls, assumed: Assumed, runs: int) -> _Held:
        return cls(*(np.zeros((runs, assumed.k)) for _ in range(5)))

    def plus(self, assumed: Assumed, more: Array, going: Mask, rng: Rng) -> _Held:
        """With so many more people let in, in runs that are still going."""
        sums = [part.copy() for part in (self.n, self.total, self.squares, self.differences, self.differences2)]
        rows = np.flatnonzero(going)
        if assumed.within:
            _add_within(assumed, int(more.max()), rows, sums, rng)
        else:
            for arm in range(assumed.k):
                _add_between(assumed, (arm, int(more[arm])), rows, sums, rng)
        return _Held(*sums)

    def seen(self, assumed: Assumed, bound: float, study: Study) -> _Seen:
        """What a test says of it now."""
        n = np.maximum(self.n, 1)
        means = self.total / n
        gap = means - means[:, [assumed.control]]
        if assumed.within:
            spread = np.maximum(self.differences2 / n - (self.differences / n) ** 2, 0) * n / np.maximum(n - 1, 1)
            variance = spread / n
            freedom = np.maximum(n - 1, 1)
        else:
            each = np.maximum(self.squares / n - means**2, 0) * n / np.maximum(n - 1, 1) / n
            variance = each + each[:, [assumed.control]]
            freedom = variance**2 / np.maximum(
                each**2 / np.maximum(n - 1, 1) + (each**2 / np.maximum(n - 1, 1))[:, [assumed.control]],
                1e-300,
            )
        error = np.sqrt(variance)
        z = np.where(error > 0, gap / np.where(error > 0, error, 1.0), 0.0)
        enough = np.minimum(self.n, self.n[:, [assumed.control]])
        limit = np.minimum(_limit(bound, freedom), 1e6)
        declared = (np.abs(z) > limit) & (enough >= (ENOUGH if study.watch.way == "anytime" else FEWEST))
        declared[:, assumed.control] = False
        return _Seen(z, gap, limit * error, declared, means)


def _limit(bound: float, freedom: Array) -> Array:
    """Of |t|: Student's, as unlikely as the boundary is of a normal z."""
    return np.asarray(-stdtrit(np.maximum(freedom, 1), float(ndtr(-bound))))


def _dealt(study: Study, step: int) -> Array:
    """People of each arm among the first so many."""
    shares = np.array(study.shares) / sum(study.shares)
    return np.maximum(np.round(shares * step), 1)


def _add_between(assumed: Assumed, arm_and_more: tuple[int, int], rows: Rows, sums: list[Array], rng: Rng) -> None:
    arm, more = arm_and_more
    if not more:
        return
    values = assumed.draw(arm, (len(rows), more), rng)
    kept = rng.random(values.shape) >= assumed.drop_out if assumed.drop_out else np.ones(values.shape, bool)
    values = np.where(kept, values, 0.0)
    for part, new in zip(sums, (kept, values, values**2), strict=False):
        part[rows, arm] += new.sum(axis=1)


def _add_within(assumed: Assumed, more: int, rows: Rows, sums: list[Array], rng: Rng) -> None:
    if not more:
        return
    values = assumed.draw_within((len(rows), more), rng)
    kept = (rng.random((len(rows), more, 1)) >= assumed.drop_out) * np.ones(values.shape, bool)
    values = np.where(kept, values, 0.0)
    gaps = values - values[:, :, [assumed.control]]
    for part, new in zip(sums, (kept, values, values**2, gaps, gaps**2), strict=True):
        part[rows] += new.sum(axis=1)


def _counted(assumed: Assumed, study: Study, last: _Seen, declared: Mask, ended: tuple[Mask, Array]) -> Outcomes:
    naive, people = ended
    arm = marked(assumed)
    truth = assumed.effects[arm]
    effects = np.array(assumed.effects)
    gap, half = last.gap[:, arm], last.half[:, arm]
    wrong = declared & (np.sign(last.gap) != np.sign(effects)) & (effects != 0)
    picked = (assumed.sign * last.means).argmax(axis=1)
    share = np.array(study.shares) / sum(study.shares)
    one = sum(study.costs) if assumed.within else float(share @ np.array(study.costs))
    cost = study.fixed_cost + people * (one / assumed.k if assumed.within else one)
    right = declared[:, arm] & (np.sign(gap) == np.sign(truth)) if truth else np.zeros(len(gap), bool)
    return Outcomes(
        runs=float(len(gap)),
        found=float(declared.any(axis=1).sum()),
        right=float(right.sum()),
        wrong=float(wrong.any(axis=1).sum()),
        chosen=float(np.isin(picked, assumed.best).sum()),
        covered=float((np.abs(gap - truth) <= half).sum()),
        naive=float(naive.sum()),
        people=float(people.sum()),
        people2=float((people**2).sum()),
        cost=float(cost.sum()),
        cost2=float((cost**2).sum()),
        error2=float(((gap - truth) ** 2).sum()),
        plain=float((gap - truth).sum()),
        plain2=float(((gap - truth) ** 2).sum()),
    )


def marked(assumed: Assumed) -> int:
    """The arm whose difference is looked at: the best one, or the last one if the control is as good as any."""
    others = [place for place in assumed.best if place != assumed.control]
    return others[-1] if others else max(place for place in range(assumed.k) if place != assumed.control)
