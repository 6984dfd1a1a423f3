"""Our own hash: sticky, exact, and independent between experiments and layers."""

from collections import Counter
from itertools import product

import pytest
from scipy.stats import chi2_contingency, chisquare

from bandits.policies import ArmWeight, PolicyError
from bandits.policies.growthbook import position
from bandits.policies.hash import Hash, place_of

IDS = [f"user-{i}" for i in range(200_000)]
TWO = [ArmWeight("a"), ArmWeight("b")]


def choose(policy: Hash, unit: str, arms: list[ArmWeight] = TWO, **attributes: str) -> str | None:
    return policy.choose(arms, unit=unit, attributes=attributes, counts={}, seed=18).arm


def tenths(key: str, layer: str) -> list[int]:
    return [place_of(layer, key, unit) * 10 >> 64 for unit in IDS]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other"), [(("exp-1", ""), ("exp-2", "")), (("exp", "layer-1"), ("exp", "layer-2"))], ids=["keys", "layers"]
)
def test_the_places_of_a_unit_in_two_experiments_are_independent(one: tuple[str, str], other: tuple[str, str]) -> None:
    table = Counter(zip(tenths(*one), tenths(*other), strict=True))
    rows = [[table[i, j] for j in range(10)] for i in range(10)]

    assert chi2_contingency(rows).pvalue > 1e-5
    assert chisquare([sum(row) for row in rows]).pvalue > 1e-5


def test_growthbooks_first_hash_is_not_independent_which_is_why_it_is_not_our_default() -> None:
    table = Counter((int(position("exp-1", u, 1) * 10), int(position("exp-2", u, 1) * 10)) for u in IDS[:20_000])

    assert chi2_contingency([[table[i, j] + 1 for j in range(10)] for i in range(10)]).pvalue < 1e-100


def test_a_place_is_the_same_for_ever() -> None:
    assert place_of("layer", "experiment", "unit") == 10_731_285_610_997_872_051


def test_arms_tile_the_whole_interval_however_their_weights_round() -> None:
    arms = [ArmWeight(str(i), weight) for i, weight in enumerate([0.1] * 3 + [0.7 / 3] * 3)]

    assert None not in {choose(Hash(), unit, arms) for unit in IDS[:20_000]}


def test_given_ranges_are_used_as_they_are() -> None:
    policy = Hash.parse({"ranges": [[0, 0.1], [0.5, 0.8]]})
    choices = [policy.choose(TWO, unit=unit, attributes={}, counts={}, seed=18) for unit in IDS[:20_000]]

    assert choices[0].propensities == {"a": 0.25, "b": 0.75}
    assert choices[0].inside == pytest.approx(0.4)
    counted = Counter(choice.arm for choice in choices)
    assert chisquare([counted[arm] for arm in ("a", "b", None)], [2_000, 6_000, 12_000]).pvalue > 1e-5


def test_overlapping_ranges_are_refused() -> None:
    with pytest.raises(PolicyError, match="overlap"):
        Hash.parse({"ranges": [[0, 0.6], [0.5, 1]]})


def test_ranges_must_be_as_many_as_arms() -> None:
    with pytest.raises(PolicyError, match="1 ranges for 2 arms"):
        choose(Hash.parse({"ranges": [[0, 1]]}), "u")


def test_the_named_attribute_decides_and_without_it_a_unit_is_out() -> None:
    policy = Hash.parse({"attribute": "company"})

    assert len({choose(policy, unit, company="c1") for unit in IDS[:50]}) == 1
    assert choose(policy, "u") is None
    assert policy.attributes == ("company",)


def test_nobody_is_in_without_coverage() -> None:
    for method, unit in product(("machina", "growthbook_v1", "growthbook_v2"), IDS[:100]):
        choice = Hash.parse({"method": method, "coverage": 0}).choose(TWO, unit=unit, attributes={}, counts={}, seed=1)
        assert (choice.arm, choice.inside, choice.propensity) == (None, 0, None)


def test_growthbook_propensities_count_the_buckets() -> None:
    arms = [ArmWeight(name) for name in "abc"]
    choice = Hash.parse({"method": "growthbook_v2"}).choose(arms, unit="u", attributes={}, counts={}, seed=1)

    assert choice.propensities == {"a": 0.3334, "b": 0.3333, "c": 0.3333}
