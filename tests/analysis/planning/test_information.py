"""What looks teach: exact values worked out elsewhere, bounds that enclose them, choices that follow."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.planning.information import conjugate
from analysis.planning.information.arms import BetaArms, NormalArms
from analysis.planning.information.best_arm import TARGETS, chances_best, information
from analysis.planning.information.choosing import for_the_money, knowledge_gradient, next_block, value_of_batch
from analysis.planning.information.models import LinearAnswers, LogisticAnswers
from analysis.planning.information.nested import between
from analysis.planning.information.variational import lower_bound
from tests.analysis.planning.reference_cases import CASES

X = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
S = np.array([[1.0, 0.3], [0.3, 0.5]])


def arms(*pairs: tuple[float, float]) -> BetaArms:
    return BetaArms.of(*pairs)


def normals(mean: list[float], sd: list[float], noise: float = 1.0) -> NormalArms:
    return NormalArms(np.array(mean, float), np.array(sd, float), np.full(len(mean), noise))


def test_several_looks_at_a_rate_teach_what_was_worked_out() -> None:
    case = CASES["B02"]

    for n, expected in case["expect"].items():
        assert conjugate.several_yes_or_no(int(n), 1, 1) == pytest.approx(expected, abs=case["tol"])
    assert conjugate.several_yes_or_no(1, 2, 8) == pytest.approx(float(conjugate.one_yes_or_no(2, 8)), abs=1e-12)
    gains = np.diff([conjugate.several_yes_or_no(n, 2, 3) for n in range(12)])
    assert (np.diff(gains) < 0).all()


def test_a_linear_design_teaches_half_a_log_determinant() -> None:
    given, expect = CASES["eig_lin_2"]["given"], CASES["eig_lin_2"]["expect"]

    assert conjugate.linear(given["X"], given["prior_cov"], given["sigma2"]) == pytest.approx(expect["eig"], rel=1e-8)
    assert conjugate.of_a_mean(7, 2.0, 3.0) == pytest.approx(conjugate.linear(np.ones((7, 1)), [[4.0]], 9.0), rel=1e-12)
    with pytest.raises(ValueError, match="negative eigenvalue"):
        conjugate.linear([[1, 1]], [[1, 2], [2, 1]], 1.0)


def test_information_about_the_best_arm_is_that_of_the_reference() -> None:
    case = CASES["B04"]

    for pair, expect in zip(case["given"]["pairs"], case["expect"].values(), strict=True):
        both = arms(tuple(pair["A"]), tuple(pair["B"]))
        found = information(both, "best_arm")
        assert found == pytest.approx([expect["observe_A"], expect["observe_B"]], abs=case["tol"])
        assert chances_best(both)[1] == pytest.approx(expect["p_B_best"], abs=case["tol"])
        assert information(both, "compare_to_control") == pytest.approx(found, abs=1e-9)


def test_chances_to_be_best_are_those_of_the_closed_form() -> None:
    for pair, expect in zip(CASES["B03"]["given"]["pairs"], CASES["B03"]["expect"].values(), strict=True):
        assert chances_best(arms(tuple(pair["A"]), tuple(pair["B"])))[1] == pytest.approx(expect["p"], abs=1e-9)


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_information_is_never_negative_nor_nothing_at_all(target: str) -> None:
    for some in (
        arms((1, 1), (1, 1), (1, 1)),
        arms((3e6, 7e6), (300, 700), (0.5, 0.5)),
        normals([0, 0.1, -50], [1, 1e-6, 3]),
    ):
        found = information(some, target)
        assert np.isfinite(found).all()
        assert (found >= 0).all()
        assert found.max() > 0


def test_normal_arms_agree_with_draws() -> None:
    both, rng = normals([0.0, 0.3], [1.0, 0.4]), np.random.default_rng(18)
    moved = both.moved()[0] * rng.normal(size=200_000)
    left = np.sqrt(1 / (1 / 1.0 + 1.0))
    from scipy.special import ndtr

    def entropy(p: np.ndarray) -> np.ndarray:
        p = np.clip(p, 1e-15, 1 - 1e-15)
        return np.asarray(-p * np.log(p) - (1 - p) * np.log1p(-p))

    now = entropy(np.array(ndtr(-0.3 / np.hypot(1.0, 0.4))))
    then = entropy(ndtr((moved - 0.3) / np.hypot(left, 0.4)))
    assert information(both, "best_arm")[0] == pytest.approx(float(now - then.mean()), abs=2e-3)


def test_what_teaches_about_a_mean_need_not_teach_about_the_best() -> None:
    """An arm that is hardly known but surely not the best: look elsewhere."""
    some = arms((900, 100), (880, 120), (1, 60))

    assert information(some, "estimate").argmax() == 2
    assert information(some, "best_arm").argmax() != 2


def test_bounds_enclose_the_exact_information() -> None:
    rng, exact = np.random.default_rng(18), conjugate.linear(X, S, 0.25)
    model = LinearAnswers(X, np.zeros(2), S, 0.5)
    found, below = between(model, rng, tolerance=0.05, outer=1024), lower_bound(model, rng)

    assert found.is_close
    assert found.low - 4 * found.error <= exact <= found.high + 4 * found.error
    assert below.value <= exact + 4 * below.error
    assert below.value == pytest.approx(exact, abs=0.1)  # normal: the fitted posterior is the true one


def test_logistic_answers_lie_between_their_bounds_and_laplace_is_near_with_many() -> None:
    rng = np.random.default_rng(18)
    few = LogisticAnswers.of(X, [0, 0], S)
    found, below = between(few, rng, outer=1024), lower_bound(few, rng)
    many = np.tile(X, (40, 1))

    assert below.value - 4 * below.error <= found.high + 4 * found.error
    assert below.value == pytest.approx(found.value, abs=0.1)
    assert conjugate.logistic(many, [0, 0], S * 0.05) == pytest.approx(
        between(LogisticAnswers.of(many, [0, 0], S * 0.05), rng, outer=1024).value, abs=0.15
    )


def test_too_few_draws_say_that_they_did_not_meet() -> None:
    sharp = LinearAnswers(np.tile(X, (20, 1)), np.zeros(2), 100 * S, 0.1)
    found = between(sharp, np.random.default_rng(18), outer=128, most=64)

    assert not found.is_close
    assert "More draws" in found.sentence


def test_the_knowledge_gradient_is_that_of_the_reference() -> None:
    given, case = CASES["B06"]["given"], CASES["B06"]

    for pairs, expect in zip(given["beta_arms"], case["expect"]["beta"].values(), strict=True):
        some = arms(*(tuple(pair) for pair in pairs))
        assert knowledge_gradient(some) == pytest.approx(expect, abs=1e-9)
        one = [value_of_batch(some, row) for row in np.eye(some.k, dtype=int)]
        assert one == pytest.approx(expect, abs=1e-9)
    normal = given["normal"]
    some_normals = normals(normal["mu"], list(np.sqrt(normal["var"])), normal["noise"])
    assert knowledge_gradient(some_normals) == pytest.approx(case["expect"]["normal"], abs=1e-9)
    one = [value_of_batch(some_normals, row) for row in np.eye(2, dtype=int)]
    assert one == pytest.approx(case["expect"]["normal"], abs=1e-7)


def test_a_batch_is_worth_no_more_than_knowing_everything() -> None:
    some, rng = arms((13, 89), (19, 82), (9, 93)), np.random.default_rng(18)
    everything = rng.beta(some.a, some.b, (100_000, 3)).max(axis=1).mean() - some.means().max()
    worth = [value_of_batch(some, [n, n, n]) for n in (0, 5, 50, 500)]

    assert worth == sorted(worth)
    assert worth[0] == 0
    assert worth[-1] <= everything + 1e-3


def test_the_cheaper_look_wins_if_it_teaches_nearly_as_much() -> None:
    first = for_the_money([0.3, 0.25], [2.0, 1.0])
    assert first is not None
    assert first.place == 1
    poor = for_the_money([0.3, 0.25], [2.0, 1.0], left=0.5)
    assert poor is None
    with pytest.raises(ValueError, match="one number above 0"):
        for_the_money([0.3], [0.0])


def test_a_block_is_shared_among_the_arms_in_question() -> None:
    given = next_block(arms((10, 10), (1, 1), (1, 40)), 12, "best_arm")

    assert sum(given) == 12
    assert given[1] > given[0]
    assert given[2] == 0
