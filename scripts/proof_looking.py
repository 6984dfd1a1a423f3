"""How often answers ever miss the truth when watched after every participant: `python -m scripts.proof_looking`.

Prints, for each kind of values and for arms of the same size and one four times the other, the share of experiments in
which the interval of the difference missed the truth at any look, and its mean width at the end over that of a fixed
one. Both arms' values are alike; somebody looks after each participant of the smaller arm.
Ends with 1 if one that is labelled valid misses more often than the level and three standard errors.
`--experiments 500`: quicker. `--markdown`: as docs/performance.md has it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, log, sqrt

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.moments import Moments
from analysis.statistics.sequential.asymptotics import ENOUGH, TUNING_N, Sequence
from analysis.statistics.sequential.bounded_evidence import STAKES, BoundedEvidence, log_sum
from analysis.statistics.sequential.comparing import compare
from analysis.statistics.sequential.projecting import log_stakes

Array = NDArray[np.float64]
Rng = np.random.Generator
Shape = tuple[int, ...]
LEVEL = 0.05
Z = 1.959963984540054


@dataclass(frozen=True)
class Kind:
    """Values of participants. mean: the true one. between: whether they lie from 0 to 1, and that is declared."""

    title: str
    mean: float
    between: bool
    draw: Callable[[Rng, Shape], Array]


KINDS = (
    Kind("yes or no, 1/2", 0.5, True, lambda rng, shape: (rng.random(shape) < 0.5).astype(float)),
    Kind("yes or no, 3 %", 0.03, True, lambda rng, shape: (rng.random(shape) < 0.03).astype(float)),
    Kind("scale 0 to 1, skewed", 0.1, True, lambda rng, shape: rng.beta(0.2, 1.8, shape)),
    Kind("scale 0 to 1, narrow", 0.7, True, lambda rng, shape: rng.beta(14, 6, shape)),
    Kind("normal", 0.0, False, lambda rng, shape: rng.normal(size=shape)),
    Kind("exponential", 1.0, False, lambda rng, shape: rng.exponential(size=shape)),
    Kind("log-normal", float(np.exp(0.5)), False, lambda rng, shape: np.exp(rng.normal(size=shape))),
    Kind("counts, mean 0.3", 0.3, False, lambda rng, shape: rng.poisson(0.3, shape).astype(float)),
)


@dataclass(frozen=True)
class Looks:
    """The evidence after each participant: n of shape (looks, 1), sums of shape (looks, 16)."""

    n: Array
    up: Array
    down: Array

    @classmethod
    def of(cls, values: Array, times: int = 1) -> Looks:
        """After every so many values."""
        up, down = (np.cumsum(np.log1p(np.multiply.outer(part, STAKES)), axis=0) for part in (values, 1 - values))
        n = np.arange(1.0, len(values) + 1)[:, None]
        return cls(*(each[times - 1 :: times] for each in (n, up, down)))


def bets(kind: Kind, control: Array, treatment: Array) -> Array:
    """By experiment: whether the true pair of means was ever refused, before which no difference is."""
    times, missed = control.shape[1] // treatment.shape[1], []
    for one, other in zip(control, treatment, strict=True):
        logs = log_stakes(Looks.of(one, times), kind.mean, Looks.of(other), kind.mean)
        missed.append(bool((log_sum(logs) >= log(1 / LEVEL)).any()))
    return np.array(missed, dtype=float)


def errors(control: Array, treatment: Array) -> Array:
    """After each participant: how many standard errors the difference is from 0. Shape (experiments, looks)."""
    (mean_c, error_c), (mean_t, error_t) = (moments(arm, treatment.shape[1]) for arm in (control, treatment))
    variance = error_c + error_t
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 0, np.abs(mean_t - mean_c) / np.sqrt(variance), 0.0)


def moments(values: Array, looks: int) -> tuple[Array, Array]:
    """The mean and its squared error at each look. Shape (experiments, looks)."""
    n, times = np.arange(1, values.shape[1] + 1), values.shape[1] // looks
    mean = np.cumsum(values, axis=1) / n
    variance = np.maximum(np.cumsum(values**2, axis=1) - n * mean**2, 0) / np.maximum(n - 1, 1)
    return mean[:, times - 1 :: times], (variance / n)[:, times - 1 :: times]


def asymptotic(control: Array, treatment: Array) -> Array:
    """By experiment: whether the asymptotic sequence ever missed, from where it claims something on."""
    times, looks = control.shape[1] // treatment.shape[1], treatment.shape[1]
    sequence, needed = Sequence(LEVEL, TUNING_N), ceil(ENOUGH * sqrt(times))
    spread = np.array([sequence.spread(4 / (1 / (times * n) + 1 / n)) for n in range(1, looks + 1)])
    return np.asarray((errors(control, treatment) > spread)[:, needed - 1 :].any(axis=1), dtype=float)


def fixed(control: Array, treatment: Array) -> Array:
    """The same of the usual interval, which is meant for one look, from ten in each arm on."""
    return np.asarray((errors(control, treatment) > Z)[:, 9:].any(axis=1), dtype=float)


def width(kind: Kind, control: Array, treatment: Array) -> float:
    """Of the answer at the end, over the usual one."""
    of = BoundedEvidence.of if kind.between else Moments.of
    ratios = []
    for one, other in list(zip(control, treatment, strict=True))[:20]:
        found = compare(of(one), of(other), level=LEVEL)
        usual = 2 * Z * sqrt(float(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)))
        ratios.append((found.high - found.low) / usual)
    return float(np.mean(ratios))


@dataclass(frozen=True)
class Row:
    """misses: of the answer that `compare` gives; usual: of the fixed interval, looked at as often."""

    kind: Kind
    times: int
    misses: float
    usual: float
    width: float


def row(kind: Kind, times: int, *, experiments: int, participants: int) -> Row:
    """times: how many times larger the control is."""
    rng, looks = np.random.default_rng([132, KINDS.index(kind), times]), participants // (1 + times)
    control, treatment = kind.draw(rng, (experiments, times * looks)), kind.draw(rng, (experiments, looks))
    missed = bets(kind, control, treatment) if kind.between else asymptotic(control, treatment)
    usual = fixed(control, treatment)
    return Row(kind, times, float(missed.mean()), float(usual.mean()), width(kind, control, treatment))


def rows(experiments: int, participants: int) -> Iterator[Row]:
    """All kinds, with even arms and with one arm four times the other."""
    for kind in KINDS:
        for times in (1, 4):
            yield row(kind, times, experiments=experiments, participants=participants)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiments", type=int, default=2000)
    parser.add_argument("--participants", type=int, default=1000)
    parser.add_argument("--markdown", action="store_true")
    asked = parser.parse_args()
    allowed, failed = LEVEL + 3 * sqrt(LEVEL * (1 - LEVEL) / asked.experiments), 0
    cells = "| {:<20} | {:<5} | {:<19} | {:>6} | {:>12} | {:>11} |"
    print(cells.format("values", "arms", "answer", "missed", "usual missed", "width/usual"))
    if asked.markdown:
        print("| --- | --- | --- | ---: | ---: | ---: |")
    for one in rows(asked.experiments, asked.participants):
        failed += one.misses > allowed
        name = "betting-sequence" if one.kind.between else "asymptotic-sequence"
        figures = (f"{one.misses:.3f}", f"{one.usual:.3f}", f"{one.width:.2f}")
        print(cells.format(one.kind.title, f"{one.times} : 1", name, *figures))
    print(f"{failed} answers miss more often than {LEVEL} allows." if failed else "Every answer holds.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
