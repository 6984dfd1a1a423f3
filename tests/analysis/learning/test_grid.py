"""A grid goes through every setting once, in the document's order."""

from math import prod
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.learning.digests import canonical, digest_of
from analysis.learning.search.building import CircleError
from analysis.learning.search.grid import every_setting
from analysis.learning.search.space import read_space
from experiments.types import Json, JsonObject

SCALARS = st.integers(-5, 5) | st.sampled_from(["a", "b", None, True, 0.5])
PLAIN = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=4)


def settings_of(document: object) -> list[Json]:
    space = read_space(cast(Json, document))
    assert space.faults == ()
    return [built.setting for built in every_setting(space)]


def test_the_first_sweep_changes_slowest() -> None:
    found = settings_of({"batch": {"sweep": [32, 64]}, "rate": {"sweep": [0.1, 0.01, 0.001]}})

    assert found == [{"batch": batch, "rate": rate} for batch in (32, 64) for rate in (0.1, 0.01, 0.001)]


def test_the_grid_of_the_base_scenario_has_twelve_settings() -> None:
    mlp = {"type": "mlp", "config": {"hidden": {"sweep": [32, 64]}, "batch": {"sweep": [32, 64]}}}
    trainer = {"config": {"rate": {"sweep": [0.1, 0.01, 0.001]}}}

    assert len(settings_of({"components": {"mlp": mlp, "trainer": trainer}})) == 12


def test_a_document_with_no_sweep_is_one_setting() -> None:
    assert settings_of({"a": [1, {"b": 2}]}) == [{"a": [1, {"b": 2}]}]


def test_sweeps_stand_in_lists_too() -> None:
    assert settings_of({"layers": [{"sweep": [8, 16]}, 4]}) == [{"layers": [8, 4]}, {"layers": [16, 4]}]


def test_an_option_with_sweeps_of_its_own_is_a_space_within_the_space() -> None:
    """MLgym's own example: 3 x (1 + 2) = 9."""
    inner = {"name": "sgd", "momentum": {"sweep": [0, 0.9]}}
    found = settings_of({"seed": {"sweep": [1, 2, 3]}, "optimiser": {"sweep": [{"name": "adam"}, inner]}})

    assert len(found) == 9
    assert {"seed": 3, "optimiser": {"name": "sgd", "momentum": 0.9}} in found


def test_mlgyms_own_spelling_is_read() -> None:
    assert settings_of({"a": {"sweep": "absolute", "values": [1, 2]}}) == [{"a": 1}, {"a": 2}]


def test_what_is_zipped_moves_together() -> None:
    document = {"wide": {"zip": "size", "values": [8, 16]}, "deep": {"zip": "size", "values": [3, 2]}}

    assert settings_of(document) == [{"wide": 8, "deep": 3}, {"wide": 16, "deep": 2}]


def test_a_place_under_a_condition_is_open_only_where_it_holds() -> None:
    document = {"momentum": {"sweep": [0.5, 0.9], "when": {"name": "sgd"}}, "name": {"sweep": ["sgd", "adam"]}}

    assert settings_of(document) == [
        {"momentum": 0.5, "name": "sgd"},
        {"momentum": 0.9, "name": "sgd"},
        {"name": "adam"},
    ]


def test_otherwise_stands_where_the_condition_does_not_hold() -> None:
    momentum = {"sweep": [0.5, 0.9], "when": {"o.name": {"not": "adam"}}, "otherwise": 0}
    optimiser = {"config": {"name": {"sweep": ["adam", "sgd"]}, "momentum": momentum}}

    found = settings_of({"components": {"o": optimiser}})

    assert [canonical(one) for one in found] == [
        '{"components":{"o":{"config":{"momentum":0,"name":"adam"}}}}',
        '{"components":{"o":{"config":{"momentum":0.5,"name":"sgd"}}}}',
        '{"components":{"o":{"config":{"momentum":0.9,"name":"sgd"}}}}',
    ]


def test_conditions_may_stand_on_conditions() -> None:
    document = {
        "c": {"sweep": [1, 2], "when": {"b": 2}},
        "b": {"sweep": [1, 2], "when": {"a": 2}},
        "a": {"sweep": [1, 2]},
    }

    assert settings_of(document) == [{"a": 1}, {"b": 1, "a": 2}, {"c": 1, "b": 2, "a": 2}, {"c": 2, "b": 2, "a": 2}]


def test_conditions_in_a_circle_are_refused() -> None:
    document: JsonObject = {"a": {"sweep": [1, 2], "when": {"b": 1}}, "b": {"sweep": [1, 2], "when": {"a": 1}}}

    with pytest.raises(CircleError, match="a, b"):
        list(every_setting(read_space(document)))


def test_a_constant_is_taken_as_it_is() -> None:
    assert settings_of({"a": {"constant": {"range": [1, 2]}}}) == [{"a": {"range": [1, 2]}}]


@pytest.mark.parametrize(
    ("sweep", "values"),
    [
        ({"range": {"from": 0, "to": 1, "step": 0.25}}, [0, 0.25, 0.5, 0.75, 1]),
        ({"range": {"from": 0, "to": 0.3, "step": 0.1}}, [0, 0.1, 0.2, 0.3]),
        ({"range": {"from": 3, "to": 1, "step": -1}}, [3, 2, 1]),
        ({"range": {"from": 1, "to": 3}}, [1, 2, 3]),
        ({"log_range": {"from": 16, "to": 256, "count": 5}}, [16, 32, 64, 128, 256]),
        ({"log_range": {"from": 1e-4, "to": 0.1, "count": 4}}, [1e-4, 1e-3, 1e-2, 0.1]),
        ({"random": {"choice": ["a", "b"]}}, ["a", "b"]),
    ],
)
def test_a_sweep_is_written_in_many_ways(sweep: Json, values: list[Json]) -> None:
    assert settings_of({"a": sweep}) == [{"a": value} for value in values]


def test_a_range_of_whole_numbers_stays_whole() -> None:
    found = settings_of({"a": {"range": {"from": 1, "to": 3}}, "b": {"log_range": {"from": 1, "to": 4, "count": 3}}})

    assert canonical(found) == canonical([{"a": a, "b": b} for a in (1, 2, 3) for b in (1, 2, 4)])


def test_values_drawn_beforehand_are_the_same_for_the_same_seed() -> None:
    document: JsonObject = {"a": {"random": {"uniform": [0, 1]}, "count": 3}}
    draws = [[built.setting for built in every_setting(read_space(document, seed=seed))] for seed in (1, 1, 2)]

    assert draws[0] == draws[1] != draws[2]
    assert len(draws[0]) == 3


def test_a_grid_over_a_distribution_has_no_end_and_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a\.b is drawn at random"):
        list(every_setting(read_space({"a": {"b": {"random": {"uniform": [0, 1]}}}})))


@pytest.mark.parametrize(
    ("document", "path", "sentence"),
    [
        ({"a": {"sweep": []}}, ("a", "sweep"), "no values"),
        ({"a": {"sweep": 3}}, ("a", "sweep"), "list of values"),
        ({"a": [{"range": {"from": 1}}]}, ("a", 0, "range"), "range needs from, to"),
        ({"a": {"range": {"from": 1, "to": "x"}}}, ("a", "range", "to"), "must be a number"),
        ({"a": {"range": {"from": 1, "to": 3, "step": -1}}}, ("a", "range"), "never comes to 3"),
        ({"a": {"range": {"from": 1, "to": 1e9}}}, ("a", "range"), "too many"),
        ({"a": {"log_range": {"from": 0, "to": 1, "count": 3}}}, ("a", "log_range"), "above 0"),
        ({"a": {"random": {"unifrom": [0, 1]}}}, ("a", "random", "unifrom"), "no distribution"),
        ({"a": {"random": {"int": [0.5, 1]}}}, ("a", "random", "int"), "whole numbers"),
        ({"a": {"random": {"uniform": [1, 0]}}}, ("a", "random", "uniform"), "below"),
        ({"a": {"sweep": [{"b": {"sweep": []}}]}}, ("a", "sweep", 0, "b", "sweep"), "no values"),
        ({"a": {"sweep": [1], "otherwise": 2}}, ("a", "otherwise"), "needs a when"),
        ({"a": {"sweep": [1], "when": 3}}, ("a", "when"), "mapping"),
        ({"a": {"zip": "g", "values": [1]}, "b": {"zip": "g", "values": [1, 2]}}, ("b",), "as many values"),
    ],
)
def test_what_is_wrong_with_a_sweep_is_told_with_its_path(
    document: Json, path: tuple[str | int, ...], sentence: str
) -> None:
    faults = read_space(document).faults

    assert [fault[0] for fault in faults] == [path]
    assert sentence in faults[0][1]


def test_everything_wrong_is_told_at_once() -> None:
    faults = read_space({"a": {"sweep": []}, "b": [{"range": {}}], "c": {"sweep": [1], "otherwise": 1}}).faults

    assert [fault[0] for fault in faults] == [("a", "sweep"), ("b", 0, "range"), ("c", "otherwise")]


@given(st.dictionaries(st.sampled_from("pqrst"), st.lists(PLAIN, min_size=1, max_size=3, unique_by=canonical)))
def test_a_grid_is_the_product_of_its_sweeps_with_no_setting_twice(sweeps: dict[str, list[Json]]) -> None:
    found = settings_of({name: {"sweep": values} for name, values in sweeps.items()})

    assert len(found) == prod(len(values) for values in sweeps.values())
    assert len({digest_of(one) for one in found}) == len(found)
    assert all(any(cast(JsonObject, one)[name] == value for value in sweeps[name]) for one in found for name in sweeps)


@given(st.lists(SCALARS, min_size=1, max_size=4, unique_by=canonical), SCALARS)
def test_a_grown_grid_keeps_every_setting_that_it_had(values: list[Json], more: Json) -> None:
    before = {digest_of(one) for one in settings_of({"a": {"sweep": values}, "b": {"sweep": [1, 2]}})}
    after = {digest_of(one) for one in settings_of({"a": {"sweep": [*values, more]}, "b": {"sweep": [1, 2]}})}

    assert before <= after


class TestAFunctionsWay:
    """A plain list is a sweep (smallab's way)."""

    def settings_of(self, document: Json) -> list[Json]:
        space = read_space(document, lists_in=[()])
        assert space.faults == ()
        return [built.setting for built in every_setting(space)]

    def test_every_list_is_a_sweep(self) -> None:
        assert len(self.settings_of({"seed": list(range(8)), "n": [10, 20, 30], "name": "x"})) == 24

    def test_a_list_in_a_list_is_that_list(self) -> None:
        assert self.settings_of({"layers": [[8, 4]]}) == [{"layers": [8, 4]}]

    def test_several_lists_in_a_list_are_swept_over(self) -> None:
        assert self.settings_of({"layers": [[8, 4], [2]]}) == [{"layers": [8, 4]}, {"layers": [2]}]

    def test_a_list_of_documents_is_all_of_their_settings_once(self) -> None:
        assert self.settings_of([{"a": [1, 2]}, {"a": [2, 3]}]) == [{"a": 1}, {"a": 2}, {"a": 3}]
