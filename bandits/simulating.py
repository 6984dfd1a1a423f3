"""Policies tried in a world: the same for the command and the console's page. Needs numpy: import it when needed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bandits.policies import ADAPTIVE, PolicyError
from bandits.policies.adaptive import AdaptivePolicy
from bandits.policies.adaptive.elimination import Elimination
from bandits.policies.adaptive.kinds import BoundedPolicy
from bandits.policies.adaptive.knapsack import Knapsack
from bandits.policies.adaptive.linear import ContextualPolicy
from bandits.policies.simulation import Environment, Regrets, World, simulate
from bandits.policies.simulation.logs import Log
from bandits.policies.simulation.replays import replay
from bandits.regret_chart import Curve, Shape, chart


@dataclass(frozen=True)
class Trial:
    """How long, how often, from which seed. levels: the quantiles over the runs between which the band lies."""

    horizon: int = 2_000
    runs: int = 200
    seed: int = 18
    levels: tuple[float, float] = (0.1, 0.9)


def tried(policy: AdaptivePolicy, world: World | Log, trial: Trial) -> Regrets:
    """What it loses there; in a log it is replayed. ValueError, with a sentence, if it cannot be."""
    rng = np.random.default_rng(trial.seed)
    if isinstance(world, Log):
        return replay(policy, world, horizon=trial.horizon, runs=trial.runs, rng=rng)
    return simulate(policy, world, horizon=trial.horizon, runs=trial.runs, rng=rng)


def fitted(name: str, parameters: Mapping[str, object], world: World | Log, horizon: int) -> AdaptivePolicy:
    """The policy with what the world settles filled in, where it is not given. PolicyError for a wrong parameter.

    Contextual: dimension, model. Knapsack: budget, horizon, most. Best-arm: horizon. Bounded rewards in an unbounded
    world: low and high, three deviations outside the means.
    """
    if name not in ADAPTIVE:
        raise PolicyError("policy", f"There is no adaptive policy “{name}”. Known: {', '.join(sorted(ADAPTIVE))}.")
    return ADAPTIVE[name].parse({**_settled(ADAPTIVE[name], world, horizon), **parameters})


def _settled(kind: type[AdaptivePolicy], world: World | Log, horizon: int) -> dict[str, object]:
    settled: dict[str, object] = {}
    if issubclass(kind, ContextualPolicy):
        dimension = max(world.features.shape[1], 1) if isinstance(world, Log) else world.dimension
        is_shared = not isinstance(world, Log) and world.has_arm_features
        settled |= {"dimension": dimension, "model": "shared" if is_shared else "disjoint"}
    if issubclass(kind, Elimination | Knapsack):
        settled["horizon"] = horizon
    if issubclass(kind, Knapsack) and isinstance(world, Environment) and world.costs:
        settled |= {"budget": min(world.budget, 1e12), "most": max(*world.costs, 1e-9)}
    if issubclass(kind, BoundedPolicy):
        settled |= _range(world)
    return settled


def _range(world: World | Log) -> dict[str, object]:
    """low and high, if rewards may lie outside 0 and 1."""
    if isinstance(world, Log):
        low, high = float(world.reward.min()), float(world.reward.max())
    elif isinstance(world, Environment) and world.kind != "bernoulli":
        spread = 3 * (world.deviation if world.kind == "gaussian" else max(world.means) ** 0.5)
        low = min(world.means) - spread if world.kind == "gaussian" else 0.0
        high = max(world.means) + spread
    else:
        return {}
    return {} if low >= 0 and high <= 1 else {"low": low, "high": high}


def curve_of(regrets: Regrets, levels: tuple[float, float]) -> Curve:
    """The mean and the band."""
    low, high = (regrets.band(level).tolist() for level in levels)
    return Curve(regrets.times.tolist(), regrets.lost.mean(axis=0).tolist(), low, high)


def drawing(title: str, found: Mapping[str, Regrets], trial: Trial, *, along: str = "rounds") -> list[Shape]:
    """All curves on one chart. along: what the rounds are."""
    low, high = trial.levels
    below = f"{along}; lines are means of {trial.runs:,} runs, bands hold the middle {100 * (high - low):.0f} % of them"
    return chart(title, {name: curve_of(regrets, trial.levels) for name, regrets in found.items()}, below=below)


@dataclass(frozen=True)
class Row:
    """One policy in the table. wrong: None where no arm is the best for everybody."""

    name: str
    regret: float
    error: float
    low: float
    high: float
    per_round: float
    best: float
    wrong: float | None

    @property
    def best_percent(self) -> str:
        """The best arm's share, lately."""
        return f"{100 * self.best:.0f}"

    @property
    def wrong_percent(self) -> str | None:
        """Runs that end with a wrong arm ahead."""
        return None if self.wrong is None else f"{100 * self.wrong:.1f}"

    @classmethod
    def of(cls, name: str, regrets: Regrets, levels: tuple[float, float]) -> Row:
        """Its numbers at the end."""
        low, high = (float(regrets.band(level)[-1]) for level in levels)
        earned = float(regrets.earned.mean()) / float(regrets.times[-1])
        best = float(regrets.best.mean())
        return cls(name, regrets.mean, regrets.standard_error, low, high, earned, best, regrets.wrong)


def rows_of(found: Mapping[str, Regrets], trial: Trial) -> list[Row]:
    """The least regret first."""
    return sorted((Row.of(name, one, trial.levels) for name, one in found.items()), key=lambda row: row.regret)


def as_table(rows: Sequence[Row], trial: Trial) -> str:
    """For a terminal."""
    width = max(6, *(len(row.name) for row in rows))
    band = f"{100 * trial.levels[0]:g} % … {100 * trial.levels[1]:g} %"
    head = f"{'policy':<{width}}  {'regret':>9}  {'± s.e.':>7}  {band:>21}  {'earned':>8}  {'best arm':>8}  wrong ahead"
    lines = [head]
    for row in rows:
        between = f"{row.low:9.1f} … {row.high:9.1f}"
        wrong = "" if row.wrong is None else f"{100 * row.wrong:.1f} %"
        numbers = f"{row.regret:9.1f}  {row.error:7.1f}  {between:>21}  {row.per_round:8.4g}  {100 * row.best:6.1f} %"
        lines.append(f"{row.name:<{width}}  {numbers}  {wrong:>11}".rstrip())
    return "\n".join(lines)


def as_json(found: Mapping[str, Regrets], trial: Trial) -> str:
    """For scripts: the curves too."""
    policies: dict[str, object] = {}
    for name, regrets in found.items():
        row, curve = Row.of(name, regrets, trial.levels), curve_of(regrets, trial.levels)
        policies[name] = {
            "regret": row.regret,
            "standard_error": row.error,
            "earned_per_round": row.per_round,
            "best_arm_lately": row.best,
            "wrong_arm_ahead": row.wrong,
            "shares": regrets.shares.mean(axis=0).tolist(),
            "times": list(curve.times),
            "mean": list(curve.mean),
            "low": list(curve.low),
            "high": list(curve.high),
        }
    said = {"seed": trial.seed, "runs": trial.runs, "horizon": trial.horizon, "levels": trial.levels}
    return json.dumps({**said, "policies": policies}, indent=2)
