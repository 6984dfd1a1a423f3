"""What a campaign will cost, worked out before anything is spent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.planning.checking import problems_of, shape_problems
from crowd.planning.fees import FEES, fee_rule
from crowd.planning.hourly import Duration, duration_of
from crowd.planning.plan import Asked, Plan, plan
from crowd.planning.rounds import Standing
from crowd.planning.shapes import SHAPES, cut, shape_of
from crowd.planning.warnings import warnings_of
from crowd.terms import Terms
from tests.crowd.factories import dollars, make_terms


def asked(goal: int = 20, platform: str = "mturk", **terms: object) -> Asked:
    document = make_terms(**terms)  # type: ignore[arg-type]  # JSON
    return Asked(Terms.parse(document), goal, "account", "USD", fee_rule(platform), shape_of(platform))


def planned(goal: int = 20, platform: str = "mturk", minutes: str = "6", **terms: object) -> Plan:
    return plan(asked(goal, platform, **terms), Duration(Decimal(minutes), "rehearsal", 12))


def test_mturk_is_asked_for_at_most_nine_at_a_time_and_so_for_the_lower_fee() -> None:
    cheap = planned(20, round_size=20)

    assert cheap.rounds == ((9, 9, 2),)
    assert cheap.total == dollars("24.00")
    assert cheap.saved == dollars("4.00")


def test_prolific_is_asked_once_for_all() -> None:
    one = planned(20, "prolific", round_size=20)

    assert one.rounds == ((20,),)
    assert one.postings == 1
    assert one.saved == 0


def test_the_worst_bonus_and_its_fee_and_spare_places_are_in_the_total() -> None:
    worst = planned(10, worst_bonus="0.50", bonus="score / 100", spare=2)

    assert worst.each.total == dollars("1.80")
    assert worst.total == dollars("21.60")
    assert worst.spare_cost == dollars("3.60")


def test_masters_cost_more() -> None:
    masters = planned(1, qualifications=[{"name": "masters", "comparator": "Exists", "values": []}])

    assert masters.each.fee == dollars("0.25")


def test_a_fee_is_never_below_a_cent_nor_taken_of_nothing() -> None:
    assert FEES["mturk"].on(dollars("0.01")) == dollars("0.01")
    assert FEES["mturk"].on(dollars("0.00")) == 0


def test_an_account_may_have_a_fee_of_its_own() -> None:
    assert fee_rule("prolific", {"fee": "0.333", "vat": "0.2"}).on(dollars("1.00")) == dollars("0.40")

    with pytest.raises(ValueError, match=r"options\.fee must be in \[0, 1\]"):
        fee_rule("prolific", {"fee": "42.8"})


@given(places=st.integers(0, 500), platform=st.sampled_from(["mturk", "prolific", "link", "test"]))
def test_no_place_is_lost_in_cutting(places: int, platform: str) -> None:
    sizes = cut(places, shape_of(platform))

    assert sum(sizes) == places
    assert all(1 <= size <= (SHAPES["mturk"].at_most or 9) for size in sizes if platform == "mturk")


@given(goal=st.integers(1, 200), size=st.integers(1, 60))
def test_rounds_add_up_to_the_goal(goal: int, size: int) -> None:
    rounds = planned(goal, round_size=size).rounds

    assert sum(sum(each) for each in rounds) == goal
    assert all(sum(each) <= size for each in rounds)


def test_the_digest_binds_money_and_terms_but_not_how_long_people_take() -> None:
    assert planned(minutes="6").sha256 == planned(minutes="9").sha256
    assert planned(20).sha256 != planned(21).sha256
    assert planned(reward="1.00").sha256 != planned(reward="1.01").sha256


def test_hourly_pay_is_of_the_median_duration() -> None:
    duration = duration_of([300, 360, 3600], "rehearsal")

    assert duration.minutes == Decimal("6.0")
    assert plan(asked(), duration).pay_per_hour == dollars("10.00")


def test_a_plan_below_fair_pay_says_which_reward_is_fair() -> None:
    warnings = warnings_of(planned(minutes="12", fair_hourly="12.00"))

    assert any("A reward of 2.40 is." in sentence for sentence in warnings)


def test_a_plan_that_nobody_rehearsed_says_so() -> None:
    warnings = warnings_of(plan(asked(), Duration(Decimal(6))))

    assert warnings[0].startswith("Nobody has rehearsed it")


@given(
    goal=st.integers(1, 300),
    completes=st.integers(0, 400),
    waiting=st.integers(0, 400),
    used=st.integers(0, 400),
    spare=st.integers(0, 50),
    size=st.integers(1, 60),
)
def test_a_round_never_posts_more_than_is_missing_nor_than_was_confirmed(
    goal: int, completes: int, waiting: int, used: int, spare: int, size: int
) -> None:
    standing = Standing(goal, completes, waiting, max(used, completes), goal + spare)
    places = standing.round(size)

    assert 0 <= places <= size
    assert places == 0 or completes + waiting + places <= goal
    assert places == 0 or standing.used + waiting + places <= goal + spare


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("minutes", {"minutes": "ten"}),
        ("minutes", {"minutes": 0}),
        ("titel", {"titel": "x"}),
        ("title", {"title": "x" * 129}),
        ("repeat", {"repeat": "again"}),
        ("worst_bonus", {"bonus": "score"}),
        ("assignment_seconds", {"minutes": 120}),
        ("lifetime_seconds", {"lifetime_seconds": 60}),
        ("qualifications[0].comparator", {"qualifications": [{"name": "adult", "comparator": "Is", "values": [1]}]}),
        ("qualifications[0].values", {"qualifications": [{"name": "adult", "comparator": "EqualTo"}]}),
        ("qualifications", {"qualifications": ["adult"]}),
        (
            "qualifications[0].values",
            {"qualifications": [{"name": "locale", "comparator": "In", "values": ["Germany"]}]},
        ),
        (
            "qualifications[0].values",
            {"qualifications": [{"name": "adult", "comparator": "EqualTo", "values": ["1"]}]},
        ),
        ("pay_rules", {"pay_rules": {"screened_out": "0.2"}}),
    ],
)
def test_what_cannot_be_posted_is_named_by_its_path(path: str, change: dict[str, object]) -> None:
    document = make_terms(**change)  # type: ignore[arg-type]  # JSON
    found = shape_problems(document) or problems_of(Terms.parse(document), platform="mturk", currency="USD")

    assert [each.path for each in found] == [path]


def test_mturk_pays_in_dollars() -> None:
    found = problems_of(Terms.parse(make_terms()), platform="mturk", currency="EUR")

    assert [each.path for each in found] == ["study.currency"]
