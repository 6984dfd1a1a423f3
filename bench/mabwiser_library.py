"""MABWiser itself, one pull at a time, in a venv of its own: `scripts.proof_bandits`, `bench.bandits_in_process`.

Knows nothing of this house: it needs MABWiser (requirements-bench-bandits.txt) and numpy alone. Prints JSON.
`python bench/mabwiser_library.py regret --seeds 20` | `check` | `speed`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from mabwiser.mab import MAB, LearningPolicy  # type: ignore[import-not-found]  # lives in the bench's own venv

if __package__ in (None, ""):  # started as a file, from a venv that holds MABWiser and not this project
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.mabwiser_rules import RULES, WORLDS, Rule

POLICIES: dict[str, Callable[[], Any]] = {
    "random": LearningPolicy.Random,
    "epsilon_greedy .05": lambda: LearningPolicy.EpsilonGreedy(0.05),
    "epsilon_greedy .1": lambda: LearningPolicy.EpsilonGreedy(0.1),
    "softmax .05": lambda: LearningPolicy.Softmax(0.05),
    "softmax 1": lambda: LearningPolicy.Softmax(1),
    "ucb1 1": lambda: LearningPolicy.UCB1(1),
    "ucb1 .25": lambda: LearningPolicy.UCB1(0.25),
    "thompson": LearningPolicy.ThompsonSampling,
    "popularity": LearningPolicy.Popularity,
}


def regret(name: str, means: tuple[float, ...], horizon: int, seed: int) -> float:
    """What one run of the library loses: every arm once, then predict and partial_fit for each pull."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(means))
    rates = np.array(means)[order]
    arms = list(range(len(means)))
    mab = MAB(arms, POLICIES[name](), seed=seed)
    mab.fit(arms, (rng.random(len(arms)) < rates).astype(int).tolist())
    lost = float((rates.max() - rates).sum())
    for uniform in rng.random(horizon - len(arms)).tolist():
        arm = mab.predict()
        lost += rates.max() - rates[arm]
        mab.partial_fit([arm], [int(uniform < rates[arm])])
    return float(lost)


def regrets(seeds: int, only: list[str], worlds: list[str]) -> None:
    """Prints one line of JSON for each policy and world."""
    for world in worlds:
        for name in only:
            began = time.perf_counter()
            found = [regret(name, WORLDS[world], 10_000, seed) for seed in range(seeds)]
            error = float(np.std(found, ddof=1) / len(found) ** 0.5)
            said = {"policy": name, "world": world, "seeds": seeds, "mean": float(np.mean(found)), "error": error}
            print(json.dumps({**said, "seconds": time.perf_counter() - began}), flush=True)


def known_of(mab: Any) -> list[float]:
    """What the library's policy keeps for each arm: for Thompson both counts, else its expectations."""
    inner = mab._imp
    if hasattr(inner, "arm_to_success_count"):
        return [*map(float, inner.arm_to_success_count.values()), *map(float, inner.arm_to_fail_count.values())]
    return [float(one) for one in inner.arm_to_expectation.values()]


def check(histories: int = 20, pulls: int = 300) -> None:
    """Prints the largest difference between the library's state and the rules' over random histories."""
    for name, rule in RULES.items():
        worst = 0.0
        for seed in range(histories):
            rng = np.random.default_rng(seed)
            arms = int(rng.integers(2, 8))
            mab = MAB(list(range(arms)), POLICIES[name](), seed=seed)
            first = rng.integers(0, 2, arms).tolist()
            mab.fit(list(range(arms)), first)
            ours = Rule.start(rule, np.array([first], dtype=float))
            for _ in range(pulls):
                arm, value = int(rng.integers(arms)), int(rng.integers(0, 2))
                mab.partial_fit([arm], [value])
                ours.learn(np.array([arm]), np.array([float(value)]))
            worst = max(worst, float(np.abs(np.array(known_of(mab)) - ours.known()[0]).max()))
        print(json.dumps({"policy": name, "largest_difference": worst}), flush=True)


def speed(dimension: int, arms: int) -> None:
    """Prints CPU microseconds of a decision and of an update, best of five, without and with contexts."""
    contextual = {
        "linucb": LearningPolicy.LinUCB(1.0),
        "lints": LearningPolicy.LinTS(1.0),
        "lingreedy": LearningPolicy.LinGreedy(0.1),
    }
    plain = {"thompson": LearningPolicy.ThompsonSampling(), "ucb1": LearningPolicy.UCB1(1.0)}
    rng = np.random.default_rng(18)
    for name, policy in {**plain, **contextual}.items():
        mab = MAB(list(range(arms)), policy, seed=18)
        rows = rng.normal(size=(200, dimension)) if name in contextual else None
        mab.fit(rng.integers(0, arms, 200).tolist(), rng.integers(0, 2, 200).tolist(), rows)
        contexts = rng.normal(size=(200, 1, dimension))
        best = [float("inf")] * 2
        for _ in range(5):
            began = time.process_time()
            for x in contexts:
                mab.predict(x if name in contextual else None)
            middle = time.process_time()
            for x in contexts:
                mab.partial_fit([1], [1], x if name in contextual else None)
            ended = time.process_time()
            best = [min(best[0], (middle - began) / 200 * 1e6), min(best[1], (ended - middle) / 200 * 1e6)]
        print(json.dumps({"policy": name, "decide": best[0], "update": best[1], "sum": sum(best)}), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", choices=("regret", "check", "speed"))
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--only", default=",".join(POLICIES))
    options.add_argument("--worlds", default=",".join(WORLDS))
    given = options.parse_args()
    if given.what == "regret":
        regrets(given.seeds, given.only.split(","), given.worlds.split(","))
    elif given.what == "check":
        check()
    else:
        speed(dimension=20, arms=10)


if __name__ == "__main__":
    main()
