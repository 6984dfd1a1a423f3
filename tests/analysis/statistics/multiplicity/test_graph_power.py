"""What a graph would find is what answering many simulated studies one by one finds."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.multiplicity.graph_power import Supposed, answered, graph_power
from analysis.statistics.multiplicity.graphs import Graph, answer, gate, holm, in_order

RNG = np.random.default_rng(133)


@pytest.mark.parametrize("graph", [holm(4), in_order(4), gate(4, [0, 1])], ids=["holm", "in_order", "gate"])
def test_all_tries_at_once_are_answered_as_each_alone(graph: Graph) -> None:
    p = RNG.random((200, 4)) ** 4

    together = answered(p, graph, level=0.05)

    assert [tuple(row) for row in together.tolist()] == [answer(row, graph, level=0.05).rejected for row in p]


def test_a_question_alone_is_found_as_often_as_it_is_supposed_to_be() -> None:
    found = graph_power(in_order(2), Supposed([0.8, 0.9]), level=0.05, rng=RNG)

    assert found.each[0] == pytest.approx(0.8, abs=4 * found.error)
    assert found.all_of <= found.each[1] <= found.each[0] <= found.any_of + 1e-12


def test_where_nothing_is_there_the_level_is_held() -> None:
    found = graph_power(holm(5), Supposed([0.05] * 5), level=0.05, rng=RNG)

    assert max(found.each) <= 0.05
    assert found.any_of == 0.0


@pytest.mark.parametrize("powers", [[0.8], [0.8, 1.0], [0.8, float("nan")]])
def test_chances_that_are_none_are_refused(powers: list[float]) -> None:
    with pytest.raises(ValueError, match="powers must be"):
        graph_power(holm(2), Supposed(powers), level=0.05, rng=RNG)
