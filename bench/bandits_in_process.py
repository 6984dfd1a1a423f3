"""Microseconds for one decision and one update inside a process: `python -m bench.bandits_in_process`.

`--library PYTHON`: MABWiser beside it in the same run, by the Python of a venv with requirements-bench-bandits.txt.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import time
from collections.abc import Callable

import numpy as np

from bandits.policies import ADAPTIVE, ArmWeight
from bandits.policies.adaptive import Reward, State
from bandits.policies.adaptive.linucb import LinUcb
from bandits.policies.adaptive.live import Live, LiveLinUcb
from experiments.chance import Stream
from machina_site.paths import BASE

ARMS = [ArmWeight(f"arm {i}") for i in range(10)]
RATES = {arm.name: 0.4 + 0.02 * i for i, arm in enumerate(ARMS)}


def best_of_five(work: Callable[[], int]) -> tuple[float, float]:
    """CPU and wall microseconds per step, each the best of five."""
    best = [float("inf")] * 2
    for _ in range(5):
        cpu, wall = time.process_time(), time.perf_counter()
        steps = work()
        best[0] = min(best[0], (time.process_time() - cpu) / steps * 1e6)
        best[1] = min(best[1], (time.perf_counter() - wall) / steps * 1e6)
    return best[0], best[1]


def live_loop(name: str, every: int, steps: int) -> Callable[[], int]:
    policy = ADAPTIVE[name]()
    values = [random.random() for _ in range(steps)]

    def work() -> int:
        live = Live(policy, ARMS, stream=Stream(18), every=every)
        for value in values:
            choice = live.choose()
            arm = choice.arm or ""
            live.reward(Reward(arm, 1.0 if value < RATES[arm] else 0.0, choice.propensity or 1.0))
        return live.state.folded

    return work


def linear_loop(steps: int) -> Callable[[], int]:
    rng = np.random.default_rng(18)
    contexts, noise = list(rng.normal(size=(steps, 20))), rng.normal(size=steps).tolist()

    def work() -> int:
        live = LiveLinUcb(LinUcb(dimension=20), ARMS, stream=Stream(18))
        for x, value in zip(contexts, noise, strict=True):
            live.reward(live.choose(x).arm or "", value, x)
        return live.state.folded

    return work


def tables(name: str) -> tuple[float, float]:
    """One exact table of propensities for ten arms with 200 to 2,000 rewards each."""
    policy = ADAPTIVE[name]()
    dice = random.Random(18)
    arms = {arm.name: policy.start(ARMS).of(arm.name) for arm in ARMS}
    for arm in ARMS:
        n = dice.randrange(200, 2_000)
        wins = round(n * RATES[arm.name])
        arms[arm.name] = arms[arm.name]._replace(n=n, total=wins, squares=wins)
    state = State(arms=arms)

    def work() -> int:
        for _ in range(20):
            policy.probabilities(state, ARMS)
        return 20

    work()
    return best_of_five(work)


def bulk() -> tuple[float, float]:
    """Decisions from one table, as a bulk request makes them."""
    policy = ADAPTIVE["thompson_bernoulli"]()
    table = policy.probabilities(policy.start(ARMS), ARMS)
    n = 10_000_000
    return best_of_five(lambda: len(table.draw_many(n, seed=18)))


def tables_for_contexts(name: str, steps: int = 200) -> tuple[float, float]:
    """A decision (with the chance of every arm) and an update of a contextual policy that is no live one."""
    policy = ADAPTIVE[name].parse({"dimension": 20})
    rng = np.random.default_rng(18)
    contexts = [tuple(row) for row in rng.normal(size=(steps, 20)).tolist()]
    state = policy.fold(policy.start(ARMS), [Reward(ARMS[i % 10].name, 0.5, 1.0, x) for i, x in enumerate(contexts)])
    stream = Stream(18)

    def work() -> int:
        known = state
        for x in contexts:
            choice = policy.choose(known, ARMS, stream=stream, context=x)
            known = policy.fold(known, [Reward(choice.arm or "", 1.0, choice.propensity or 1.0, x)])
        return steps

    return best_of_five(work)


def library(python: str) -> None:
    """MABWiser's own times, in a process of its own."""
    command = [python, str(BASE / "bench" / "mabwiser_library.py"), "speed"]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    for row in map(json.loads, said.splitlines()):
        title = f"MABWiser, {row['policy']}, decision + update"
        print(f"{title:60} {row['sum']:9.2f} (decision {row['decide']:.2f}, update {row['update']:.2f})")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--library", metavar="PYTHON", default="")
    given = options.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; microseconds of CPU (wall), best of 5, 10 arms")
    rows = [
        ("Thompson, decision + update, folded every 1,000", live_loop("thompson_bernoulli", 1_000, 20_000)),
        ("Thompson, decision + update, folded every 100", live_loop("thompson_bernoulli", 100, 20_000)),
        ("Thompson, decision + update, a new exact table after each", live_loop("thompson_bernoulli", 1, 500)),
        ("UCB1, decision + update, folded every 1", live_loop("ucb1", 1, 5_000)),
        ("KL-MOSS, decision + update, folded every 1", live_loop("kl_moss", 1, 5_000)),
        ("LinUCB d = 20, decision + update, learns each, folded every 4,096", linear_loop(10_000)),
    ]
    for title, work in rows:
        cpu, wall = best_of_five(work)
        print(f"{title:60} {cpu:9.2f} ({wall:.2f})")
    for name in ("thompson_bernoulli", "thompson_gaussian", "thompson_poisson", "top_two_thompson", "kl_moss"):
        cpu, wall = tables(name)
        print(f"{'one exact table, ' + name:60} {cpu:9.2f} ({wall:.2f})")
    for name in ("linucb", "linear_thompson", "square_cb"):
        cpu, wall = tables_for_contexts(name)
        print(f"{f'{name} d = 20, a table for each context + a fold of each reward':60} {cpu:9.2f} ({wall:.2f})")
    cpu, wall = bulk()
    print(f"{'a decision in a batch of 10 million from one table':60} {cpu:9.4f} ({wall:.4f})  {1 / wall:.1f} M/s")
    if given.library:
        library(given.library)


if __name__ == "__main__":
    main()
