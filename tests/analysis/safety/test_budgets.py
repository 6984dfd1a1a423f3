"""Which sides a constraint needs bounded, and how its delta is divided."""

import math
from typing import cast

import pytest

from analysis.safety.budgets import Division, Sides, budget_of, filled, sides_needed, together
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.terms import Constraint, Interval, Mode, Share
from tests.analysis.safety.facts import Case, facts

GROUPS = ("M", "F", "R1", "R2", "R3")


def parsed(text: str, regime: str = "binary_classification") -> Constraint:
    return parse_constraint(text, Vocabulary.of(regime, groups=GROUPS), delta=0.05)


def sides(text: str, low: float = 0.0, high: float = 1.0) -> dict[str, str]:
    """lower, upper, or both, of each quantity."""
    constraint = parsed(text)
    found = sides_needed(constraint.root, ranges=dict.fromkeys(constraint.quantities, (low, high)))
    return {
        str(q): {(True, False): "lower", (False, True): "upper", (True, True): "both"}[s.lower, s.upper]
        for q, s in found.items()
    }


@pytest.mark.parametrize("case", facts("cases.json"), ids=lambda case: case["constraint"])
def test_in_engine_compatible_mode_the_engine_s_sides_and_shares(case: Case) -> None:
    constraint = parse_constraint(
        case["constraint"], Vocabulary.of(case["sub_regime"], groups=GROUPS), delta=case["delta"]
    )
    options = case["build_options"]
    division = Division(logits=options.get("delta_vector"), inflation=options.get("infl_factors", 2.0))

    found = budget_of(constraint, mode=Mode.ENGINE, division=division)

    for quantity, share in found.items():
        expected = case["base_nodes"][str(quantity)]
        for side in ("lower", "upper"):
            delta = getattr(share, f"delta_{side}")
            assert (delta is not None) == expected[f"{side}_needed"]
            if delta is not None:
                assert delta == pytest.approx(expected[f"delta_{side}"], rel=1e-12)
                assert getattr(share, f"inflation_{side}") == expected[f"infl_{side}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PR <= 0.5", {"PR": "upper"}),
        ("PR >= 0.5", {"PR": "lower"}),
        ("2*PR <= 0.5", {"PR": "upper"}),
        ("-PR + 0.2", {"PR": "lower"}),
        ("PR/4 - NR*3 <= 0.1", {"PR": "upper", "NR": "lower"}),
        ("0.8 - PR/NR", {"PR": "lower", "NR": "upper"}),
        ("1/PR <= 3", {"PR": "lower"}),
        ("PR*NR <= 0.2", {"PR": "upper", "NR": "upper"}),
        ("PR**0.5 <= 0.6", {"PR": "upper"}),
        ("(1 + PR)**NR <= 3", {"PR": "upper", "NR": "upper"}),
        ("0.5**PR <= 0.9", {"PR": "lower"}),
        ("log(PR) <= 0.9", {"PR": "upper"}),
        ("log(PR - 0.5) <= 0.9", {"PR": "both"}),
        ("abs(PR) <= 0.9", {"PR": "upper"}),
        ("abs(PR - 2) <= 1.5", {"PR": "lower"}),
        ("abs(PR - NR) <= 0.9", {"PR": "both", "NR": "both"}),
        ("max(PR - NR, NR - PR) <= 0.9", {"PR": "both", "NR": "both"}),
        ("PR - PR*NR <= 0.9", {"PR": "both", "NR": "lower"}),
        ("min(PR/NR, NR/PR) >= 0.8", {"PR": "both", "NR": "both"}),
        ("PR/(NR - 0.5) <= 1", {"PR": "both", "NR": "both"}),
    ],
)
def test_a_side_is_bounded_only_if_the_constraint_depends_on_it(text: str, expected: dict[str, str]) -> None:
    assert sides(text) == expected


def test_without_a_declared_range_products_may_turn_either_way() -> None:
    assert sides("PR*NR <= 0.2", low=-math.inf, high=math.inf) == {"PR": "both", "NR": "both"}
    assert sides("2*PR <= 0.2", low=-math.inf, high=math.inf) == {"PR": "upper"}


def test_a_repeated_quantity_gets_the_sides_of_all_its_occurrences_in_either_mode() -> None:
    text = "max((PR | [M]) - (PR | [F]), (PR | [F]) - (PR | [M])) <= 0.2"

    for mode in Mode:
        found = budget_of(parsed(text), mode=mode)
        assert {(share.delta_lower, share.delta_upper) for share in found.values()} == {(0.0125, 0.0125)}


def test_real_deltas_are_spent_as_they_are_written() -> None:
    found = budget_of(parsed("PR - NR <= 0.1"), division=Division(deltas=[0.04, 0.01]))

    assert [(share.delta_lower, share.delta_upper) for share in found.values()] == [(None, 0.04), (0.01, None)]


@pytest.mark.parametrize(
    ("division", "part"),
    [
        (Division(deltas=[0.04, 0.02]), "at most 0.05"),
        (Division(deltas=[0.04]), "2 bounds"),
        (Division(deltas=[0.05, 0.0]), "above 0"),
        (Division(deltas=[0.05, -0.01]), "above 0"),
        (Division(deltas=[0.01, math.nan]), "finite"),
        (Division(deltas=cast("list[float]", "ab")), "a list"),
        (Division(deltas=[True, 0.01]), "a list"),
        (Division(logits=[0.0]), "2 bounds"),
        (Division(logits=[0.0, math.inf]), "finite"),
        (Division(logits=[0.0, 2000.0]), "nothing of delta"),
        (Division(deltas=[0.01, 0.01], logits=[0.0, 0.0]), "not by both"),
        (Division(inflation=-1.0), "below 0"),
        (Division(inflation=[1.0]), "2 bounds"),
        (Division(inflation=math.nan), "finite"),
        (Division(inflation=cast("float", "2")), "a list"),
    ],
)
def test_a_division_that_is_none_is_refused(division: Division, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        budget_of(parsed("PR - NR <= 0.1"), division=division)


def test_together_the_constraints_spend_at_most_the_overall_delta_and_none_more_than_its_own() -> None:
    assert together([0.05, 0.05], 0.05) == pytest.approx((0.025, 0.025))
    assert together([0.01, 0.02], 0.05) == (0.01, 0.02)
    assert together([0.01, 0.09], None) == (0.01, 0.09)
    with pytest.raises(ValueError, match="overall"):
        together([0.6, 0.6], 1.0)


def test_the_declared_range_stands_in_for_a_side_that_nothing_was_spent_on() -> None:
    share = Share(delta_upper=0.05)

    assert filled(Interval(-math.inf, 0.4), share, (0.0, 1.0)) == Interval(0.0, 0.4)
    assert filled(Interval(-math.inf, 1.2), share, (0.0, 1.0)) == Interval(0.0, 1.0)


@pytest.mark.parametrize("upper", [math.inf, math.nan, -math.inf, -0.1])
def test_but_never_for_one_that_the_data_could_not_bound(upper: float) -> None:
    assert filled(Interval(-math.inf, upper), Share(delta_upper=0.05), (0.0, 1.0)) == Interval()


def test_sides_are_counted() -> None:
    assert (Sides(True, True).count, Sides().count) == (2, 0)
