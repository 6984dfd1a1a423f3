"""``make bench-safety``, second part: the search for a policy, beside that of seldonian-engine 0.8.11, in turns.

1,000 episodes of the gridworld, the constraint of the engine's tutorial, the same descent on both sides, iteration by
iteration. CPU seconds of one thread, preparing included, the median of the repeats; and how far the parameters are
apart in the end. Then what a look costs with more episodes and more constraints.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np

from analysis.safety.bounds import BOUNDS
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.demanding import Terms, demand_of
from analysis.safety.optimisers.engine import engine_optimiser
from analysis.safety.reinforcement.environments import ENVIRONMENTS, played
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.estimates import Recipe
from analysis.safety.reinforcement.policies import POLICIES
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.reinforcement.subject import PolicySubject
from analysis.safety.terms import Array, Demand, Look, Mode, Regime
from bench.safety import engine_python
from bench.safety_policies_engine import CONSTRAINT, HYPER
from experiments.types import Json
from machina_site.paths import BASE, VAR

GAMMA = 0.9
MANY = (1, 5, 20)


def main() -> None:
    """Take turns, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--iterations", type=int, default=30)
    parser.add_argument("--python", type=Path, help="of a venv with requirements-bench-safety.txt (made if not given)")
    given = parser.parse_args()
    given.python = given.python or engine_python(VAR / "bench-safety" / "venv")
    episodes = walked(given.episodes)
    file = VAR / "bench-safety" / f"gridworld_{given.episodes}.json"
    lay(episodes, file)
    print(f"gridworld, {given.episodes:,} episodes ({int(episodes.starts[-1]):,} steps), {given.iterations} iterations")
    print("| policy of the engine | engine, s | Machina, s | ratio (least to most) | parameters differ by |")
    print("|---|---|---|---|---|")
    ours(episodes, 1)  # what is imported on the way is no part of a search
    for kind, repeats in (("tutorial", given.repeats), ("library", 1)):
        pairs = [(engine(given, file, kind), ours(episodes, given.iterations)) for _ in range(repeats)]
        ratios = [theirs["cpu"] / own["cpu"] for theirs, own in pairs]
        apart = max(float(np.abs(np.array(theirs["theta"]) - own["theta"]).max()) for theirs, own in pairs)
        left, right = (statistics.median(one["cpu"] for one in side) for side in zip(*pairs, strict=True))
        spread = f"{statistics.median(ratios):,.0f} ({min(ratios):,.0f} to {max(ratios):,.0f})"
        print(f"| {kind} | {left:.2f} | {right:.4f} | {spread} | {apart:.1e} |")
    growth()


def walked(n: int) -> Episodes:
    """By a policy that favours nothing."""
    world = ENVIRONMENTS.parse("gridworld")
    policy = POLICIES.parse(world.policy)
    return played(world, policy, policy.neutral(), n, rng=np.random.default_rng(18))


def lay(episodes: Episodes, file: Path) -> None:
    """Where the engine finds them."""
    cuts = episodes.starts[1:-1]
    parts = zip(
        np.split(episodes.observations[:, 0].astype(int), cuts),
        np.split(episodes.actions[:, 0].astype(int), cuts),
        np.split(episodes.rewards[:, 0], cuts),
        np.split(episodes.chances, cuts),
        strict=True,
    )
    names = ("observations", "actions", "rewards", "chances")
    written = [{name: part.tolist() for name, part in zip(names, one, strict=True)} for one in parts]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"gamma": GAMMA, "episodes": written}))


def engine(given: argparse.Namespace, file: Path, kind: str) -> dict[str, Any]:
    """One run of theirs."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [str(given.python), str(BASE / "bench" / "safety_policies_engine.py"), str(file), str(given.iterations)]
    found = subprocess.run([*command, kind], check=True, capture_output=True, text=True, env=environment)
    told: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return told


def ours(episodes: Episodes, iterations: int) -> dict[str, Any]:
    """One run of ours: the engine's descent, preparing included."""
    policy = POLICIES.parse({"type": "softmax", "states": 9, "actions": 4})
    first = round(len(episodes) * 0.4)
    settings: dict[str, Json] = {name: value for name, value in HYPER.items() if name != "hyper_search"}  # type: ignore[misc]  # plain JSON
    search = engine_optimiser({**settings, "num_iters": iterations})
    demands = (demand(CONSTRAINT, Terms(bound=BOUNDS.parse("student_t"), mode=Mode.ENGINE)),)
    began = time.process_time()
    subject = PolicySubject(episodes, policy, Recipe(Returns(GAMMA), sided=False))
    problem = subject.problem(np.arange(first), demands, size=len(episodes) - first)
    found = search.select(problem, policy.neutral(), rng=np.random.default_rng(0), watch=unheard)
    return {"cpu": time.process_time() - began, "theta": found.theta}


def demand(text: str, terms: Terms) -> Demand:
    """As it is tested."""
    return demand_of(parse_constraint(text, Vocabulary.of(Regime.REINFORCEMENT), delta=0.05), terms)


def unheard(iteration: int, of: int, look: Look) -> None:
    """Nobody listens."""


def growth() -> None:
    """A look with its slope, by episodes and by constraints: exact bounds, and Student's t."""
    print("\n| episodes | steps | constraints | student_t, ms a look with slope | betting, ms |")
    print("|---|---|---|---|---|")
    for n in (1_000, 10_000, 100_000):
        episodes = walked(n)
        for count in MANY:
            times = [_look(episodes, count, bound) for bound in ("student_t", "betting")]
            print(f"| {n:,} | {int(episodes.starts[-1]):,} | {count} | {times[0]:.2f} | {times[1]:.2f} |")


def _look(episodes: Episodes, count: int, bound: str) -> float:
    terms = Terms(bound=BOUNDS.parse(bound))
    demands = tuple(demand(f"J_pi_new_IS >= -{0.25 + number / 100}", terms) for number in range(count))
    policy = POLICIES.parse({"type": "softmax", "states": 9, "actions": 4})
    subject = PolicySubject(episodes, policy, Recipe(ENVIRONMENTS.parse("gridworld").returns()))
    problem = subject.problem(np.arange(len(episodes)), demands, size=len(episodes))
    theta: Array = np.random.default_rng(0).normal(0, 0.1, problem.size)
    problem.slope(theta, np.ones(count))
    began, repeats = time.process_time(), 5
    for _ in range(repeats):
        problem.slope(theta, np.ones(count))
    return (time.process_time() - began) / repeats * 1000


if __name__ == "__main__":
    main()
