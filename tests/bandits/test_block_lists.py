"""Randomisation lists: what blocks balance, what a cut leaves, and that the list is the same for ever."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from bandits.policies import ArmWeight, ListedArm, PolicyError, quotas, whole_list
from bandits.policies.arms import shares
from bandits.policies.blocks import smallest_block
from bandits.policies.permuted_blocks import PermutedBlocks
from bandits.policies.simple import Simple
from bandits.policies.stratified_blocks import StratifiedBlocks

TWO = [ArmWeight("a"), ArmWeight("b")]
WEIGHTS = st.lists(st.integers(1, 5), min_size=1, max_size=6)


def arms_of(weights: list[int]) -> list[ArmWeight]:
    return [ArmWeight(f"arm {i}", weight) for i, weight in enumerate(weights)]


def names(listed: tuple[ListedArm, ...]) -> str:
    return "".join(place.arm for place in listed)


def test_a_list_is_the_same_for_ever_and_on_every_machine() -> None:
    assert names(whole_list(PermutedBlocks(block_multiple=2), TWO, target=24, seed=18)) == "abbaabbaaabbabbaababbaba"
    assert (
        names(whole_list(PermutedBlocks(block_multiples=(1, 2, 3)), TWO, target=24, seed=18))
        == "abbabaababbaababbabaabba"
    )
    assert names(whole_list(Simple(), TWO, target=24, seed=18)) == "abbbbaabaabbbbbaaababbba"


@given(weights=WEIGHTS, multiple=st.integers(1, 5), seed=st.integers(), number=st.integers(0, 99))
def test_every_block_keeps_the_weights_exactly(weights: list[int], multiple: int, seed: int, number: int) -> None:
    arms = arms_of(weights)
    block = PermutedBlocks(block_multiple=multiple).block(arms, seed=seed, stratum="", number=number)

    counted = Counter(place.arm for place in block)
    assert {arm: Fraction(n, len(block)) for arm, n in counted.items()} == {
        arm.name: share for arm, share in zip(arms, shares(arms), strict=True)
    }


@given(multiple=st.integers(1, 6), seed=st.integers(), target=st.integers(0, 60))
def test_on_the_way_two_arms_never_differ_by_more_than_half_a_block(multiple: int, seed: int, target: int) -> None:
    ahead = 0
    for place in whole_list(PermutedBlocks(block_multiple=multiple), TWO, target=target, seed=seed):
        ahead += 1 if place.arm == "a" else -1
        assert abs(ahead) <= multiple  # a block has 2 * multiple places


@given(
    weights=WEIGHTS, target=st.integers(0, 200), seed=st.integers(), multiples=st.sampled_from([(1,), (2,), (1, 2, 3)])
)
def test_a_list_cut_at_its_target_is_less_than_one_from_plan_in_every_arm(
    weights: list[int], target: int, seed: int, multiples: tuple[int, ...]
) -> None:
    arms = arms_of(weights)
    counted = quotas(PermutedBlocks(block_multiples=multiples), arms, target=target, seed=seed)

    assert sum(counted.values()) == target
    for arm, share in zip(arms, shares(arms), strict=True):
        assert abs(counted[arm.name] - target * share) < 1


@given(n=st.integers(1, 8), target=st.integers(0, 100), seed=st.integers())
def test_equal_arms_of_a_cut_list_differ_by_at_most_one(n: int, target: int, seed: int) -> None:
    counted = quotas(PermutedBlocks(block_multiple=3), arms_of([1] * n), target=target, seed=seed)

    assert max(counted.values()) - min(counted.values()) <= 1


def test_the_blocks_before_the_cut_are_those_of_a_list_without_end() -> None:
    policy = PermutedBlocks(block_multiples=(1, 2, 3))
    listed = whole_list(policy, TWO, target=41, seed=18, stratum="x")
    endless = [place for number in range(20) for place in policy.block(TWO, seed=18, stratum="x", number=number)]

    n_same = next(i for i in range(41, 0, -1) if list(listed[:i]) == endless[:i])
    assert n_same >= 41 - 6


def test_also_in_a_cut_block_each_place_holds_an_arm_with_its_share_of_the_weights() -> None:
    arms = arms_of([3, 2, 1])
    last = [PermutedBlocks().block(arms, seed=seed, stratum="", number=0, at_most=4)[3].arm for seed in range(6_000)]

    assert chisquare([last.count(arm.name) for arm in arms], [3_000, 2_000, 1_000]).pvalue > 1e-5


def test_the_order_within_a_block_is_uniform() -> None:
    blocks = Counter(
        names(PermutedBlocks(block_multiple=2).block(TWO, seed=18, stratum="", number=number))
        for number in range(6_000)
    )

    assert len(blocks) == 6
    assert chisquare(list(blocks.values())).pvalue > 1e-5


def test_a_place_knows_its_chance_given_the_places_before_it() -> None:
    block = PermutedBlocks(block_multiple=2).block(TWO, seed=18, stratum="", number=0)

    left = Counter(place.arm for place in block)
    for place in block:
        assert place.propensity == 0.5
        assert place.conditional == left[place.arm] / left.total()
        left[place.arm] -= 1


def test_random_block_sizes_come_from_the_multiples_alone() -> None:
    policy = PermutedBlocks.parse({"block_multiples": [1, 3]})
    sizes = Counter(len(policy.block(TWO, seed=18, stratum="", number=number)) for number in range(1_000))

    assert set(sizes) == {2, 6}
    assert chisquare(list(sizes.values())).pvalue > 1e-5


@pytest.mark.parametrize(
    ("weights", "block"),
    [
        ([1, 1, 2], (1, 1, 2)),
        ([0.5, 0.25, 0.25], (2, 1, 1)),
        ([2, 2], (1, 1)),
        ([0.1, 0.2, 0.7], (1, 2, 7)),
        ([0.333333, 0.333333, 0.333333], (1, 1, 1)),
        ([0.333333, 0.666667], (1, 2)),
        ([0, 3, 3], (0, 1, 1)),
    ],
)
def test_the_smallest_block_keeps_the_ratio(weights: list[float], block: tuple[int, ...]) -> None:
    assert smallest_block([ArmWeight(str(i), weight) for i, weight in enumerate(weights)]) == block


@pytest.mark.parametrize("weights", [[3.14159, 2.71828], [0.3333, 0.6667], [1, 1000]])
def test_weights_without_a_small_block_are_refused_with_a_way_on(weights: list[float]) -> None:
    with pytest.raises(PolicyError, match="do not fit into a block of 1000 places") as refusal:
        smallest_block([ArmWeight(str(i), weight) for i, weight in enumerate(weights)])

    assert "small whole numbers" in refusal.value.hint


def test_one_multiple_and_several_do_not_go_together() -> None:
    with pytest.raises(PolicyError, match="has both block_multiple and block_multiples"):
        PermutedBlocks.parse({"block_multiple": 2, "block_multiples": [1, 2]})


def test_strata_have_lists_of_their_own() -> None:
    policy = StratifiedBlocks.parse({"strata": ["gender"], "block_multiple": 3})
    lists = [
        names(whole_list(policy, TWO, target=60, seed=18, stratum=stratum)) for stratum in ("gender=f", "gender=m")
    ]

    assert lists[0] != lists[1]
    assert all(listed.count("a") == 30 for listed in lists)


@given(
    st.lists(st.fixed_dictionaries({"a": st.text("%&=ab", max_size=4), "b": st.text("%&=ab", max_size=4)}), max_size=20)
)
def test_different_units_never_share_a_stratum_by_their_spelling(units: list[dict[str, str]]) -> None:
    policy = StratifiedBlocks.parse({"strata": ["a", "b"]})
    strata = {policy.stratum_of(unit) for unit in units}

    assert len(strata) == len({(unit["a"], unit["b"]) for unit in units})


def test_a_stratum_of_long_answers_still_has_a_short_name_of_its_own() -> None:
    policy = StratifiedBlocks.parse({"strata": ["a"]})
    strata = {policy.stratum_of({"a": "x" * n}) for n in range(150, 250)}

    assert len(strata) == 100
    assert max(map(len, strata)) == 200


def test_stratified_blocks_without_strata_are_refused() -> None:
    with pytest.raises(PolicyError, match=r"allocation\.strata must be a list of one attribute or more"):
        StratifiedBlocks.parse({"strata": []})


def test_simple_randomisation_does_not_look_back() -> None:
    listed = names(whole_list(Simple(), TWO, target=40_000, seed=18))
    pairs = Counter(pairwise(listed))

    assert chisquare([pairs[pair] for pair in (("a", "a"), ("a", "b"), ("b", "a"), ("b", "b"))]).pvalue > 1e-5
