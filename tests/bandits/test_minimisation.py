"""Minimisation follows Pocock and Simon, says its exact chances, and balances better than a coin."""

import pytest

from bandits.policies import ArmWeight, Counts, PolicyError
from bandits.policies.minimisation import Minimisation
from experiments.chance import Stream

TWO = [ArmWeight("a"), ArmWeight("b")]


def chances(
    policy: Minimisation, counts: dict[str, Counts], arms: list[ArmWeight] = TWO, **attributes: str
) -> dict[str, float]:
    return dict(policy.choose(arms, unit="u", attributes=attributes, counts=counts, seed=18).propensities)


def held(total: int, **levels: dict[str, int]) -> Counts:
    return Counts(total, levels)


def test_the_arm_that_evens_out_the_units_levels_is_preferred() -> None:
    counts = {"a": held(5, age={"old": 4}, sex={"f": 1}), "b": held(5, age={"old": 2}, sex={"f": 2})}
    policy = Minimisation.parse({"strata": ["age", "sex"], "p": 0.75})

    # joining a: |5 - 2| + |2 - 2| = 3; joining b: |4 - 3| + |1 - 3| = 3: a tie
    assert chances(policy, counts, age="old", sex="f") == {"a": 0.5, "b": 0.5}
    # age alone: 3 against 1
    assert chances(Minimisation.parse({"strata": ["age"], "p": 0.75}), counts, age="old") == {"a": 0.25, "b": 0.75}


def test_weights_say_which_attribute_matters_more() -> None:
    counts = {"a": held(5, age={"old": 4}, sex={"f": 1}), "b": held(5, age={"old": 2}, sex={"f": 2})}
    policy = Minimisation.parse({"strata": ["age", "sex"], "strata_weights": {"sex": 2}, "p": 0.75})

    assert chances(policy, counts, age="old", sex="f") == {"a": 0.75, "b": 0.25}


def test_range_and_variance_can_disagree() -> None:
    arms = [ArmWeight(name) for name in "abcd"]
    counts = {
        "a": held(9, x={"1": 0}, y={"1": 3}),
        "b": held(9, x={"1": 2}, y={"1": 0}),
        "c": held(9, x={"1": 2}, y={"1": 3}),
        "d": held(9, x={"1": 2}, y={"1": 3}),
    }
    by_range, by_variance = (
        Minimisation.parse({"strata": ["x", "y"], "imbalance": imbalance, "p": 1})
        for imbalance in ("range", "variance")
    )

    # joining a: x 1 2 2 2 and y 4 0 3 3, ranges 1 + 4, variances 0.25 + 3
    # joining b: x 0 3 2 2 and y 3 1 3 3, ranges 3 + 2, variances 1.58 + 1
    assert chances(by_range, counts, arms, x="1", y="1") == {"a": 0.5, "b": 0.5, "c": 0.0, "d": 0.0}
    assert chances(by_variance, counts, arms, x="1", y="1") == {"a": 0.0, "b": 1.0, "c": 0.0, "d": 0.0}


def test_tied_arms_split_their_chances_evenly() -> None:
    arms = [ArmWeight(name) for name in "abc"]
    counts = {"c": held(5, sex={"f": 5})}

    # one of a and b gets 0.8 and the two others 0.1 each; a coin decides which: (0.8 + 0.1) / 2
    assert chances(Minimisation.parse({"strata": ["sex"], "p": 0.8}), counts, arms, sex="f") == pytest.approx(
        {"a": 0.45, "b": 0.45, "c": 0.1}
    )


def test_unequal_weights_are_kept_while_all_is_even() -> None:
    arms = [ArmWeight("a", 2), ArmWeight("b", 1)]
    policy = Minimisation.parse({"strata": ["sex"], "p": 0.8})

    assert chances(policy, {"a": held(8, sex={"f": 8}), "b": held(3, sex={"f": 3})}, arms, sex="f")["a"] < 0.5
    assert chances(policy, {"a": held(8, sex={"f": 8}), "b": held(5, sex={"f": 5})}, arms, sex="f")["a"] > 0.8


def test_an_attribute_that_is_missing_is_a_level_of_its_own() -> None:
    counts = {"a": held(3, sex={"": 3}), "b": held(3, sex={"f": 3})}

    assert chances(Minimisation.parse({"strata": ["sex"], "p": 1}), counts) == {"a": 0.0, "b": 1.0}


@pytest.mark.parametrize("p", [0.8, 0.95])
def test_marginal_counts_stay_close_where_a_coin_lets_them_drift(p: float) -> None:
    policy = Minimisation.parse({"strata": ["sex", "age", "site"], "p": p})
    stream = Stream(1)
    attributes = [
        {"sex": "fm"[stream.below(2)], "age": "oym"[stream.below(3)], "site": str(stream.below(6))} for _ in range(600)
    ]
    counted: dict[str, dict[str, dict[str, int]]] = {"a": {}, "b": {}}
    totals = {"a": 0, "b": 0}
    for i, unit in enumerate(attributes):
        counts = {arm: Counts(totals[arm], counted[arm]) for arm in totals}
        arm = policy.choose(TWO, unit=str(i), attributes=unit, counts=counts, seed=18).arm
        assert arm is not None
        totals[arm] += 1
        for name, level in unit.items():
            levels = counted[arm].setdefault(name, {})
            levels[level] = levels.get(level, 0) + 1

    for name in ("sex", "age", "site"):
        for level in {unit[name] for unit in attributes}:
            difference = counted["a"][name].get(level, 0) - counted["b"][name].get(level, 0)
            assert abs(difference) <= 10  # a coin: a standard deviation of 10 to 17


def test_without_attributes_there_is_nothing_to_balance() -> None:
    with pytest.raises(PolicyError, match=r"allocation\.strata must be a list of one attribute or more"):
        Minimisation.parse({"policy": "minimisation"})
    assert Minimisation.parse({"overall": 1}).overall == 1


def test_a_weight_for_an_attribute_that_is_not_balanced_is_refused() -> None:
    with pytest.raises(PolicyError, match="age has a weight but is not in strata"):
        Minimisation.parse({"strata": ["sex"], "strata_weights": {"age": 2}})
