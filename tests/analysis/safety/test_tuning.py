"""What is tuned is chosen on candidate rows alone, and only what is no part of the promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.safety.setting import Wish, explicit, read_setting
from analysis.safety.subjects import faults
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Array, Demand, Evidence, Problem, Quantity, Rows, Subject
from analysis.safety.testing.splitting import Split, divided
from analysis.safety.tuning.choosing import best, every
from analysis.safety.tuning.fractions import given, settled
from analysis.safety.tuning.places import put
from analysis.safety.tuning.scales import Scale
from analysis.safety.tuning.section import Tuning, beginning
from analysis.safety.tuning.trying import Tried, rate_range, unpenalised
from analysis.safety.tuning.tuned import Data, Tuned, tune
from analysis.safety.tuning.worlds import world
from tests.analysis.safety.facts import Case, facts
from tests.analysis.safety.subjects import classification, engine_demands

SETTING: dict[str, Any] = {
    "data": {"type": "breast_cancer"},
    "constraints": [{"text": "PR <= 0.8", "delta": 0.05}, {"text": "FPR <= 0.5"}],
}


# --- Scales ---


@pytest.mark.parametrize("case", facts("hyperparam_transform.json"), ids=lambda case: f"{case['min']} to {case['max']}")
def test_a_number_is_encoded_as_the_search_sees_it(case: Case) -> None:
    scale = Scale(case["min"], case["max"], log=case["distribution"] == "log-uniform")

    assert scale.encode(case["initial"]) == pytest.approx(case["theta_correct"], rel=1e-9)
    assert scale.decode(case["theta_correct"]) == pytest.approx(case["initial"], rel=1e-9)
    assert scale.decode(case["theta_seed"]) == pytest.approx(case["decode_of_theta_seed"], rel=1e-9)
    assert scale.decode(0) == pytest.approx(case["decode_at_0"], rel=1e-9)


@pytest.mark.parametrize("code", [-1e9, -50, 50, 1e9])
def test_no_code_leaves_the_ends(code: float) -> None:
    assert 2 <= Scale(2, 7, whole=True).decode(code) <= 7


def test_what_is_outside_cannot_be_encoded() -> None:
    with pytest.raises(ValueError, match="value must be from 0 to 1, not 2"):
        Scale(0, 1).encode(2)


# --- What may be tuned ---


def said(over: Mapping[str, Any]) -> list[str]:
    return [f"{path}: {message}" for path, message, _ in faults({**SETTING, "tuning": {"over": over}})]


def test_regularisation_bounds_division_and_share_may_be_tuned() -> None:
    over: dict[str, Any] = {
        "objective.penalty": {"from": 1e-5, "to": 1, "scale": "log", "start": 0.001},
        "constraints.0.bound": ["auto", {"type": "student_t"}],
        "constraints.1.inflation": {"from": 1, "to": 3},
        "optimiser": ["sqp", {"type": "adam", "iterations": 50}],
        "optimiser.iterations": {"from": 10, "to": 100, "whole": True},
        "safety.fraction": [0.3, 0.5],
    }

    assert said(over) == []


@pytest.mark.parametrize(
    "path", ["constraints.0.delta", "constraints.0.text", "overall_delta", "label", "safety.seed", "mode", "groups.M"]
)
def test_the_promise_itself_is_not_tuned(path: str) -> None:
    [sentence] = said({path: [0.1, 0.2]})

    assert f"“{path}” cannot be tuned" in sentence
    assert "before any row is looked at" in sentence


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("objective.penalty", [-1], "-1: -1 cannot stand here"),
        ("optimiser.penalti", [1], "no parameter “penalti”"),
        ("objective", ["logistic_loss"], "what choices are judged by"),
        ("objective.penalty", {"from": 1, "to": 0.1}, "1 is not below 0.1"),
        ("objective.penalty", {"from": 0, "to": 1, "scale": "log"}, "cannot begin at 0"),
        ("objective.penalty", {"from": 0.1, "to": 1, "start": 5}, "5 is not from 0.1 to 1"),
        ("constraints.7.bound", ["auto"], "There are 2 entries; there is no number 7"),
        ("constraints.0.bound", ["hoefding"], "hoefding"),
        ("safety.fraction", [0.5, 1.0], "1.0 is no share of the rows"),
        ("safety.fraction", {"from": 0.1, "to": 0.9}, "must be a list"),
    ],
)
def test_what_cannot_be_tuned_so_is_told_with_its_place(path: str, value: object, sentence: str) -> None:
    found = said({path: value})

    assert any(sentence in each for each in found), found
    assert all("tuning" in each for each in found)


def test_tuning_nothing_is_refused() -> None:
    assert any("Nothing is chosen" in each for each in said({}))


def test_a_value_is_put_where_its_path_says_and_nothing_else_changes() -> None:
    changed = put(SETTING, "constraints.1.bound", "hoeffding")

    assert changed["constraints"] == [SETTING["constraints"][0], {"text": "FPR <= 0.5", "bound": "hoeffding"}]
    assert "bound" not in SETTING["constraints"][1]


def test_a_setting_begins_with_the_largest_share_and_without_the_section() -> None:
    begun = beginning({**SETTING, "tuning": {"over": {"safety.fraction": [0.3, 0.7, 0.5]}}})

    assert begun == {**SETTING, "safety": {"fraction": 0.7}}


# --- Choosing ---


def outcome(passes: int, objective: float, trials: int = 20, **values: Any) -> Tried:
    low, high = rate_range(passes, trials, confidence=0.9)
    return Tried(values, passes, trials, low, high, objective)


def test_whoever_passes_surely_less_often_is_not_chosen_for_its_objective() -> None:
    assert best([outcome(20, 0.6, a=1), outcome(5, 0.1, a=2)]) == outcome(20, 0.6, a=1)


def test_among_those_that_pass_about_as_often_the_objective_decides() -> None:
    assert best([outcome(20, 0.6, a=1), outcome(19, 0.4, a=2)]) == outcome(19, 0.4, a=2)


def test_where_nothing_passes_nothing_is_chosen() -> None:
    assert best([outcome(0, float("inf"))]) is None


def test_the_interval_of_a_share_is_that_of_clopper_and_pearson() -> None:
    assert rate_range(0, 20, confidence=0.9) == pytest.approx((0, 1 - 0.05 ** (1 / 20)))
    assert rate_range(20, 20, confidence=0.9) == pytest.approx((0.05 ** (1 / 20), 1))


@pytest.mark.parametrize("by", ["random", "cma_es"])
def test_numbers_are_sought_within_every_combination_of_lists(by: str) -> None:
    over: dict[str, Any] = {
        "objective.penalty": {"from": 1e-4, "to": 1, "scale": "log", "start": 0.5},
        "constraints.0.bound": ["auto", "student_t"],
    }
    tuning = Tuning.of({**SETTING, "tuning": {"over": over, "by": by, "samples": 24}})
    assert tuning is not None

    def attempt(values: Mapping[str, Any]) -> Tried:
        return outcome(20, abs(np.log10(values["objective.penalty"] / 0.01)), **values)

    tries = every(tuning, attempt, rng=np.random.default_rng(1))
    chosen = best(tries)

    assert [one.values["constraints.0.bound"] for one in tries].count("auto") * 2 == len(tries)
    assert tries[0].values["objective.penalty"] == 0.5
    assert len(tries) <= tuning.tries
    assert chosen is not None
    assert chosen.objective < 0.4


# --- Only candidate rows ---


def test_a_trial_world_draws_from_pools_without_a_common_row_and_in_the_sizes_asked_for() -> None:
    rows = np.arange(100, 160)
    drawn = world(rows, np.arange(60) % 3, (400, 600), seed=4)

    assert (len(drawn.candidate), len(drawn.safety)) == (400, 600)
    assert not set(drawn.candidate) & set(drawn.safety)
    assert set(drawn.candidate) | set(drawn.safety) <= set(rows)


def test_rows_that_go_over_never_come_back() -> None:
    strata = np.arange(200) % 4
    before = divided(strata, fraction=0.7, seed=1)
    after = given(before, 0.4, strata, split="stratified", seed=2)

    assert set(before.candidate) < set(after.candidate)
    assert set(after.safety) < set(before.safety)
    assert len(after.safety) == pytest.approx(80, abs=1)


def test_a_safety_set_cannot_grow() -> None:
    strata = np.zeros(100, dtype=np.intp)
    with pytest.raises(ValueError, match="only get smaller"):
        given(divided(strata, fraction=0.3, seed=1), 0.5, strata, split="random", seed=2)


@pytest.mark.parametrize(
    ("objectives", "taken"),
    [({0.7: 1, 0.5: 2, 0.3: 3}, 0.7), ({0.7: 3, 0.5: 1, 0.3: 2}, 0.5), ({0.7: 3, 0.5: 2, 0.3: 1}, 0.3)],
)
def test_a_smaller_share_is_taken_while_it_does_better(objectives: Mapping[float, float], taken: float) -> None:
    strata = np.zeros(100, dtype=np.intp)

    fraction, parts, _ = settled(
        divided(strata, fraction=0.7, seed=1),
        sorted(objectives, reverse=True),
        lambda fraction, parts: outcome(20, objectives[fraction]),
        lambda parts, fraction: given(parts, fraction, strata, split="random", seed=3),
    )

    assert fraction == taken
    assert len(parts.safety) == pytest.approx(100 * taken, abs=1)


@dataclass(eq=False)
class Watched:
    """A subject that remembers which rows anything was asked of."""

    inner: Supervised
    looked: set[int] = field(default_factory=set)

    @property
    def count(self) -> int:
        return self.inner.count

    def strata(self, wholes: tuple[Quantity, ...] = ()) -> NDArray[np.intp]:
        return self.inner.strata(wholes)

    def prepared(self, rows: Rows, *, rng: np.random.Generator) -> Watched:
        self.looked |= set(rows.tolist())
        return self

    def start(self, rows: Rows, *, rng: np.random.Generator) -> Array:
        self.looked |= set(rows.tolist())
        return self.inner.start(rows, rng=rng)

    def problem(self, rows: Rows, demands: tuple[Demand, ...], *, size: int) -> Problem:
        self.looked |= set(rows.tolist())
        return self.inner.problem(rows, demands, size=size)

    def evidence(self, theta: Array, rows: Rows, quantities: tuple[Quantity, ...]) -> Mapping[Quantity, Evidence]:
        self.looked |= set(rows.tolist())
        return self.inner.evidence(theta, rows, quantities)


def tuned(over: Mapping[str, Any], subject: Subject) -> tuple[Tuned, Split]:
    setting = {**SETTING, "tuning": {"over": over, "trials": 3, "samples": 2}}
    tuning = Tuning.of(setting)
    begun = beginning(explicit(setting))
    wish: Wish = read_setting(begun)
    parts = divided(subject.strata(), fraction=wish.held.fraction, seed=1)
    demands = engine_demands(["PR <= 0.8"], delta=0.05)
    data = Data(subject.count, lambda _: subject, lambda _: demands, lambda done, of: None, lambda: None)
    assert tuning is not None
    return tune(begun, tuning, parts, data, seed=5), parts


OVER: Mapping[str, Any] = {
    "safety.fraction": [0.8, 0.5],
    "objective.penalty": {"from": 1e-4, "to": 1, "scale": "log"},
}


def test_no_row_of_the_safety_set_that_is_left_was_ever_looked_at() -> None:
    subject = Watched(classification())
    found, parts = tuned(OVER, subject)

    assert subject.looked
    assert not subject.looked & set(found.parts.safety.tolist())
    assert set(found.parts.safety) <= set(parts.safety)


def test_everything_chosen_stands_in_the_setting_and_all_that_was_tried_is_told() -> None:
    found, _ = tuned(OVER, classification())

    assert found.chosen.keys() == OVER.keys()
    assert read_setting(found.setting).held.fraction == found.chosen["safety.fraction"]
    written: Any = found.as_json()
    assert len(written["tries"]) == 4
    assert all(one["trials"] == 3 for one in written["tries"])


def test_choices_are_judged_without_their_penalty() -> None:
    assert unpenalised(0.8, 0.1, np.array([1.0, 2.0])) == pytest.approx(0.3)


def test_tuning_is_the_same_every_time() -> None:
    assert tuned(OVER, classification())[0].as_json() == tuned(OVER, classification())[0].as_json()
