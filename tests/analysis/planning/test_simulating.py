"""Simulated studies find what formulas say, and their sums add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.planning.power import DESIGNS
from analysis.planning.power.means import PairedMeans
from analysis.planning.power.watching import Watch
from analysis.planning.simulating.assumed import Assumed
from analysis.planning.simulating.fixed import Study, play
from analysis.planning.simulating.outcomes import Outcomes, Share

RUNS = 4_000
DOUBT = 4 * np.sqrt(0.25 / RUNS)
NUMBERS = Assumed(("plain", "vivid"), "number", 10.0, (0.0, 0.5))


def study(people: int = 128, way: str = "once", arms: int = 2) -> Study:
    return Study(people, (1.0,) * arms, (2.0,) * arms, watch=Watch(way))


def rng() -> np.random.Generator:
    return np.random.default_rng(18)


def test_it_finds_what_the_formula_says() -> None:
    found = play(NUMBERS, study(), runs=RUNS, rng=rng())

    assert found.right / RUNS == pytest.approx(DESIGNS["means"]().power(64, 0.5), abs=DOUBT)
    assert found.covered / RUNS == pytest.approx(0.95, abs=DOUBT)
    assert found.mean("cost") == (256.0, 0.0)


@pytest.mark.parametrize("way", ["once", "obrien_fleming", "pocock", "anytime"])
@pytest.mark.parametrize("arms", [2, 4])
def test_without_an_effect_it_errs_no_more_than_it_says(way: str, arms: int) -> None:
    names = tuple("abcd"[:arms])
    quiet = Assumed(names, "number", 3.0, (0.0,) * arms)
    found = play(quiet, study(80 * arms, way, arms), runs=RUNS, rng=rng())

    assert found.found / RUNS <= 0.05 + DOUBT / 2
    if way == "anytime":
        assert found.naive / RUNS > 0.2  # what a plain test at every look would have done


def test_who_drops_out_costs_and_says_nothing() -> None:
    leaky = replace(NUMBERS, drop_out=0.25)
    found = play(leaky, study(172), runs=RUNS, rng=rng())

    assert found.right / RUNS == pytest.approx(DESIGNS["means"]().power(64.5, 0.5), abs=DOUBT)


def test_within_people_is_the_paired_test() -> None:
    within = replace(NUMBERS, within=True, correlation=0.6)
    found = play(within, study(40), runs=RUNS, rng=rng())

    assert found.right / RUNS == pytest.approx(PairedMeans(correlation=0.6).power(40, 0.5), abs=DOUBT)


@pytest.mark.parametrize("kind", ["yes_no", "number", "count"])
def test_units_have_the_mean_and_spread_that_were_assumed(kind: str) -> None:
    one = Assumed(("a", "b"), kind, 0.3, (0.0, 0.1), sd=0.2, low=0.0, high=1.0, trials=4, icc=0.25)
    if kind == "count":
        one = replace(one, high=np.inf, mean=2.0)
    values = one.draw(1, (200_000,), rng())

    assert values.mean() == pytest.approx(one.means[1], rel=0.01)
    if kind != "count":
        assert values.std() == pytest.approx(one.unit_sd(one.means[1]), rel=0.02)
        assert 0 <= values.min() <= values.max() <= 1


def test_stopping_early_saves_people() -> None:
    found = play(replace(NUMBERS, effects=(0.0, 1.0)), study(200, "anytime"), runs=500, rng=rng())

    assert found.right == 500
    assert found.mean("people")[0] < 120


def test_pieces_add_up_and_come_back_from_json() -> None:
    first, second = (play(NUMBERS, study(), runs=50, rng=np.random.default_rng(seed)) for seed in (1, 2))
    both = first + second

    assert both.runs == 100
    assert Outcomes.read(both.as_json()) == both
    assert Share.of(0, 0).high == 1.0
    with pytest.raises(ValueError, match="outcomes must have the numbers"):
        Outcomes.read({"runs": 3})


@pytest.mark.parametrize(
    ("say", "words"),
    [
        ({"effects": (0.1, 0.0)}, "control must be"),
        ({"kind": "yes_no", "mean": 0.8, "effects": (0.0, 0.5)}, "The mean of “vivid” would be 1.3"),
        ({"drop_out": 1.0}, "drop_out in"),
        ({"arms": ("alone",)}, "two or more"),
    ],
)
def test_what_cannot_be_assumed_is_refused(say: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(NUMBERS, **say)  # type: ignore[arg-type]
