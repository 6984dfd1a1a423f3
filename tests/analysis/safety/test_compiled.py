"""A compiled constraint: the engine's bounds from the engine's intervals, and slopes that are differences."""

import math

import numpy as np
import pytest

from analysis.safety.budgets import budget_of, filled
from analysis.safety.compiled import Compiled
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.intervals import EVERYTHING, Ends
from analysis.safety.terms import Constraint, Interval
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


def test_a_point_where_the_constraint_has_no_value_has_none() -> None:
    assert math.isnan(Compiled.of(parsed("log(PR - 0.5)")).value([0.2]))
