"""Looking again after every delivery, for ever: what holds is called broken at most as often as delta says."""

import math

import numpy as np
import pytest

from analysis.safety.bounds.risks import CVaR
from analysis.safety.retesting import rows_in
from analysis.safety.terms import Demand, Evidence
from analysis.safety.testing.retesting import Delivery, looked_at
from tests.analysis.safety.demands import demand, evidence, rates

PARITY = demand("abs((PR | [M]) - (PR | [F])) <= 0.15")


def delivery(men: float, women: float, seed: int, given: Demand = PARITY) -> Delivery:
    return evidence(given, {"PR | [M]": rates(men, 100, seed=seed), "PR | [F]": rates(women, 100, seed=seed + 500)})


GOOD = [delivery(0.5, 0.48, seed) for seed in range(5)]
BAD = [delivery(0.5, 0.2, seed) for seed in range(20, 25)]


def test_what_still_holds_is_shown_to_hold_ever_more_narrowly() -> None:
    looks = [looked_at(PARITY, GOOD[:n]) for n in range(1, 6)]

    assert not any(one.broken for one in looks)
    assert looks[-1].holds
    assert looks[-1].upper < looks[0].upper
    assert looks[-1].lower <= looks[-1].estimate <= looks[-1].upper
    assert (looks[-1].deliveries, looks[-1].values) == (5, 500)
    assert "still holds" in str(looks[-1])


def test_a_change_is_found_although_many_good_rows_came_before_it() -> None:
    looks = [looked_at(PARITY, [*GOOD, *BAD[:n]]) for n in range(1, 6)]

    assert not looks[0].broken
    assert looks[-1].broken
    assert looks[-1].since in (5, 6, 7)
    assert "is broken since delivery" in str(looks[-1])


def test_a_mean_that_was_rounded_above_its_range_silences_nobody() -> None:
    """Twenty times a twentieth is a little more than 1."""
    given = demand("PR >= 0.3", spans=(0.0, 1.0))
    sums = np.where(np.arange(400) % 2, 1.0 + 2**-52, 0.0)

    assert looked_at(given, [evidence(given, {"PR": sums})]).holds


def test_what_was_broken_from_the_start_needs_no_words_of_when() -> None:
    look = looked_at(PARITY, BAD)

    assert look.broken
    assert "is broken: g is" in str(look)


@pytest.mark.parametrize("drifting", [False, True])
def test_at_any_of_many_looks_what_holds_by_a_hair_is_called_broken_at_most_as_often_as_delta(drifting: bool) -> None:
    """Also while both rates move up and down together: what is bounded is their average over a stretch."""
    given = demand("PR <= 0.3" if not drifting else "(PR | [M]) - (PR | [F]) <= 0", delta=0.2)
    rng, alarms, runs = np.random.default_rng(7), 0, 40
    for _ in range(runs):
        deliveries: list[Delivery] = []
        for number in range(5):
            level = 0.3 if not drifting else 0.2 + 0.1 * (number % 3)
            deliveries.append(
                {
                    each: Evidence((rng.random(60) < level).astype(np.float64), 0.0, 1.0)
                    for each in given.constraint.quantities
                }
            )
            if looked_at(given, deliveries).broken:
                alarms += 1
                break

    assert alarms / runs <= 0.2


@pytest.mark.parametrize(
    ("spoilt", "said"), [(math.nan, "not finite"), (math.inf, "not finite"), (1.2, "beyond 0 to 1")]
)
def test_a_delivery_that_cannot_be_right_proves_nothing_and_is_named(spoilt: float, said: str) -> None:
    bad = evidence(PARITY, {"PR | [M]": np.r_[rates(0.5), spoilt], "PR | [F]": rates(0.5)})
    look = looked_at(PARITY, [*GOOD, bad])

    assert not look.broken
    assert not look.holds
    assert look.reason.startswith("Delivery 6: PR | [M]")
    assert said in look.reason


def test_before_anything_is_delivered_nothing_is_said() -> None:
    look = looked_at(PARITY, [])

    assert not look.broken
    assert not look.holds
    assert str(look) == "Nothing was delivered yet."


def test_a_group_that_nobody_belonged_to_yet_is_unknown() -> None:
    look = looked_at(PARITY, [evidence(PARITY, {"PR | [M]": rates(0.5), "PR | [F]": np.empty(0)})])

    assert not look.broken
    assert not look.holds


def test_values_without_a_range_bound_nothing() -> None:
    given = demand("PR <= 0.3")
    look = looked_at(given, [{each: Evidence(rates(0.1)) for each in given.constraint.quantities}])

    assert not look.broken
    assert not look.holds


def test_the_worst_share_is_looked_at_as_well() -> None:
    given = demand("PR <= 0.9")
    [quantity] = given.constraint.quantities
    deliveries = [{quantity: Evidence(rates(0.3, 400, seed=seed), 0.0, 1.0, risk=CVaR(0.5))} for seed in range(3)]

    assert looked_at(given, deliveries).holds
    assert looked_at(demand("PR <= 0.2"), deliveries).broken


def test_returns_that_are_weighed_have_values_of_their_own_for_each_side() -> None:
    """Weighted rewards are never below 0; what was not earned, weighted, is never above the largest return."""
    given = demand("PR >= 0.3", spans=(0.0, 1.0))
    [quantity] = given.constraint.quantities
    rng = np.random.default_rng(8)
    deliveries = []
    for _ in range(4):
        weights, rewards = rng.choice([0.2, 1.8], 300), rng.random(300) < 0.7
        missed = Evidence(1 - weights * ~rewards, high=1.0)
        deliveries.append({quantity: Evidence(weights * rewards, low=0.0, above=missed)})

    assert looked_at(given, deliveries).holds
    assert looked_at(demand("PR <= 0.3", spans=(0.0, 1.0)), deliveries).broken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"age,paid\n30,1,0\n", "more fields in a line than names"),
        (b"age,paid\n30,1\n40\n", "Line 3 of The file has 1 of 2 fields"),
        (b"age;paid\n30;1\n", "separated by semicolons"),
        (b"", "The file is empty"),
    ],
)
def test_new_rows_that_are_shifted_are_not_looked_at(text: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rows_in(text)
