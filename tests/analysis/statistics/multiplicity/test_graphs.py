"""Graphs: a short cut of closed testing, and a gate that is one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from analysis.statistics.multiplicity.adjusting import adjusted
from analysis.statistics.multiplicity.graphs import Graph, answer, fallback, gate, holm, in_order

RNG = np.random.default_rng(133)


def some_graph(m: int) -> Graph:
    arrows = RNG.random((m, m)) * (RNG.random((m, m)) < 0.7)
    np.fill_diagonal(arrows, 0)
    weights = RNG.random(m) * (RNG.random(m) < 0.8)
    arrows /= np.maximum(arrows.sum(axis=1), 1)[:, None]
    return Graph(weights / max(weights.sum(), 1), arrows)


def by_closing(p: np.ndarray, graph: Graph) -> np.ndarray:
    """Adjusted p-values by testing every intersection: the definition, of which the walk is a short cut."""
    m = len(p)
    found = np.zeros(m)
    for size in range(1, m + 1):
        for subset in combinations(range(m), size):
            left = graph
            for gone in set(range(m)) - set(subset):
                left = left.without(gone)
            ratios = [p[each] / left.weights[each] for each in subset if left.weights[each] > 0]
            for each in subset:
                found[each] = max(found[each], min(min(ratios, default=1.0), 1.0))
    return found


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5])
def test_the_walk_is_closed_testing(m: int) -> None:
    for _ in range(15):
        p, graph = RNG.random(m) ** 2, some_graph(m)
        assert answer(p, graph, level=0.05).adjusted == pytest.approx(by_closing(p, graph), rel=1e-9)


def test_the_even_graph_is_holm() -> None:
    p = RNG.random(6) ** 2
    assert answer(p, holm(6), level=0.05).adjusted == pytest.approx(adjusted(p, "holm"))


def test_in_order_nothing_is_answered_behind_what_is_not() -> None:
    found = answer([0.01, 0.2, 0.001], in_order(3), level=0.05)

    assert found.rejected == (True, False, False)
    assert found.adjusted.tolist() == [0.01, 0.2, 0.2]


def test_a_fallback_keeps_its_own_share_behind_what_is_not_answered() -> None:
    assert answer([0.2, 0.01], fallback(2), level=0.05).rejected == (False, True)


def test_a_gate_lets_secondary_questions_in_only_when_all_primary_ones_are_answered() -> None:
    graph = gate(4, [0, 1])

    assert answer([0.001, 0.2, 1e-5, 1e-5], graph, level=0.05).rejected == (True, False, False, False)
    assert answer([0.001, 0.03, 0.02, 0.04], graph, level=0.05).rejected == (True, True, True, True)


def test_the_steps_tell_the_order_and_what_is_left_adds_up() -> None:
    found = answer([0.001, 0.9, 0.02], holm(3), level=0.05)

    assert [step.question for step in found.steps] == [0, 2]
    assert found.left.weights.tolist() == pytest.approx([0, 1, 0])


def test_what_has_no_share_and_no_arrow_is_never_answered() -> None:
    assert answer([0.0, 0.0], Graph.of([1, 0], [[0, 0], [0, 0]]), level=0.05).rejected == (True, False)


@pytest.mark.parametrize(
    ("weights", "arrows", "said"),
    [
        ([0.7, 0.7], [[0, 1], [1, 0]], "at most 1"),
        ([0.5, 0.5], [[0, 2], [1, 0]], "at most 1"),
        ([0.5, 0.5], [[0.5, 0], [1, 0]], "come back"),
        ([-0.5, 0.5], [[0, 1], [1, 0]], "0 or more"),
        ([float("nan"), 0.5], [[0, 1], [1, 0]], "0 or more"),
    ],
)
def test_a_graph_that_gives_out_more_than_there_is_is_none(
    weights: list[float], arrows: list[list[float]], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Graph.of(weights, arrows)
