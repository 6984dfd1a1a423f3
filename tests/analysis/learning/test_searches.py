"""Random, evenly spread, in rungs, and by what was learnt: what each search is known for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import fmean
from typing import Any, ClassVar, cast

import pytest

from analysis.learning.components import ComponentError
from analysis.learning.search import halving, sampling
from analysis.learning.search.design import Design
from analysis.learning.search.grid import MOST_SETTINGS
from analysis.learning.search.nodes import Built
from analysis.learning.search.searches import Trial
from analysis.learning.search.space import Space
from experiments.types import JsonObject
from tests.analysis.learning.searching import design_of, fresh, played, trial_of

X = {"random": {"uniform": [0, 1]}}


def xs(design: Design) -> list[float]:
    return [cast(float, proposal.setting["x"]) for proposal in design.proposals()]


def score(setting: JsonObject, epochs: int) -> float:
    return cast(float, setting["x"]) + epochs / 1000


class TestRandom:
    def test_more_samples_keep_the_ones_that_were_drawn(self) -> None:
        few, more = (xs(design_of({"kind": "random", "samples": n}, x=X)) for n in (5, 8))

        assert few == more[:5]

    def test_another_sweep_changes_no_values_of_the_first(self) -> None:
        alone = xs(design_of({"kind": "random", "samples": 5}, x=X))

        assert xs(design_of({"kind": "random", "samples": 5}, x=X, y={"sweep": [1, 2, 3]})) == alone

    def test_values_come_from_all_of_the_range(self) -> None:
        found = xs(design_of({"kind": "random", "samples": 400}, x=X))

        assert 0.45 < fmean(found) < 0.55
        assert min(found) < 0.02
        assert max(found) > 0.98

    def test_the_options_of_a_sweep_are_alike(self) -> None:
        found = Counter(xs(design_of({"kind": "random", "samples": 300}, x={"sweep": [1, 2, 3]}, y=X)))

        assert all(70 < n < 130 for n in found.values())

    def test_a_small_space_is_used_up(self) -> None:
        assert sorted(xs(design_of({"kind": "random", "samples": 50}, x={"sweep": [1, 2, 3]}))) == [1, 2, 3]


class TestLatinHypercube:
    def test_each_part_of_each_range_is_met_once(self) -> None:
        design = design_of({"kind": "latin_hypercube", "samples": 20}, x=X, y=X)
        settings = [proposal.setting for proposal in design.proposals()]

        for place in "xy":
            assert sorted(int(cast(float, setting[place]) * 20) for setting in settings) == list(range(20))

    def test_each_option_is_met_equally_often(self) -> None:
        design = design_of({"kind": "latin_hypercube", "samples": 30}, x={"sweep": [1, 2, 3]}, y=X)

        assert Counter(xs(design)) == {1: 10, 2: 10, 3: 10}


class TestSuccessiveHalving:
    def test_one_of_three_goes_up_each_time(self) -> None:
        found = played(design_of({"kind": "successive_halving", "samples": 27}, epochs=27, x=X), score)

        assert Counter(proposal.epochs for proposal, _ in found) == {1: 27, 3: 9, 9: 3, 27: 1}

    def test_the_best_gets_to_the_top(self) -> None:
        found = played(design_of({"kind": "successive_halving", "samples": 27}, epochs=27, x=X), score)
        first = [cast(float, proposal.setting["x"]) for proposal, _ in found[:27]]

        assert found[-1][0].setting["x"] == max(first)
        assert {proposal.setting["x"] for proposal, _ in found[27:36]} == set(sorted(first)[-9:])

    def test_nobody_goes_up_before_all_of_the_rung_are_over(self) -> None:
        design = design_of({"kind": "successive_halving", "samples": 3}, epochs=3, x=X)
        first = design.proposals()
        trials = [trial_of(one, 1.0) for one in first[:2]] + [trial_of(first[2], None, is_over=False)]

        assert fresh(design, trials) == []

    def test_asynchronously_the_best_of_three_goes_up_at_once(self) -> None:
        search = {"kind": "successive_halving", "samples": 9, "asynchronous": True}
        design = design_of(search, epochs=9, x=X)
        first = design.proposals()
        trials = [trial_of(one, float(place)) for place, one in enumerate(first[:3])]

        assert [one.setting for one in fresh(design, trials) if one.epochs == 3] == [first[2].setting]

    def test_a_setting_that_failed_never_goes_up(self) -> None:
        design = design_of({"kind": "successive_halving", "samples": 9}, epochs=9, x=X)
        found = played(design, lambda setting, epochs: None if epochs == 1 else 1.0)

        assert Counter(proposal.epochs for proposal, _ in found) == {1: 9}

    def test_it_begins_with_the_grid_unless_it_is_told_how_many(self) -> None:
        design = design_of("successive_halving", epochs=9, x={"range": {"from": 1, "to": 9}})

        assert [proposal.setting["x"] for proposal, _ in played(design, score)[-4:]] == [9, 8, 7, 9]

    def test_it_may_give_more_of_a_number_in_the_setting(self) -> None:
        search = {"kind": "successive_halving", "resource": "forest.trees", "least": 10, "most": 90}
        forest = {"config": {"trees": 10, "depth": {"range": {"from": 1, "to": 9}}}}
        found = played(design_of(search, epochs=1, components={"forest": forest}), _depth)

        assert Counter(_trees(proposal.setting) for proposal, _ in found) == {10: 9, 30: 3, 90: 1}
        assert {proposal.epochs for proposal, _ in found} == {1}

    def test_a_resource_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(ComponentError, match="There is no trees"):
            design_of({"kind": "successive_halving", "resource": "trees", "most": 9}, x={"sweep": [1, 2]})


class TestHyperband:
    def test_its_brackets_are_those_of_the_paper(self) -> None:
        """Li et al. (2018), table 1: R = 81, eta = 3."""
        found = played(design_of("hyperband", epochs=81, x=X), score)
        table: dict[object, Counter[int]] = {}
        for proposal, _ in found:
            table.setdefault(proposal.note["ladder"], Counter())[proposal.epochs] += 1

        assert table == {
            0: {1: 81, 3: 27, 9: 9, 27: 3, 81: 1},
            1: {3: 34, 9: 11, 27: 3, 81: 1},
            2: {9: 15, 27: 5, 81: 1},
            3: {27: 8, 81: 2},
            4: {81: 5},
        }

    def test_more_settings_than_may_be_are_refused_before_they_are_drawn(self, monkeypatch: pytest.MonkeyPatch) -> None:
        drawn: list[int] = []

        def draws(space: Space, n: int, **how: Any) -> Iterator[Built]:
            drawn.append(n)
            return sampling.draws(space, min(n, 10), **how)

        monkeypatch.setattr(halving, "draws", draws)
        design_of({"kind": "hyperband", "factor": 2, "most": 10_000_000}, x=X).proposals()

        assert max(drawn) == MOST_SETTINGS + 1

    def test_all_brackets_begin_at_once(self) -> None:
        assert len(design_of("hyperband", epochs=81, x=X).proposals()) == 81 + 34 + 15 + 8 + 5


class TestBayes:
    SEARCH: ClassVar[JsonObject] = {"kind": "bayes", "samples": 30, "at_once": 1, "startup": 8}

    def test_it_comes_nearer_than_chance(self) -> None:
        """Half as far from the top of a hill, on average."""

        def hill(setting: JsonObject, epochs: int) -> float:
            return -((cast(float, setting["x"]) - 0.3) ** 2) - (cast(float, setting["y"]) - 0.7) ** 2

        def best(search: JsonObject, seed: int) -> float:
            return max(found or -9 for _, found in played(design_of(search, seed=seed, x=X, y=X), hill))

        by_chance = [best({"kind": "random", "samples": 30}, seed) for seed in range(5)]

        assert fmean(best(self.SEARCH, seed) for seed in range(5)) > fmean(by_chance) / 2

    def test_it_goes_on_after_a_crash_as_if_nothing_had_been(self) -> None:
        whole = played(design_of(self.SEARCH, x=X), score, most=14)
        trials = [trial_of(proposal, found) for proposal, found in whole[:11]]

        assert [one.setting for one in fresh(design_of(self.SEARCH, x=X), trials)] == [whole[11][0].setting]

    def test_so_many_are_under_way_at_a_time(self) -> None:
        design = design_of({**self.SEARCH, "at_once": 4}, x=X)
        trials: list[Trial] = [trial_of(one, None, is_over=False) for one in design.proposals()]

        assert len(trials) == 4
        assert fresh(design, trials) == []
        trials[0] = trial_of(design.proposals(trials)[0], 0.5)
        assert len(fresh(design, trials)) == 1

    def test_what_is_under_way_is_kept_away_from(self) -> None:
        design = design_of({**self.SEARCH, "at_once": 6, "startup": 4}, x=X)
        done = [trial_of(proposal, found) for proposal, found in played(design, score, most=6)]
        new = [cast(float, proposal.setting["x"]) for proposal in fresh(design, done)]

        assert len(set(new)) == 6

    def test_a_document_that_changed_learns_from_what_still_fits(self) -> None:
        narrow, wide = (design_of(self.SEARCH, x={"sweep": values}) for values in ([1, 2, 3], [1, 2, 3, 4]))
        trials = [trial_of(proposal, found) for proposal, found in played(narrow, score)]

        assert [one.setting for one in fresh(wide, trials)] == [{**narrow.proposals()[0].setting, "x": 4}]

    def test_a_space_that_is_used_up_ends_it(self) -> None:
        assert len(played(design_of(self.SEARCH, x={"sweep": ["a", "b"]}), lambda setting, epochs: 1.0)) == 2


def test_a_search_that_learns_keeps_away_from_nested_folds() -> None:
    with pytest.raises(ComponentError, match="outer folds"):
        design_of("bayes", x=X, validation={"scheme": "nested", "outer": 5, "inner": 2})


def _depth(setting: JsonObject, epochs: int) -> float:
    forest = cast(JsonObject, cast(JsonObject, setting["components"])["forest"])
    return cast(float, cast(JsonObject, forest["config"])["depth"])


def _trees(setting: JsonObject) -> int:
    forest = cast(JsonObject, cast(JsonObject, setting["components"])["forest"])
    return cast(int, cast(JsonObject, forest["config"])["trees"])
