"""What is looked at before a comparison is believed: it finds what is broken, and stays quiet where nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.trust import anomalies
from analysis.statistics.trust.anomalies import Halves, Measured
from analysis.statistics.trust.attrition import Followed, attrition
from analysis.statistics.trust.balance import balance, indicators
from analysis.statistics.trust.findings import Finding, Weight, in_order
from analysis.statistics.trust.independence import SIZES, Drawn, Places, against_earlier, log_evidence
from analysis.statistics.trust.ratios import Counted, Slices, ratio
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []
ARMS = ["plain", "vivid"]
EVEN = (1.0, 1.0)
RNG = np.random.default_rng(133)


def counted(*counts: int) -> Counted:
    return Counted(counts, EVEN)


def test_even_arms_are_as_planned() -> None:
    found = ratio(ARMS, [counted(502, 498)], {})

    assert found.weight == Weight.FINE
    assert [row.figures for row in found.rows] == [("502", "50.0 %", "50.2 %"), ("498", "50.0 %", "49.8 %")]


def test_a_mismatch_is_traced_to_the_slice_that_it_sits_in() -> None:
    slices: Slices = {
        "browser": {"old": [counted(20, 180)], "new": [counted(480, 470)]},
        "day": {"2026-11-01": [counted(250, 330)], "2026-11-02": [counted(250, 320)]},
    }

    found = ratio(ARMS, [counted(500, 650)], slices)

    assert found.weight == Weight.ALARM
    assert found.advice.startswith("It sits in browser “old”")
    assert "browser “new”" not in [row.name for row in found.rows]


def test_shares_that_were_changed_are_each_tested_against_their_own_plan() -> None:
    first, second = Counted((500, 500), (1, 1)), Counted((900, 100), (9, 1))

    assert ratio(ARMS, [first, second], {}).weight == Weight.FINE
    assert ratio(ARMS, [Counted((1400, 600), (1, 1))], {}).weight == Weight.ALARM


def test_an_arm_that_was_never_handed_out_and_has_units_is_certain_proof() -> None:
    assert ratio(ARMS, [Counted((10, 1), (1, 0))], {}).p_value == pytest.approx(0.0, abs=1e-300)


def test_nobody_is_nothing_to_say() -> None:
    assert ratio(ARMS, [], {}).weight == Weight.UNKNOWN


def test_watched_after_every_unit_the_alarm_is_seldom_false() -> None:
    times, n = (2_000, 1_000) if PROOF else (100, 150)
    alarms = 0
    for _ in range(times):
        ones = np.cumsum(RNG.random(n) < 0.5)
        looks = ((int(k), i + 1 - int(k)) for i, k in enumerate(ones) if i % 10 == 9)
        alarms += any((ratio(ARMS, [counted(*look)], {}).p_value or 0) <= 0.01 for look in looks)

    assert alarms / times <= 0.01 + 3 * np.sqrt(0.01 * 0.99 / times)


def drawn(places: Places, arms: int = 2) -> Drawn:
    return Drawn(places, np.zeros(len(places), dtype=np.int64), np.full((1, arms), 1 / arms))


def even(n: int) -> Places:
    return np.arange(n, dtype=np.int64) % 2


def test_a_broken_randomisation_is_seen_and_names_the_attribute() -> None:
    places = RNG.permutation(even(300))
    found = balance(ARMS, drawn(places), {"noise": RNG.normal(size=300), "age": RNG.normal(size=300) + 0.8 * places})

    assert found.weight == Weight.ALARM
    assert found.rows[0].name == "age"


def test_constant_missing_and_repeated_covariates_leave_no_hole() -> None:
    x = RNG.normal(size=100)
    given = {
        "same": np.ones(100),
        "none": np.full(100, np.nan),
        "x": x,
        "again": 2 * x,
        "holes": np.where(x > 0, x, np.nan),
        "huge": np.where(x > 0, 1e300, -1e300),
    }

    found = balance(ARMS, drawn(even(100)), given)

    assert found.p_value is not None
    assert balance(ARMS, drawn(even(100)), {"same": np.ones(100)}).weight == Weight.UNKNOWN
    assert balance(ARMS, drawn(np.zeros(100, dtype=np.int64)), {"x": x}).weight == Weight.UNKNOWN


def test_a_bet_is_worth_what_the_likelihood_ratios_say() -> None:
    z, places = np.r_[np.zeros(16), RNG.choice([-0.5, 0.0, 1.25], 60)], RNG.integers(0, 2, 76)
    sizes = np.r_[SIZES, -SIZES]
    ratios = [
        np.prod([2 * np.exp(size * v * (a == 0)) / (1 + np.exp(size * v)) for v, a in zip(z, places, strict=True)])
        for size in sizes
    ]

    assert log_evidence(drawn(places), z) == pytest.approx(np.log(np.mean(ratios)))


def test_what_a_unit_is_held_against_never_changes_afterwards() -> None:
    values = RNG.normal(5, 2, 500)

    assert against_earlier(values)[:137].tolist() == against_earlier(values[:137]).tolist()


def test_texts_become_a_column_for_each_value() -> None:
    found = indicators(["a", "b", None, "a"], "land")

    assert {name: values.tolist() for name, values in found.items()} == {
        "land = a": [1, 0, 0, 1],
        "land = b": [0, 1, 0, 0],
    }


def followed(n: int, measured: tuple[float, float], *, age: float = 90_000.0) -> Followed:
    """n units by turns; of each arm that share has a value after ten seconds."""
    rank = np.arange(n) // 2 % 50
    waits = np.where(rank < 50 * np.array(measured)[even(n)], 10.0, np.nan)
    return Followed(even(n), np.full(n, age), waits)


def looked(given: Followed) -> Finding:
    return attrition(ARMS, given, drawn(given.arms), np.ones(len(given.arms), dtype=bool))


def test_arms_that_lose_people_differently_raise_the_alarm() -> None:
    found = looked(followed(1_000, (0.98, 0.8)))

    assert found.weight == Weight.ALARM
    assert [row.figures for row in found.rows] == [("500", "490", "2.0 %"), ("500", "400", "20.0 %")]


@pytest.mark.parametrize(
    ("n", "measured", "age", "weight"),
    [
        (1_000, (0.9, 0.9), 90_000.0, Weight.FINE),
        (1_000, (1.0, 1.0), 90_000.0, Weight.FINE),
        (1_000, (0.0, 0.0), 90_000.0, Weight.UNKNOWN),
        (1_000, (0.98, 0.8), 60.0, Weight.UNKNOWN),
        (10, (1.0, 0.2), 90_000.0, Weight.UNKNOWN),
        (0, (0.0, 0.0), 90_000.0, Weight.UNKNOWN),
    ],
)
def test_where_little_is_known_little_is_said(
    n: int, measured: tuple[float, float], age: float, weight: Weight
) -> None:
    assert looked(followed(n, measured, age=age)).weight == weight


def test_without_the_chances_of_the_arms_drop_out_is_counted_and_not_tested() -> None:
    given = followed(1_000, (0.98, 0.8))

    found = attrition(ARMS, given, None, np.zeros(1_000, dtype=bool))

    assert (found.weight, found.p_value, len(found.rows)) == (Weight.UNKNOWN, None, 2)


def test_odd_values_are_named() -> None:
    scores = RNG.normal(50, 5, 100)
    kinds = {
        each.kind
        for each in anomalies.of_values(
            [
                Measured("same", np.full(50, 3.0)),
                Measured("top", np.r_[np.full(70, 100.0), scores[:30]], 0, 100),
                Measured("far", np.r_[scores, 9_999.0]),
                Measured("fine", scores),
                Measured("few", np.ones(3)),
            ]
        )
    }

    assert kinds == {"constant", "ceiling", "outliers"}
    assert anomalies.of_values([Measured("fine", scores)])[0].weight == Weight.FINE


def test_records_that_repeat_are_counted_and_short_ones_are_not() -> None:
    x = RNG.normal(size=(100, 4))
    x[90:] = x[0]

    found = anomalies.of_copies([Measured(str(place), x[:, place]) for place in range(4)])

    assert found.weight == Weight.WARN
    assert found.sentence.startswith("10 units")
    assert anomalies.of_copies([Measured("yes", np.ones(100))]).weight == Weight.UNKNOWN
    assert anomalies.of_copies([]).weight == Weight.UNKNOWN


def test_an_odd_day_and_a_burst_are_named() -> None:
    at = np.concatenate([np.full(20, day * 86_400.0) + np.arange(20) * 60 for day in range(10)])

    assert anomalies.of_days(at).weight == Weight.FINE
    assert anomalies.of_days(np.r_[at, np.full(200, 4 * 86_400.0)]).rows[0].name == "1970-01-05"
    assert anomalies.of_bursts(at).weight == Weight.FINE
    assert anomalies.of_bursts(np.r_[at, np.full(200, 4 * 86_400.0)]).weight == Weight.WARN
    assert anomalies.of_days(np.empty(0)).weight == Weight.UNKNOWN
    assert anomalies.of_bursts(np.empty(0)).weight == Weight.FINE


def test_a_value_before_the_arm_is_impossible_and_one_at_once_is_no_person() -> None:
    slow = np.full(100, 60.0)

    assert anomalies.of_durations(ARMS, {"plain": slow, "vivid": slow}).weight == Weight.FINE
    assert anomalies.of_durations(ARMS, {"plain": np.r_[slow, -1.0]}).weight == Weight.WARN
    assert anomalies.of_durations(ARMS, {"plain": np.r_[slow, [0.5] * 5]}).weight == Weight.NOTE
    assert anomalies.of_durations(ARMS, {}).weight == Weight.UNKNOWN


def test_an_effect_that_wears_off_is_seen_and_every_look_is_paid_for() -> None:
    found = anomalies.of_novelty([Halves(0, (2.0, 0.2), (0.1, 0.2))], "score")

    assert found is not None
    assert found.weight == Weight.WARN
    assert anomalies.of_novelty([Halves(9, (1.0, 0.2), (0.2, 0.2))], "score") is None
    assert anomalies.of_novelty([Halves(0, (1.0, 0.0), (1.1, 0.0))], "score") is None
    assert anomalies.of_novelty([], "score") is None


def test_the_gravest_comes_first() -> None:
    findings = [
        Finding("a", Weight.FINE, "", ""),
        Finding("b", Weight.ALARM, "", ""),
        Finding("c", Weight.NOTE, "", ""),
    ]

    assert [each.kind for each in in_order(findings)] == ["b", "c", "a"]
