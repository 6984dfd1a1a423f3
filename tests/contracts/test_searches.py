"""Every search keeps the promises of its kind: repeatable, without memory, without doubles, within the exclusions."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, cast

import pytest

from analysis.learning.search.design import Design
from analysis.learning.search.searches import Trial
from analysis.learning.search.shipped import SEARCHES
from experiments.types import JsonObject
from tests.analysis.learning.searching import design_of, fresh, played, trial_of

SPACE: dict[str, Any] = {
    "rate": {"log_range": {"from": 0.001, "to": 0.1, "count": 3}},
    "kind": {"sweep": [{"name": "sgd", "momentum": {"sweep": [0, 0.9]}}, {"name": "adam"}]},
    "depth": {"range": {"from": 1, "to": 3}, "when": {"kind.name": "adam"}},
}
MORE: Mapping[str, Mapping[str, object]] = {
    "bayes": {"samples": 8, "startup": 3, "at_once": 2},
    "random": {"samples": 6},
    "latin_hypercube": {"samples": 6},
    "asynchronous": {"kind": "successive_halving", "asynchronous": True},
}
EVERY = sorted({*SEARCHES.members, *MORE})


def search_of(name: str, **more: object) -> Mapping[str, object]:
    return {"kind": name, **MORE.get(name, {}), **more}


def design(name: str, **more: object) -> Design:
    return design_of(search_of(name, **more), epochs=9, **SPACE)


def value(setting: JsonObject, epochs: int) -> float | None:
    """Better with a smaller rate and more epochs; one kind of setting fails."""
    kind = cast(JsonObject, setting["kind"])
    return None if kind.get("momentum") == 0.9 else epochs / 10 - cast(float, setting["rate"])


@pytest.mark.parametrize("name", sorted(SEARCHES.members))
def test_its_example_is_read(name: str) -> None:
    assert list(SEARCHES.faults(SEARCHES.members[name].example)) == []


@pytest.mark.parametrize("name", sorted(SEARCHES.members))
def test_it_is_read_from_its_name_alone(name: str) -> None:
    assert SEARCHES.parse(name) == SEARCHES.parse({"kind": name})


@pytest.mark.parametrize("name", EVERY)
def test_the_same_results_give_the_same_proposals_in_whatever_order_they_came(name: str) -> None:
    trials = [trial_of(proposal, found) for proposal, found in played(design(name), value, most=6)]
    shuffled = random.Random(1).sample(trials, len(trials))
    answers = [[proposal.key() for proposal in design(name).proposals(each)] for each in (trials, trials, shuffled)]

    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("name", EVERY)
def test_nothing_comes_twice_and_nothing_that_was_proposed_is_forgotten(name: str) -> None:
    trials: list[Trial] = []
    for _ in range(12):
        keys = [proposal.key() for proposal in design(name).proposals(trials)]
        assert len(set(keys)) == len(keys)
        assert {(trial.setting, trial.epochs) for trial in trials} <= set(keys)
        trials += [trial_of(one, value(one.setting, one.epochs)) for one in fresh(design(name), trials)[:1]]


@pytest.mark.parametrize("name", EVERY)
def test_it_comes_to_an_end(name: str) -> None:
    assert 0 < len(played(design(name), value)) < 200


@pytest.mark.parametrize("name", EVERY)
def test_it_proposes_no_setting_that_is_excluded(name: str) -> None:
    left_out = [{"kind.name": "adam", "depth": {"above": 1}}, {"rate": 0.01}]
    settings = [proposal.setting for proposal, _ in played(design(name, exclusions=left_out), value)]

    assert all(setting["rate"] != 0.01 for setting in settings)
    assert all(cast(int, setting.get("depth", 0)) < 2 for setting in settings)


@pytest.mark.parametrize("name", EVERY)
def test_every_proposal_is_a_setting_of_the_grid(name: str) -> None:
    grid = [proposal.setting for proposal in design("grid").proposals()]

    assert all(proposal.setting in grid for proposal, _ in played(design(name), value))


@pytest.mark.parametrize("name", EVERY)
def test_a_document_with_nothing_open_is_one_setting(name: str) -> None:
    found = {
        proposal.key()[0]
        for proposal, _ in played(design_of(search_of(name), epochs=9, x=1), lambda setting, epochs: 1.0)
    }

    assert len(found) == 1


@pytest.mark.parametrize("name", EVERY)
def test_less_is_better_where_the_measure_says_so(name: str) -> None:
    """Turning the values and the direction round changes nothing."""
    up, down = (
        design_of(search_of(name), epochs=9, direction=direction, x={"range": {"from": 1, "to": 20}})
        for direction in ("maximise", "minimise")
    )
    ups = played(up, lambda setting, epochs: cast(float, setting["x"]))
    downs = played(down, lambda setting, epochs: -cast(float, setting["x"]))

    assert [(one.setting["x"], one.epochs) for one, _ in ups] == [(one.setting["x"], one.epochs) for one, _ in downs]


@pytest.mark.parametrize("name", ["bayes", "hyperband", "successive_halving"])
def test_a_search_that_learns_needs_a_measure(name: str) -> None:
    with pytest.raises(ValueError, match="goes by a measure"):
        design_of(name, measure=None, x=1)
