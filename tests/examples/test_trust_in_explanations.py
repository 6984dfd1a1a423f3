"""The demo's stimuli are really computed, and come out the same again."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.trust_in_explanations import build
from examples.trust_in_explanations.shapley import (
    Floats,
    random_attributions,
    rounded_to_total,
    shapley_values,
)
from experiments.types import Json

HERE = Path(build.__file__).parent
TENTH = 0.1 + 1e-9


@pytest.fixture(scope="module")
def rebuilt() -> dict[str, Json]:
    return build.stimuli()


@pytest.fixture(scope="module")
def stored() -> dict[str, Json]:
    return cast("dict[str, Json]", json.loads((HERE / "stimuli.json").read_text(encoding="utf-8")))


def leaves(value: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    else:
        yield path, value


def same(before: Json, after: Json) -> bool:
    """Equal, or a number no more than a tenth off: linear algebra libraries differ in the last digit."""
    if isinstance(before, float) and isinstance(after, int | float):
        return abs(before - after) <= TENTH
    return before == after


def test_building_again_gives_the_same_stimuli(rebuilt: dict[str, Json], stored: dict[str, Json]) -> None:
    again = dict(leaves(rebuilt))

    assert again.keys() == dict(leaves(stored)).keys()
    assert [path for path, value in leaves(stored) if not same(value, again[path])] == []


def test_building_twice_on_one_machine_gives_the_same_bytes(rebuilt: dict[str, Json]) -> None:
    assert json.dumps(build.stimuli()) == json.dumps(rebuilt)


def test_the_study_file_is_the_template_with_the_stimuli(stored: dict[str, Json]) -> None:
    assert (HERE / "study.yaml").read_text(encoding="utf-8") == build.study(stored)


def cases(stored: dict[str, Json]) -> list[dict[str, Json]]:
    return cast("list[dict[str, Json]]", stored["cases"])


def bars(case: dict[str, Json], model: str, kind: str) -> list[float]:
    rows = cast("dict[str, list[dict[str, float]]]", case[model])[kind]
    return [row["value"] for row in rows]


def test_each_model_is_nearer_to_the_truth_four_times(stored: dict[str, Json]) -> None:
    assert sorted(str(case["nearer"]) for case in cases(stored)) == ["k"] * 4 + ["m"] * 4
    assert len({case["id"] for case in cases(stored)}) == 8


def test_who_was_nearer_is_true(stored: dict[str, Json]) -> None:
    for case in cases(stored):
        errors = {
            name: abs(cast("dict[str, float]", case[name])["prediction"] - cast(float, case["truth"])) for name in "km"
        }
        assert errors[str(case["nearer"])] == min(errors.values())
        assert abs(errors["k"] - errors["m"]) > 0.5


@pytest.mark.parametrize("kind", ["attributions", "random"])
def test_what_people_see_adds_up_to_the_digit(stored: dict[str, Json], kind: str) -> None:
    for case in cases(stored):
        for model in "km":
            shown = cast("dict[str, float]", case[model])
            assert shown["baseline"] + sum(bars(case, model, kind)) == pytest.approx(shown["prediction"], abs=1e-9)


def test_made_up_bars_are_as_long_in_total_but_different(stored: dict[str, Json]) -> None:
    for case in cases(stored):
        for model in "km":
            real, fake = (np.array(bars(case, model, kind)) for kind in ("attributions", "random"))
            assert np.abs(fake).sum() == pytest.approx(np.abs(real).sum(), abs=0.75)
            assert not np.allclose(real, fake, atol=0.15)


def test_the_cars_were_held_out() -> None:
    workshop = build.open_workshop()

    assert not set(workshop.training.names) & set(workshop.held_out.names)


def by_orders(predict: object, x: Floats, background: Floats) -> Floats:
    """The definition, slowly: each feature's mean gain over all orders of switching features on."""
    assert callable(predict)
    gains = np.zeros(len(x))
    for order in itertools.permutations(range(len(x))):
        mixed = background.copy()
        before = float(np.mean(predict(mixed)))
        for i in order:
            mixed[:, i] = x[i]
            after = float(np.mean(predict(mixed)))
            gains[i] += after - before
            before = after
    return gains / math.factorial(len(x))


def test_shapley_values_are_those_of_the_definition() -> None:
    rng = np.random.default_rng(1)
    x, background = rng.normal(size=4), rng.normal(size=(6, 4))

    def predict(rows: Floats) -> Floats:
        return np.asarray(rows[:, 0] * rows[:, 1] + np.sin(rows[:, 2]) + np.maximum(rows[:, 3], rows[:, 0]))

    phi, baseline = shapley_values(predict, x, background)

    assert phi == pytest.approx(by_orders(predict, x, background), abs=1e-12)
    assert baseline + phi.sum() == pytest.approx(float(predict(x[None, :])[0]), abs=1e-12)


def test_shapley_values_of_a_line_are_weight_times_distance_from_the_mean() -> None:
    rng = np.random.default_rng(2)
    weights, x, background = rng.normal(size=7), rng.normal(size=7), rng.normal(size=(50, 7))

    phi, _ = shapley_values(lambda rows: np.asarray(rows @ weights), x, background)

    assert phi == pytest.approx(weights * (x - background.mean(axis=0)), abs=1e-12)


def test_a_feature_that_the_model_ignores_gets_nothing() -> None:
    rng = np.random.default_rng(3)

    phi, _ = shapley_values(lambda rows: np.asarray(rows[:, 0] ** 2), rng.normal(size=3), rng.normal(size=(9, 3)))

    assert phi[1:] == pytest.approx([0, 0], abs=1e-12)


def test_too_many_features_are_refused() -> None:
    with pytest.raises(ValueError, match="x has 13 features"):
        shapley_values(lambda rows: rows[:, 0], np.zeros(13), np.zeros((2, 13)))


values = st.lists(st.floats(-20, 20), min_size=2, max_size=8)


@given(values, st.integers(0, 1000))
@settings(max_examples=200)
def test_a_placebo_keeps_both_totals(real: list[float], seed: int) -> None:
    array = np.array(real)

    fake = random_attributions(array, np.random.default_rng(seed))

    assert fake.sum() == pytest.approx(array.sum(), abs=1e-9)
    assert np.abs(fake).sum() == pytest.approx(np.abs(array).sum(), abs=1e-9)


@given(values)
@settings(max_examples=200)
def test_rounding_keeps_the_total_and_moves_little(real: list[float]) -> None:
    array = np.array(real)
    total = round(float(array.sum()), 1)

    rounded = rounded_to_total(array, total)

    assert rounded.sum() == pytest.approx(total, abs=1e-9)
    assert np.abs(rounded - array).max() < TENTH
    assert rounded * 10 == pytest.approx(np.round(rounded * 10), abs=1e-6)


def test_the_readme_states_the_metrics_that_were_found(stored: dict[str, Json]) -> None:
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    found = cast("dict[str, Json]", stored["metrics"])

    assert f"{found['training']} cars to learn from, {found['held_out']} held out" in readme
    assert f"| {found['k_r2']} | {found['k_mean_absolute_error']} mpg |" in readme
    assert f"| {found['m_r2']} | {found['m_mean_absolute_error']} mpg |" in readme
    assert f"K is nearer to the truth for {found['k_nearer_percent']} % of the held-out cars" in readme
