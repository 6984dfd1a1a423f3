"""Seeded chance is the same for ever, on every machine, and fair."""

from collections import Counter

import pytest
from scipy.stats import chisquare, kstest

from experiments.chance import WORDS, Stream


def test_machina_1_gives_these_words_for_ever() -> None:
    assert Stream(0).word() == 12408724230816087915
    assert [Stream(18, "a", label).word() for label in (1, "1")] == [1856775168817323961, 3192812780862823811]
    stream = Stream(2026)
    assert [stream.word() for _ in range(9)][-1] == 6061923056944321827  # the second block's first
    assert Stream(1).uniform() == pytest.approx(0.5332414627451374, abs=0)
    assert Stream(-5, "ünïcode", 2**80).shuffle("ABCDEFGH") == list("AGHFBCDE")


@pytest.mark.parametrize(
    ("one", "other"),
    [((1, "ab", "c"), (1, "a", "bc")), ((1, "1"), (1, 1)), ((1,), (1, "")), ((1, 2), (12,)), ((1,), (-1,))],
)
def test_different_labels_give_different_chance(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    assert Stream(*one).word() != Stream(*other).word()


@pytest.mark.parametrize("n", [1, 2, 3, 7, 10, 1_000])
def test_numbers_below_n_are_equally_likely(n: int) -> None:
    stream = Stream(18, "below", n)
    counted = Counter(stream.below(n) for _ in range(20_000))

    assert set(counted) <= set(range(n))
    assert n == 1 or chisquare([counted[i] for i in range(n)]).pvalue > 1e-5


def test_below_takes_another_word_rather_than_a_biased_one() -> None:
    words = iter([WORDS - 1, 5])  # the last word lies beyond the largest multiple of 3
    stream = Stream(0)
    stream._words = words

    assert stream.below(3) == 2
    assert next(words, None) is None


@pytest.mark.parametrize("n", [0, -1, WORDS + 1])
def test_an_impossible_range_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="n must be from 1 to 2"):
        Stream(0).below(n)


def test_uniform_numbers_are_uniform() -> None:
    stream = Stream(18, "uniform")

    assert kstest([stream.uniform() for _ in range(20_000)], "uniform").pvalue > 1e-5


def test_every_order_is_equally_likely_and_the_argument_is_left_alone() -> None:
    stream, letters = Stream(18, "shuffle"), ["a", "b", "c", "d"]
    counted = Counter("".join(stream.shuffle(letters)) for _ in range(24_000))

    assert letters == ["a", "b", "c", "d"]
    assert len(counted) == 24
    assert chisquare(list(counted.values())).pvalue > 1e-5


def test_a_sample_holds_each_thing_once_and_each_equally_often() -> None:
    stream = Stream(18, "sample")
    samples = [stream.sample(range(6), 2) for _ in range(15_000)]

    assert all(len(set(sample)) == 2 for sample in samples)
    assert chisquare(list(Counter(map(tuple, samples)).values())).pvalue > 1e-5
    with pytest.raises(ValueError, match="n must be from 0 to 6"):
        stream.sample(range(6), 7)


def test_weighted_draws_follow_the_weights() -> None:
    stream = Stream(18, "weighted")
    counted = Counter(stream.weighted([5, 0, 3, 2]) for _ in range(10_000))

    assert counted[1] == 0
    assert chisquare([counted[0], counted[2], counted[3]], [5_000, 3_000, 2_000]).pvalue > 1e-5


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_weights_that_are_none_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must be 0 or more"):
        Stream(0).weighted(weights)
