"""What the safety test would say, foretold from candidate rows: the same as it says of rows like them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.demanding import Terms, demand_of
from analysis.safety.foretelling import Foresaid, foretell
from analysis.safety.terms import Demand, Evidence, Quantity
from analysis.safety.testing.verdicts import verdict_of

M, F = Quantity("PR", where=("M",)), Quantity("PR", where=("F",))
GAP = "abs((PR | [M]) - (PR | [F])) <= 0.2"


def demanded(text: str, regime: str = "binary_classification", **ranges: tuple[float, float]) -> Demand:
    constraint = parse_constraint(text, Vocabulary.of(regime, groups=("M", "F")), delta=0.05)
    return demand_of(constraint, Terms(ranges=ranges))


def rates(seed: int = 1, n: int = 400) -> dict[Quantity, Evidence]:
    rng = np.random.default_rng(seed)
    return {
        one: Evidence(rng.beta(2, shape, size=n), low=0.0, high=1.0, rows=2 * n) for one, shape in ((M, 2.0), (F, 2.2))
    }


def foretold(n: int = 400) -> Foresaid:
    return foretell(demanded(GAP), rates(), {M: n, F: n})


def test_it_is_about_what_the_safety_test_says_of_as_many_rows_like_these() -> None:
    said = verdict_of(demanded(GAP), rates(seed=2))

    assert foretold().upper == pytest.approx(said.upper, abs=0.05)
    assert foretold().would_pass == said.passed


def test_more_rows_to_test_foretell_a_tighter_bound() -> None:
    assert foretold(4_000).upper < foretold(400).upper < foretold(40).upper


def test_every_node_of_the_tree_has_its_interval_and_the_root_the_bound() -> None:
    found = foretold()

    assert found.tree.interval is not None
    assert found.tree.interval[1] == found.upper
    assert all(branch.interval is not None or branch.kind == "number" for _, branch in found.tree.walk())


@pytest.mark.parametrize("n", [0, 1, 4])
def test_with_too_few_rows_to_test_nothing_is_foretold(n: int) -> None:
    found = foretell(demanded(GAP), rates(), {M: 400, F: n})

    assert found.upper == math.inf
    assert not found.would_pass
    assert f"{n} row" in found.quantities[1].refusal


def test_without_a_declared_range_nothing_is_foretold() -> None:
    errors = {Quantity("Mean_Squared_Error"): Evidence(np.linspace(0, 1, 50), low=0.0, rows=50)}
    text = "Mean_Squared_Error <= 2"

    undeclared = foretell(demanded(text, "regression"), errors, dict.fromkeys(errors, 50))
    declared = foretell(demanded(text, "regression", Mean_Squared_Error=(0, 4)), errors, dict.fromkeys(errors, 50))

    assert "range" in undeclared.quantities[0].refusal
    assert undeclared.upper == math.inf
    assert declared.would_pass


def test_values_that_are_not_numbers_foretell_nothing() -> None:
    seen = rates() | {M: Evidence(np.array([0.5] * 50 + [math.nan]), low=0.0, high=1.0, rows=51)}

    found = foretell(demanded("PR <= 2"), {Quantity("PR"): seen[M]}, {Quantity("PR"): 50})

    assert found.upper == math.inf
    assert "not finite" in found.quantities[0].refusal


def test_only_the_needed_sides_are_foretold_and_the_range_stands_in_for_the_others() -> None:
    found = foretell(demanded("(PR | [M])/(PR | [F]) >= 0.5"), rates(), {M: 400, F: 400})

    assert found.quantities[0].interval[1] == 1.0
    assert found.quantities[1].interval[0] == 0.0
    assert found.would_pass
