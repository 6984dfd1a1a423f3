"""Simulated observers in a block: how far the estimate is off after each trial, by each rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.planning.information.psychometric import Grid, Shape
from analysis.planning.stimuli.block import Block, End, Pool, Rule, Task
from analysis.planning.stimuli.learners import Array, Psychometric
from analysis.planning.stimuli.looks import Look, Staircase

SLOPE, GUESS, LAPSE = 3.5, 0.5, 0.02


@dataclass(frozen=True, slots=True)
class Ground:
    """low, high: of the intensities. thresholds: of observers, drawn evenly on the log scale between these."""

    low: float = 0.01
    high: float = 1.0
    stimuli: int = 25
    thresholds: tuple[float, float] = (0.04, 0.4)


def block_of(ground: Ground, rule: str, trials: int) -> Block:
    """A two-choice task with a Weibull curve; the belief begins even on the log scale."""
    x = np.geomspace(ground.low, ground.high, ground.stimuli)
    thresholds = np.geomspace(0.02, 0.8, 40).tolist()
    grid = Grid.over(x.tolist(), thresholds, (1.5, 2.5, 3.5, 5.0), ((GUESS,), (0.0, LAPSE, 0.05)), "weibull")
    pool = Pool(np.ones(len(x)), np.arange(len(x)), tuple(map(float, x)))
    stairs = Staircase(down_after=2, up_after=1)
    task = Task("", tuple(range(len(x))), Psychometric(grid))
    return Block(
        pool, (task,), Rule(by=rule, about="threshold" if rule == "information" else "", staircase=stairs), End(trials)
    )


def errors(ground: Ground, rule: str, trials: int, observers: int, rng: np.random.Generator) -> Array:
    """Of log10 threshold, estimate less truth, after each trial; (observers, trials)."""
    block = block_of(ground, rule, trials)
    low, high = np.log(ground.thresholds)
    truths = np.exp(rng.uniform(low, high, observers))
    return np.array([_one(block, float(truth), rng) for truth in truths])


def _one(block: Block, truth: float, rng: np.random.Generator) -> Array:
    learner = block.tasks[0].learner
    assert isinstance(learner, Psychometric)  # noqa: S101 (made above)
    chances = Shape("weibull").chance(learner.grid.stimuli, truth, SLOPE, GUESS, LAPSE)
    looks: list[Look] = []
    found = []
    for _ in range(block.end.trials):
        drawn = block.draw(looks, float(rng.random()))
        outcome = float(rng.random() < chances[drawn.place])
        looks.append(replace(Look(drawn.place, drawn.chance), outcome=outcome))
        learner = learner.learned(drawn.place, outcome)
        logs = np.log10(learner.grid.cells[:, 0])
        found.append(float(learner.grid.belief @ logs) - float(np.log10(truth)))
    return np.array(found)


def root_mean_square(found: Array) -> Array:
    """Over observers, after each trial, (trials,)."""
    return np.asarray(np.sqrt(np.mean(found**2, axis=0)))


def trials_to(reached: Array, wanted: float) -> int | None:
    """The first trial from which on the error stays at or below what is wanted; None if it never does."""
    above = np.flatnonzero(reached > wanted)
    first = int(above[-1]) + 2 if len(above) else 1
    return first if first <= len(reached) else None
