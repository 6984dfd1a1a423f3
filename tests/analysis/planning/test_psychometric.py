"""Stimuli that teach most, one at a time or in blocks."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from analysis.planning.information.psychometric import FORMS, Grid, Guard


def grid(form: str = "logistic") -> Grid:
    low = 0.2 if form == "weibull" else -3.0
    return Grid.over(
        np.linspace(low, 3, 13).tolist(),
        np.linspace(low, 3, 21).tolist(),
        np.geomspace(0.5, 8, 5).tolist(),
        ((0.1,), (0.0, 0.04)),
        form,
    )


@pytest.mark.parametrize("form", FORMS)
def test_the_stimulus_that_teaches_most_leaves_the_least_entropy(form: str) -> None:
    one = grid(form)

    assert one.information().argmax() == one.expected_entropy().argmin()
    assert (one.information_about(0) <= one.information() + 1e-12).all()


def test_two_points_by_hand() -> None:
    """Two thresholds, a steep slope: the stimulus between them tells all, log 2; the others tell nothing."""
    one = Grid.over([-10.0, 0.0, 10.0], [-5.0, 5.0], [50.0])

    assert one.information() == pytest.approx([0.0, np.log(2), 0.0], abs=1e-9)
    assert one.answered(1, yes=True).moments(0) == pytest.approx((-5.0, 0.0), abs=1e-6)


def test_a_block_teaches_what_all_its_patterns_teach() -> None:
    one = grid()
    chosen, gained = one.block(3)
    chance = one.chances[:, chosen]
    exact = 0.0
    for pattern in product((0, 1), repeat=3):
        each = np.prod(np.where(pattern, chance, 1 - chance), axis=1)
        whole = one.belief @ each
        exact += float(one.belief @ (each * np.log(np.maximum(each, 1e-300) / whole)))

    assert gained == pytest.approx(exact, abs=1e-9)
    assert gained >= float(one.information().max())


def test_adaptive_stimuli_find_the_threshold_in_fewer_trials_than_even_ones() -> None:
    rng, errors = np.random.default_rng(18), {"adaptive": [], "even": []}  # type: ignore[var-annotated]
    for truth in rng.uniform(-1.5, 1.5, 60):
        for way, found in errors.items():
            one = grid()
            for trial in range(25):
                place = int(one.information().argmax()) if way == "adaptive" else trial % len(one.stimuli)
                chance = 0.1 + 0.88 / (1 + np.exp(-3 * (one.stimuli[place] - truth)))
                one = one.answered(place, bool(rng.random() < chance))
            found.append((one.moments(0)[0] - truth) ** 2)

    assert np.mean(errors["adaptive"]) < 0.6 * np.mean(errors["even"])


def test_guards_keep_every_stimulus_possible_and_say_the_chance() -> None:
    one = grid()
    chances = Guard(random=0.2).chances(one)
    first = Guard(least=1).chances(one.answered(3, yes=True))

    assert chances.sum() == pytest.approx(1)
    assert chances.min() == pytest.approx(0.2 / 13)
    assert first[3] == 0
    assert first.sum() == pytest.approx(1)
    assert Guard(until_sd=10).is_done(one)
    with pytest.raises(ValueError, match="random in"):
        Guard(random=2)


def test_an_answer_that_cannot_be_leaves_the_belief() -> None:
    sure = Grid.over([0.0, 1.0], [5.0], [1e6])

    assert np.isfinite(sure.answered(0, yes=True).belief).all()
    with pytest.raises(ValueError, match="form must be one of"):
        Grid.over([0.0], [0.0], [1.0], form="cauchy")
    with pytest.raises(ValueError, match="must leave a chance"):
        Grid.over([0.0], [0.0], [1.0], ((0.7,), (0.7,)))
    with pytest.raises(ValueError, match="size must be from 1"):
        grid().block(0)
