"""Looking early costs units at most, and saves them on average."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.planning.power import DESIGNS
from analysis.planning.power.answering import Asked, answer
from analysis.planning.power.assurance import Belief
from analysis.planning.power.crossing import first_crossings
from analysis.planning.power.watching import Watch, boundaries, inflation, watched
from analysis.statistics.words import NoAnswer

OBF = [4.332634, 2.963132, 2.359044, 2.014090]
POCOCK = [2.3683, 2.3675, 2.3582, 2.3500]


@pytest.mark.parametrize(("way", "known"), [("obrien_fleming", OBF), ("pocock", POCOCK)])
def test_boundaries_are_those_of_the_tables(way: str, known: list[float]) -> None:
    _, bounds = boundaries(Watch(way, 4), 0.05, 2)

    assert bounds == pytest.approx(known, abs=1e-4)


@pytest.mark.parametrize("way", ["obrien_fleming", "pocock"])
def test_watching_errs_no_more_than_it_says_and_costs_units(way: str) -> None:
    watch = Watch(way)
    times, bounds = boundaries(watch, 0.05, 2)
    up, down = first_crossings(times, bounds, 0.0)
    cost = inflation(watch, 0.05, 2, 0.8)

    assert up.sum() + down.sum() <= 0.05 + 1e-5
    assert 1 < cost.factor < 2
    assert cost.factor * cost.expected_share < 1.15


def test_known_inflation_factors() -> None:
    """Jennison and Turnbull (2000), table 7.6 has 1.202 for Pocock's own boundary; spending it is a little less."""
    assert inflation(Watch("obrien_fleming", 4), 0.05, 2, 0.8).factor == pytest.approx(1.02, abs=0.005)
    assert inflation(Watch("pocock", 4), 0.05, 2, 0.8).factor == pytest.approx(1.20, abs=0.01)


def test_crossings_agree_with_simulated_walks() -> None:
    rng, runs = np.random.default_rng(18), 40_000
    times, bounds = boundaries(Watch("pocock", 4), 0.05, 2)
    walks = np.cumsum(rng.normal(0.25 * 2.5, 0.5, (runs, 4)), axis=1) / np.sqrt(times)
    above = (walks > bounds).any(axis=1)
    up, _ = first_crossings(times, bounds, 2.5)

    assert up.sum() == pytest.approx(above.mean(), abs=4 * np.sqrt(0.25 / runs))


def test_a_study_that_is_watched_has_the_power_that_was_asked_for() -> None:
    found = answer(DESIGNS["means"](), Asked(effect=0.4, watch=Watch("anytime"), drop_out=0.1))
    once = answer(DESIGNS["means"](), Asked(effect=0.4))

    assert found.power >= 0.8
    assert found.n > once.n
    assert once.n < found.expected_n < 0.7 * found.n
    assert found.let_in > found.total
    assert "after every unit" in " ".join(found.remarks)
    assert watched(Watch("once"), 0.05, 2, 0.7) == (0.7, 1.0)


def test_the_third_is_answered_from_two() -> None:
    design = DESIGNS["means"]()
    n = answer(design, Asked(effect=0.5)).n
    power = answer(design, Asked(effect=0.5, n=n, power=None)).power
    effect = answer(design, Asked(n=n)).effect

    assert (n, round(power, 3)) == (64, 0.801)
    assert effect == pytest.approx(0.5, abs=0.005)
    with pytest.raises(ValueError, match="Give two of effect, power and n"):
        answer(design, Asked(effect=0.5, n=20))
    with pytest.raises(NoAnswer, match="Not even"):
        answer(design, Asked(effect=0.0))
    with pytest.raises(ValueError, match="n must be at least 2 units"):
        answer(design, Asked(n=1))


@pytest.mark.parametrize("kind", ["proportions", "paired"])
def test_looking_at_any_time_the_third_is_answered_from_two(kind: str) -> None:
    design, watch = DESIGNS[kind](), Watch("anytime")
    n = answer(design, Asked(effect=0.3, watch=watch)).n
    power = answer(design, Asked(effect=0.3, n=n, power=None, watch=watch)).power
    effect = answer(design, Asked(n=n, watch=watch)).effect

    assert power == pytest.approx(0.8, abs=0.01)
    assert effect == pytest.approx(0.3, rel=0.06)


def test_looking_at_any_time_an_assurance_stays_below_its_ceiling() -> None:
    found = answer(DESIGNS["proportions"](), Asked(effect=0.2, watch=Watch("anytime"), belief=Belief(0.2, 0.1)))

    assert found.assurance is not None
    assert found.ceiling is not None
    assert 0.5 < found.assurance < 0.8 < found.ceiling


@pytest.mark.parametrize(("kind", "effect", "words"), [("groups", 0.3, "by pairs"), ("proportions", 1e-5, "any time")])
def test_what_no_looking_finds_is_said(kind: str, effect: float, words: str) -> None:
    with pytest.raises(NoAnswer, match=words):
        answer(DESIGNS[kind](), Asked(effect=effect, watch=Watch("anytime")))


def test_unknown_ways_are_refused() -> None:
    with pytest.raises(ValueError, match="way must be one of once"):
        Watch("daily")
    with pytest.raises(ValueError, match="looks must be from 2"):
        Watch("pocock", 1)
