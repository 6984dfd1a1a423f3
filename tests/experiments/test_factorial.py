"""Arms are the combinations of the between-factors' levels, less the excluded ones."""

from collections.abc import Mapping, Sequence
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.factorial import BetweenFactor, FactorialError, Level, factorial_arms, written

MODEL = BetweenFactor("model", ("linear", "forest"))
FEATURES = BetweenFactor("features", (3, 8, 20))


def names(factors: Sequence[BetweenFactor], *exclusions: Mapping[str, Level | Sequence[Level]]) -> list[str]:
    return [arm.name for arm in factorial_arms(factors, exclusions)]


def test_every_combination_is_an_arm_in_the_order_of_the_definition() -> None:
    arms = factorial_arms([MODEL, FEATURES])

    assert [arm.name for arm in arms] == [
        "linear / 3",
        "linear / 8",
        "linear / 20",
        "forest / 3",
        "forest / 8",
        "forest / 20",
    ]
    assert arms[1].levels == {"model": "linear", "features": 8}


def test_an_exclusion_leaves_out_every_combination_that_has_all_its_levels() -> None:
    assert names([MODEL, FEATURES], {"model": "linear", "features": [8, 20]}) == [
        "linear / 3",
        "forest / 3",
        "forest / 8",
        "forest / 20",
    ]
    assert names([MODEL, FEATURES], {"model": "forest"}, {"features": 3}) == ["linear / 8", "linear / 20"]


def test_without_between_factors_everybody_is_in_one_arm() -> None:
    (arm,) = factorial_arms([])

    assert arm.name == "all"
    assert arm.levels == {}


@given(st.lists(st.integers(1, 5), max_size=4))
def test_there_are_as_many_arms_as_the_product_says_all_with_their_own_name(sizes: list[int]) -> None:
    arms = factorial_arms([BetweenFactor(f"f{i}", tuple(range(size))) for i, size in enumerate(sizes)])

    assert len({arm.name for arm in arms}) == len(arms) == prod(sizes)


@pytest.mark.parametrize(
    ("factors", "exclusions", "path", "said"),
    [
        ([MODEL, MODEL], [], "factors[1].name", "Two factors are called model. Rename one."),
        ([BetweenFactor("x", ())], [], "factors[0].levels", "The factor x has no levels."),
        ([BetweenFactor("x", (1, 2, 1))], [], "factors[0].levels", "The factor x has the level 1 twice."),
        ([BetweenFactor("x", (3, "3"))], [], "factors[0].levels", "The factor x has the level 3 twice."),
        ([MODEL], [{"colour": "red"}], "exclusions[0].colour", "Between-subject factors: model."),
        ([MODEL], [{"model": "tree"}], "exclusions[0].model", "has no level tree. Its levels: linear, forest."),
        ([MODEL], [{}], "exclusions[0]", "An empty exclusion would leave no arm."),
        ([MODEL], [{"model": ["linear", "forest"]}], "exclusions", "The exclusions leave no arm."),
    ],
)
def test_what_makes_no_arms_is_refused_with_its_place_and_a_way_on(
    factors: list[BetweenFactor], exclusions: list[dict[str, Level]], path: str, said: str
) -> None:
    with pytest.raises(FactorialError) as refusal:
        factorial_arms(factors, exclusions)

    assert refusal.value.path == path
    assert said in str(refusal.value)
    assert refusal.value.hint


def test_a_thousand_arms_are_the_most() -> None:
    ten = tuple(range(10))
    cube = [BetweenFactor(name, ten) for name in "abc"]

    assert len(factorial_arms(cube)) == 1_000
    with pytest.raises(FactorialError, match=r"more than 1,000 arms; at most 1,000 arms can be handed out"):
        factorial_arms([*cube, BetweenFactor("d", (1, 2))])
    assert len(factorial_arms([*cube, BetweenFactor("d", (1, 2))], [{"d": 2}])) == 1_000


def test_a_huge_design_is_refused_at_once() -> None:
    with pytest.raises(FactorialError, match="10,000,000,000,000 combinations"):
        factorial_arms([BetweenFactor(str(i), tuple(range(10))) for i in range(13)])


@pytest.mark.parametrize(("level", "text"), [(True, "true"), (8, "8"), (8.0, "8"), (0.5, "0.5"), ("8", "8")])
def test_levels_are_written_as_in_the_file(level: Level, text: str) -> None:
    assert written(level) == text
