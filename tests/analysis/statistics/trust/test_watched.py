"""Looked at after every unit of a sound study, trust cries wolf no more often than it says; what is broken it finds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.statistics.trust import anomalies
from analysis.statistics.trust.anomalies import Halves, Measured
from analysis.statistics.trust.attrition import Followed, attrition
from analysis.statistics.trust.balance import balance
from analysis.statistics.trust.findings import Weight
from analysis.statistics.trust.independence import Drawn, against_earlier, log_evidence
from analysis.statistics.trust.ratios import Counted, ratio
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []
Array = NDArray[np.float64]
Places = NDArray[np.int64]
RNG = np.random.default_rng(144)
TIMES, N, EVERY = (2_000, 400, 1) if PROOF else (60, 160, 8)
LEVEL = 0.01


def independent(lost: NDArray[np.bool_], arms: int) -> Places:
    return RNG.integers(0, arms, len(lost))


def blocks(lost: NDArray[np.bool_], arms: int) -> Places:
    found = [RNG.permutation(np.arange(2 * arms) % arms) for _ in range(len(lost) // arms + 1)]
    return np.concatenate(found)[: len(lost)]


def refilled(lost: NDArray[np.bool_], arms: int) -> Places:
    """A place that somebody left goes to the next who comes."""
    places = iter(blocks(np.zeros(2 * len(lost), dtype=bool), arms).tolist())
    left: list[int] = []
    found: list[int] = []
    for is_lost in lost:
        found.append(left.pop(0) if left else next(places))
        if is_lost:
            left.append(found[-1])
    return np.array(found)


def highest(places: Places, columns: list[NDArray[np.float64]], arms: int) -> float:
    """The largest mean evidence at any look."""
    drawn = Drawn(places, np.zeros(len(places), dtype=np.int64), np.full((1, arms), 1 / arms))
    z = [against_earlier(each) for each in columns]
    looks = range(17, len(places) + 1, EVERY)
    return max(float(np.mean([np.exp(log_evidence(drawn.first(n), each[:n])) for each in z])) for n in looks)


@pytest.mark.parametrize("arms", [2, 3])
@pytest.mark.parametrize("allocate", [independent, blocks, refilled])
def test_drop_out_and_balance_seldom_cry_wolf_however_arms_were_given(
    allocate: Callable[[NDArray[np.bool_], int], Places], arms: int
) -> None:
    wolves = np.zeros(2)
    for _ in range(TIMES // (1 if arms == 2 else 4)):
        lost = RNG.random(N) < RNG.choice([0.05, 0.3])
        places = allocate(lost, arms)
        columns = [RNG.normal(size=N), RNG.exponential(size=N), (RNG.random(N) < 0.1).astype(float)]
        wolves += [
            highest(places, [lost.astype(float)], arms) >= 1 / LEVEL,
            highest(places, columns, arms) >= 1 / LEVEL,
        ]

    times = TIMES // (1 if arms == 2 else 4)
    assert (wolves / times <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / times)).all()


def warned(values: Array, places: Places, lost: NDArray[np.bool_], age: Array) -> bool:
    """Whether any look at a study of two arms so far asks somebody to look, or to believe nothing."""
    n, kept = len(values), ~lost
    drawn = Drawn(places, np.zeros(n, dtype=np.int64), np.full((1, 2), 0.5))
    at: Array = np.arange(n, dtype=np.float64) * 600.0
    waits = np.where(lost, np.nan, 300.0)
    findings = [
        ratio(["plain", "vivid"], [Counted((n - int(places.sum()), int(places.sum())), (1.0, 1.0))], {}),
        balance(["plain", "vivid"], drawn, {"age": age, "old": (age > 1).astype(float)}),
        attrition(["plain", "vivid"], Followed(places, at[-1] + 7_200 - at, waits), drawn, kept | lost),
        *anomalies.of_values([Measured("score", values[kept])]),
        anomalies.of_days(at),
        anomalies.of_bursts(at),
        anomalies.of_durations(["plain"], {"plain": waits}),
    ]
    sizes = [128 * 2**i for i in range(12) if 128 * 2**i <= kept.sum()]
    halves = [halves_of(values[kept][:size], places[kept][:size], place) for place, size in enumerate(sizes)]
    novel = anomalies.of_novelty(halves, "score")
    return any(each.weight in (Weight.WARN, Weight.ALARM) for each in [*findings, *([novel] if novel else [])])


def halves_of(values: Array, places: Places, place: int) -> Halves:
    """The two halves' differences of means."""
    found = []
    for own, arm in zip(np.array_split(values, 2), np.array_split(places, 2), strict=True):
        sides = [own[arm == each] for each in (0, 1)]
        error = np.sqrt(sum(side.var(ddof=1) / len(side) for side in sides))
        found.append((float(sides[1].mean() - sides[0].mean()), float(error)))
    return Halves(place, *found)


def test_all_looks_together_warn_of_a_sound_study_in_four_of_a_hundred_at_most() -> None:
    times, wolves = (2_000 if PROOF else 20), 0
    for _ in range(times):
        lost = RNG.random(N) < 0.15
        values, age, places = RNG.gamma(2, size=N), RNG.normal(size=N), blocks(lost, 2)
        looks = range(20, N + 1, 5 if PROOF else 20)
        wolves += any(warned(values[:n], places[:n], lost[:n], age[:n]) for n in looks)

    assert wolves / times <= 0.04 + 3 * np.sqrt(0.04 * 0.96 / times)


@pytest.mark.skipif(not PROOF, reason="`make proof` does this: it takes long")
@pytest.mark.parametrize(("plain", "vivid", "n"), [(0.05, 0.15, 900), (0.1, 0.3, 360), (0.2, 0.3, 2_000)])
def test_arms_that_lose_people_differently_are_found_by_then(plain: float, vivid: float, n: int) -> None:
    found = 0
    for _ in range(400):
        places = blocks(np.zeros(n, dtype=bool), 2)
        lost = RNG.random(n) < np.array([plain, vivid])[places]
        found += highest(places, [lost.astype(float)], 2) >= 1 / LEVEL

    assert found / 400 >= 0.8
