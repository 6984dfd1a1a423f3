"""How many fewer participants designs need than even shares, for the same precision or the same right choices.

python -m scripts.proof_planning            figures for docs/performance.md, about five minutes
python -m scripts.proof_planning --runs 40  a quick look

A factor is people of the design for one of even shares; brackets hold it 95 times of 100 (studies drawn again from
those that were simulated). Below 1 is fewer people. Ends with 1 if no factor is surely below 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.planning.allocating import contrasts_to_control, neyman
from analysis.planning.information.psychometric import Grid
from analysis.planning.simulating.assumed import Assumed
from analysis.planning.simulating.study import Study
from bandits.planning.playing import Learner, chosen
from bandits.policies import ADAPTIVE

Array = NDArray[np.float64]
WORLD = Assumed(("a", "b", "c", "d", "e"), "yes_no", 0.3, (0.0, 0.05, -0.1, 0.0, 0.2))
SIZES = (60, 120, 180, 240, 360, 480)
GOAL = 0.9
DRAWN = 2_000
TRIALS = 90
POLICIES: dict[str, dict[str, object]] = {
    "uniform": {},
    "thompson_bernoulli": {"floor": 0.05},
    "top_two_thompson": {"floor": 0.05},
    "information_gain": {},
}


@dataclass(frozen=True, slots=True)
class Factor:
    """With the interval that holds it 95 times of 100."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, drawn: Array) -> Factor:
        """From what other draws would have given."""
        low, high = np.nanquantile(drawn, [0.025, 0.975])
        return cls(value, float(low), float(high))

    @property
    def words(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def shares_of_even() -> list[tuple[str, float]]:
    """Units for one of even shares, for the same variance of the differences: exact."""
    many = contrasts_to_control(5)
    return [
        ("two arms, sd 1 and 3, both means", neyman([1, 3]).factor),
        ("two arms, sd 1 and 3, their difference", neyman([1, 3], contrasts=[[-1, 1]]).factor),
        ("four arms against a control, equal sd", neyman([1] * 5, contrasts=many).factor),
        ("two arms, sd 1 and 3, costs 1 and 4", neyman([1, 3], costs=[1, 4]).factor),
    ]


def right_choices(name: str, people: int, runs: int) -> float:
    """The share of studies whose best estimate is the best arm's."""
    learner = Learner(ADAPTIVE[name].parse({"policy": name, **POLICIES[name]}), batch=20)
    study = Study(people, (1.0,) * 5, (1.0,) * 5)
    return float(chosen(WORLD, study, learner, runs=runs, rng=np.random.default_rng([18, people])).mean())


def needed(shares: Array) -> Array:
    """People for the goal, by a line between sizes; NaN where none reaches it. shares: (draws, sizes), made to rise."""
    rising = np.maximum.accumulate(shares, axis=1)
    return np.array([np.interp(GOAL, row, SIZES) if row[-1] >= GOAL else np.nan for row in rising])


def drawn(shares: list[float], runs: int, rng: np.random.Generator) -> Array:
    """People needed, had as many other studies been simulated."""
    return needed(rng.binomial(runs, shares, (DRAWN, len(shares))) / runs)


def threshold_errors(runs: int, trials: int) -> dict[str, Array]:
    """Squared errors of a threshold after 1 … trials, by adaptive and by even stimuli, (people, trials)."""
    start = Grid.over(
        np.linspace(-3, 3, 25).tolist(),
        np.linspace(-3, 3, 41).tolist(),
        np.geomspace(0.7, 7, 7).tolist(),
        ((0.1,), (0.0, 0.04)),
    )
    found: dict[str, list[list[float]]] = {"adaptive": [], "even": []}
    for way, errors in found.items():
        rng = np.random.default_rng(18)
        for truth in rng.uniform(-2, 2, runs):
            errors.append(_one_person(start, way, float(truth), trials, rng))
    return {way: np.square(errors) for way, errors in found.items()}


def _one_person(start: Grid, way: str, truth: float, trials: int, rng: np.random.Generator) -> list[float]:
    one, errors = replace(start), []
    for _ in range(trials):
        place = int(one.information().argmax()) if way == "adaptive" else int(rng.integers(len(one.stimuli)))
        chance = 0.1 + 0.88 / (1 + np.exp(-3 * (one.stimuli[place] - truth)))
        one = one.answered(place, bool(rng.random() < chance))
        errors.append(one.moments(0)[0] - truth)
    return errors


def trials_needed(adaptive: Array, even: Array, after: int = 20) -> float:
    """Even trials until their error is that of so many adaptive ones; NaN if it never is."""
    goal, errors = float(adaptive[:, after - 1].mean()), even.mean(axis=0)
    reached = np.flatnonzero(errors <= goal)
    return float(reached[0] + 1) if len(reached) else float("nan")


def of_trials(errors: dict[str, Array], rng: np.random.Generator) -> Factor:
    """Adaptive trials for one even one, with people drawn again."""
    people = len(errors["even"])
    again = []
    for _ in range(DRAWN // 4):
        rows = [rng.integers(people, size=people) for _ in range(2)]
        again.append(20 / trials_needed(errors["adaptive"][rows[0]], errors["even"][rows[1]]))
    return Factor.of(20 / trials_needed(errors["adaptive"], errors["even"]), np.array(again))


def main() -> int:
    """Print the figures as rows of tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=600)
    parser.add_argument("--policies", nargs="+", default=list(POLICIES)[1:], choices=list(POLICIES), metavar="NAME")
    asked = parser.parse_args()
    runs = asked.runs
    write, rng, factors = sys.stdout.write, np.random.default_rng(140), []
    for title, factor in shares_of_even():
        write(f"| {title} | {factor:.3f} |\n")
    even: tuple[float, Array] | None = None
    for name in ("uniform", *asked.policies):
        started = time.perf_counter()
        shares = [right_choices(name, people, runs) for people in SIZES]
        took = time.perf_counter() - started
        own = float(needed(np.array([shares]))[0]), drawn(shares, runs, rng)
        even = even or own
        factors.append(Factor.of(own[0] / even[0], own[1] / (rng.permutation(even[1]))))
        cells = " | ".join(f"{100 * share:.0f} %" for share in shares)
        write(f"| {name} | {cells} | {own[0]:.0f} | {factors[-1].words if len(factors) > 1 else 1} | {took:.0f} s |\n")
        sys.stdout.flush()
    factors.append(of_trials(threshold_errors(min(runs, 400), TRIALS), rng))
    write(f"| a threshold: trials chosen by information for one drawn evenly | {factors[-1].words} |\n")
    return int(not any(factor.high < 1 for factor in factors[1:]))


if __name__ == "__main__":
    sys.exit(main())
