"""Agreement and reliability: published figures, intervals that hold, and no claim where nothing differs."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from analysis.statistics.agreement.intraclass import intraclass
from analysis.statistics.agreement.kappa import cohen_kappa, fleiss_kappa, kappa_of_table
from analysis.statistics.agreement.krippendorff import krippendorff_alpha
from analysis.statistics.agreement.reliability import alpha_without, cronbach_alpha, mcdonald_omega
from analysis.statistics.words import NoAnswer

RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_kappas_and_their_errors_are_the_field_s(weights: str) -> None:
    table = np.random.default_rng(1).integers(1, 9, (4, 4)) + 6 * np.eye(4)

    found = kappa_of_table(table, weights=weights)  # type: ignore[arg-type]  # of the three
    other = cohens_kappa(table, wt=None if weights == "none" else weights)

    assert found.value == pytest.approx(other.kappa, rel=1e-9)
    assert found.standard_error == pytest.approx(other.std_kappa, rel=1e-9)


def test_numbers_are_ordered_as_numbers() -> None:
    ten = cohen_kappa([1, 2, 10, 10], [1, 10, 10, 10], weights="linear")
    far = cohen_kappa([1, 2, 10, 10], [10, 2, 10, 10], weights="linear")

    assert ten.value > far.value


def test_shrout_and_fleiss_s_intervals() -> None:
    """Shrout and Fleiss (1979), Table 4, and the limits that McGraw and Wong's formulas give."""
    found = intraclass(RATINGS)

    limits = {key: (round(each.low, 2), round(each.high, 2)) for key, each in found.items()}
    assert limits["ICC(1,1)"] == (-0.13, 0.72)
    assert limits["ICC(A,1)"] == (0.02, 0.76)
    assert limits["ICC(C,1)"] == (0.34, 0.95)
    assert limits["ICC(C,k)"] == (0.68, 0.99)


def test_wholehearted_agreement_is_not_certainty() -> None:
    same = cohen_kappa(list("aabb"), list("aabb"))

    assert (same.value, same.low) == (1.0, -1.0)
    assert "nothing says how sure" in same.remarks[-1]


@pytest.mark.parametrize(
    "ask",
    [
        lambda: cohen_kappa(list("aaa"), list("aaa")),
        lambda: fleiss_kappa([[3, 0], [3, 0]]),
        lambda: krippendorff_alpha([[1, 1], [1, 1]]),
        lambda: krippendorff_alpha([[1, None], [None, 1]]),
        lambda: cronbach_alpha([[1, 2], [1, 2]]),
        lambda: intraclass([[2, 2], [2, 2]]),
        lambda: cronbach_alpha([[1.0, 2.0], [1.0, float("nan")]]),
    ],
)
def test_nothing_that_differs_is_a_sentence(ask: object) -> None:
    with pytest.raises(NoAnswer):
        ask()  # type: ignore[operator]  # each is one


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_held_by_its_bootstrap_interval(scale: str) -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(1, 6, 400)
    ratings = np.array([np.clip(truth + rng.integers(-1, 2, 400), 1, 5) for _ in range(3)])
    whole = krippendorff_alpha(ratings, scale=scale).value  # type: ignore[arg-type]  # of the four

    held = [
        krippendorff_alpha(ratings[:, part], scale=scale, rng=rng).holds(whole)  # type: ignore[arg-type]  # of the four
        for part in np.array_split(rng.permutation(400), 10)
    ]
    assert sum(held) >= 8


def test_alpha_s_interval_holds_for_parallel_items() -> None:
    held = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        items = rng.normal(size=(25, 1)) + rng.normal(size=(25, 4))
        held += cronbach_alpha(items).holds(4 / 5)
    assert held / 400 >= 0.92


def test_omega_finds_one_factor() -> None:
    loadings = np.array([0.8, 0.7, 0.6, 0.9])
    rng = np.random.default_rng(4)
    items = rng.normal(size=(4000, 1)) * loadings + rng.normal(size=(4000, 4)) * np.sqrt(1 - loadings**2)
    true = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())

    assert mcdonald_omega(items).value == pytest.approx(true, abs=0.01)
    assert mcdonald_omega(items[:200], rng=rng).holds(true)


def test_an_item_that_spoils_the_scale_shows() -> None:
    rng = np.random.default_rng(5)
    items = np.column_stack([rng.normal(size=(60, 1)) + rng.normal(size=(60, 3)), rng.normal(size=60)])

    assert int(np.argmax(alpha_without(items))) == 3


def test_a_judgement_that_is_missing_is_no_category() -> None:
    with pytest.raises(NoAnswer, match="A label is missing"):
        cohen_kappa(["a", None, "b"], ["a", "b", "b"])
