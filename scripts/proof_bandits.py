"""The regrets of the adaptive policies beside MABWiser's, 10,000 rounds, in one run: `python -m scripts.proof_bandits`.

Ends with 1 unless every policy loses at most, but for noise (three standard errors), what MABWiser's same policy loses
there, and the best of ours less than the best of theirs, the three worlds added up, in 1,000 runs of each. Theirs are
the formulas of MABWiser 2.7.4, whose state is checked against the library's number for number
(`bench/mabwiser_library.py check`; `--library PYTHON` runs that first, and some seeds of the library itself, in a venv
with requirements-bench-bandits.txt). `--runs 40`: quicker. `--only ucb1,softmax`: some of them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from math import hypot

import numpy as np

from bandits.policies import ADAPTIVE
from bandits.policies.simulation import Environment, simulate
from bench.mabwiser_rules import CHANGED, RULES, WORLDS, regrets
from machina_site.paths import BASE

HORIZON = 10_000
# our policy, its parameters; theirs of the same rule; and theirs that is another rule, shown and not judged
ROWS: list[tuple[str, dict[str, object], str, str]] = [
    ("uniform", {}, "random", ""),
    ("epsilon_greedy", {"epsilon": 0.05}, "epsilon_greedy .05", ""),
    ("epsilon_greedy", {"epsilon": 0.1}, "epsilon_greedy .1", ""),
    ("epsilon_decreasing", {"scale": 5}, "", ""),
    ("softmax", {"temperature": 0.05}, "softmax .05, drawn", "softmax .05"),
    ("softmax", {"temperature": 0.0427}, "softmax .05", ""),
    ("annealing_softmax", {"temperature": 0.5}, "", ""),
    ("proportional", {"pseudo": 0.001}, "popularity, whole, drawn", "popularity"),
    ("proportional", {}, "", "popularity, whole, drawn"),
    ("ucb1", {"alpha": 1}, "ucb1 1", ""),
    ("ucb1", {"alpha": 0.25}, "ucb1 .25", ""),
    ("ucb1_tuned", {}, "", ""),
    ("kl_ucb", {}, "", ""),
    ("kl_ucb_plus", {}, "", ""),
    ("moss", {"horizon": HORIZON}, "", ""),
    ("moss", {}, "", ""),
    ("kl_moss", {"horizon": HORIZON}, "", ""),
    ("kl_moss", {}, "", ""),
    ("thompson_bernoulli", {}, "thompson", ""),
    ("thompson_bernoulli", {"prior_a": 1, "prior_b": 1}, "thompson", ""),
    ("thompson_gaussian", {}, "", ""),
    ("thompson_poisson", {}, "", ""),
    ("top_two_thompson", {}, "", ""),
    ("top_two_thompson", {"beta": 0.9}, "", ""),
    ("exp3", {}, "", ""),
    ("bayes_ucb", {"prior": 1}, "", ""),
]
OTHER_RULES = """
softmax: MABWiser takes the highest of a Dirichlet draw around the softmax, which leans harder on what is ahead (.615
instead of .599 in A, once the means are known). "drawn" is theirs with the softmax's own chances: the same rule as
ours. A temperature of .0427 leans, in A, as hard as theirs of .05.
proportional: MABWiser's Popularity takes the highest of a Dirichlet draw too, and moves only the arm that was touched
before it normalises, so early luck locks in. "whole, drawn" is theirs without the two; an arm whose first reward was 0
is still never tried again. Ours with next to no smoothing (pseudo) is that rule; by default it never locks in."""


@dataclass(frozen=True)
class Loss:
    """A mean regret."""

    mean: float
    error: float

    @classmethod
    def ours(cls, name: str, parameters: dict[str, object], world: str, runs: int) -> Loss:
        """By the simulator."""
        policy = ADAPTIVE[name].parse(parameters)
        environment = Environment(WORLDS[world])
        found = simulate(policy, environment, horizon=HORIZON, runs=runs, rng=np.random.default_rng(18))
        return cls(found.mean, found.standard_error)

    @classmethod
    def theirs(cls, name: str, world: str, runs: int) -> Loss:
        """By MABWiser's formulas."""
        lost = regrets({**RULES, **CHANGED}[name], WORLDS[world], horizon=HORIZON, runs=runs, seed=18)
        return cls(float(lost.mean()), float(lost.std(ddof=1) / runs**0.5))

    def __str__(self) -> str:
        return f"{self.mean:.1f} ({self.error:.1f})"


def judge(runs: int, only: set[str]) -> list[str]:
    """Prints a Markdown row for each policy; sentences about those that lose more than theirs."""
    failures: list[str] = []
    seen: dict[str, list[Loss]] = {}
    print(f"| policy | {' | '.join(WORLDS)} | MABWiser's, {' / '.join(WORLDS)} |\n|---|---|---|---|---|", flush=True)
    for name, parameters, same, other in ROWS:
        if only and name not in only:
            continue
        title = " ".join([name, *(f"{key}={value}" for key, value in parameters.items())])
        ours = [Loss.ours(name, parameters, world, runs) for world in WORLDS]
        for rule in filter(None, (same, other)):
            seen.setdefault(rule, [Loss.theirs(rule, world, runs) for world in WORLDS])
        beside = "; ".join(f"{rule}: {' / '.join(map(str, seen[rule]))}" for rule in (same, other) if rule)
        print(f"| {title} | {' | '.join(map(str, ours))} | {beside} |", flush=True)
        for world, mine, its in zip(WORLDS, ours, seen.get(same, []), strict=False):
            if mine.mean > its.mean + 3 * hypot(mine.error, its.error):
                failures.append(f"{title} loses {mine} in {world}, MABWiser's {same} {its}")
    print(OTHER_RULES)
    return failures


def best_against_best(runs: int) -> list[str]:
    """The best of ours and of theirs, in more runs than the table has."""
    ours = [Loss.ours("kl_moss", {}, world, runs) for world in WORLDS]
    theirs = [Loss.theirs("ucb1 .25", world, runs) for world in WORLDS]
    (mine, its), noise = (sum(one.mean for one in row) for row in (ours, theirs)), 0.0
    noise = hypot(*(one.error for one in [*ours, *theirs]))
    print(f"\nThe best of each, {runs:,} runs: ours, kl_moss, {' / '.join(map(str, ours))}, {mine:.1f} in all;")
    print(f"theirs, UCB1 with a hand-tuned .25, {' / '.join(map(str, theirs))}, {its:.1f}: {its - mine:.1f} more,")
    print(f"{(its - mine) / noise:.1f} standard errors.")
    return [] if mine < its else ["the best of ours is not below the best of theirs"]


def wrong_winners(runs: int = 200) -> int:
    """In how many runs another arm than the best has the best mean at the end."""
    policy, world = ADAPTIVE["thompson_bernoulli"](), Environment((0.6, 0.5, 0.4))
    return int(simulate(policy, world, horizon=3_000, runs=runs, rng=np.random.default_rng(14)).is_wrong.sum())


def ask_the_library(python: str, seeds: int) -> list[str]:
    """Is what our formulas of theirs keep what the library keeps? And what does the library itself lose?"""
    command = [python, str(BASE / "bench" / "mabwiser_library.py")]
    checked = subprocess.run([*command, "check"], check=True, stdout=subprocess.PIPE, text=True).stdout
    differs = [line for line in checked.splitlines() if json.loads(line)["largest_difference"] > 1e-12]
    print(checked, flush=True)
    if seeds:
        subprocess.run([*command, "regret", "--seeds", str(seeds)], check=True)
    return [f"not the library's state: {line}" for line in differs]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=200)
    options.add_argument("--only", default="")
    options.add_argument("--library", metavar="PYTHON", default="")
    options.add_argument("--seeds", type=int, default=20, help="of the library itself; 200 take an hour")
    given = options.parse_args()
    began = time.perf_counter()
    failures = ask_the_library(given.library, given.seeds) if given.library else []
    only = set(filter(None, given.only.split(",")))
    failures += judge(given.runs, only)
    if not only:
        failures += best_against_best(max(given.runs, 5 * given.runs))
        wrong = wrong_winners()
        print(f"Thompson's wrong winners at rates .6, .5, .4 and 3,000 pulls: {wrong} of 200 (Flask-MAB: 45)")
        failures += ["Thompson picks the wrong winner too often"] if wrong > 5 else []
    print("\n".join(failures) or "The best is below theirs, and no policy is above MABWiser's same one beyond noise.")
    print(f"[{time.perf_counter() - began:.0f} s]")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
