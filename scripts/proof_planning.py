"""How many fewer participants designs need than even shares, for the same precision or the same right choices.

python -m scripts.proof_planning            figures for docs/performance.md, about five minutes
python -m scripts.proof_planning --runs 40  a quick look
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

import numpy as np

from analysis.planning.allocating import contrasts_to_control, neyman
from analysis.planning.information.psychometric import Grid
from analysis.planning.simulating.assumed import Assumed
from analysis.planning.simulating.fixed import Study
from bandits.planning.playing import Learner, play
from bandits.policies import ADAPTIVE

WORLD = Assumed(("a", "b", "c", "d", "e"), "yes_no", 0.3, (0.0, 0.05, -0.1, 0.0, 0.2))
SIZES = (60, 120, 180, 240, 360, 480)
POLICIES: dict[str, dict[str, object]] = {
    "uniform": {},
    "thompson_bernoulli": {"floor": 0.05},
    "top_two_thompson": {"floor": 0.05},
    "information_gain": {},
}


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
    found = play(WORLD, study, learner, runs=runs, rng=np.random.default_rng([18, people]))
    return found.chosen / found.runs


def needed(sizes: tuple[int, ...], shares: list[float], wanted: float) -> float:
    """People for that share, by a line between sizes; inf if none reaches it."""
    for (n, low), (more, high) in zip(
        zip(sizes, shares, strict=True), list(zip(sizes, shares, strict=True))[1:], strict=False
    ):
        if low < wanted <= high:
            return n + (more - n) * (wanted - low) / (high - low)
    return float(sizes[0]) if shares[0] >= wanted else float("inf")


def threshold_errors(runs: int, trials: int) -> dict[str, list[float]]:
    """Root mean squared error of a threshold after 1 … trials, by adaptive and by even stimuli."""
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
    return {way: np.sqrt(np.mean(np.square(errors), axis=0)).tolist() for way, errors in found.items()}


def _one_person(start: Grid, way: str, truth: float, trials: int, rng: np.random.Generator) -> list[float]:
    one, errors = replace(start), []
    for _ in range(trials):
        place = int(one.information().argmax()) if way == "adaptive" else int(rng.integers(len(one.stimuli)))
        chance = 0.1 + 0.88 / (1 + np.exp(-3 * (one.stimuli[place] - truth)))
        one = one.answered(place, bool(rng.random() < chance))
        errors.append(one.moments(0)[0] - truth)
    return errors


def main() -> None:
    """Print the figures as rows of tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=400)
    runs = parser.parse_args().runs
    write = sys.stdout.write
    for title, factor in shares_of_even():
        write(f"| {title} | {factor:.3f} |\n")
    for name in POLICIES:
        started = time.perf_counter()
        shares = [right_choices(name, people, runs) for people in SIZES]
        took = time.perf_counter() - started
        cells = " | ".join(f"{100 * share:.0f} %" for share in shares)
        write(f"| {name} | {cells} | {needed(SIZES, shares, 0.9):.0f} | {took:.0f} s |\n")
        sys.stdout.flush()
    errors = threshold_errors(runs, 60)
    goal = errors["adaptive"][19]
    even = next((n + 1 for n, error in enumerate(errors["even"]) if error <= goal), None)
    write(f"| threshold, 20 adaptive trials: error {goal:.3f} | even ones needed: {even or 'more than 60'} |\n")


if __name__ == "__main__":
    main()
