"""A compiled constraint: the engine's bounds from the engine's intervals, and slopes that are differences."""

import math

import numpy as np
import pytest

from analysis.safety.budgets import budget_of, divide, filled, sides_needed
from analysis.safety.compiled import Compiled
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.constraints.tree import quantities_of
from analysis.safety.intervals import BINARY, EVERYTHING, UNARY, Ends
from analysis.safety.terms import Constant, Constraint, Interval, Leaf, Node, Operation, Quantity
from tests.analysis.safety.facts import Case, facts, number

GROUPS = ("M", "F", "R1", "R2", "R3")
TEXTS = [
    "PR",
    "PR - NR",
    "abs((PR | [M]) - (PR | [F])) <= 0.15",
    "min((PR | [M])/(PR | [F]), (PR | [F])/(PR | [M])) >= 0.8",
    "max(PR*NR, PR/NR) - exp(-PR) + log(NR)",
    "PR**2 + NR**0.5 - (1 + PR)**NR",
    "(PR - NR)**2 + (PR - NR)**3 - 2*e",
    "1/(PR + 1) - abs(NR - 0.5) + 2**3*PR",
    "-(PR - 0.7)**-2",
]


def parsed(text: str) -> Constraint:
    return parse_constraint(text, Vocabulary.of("binary_classification", groups=GROUPS), delta=0.05)


@pytest.mark.parametrize("split", ["candidate_selection", "safety_test"])
@pytest.mark.parametrize("case", facts("cases.json"), ids=lambda case: case["constraint"])
def test_the_root_s_interval_and_value_are_the_engine_s(case: Case, split: str) -> None:
    constraint = parse_constraint(case["constraint"], Vocabulary.of(case["sub_regime"], groups=GROUPS), delta=0.05)
    compiled, expected = Compiled.of(constraint), case[split]
    given = [expected["base"][str(quantity)] for quantity in constraint.quantities]

    root = compiled.bounds([(number(ends["lower"]), number(ends["upper"])) for ends in given])
    value = compiled.value([number(expected["base_values"][str(quantity)]) for quantity in constraint.quantities])

    assert root == pytest.approx((number(expected["root_lower"]), number(expected["root_upper"])), rel=1e-9)
    assert value == pytest.approx(number(expected["value"]), rel=1e-9)


@pytest.mark.parametrize("text", TEXTS)
def test_slopes_are_what_differences_say(text: str) -> None:
    rng = np.random.default_rng(3)
    compiled = Compiled.of(parsed(text))
    for _ in range(20):
        middles = rng.uniform(0.3, 0.6, size=len(compiled.quantities))
        ends = [(middle - 0.1 * rng.random(), middle + 0.1 * rng.random()) for middle in middles]
        found = compiled.slopes(ends)

        assert found.root == compiled.bounds(ends)
        for place in range(len(ends)):
            assert found.by_lower[place] == pytest.approx(difference(compiled, ends, place, (1e-7, 0.0)), abs=1e-4)
            assert found.by_upper[place] == pytest.approx(difference(compiled, ends, place, (0.0, 1e-7)), abs=1e-4)


def difference(compiled: Compiled, ends: list[Ends], place: int, step: Ends) -> float:
    def moved(sign: int) -> float:
        changed = list(ends)
        changed[place] = (ends[place][0] + sign * step[0], ends[place][1] + sign * step[1])
        return compiled.bounds(changed)[1]

    return (moved(1) - moved(-1)) / 2e-7


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("bad", [(math.nan, 0.5), (0.5, math.nan), (0.6, 0.5)])
def test_what_is_not_a_number_makes_everything_possible_and_slopes_nothing(text: str, bad: Ends) -> None:
    compiled = Compiled.of(parsed(text))
    count = len(compiled.quantities)

    assert compiled.bounds([bad] * count) == EVERYTHING
    assert compiled.slopes([bad] * count).by_upper == [0.0] * count


@pytest.mark.parametrize("text", TEXTS)
def test_sides_that_nothing_was_spent_on_never_loosen_what_is_promised(text: str) -> None:
    """The bound holds for every truth within the sides that were bounded, wherever in its range the rest may be."""
    rng = np.random.default_rng(11)
    constraint = parsed(text)
    compiled, within = Compiled.of(constraint), (0.01, 0.99)
    budget = budget_of(constraint, ranges=dict.fromkeys(constraint.quantities, within))
    for _ in range(200):
        truth = rng.uniform(*within, size=len(budget))
        given = [
            filled(Interval(value - 0.3 * rng.random(), value + 0.3 * rng.random()), share, within)
            for value, share in zip(truth, budget.values(), strict=True)
        ]

        upper = compiled.bounds([(interval.lower, interval.upper) for interval in given])[1]
        assert not compiled.value(list(truth)) > upper + 1e-9


def grown(rng: np.random.Generator, depth: int) -> Node:
    """Any tree over two quantities."""
    if depth == 0 or rng.random() < 0.15:
        leaf = Leaf(Quantity(str(rng.choice(["PR", "NR"]))))
        return leaf if rng.random() < 0.7 else Constant(float(rng.choice([-2.0, -0.5, 0.5, 1.0, 2.0, 3.0])))
    if rng.random() < 0.3:
        return Operation(str(rng.choice(list(UNARY))), (grown(rng, depth - 1),))
    return Operation(str(rng.choice(list(BINARY))), (grown(rng, depth - 1), grown(rng, depth - 1)))


def test_of_any_tree_the_bound_holds_for_every_truth_within_the_sides_that_were_bounded() -> None:
    rng = np.random.default_rng(5)
    bounded = 0
    for _ in range(400):
        root = grown(rng, 4)
        quantities = quantities_of(root)
        if not quantities:
            continue
        within = [(0.0, 1.0), (-1.0, 1.0), (0.2, 0.9)][rng.integers(3)]
        compiled, wanted = Compiled(root, quantities), sides_needed(root, ranges=dict.fromkeys(quantities, within))
        budget = divide(0.05, wanted)
        for _ in range(8):
            truth = [float(x) for x in rng.uniform(*within, size=len(quantities))]
            given = [
                filled(Interval(x - 0.2 * rng.random(), x + 0.2 * rng.random()), budget[one], within)
                for one, x in zip(quantities, truth, strict=True)
            ]
            upper = compiled.bounds([(one.lower, one.upper) for one in given])[1]
            value = compiled.value(truth)
            bounded += math.isfinite(upper)
            assert not math.isfinite(value) or value <= upper + 1e-9 * max(1.0, abs(value)), (root, truth, upper, value)
    assert bounded > 1_000


def test_a_point_where_the_constraint_has_no_value_has_none() -> None:
    assert math.isnan(Compiled.of(parsed("log(PR - 0.5)")).value([0.2]))


def test_strictly_nothing_is_shown_where_a_logarithm_may_have_no_value() -> None:
    constraint = parsed("log(PR - 0.5) <= 1")
    reaching, above = [(0.4, 0.9)], [(0.6, 0.9)]

    assert Compiled.of(constraint, strict=True).bounds(reaching) == EVERYTHING
    assert Compiled.of(constraint).bounds(reaching)[1] == pytest.approx(math.log(0.4) - 1)
    assert Compiled.of(constraint, strict=True).bounds(above) == Compiled.of(constraint).bounds(above)
