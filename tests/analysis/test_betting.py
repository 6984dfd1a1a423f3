"""The lower bound of a mean whose values have no known upper end: it holds, at every look, and needs no order."""

import numpy as np
import pytest

from analysis.statistics.betting import Floats, Tally, lower_mean


def test_it_is_below_the_mean_and_comes_closer() -> None:
    rng = np.random.default_rng(1)
    bounds = [lower_mean(Tally.of(rng.exponential(1.0, n)), delta=0.05) for n in (100, 1_000, 10_000)]

    assert bounds == sorted(bounds)
    assert 0.9 < bounds[-1] < 1


def test_values_of_zero_alone_say_nothing() -> None:
    assert lower_mean(Tally.of([0.0] * 1000), delta=0.05) == 0


def test_one_huge_value_does_not_lift_it_far() -> None:
    assert lower_mean(Tally.of([0.0] * 999 + [1e9]), delta=0.05) < 1e9 / 1000


def test_the_order_and_the_grouping_do_not_matter() -> None:
    values = np.random.default_rng(2).random(300)
    parts = Tally.together([Tally.of(part) for part in np.array_split(values[::-1], 7)])

    assert lower_mean(parts, delta=0.05) == pytest.approx(lower_mean(Tally.of(values), delta=0.05), rel=1e-7)


def test_values_are_put_on_steps_that_keep_their_mean_and_lower_the_bound_by_a_hair() -> None:
    values = np.random.default_rng(3).exponential(1.0, 2000)

    tally = Tally.of(values)
    exact = lower_mean(Tally(np.sort(values), np.ones(2000)), delta=0.05)

    assert tally.mean == pytest.approx(values.mean(), rel=1e-12)
    assert tally.n == pytest.approx(2000)
    assert exact * (1 - 1e-5) < lower_mean(tally, delta=0.05) <= exact


@pytest.mark.parametrize("shape", ["yes-no", "seldom and large", "drifting", "moved by its luck"])
def test_it_fails_at_any_of_many_looks_at_most_as_often_as_promised(shape: str) -> None:
    rng = np.random.default_rng(4)
    failed = 0
    for _ in range(300):
        values, means = _values(shape, rng)
        failed += any(lower_mean(Tally.of(values[:n]), delta=0.1) > means[:n].mean() for n in (10, 30, 100, 300))

    assert failed / 300 <= 0.1


def _values(shape: str, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Values, and the mean of each given those before."""
    if shape == "yes-no":
        return (rng.random(300) < 0.3).astype(np.float64), np.full(300, 0.3)
    if shape == "seldom and large":
        return 50.0 * (rng.random(300) < 0.02).astype(np.float64), np.full(300, 1.0)
    if shape == "drifting":
        return (rng.random(300) < np.linspace(0, 1, 300)).astype(np.float64), np.linspace(0, 1, 300)
    values, means = np.zeros(300), np.zeros(300)
    for n in range(300):
        means[n] = 0.5 if values[:n].sum() <= means[:n].sum() + 2 else 0.0  # it takes a lucky streak home
        values[n] = rng.random() < means[n]
    return values, means


def test_the_bound_is_the_mean_at_which_twenty_fixed_stakes_have_won_enough() -> None:
    """Fixed before the first value: a stake that hangs on the mean in question would not be."""
    values, delta = np.array([0.0, 0.5, 3.0] * 40), 0.05
    stakes = 16.0 / 2.0 ** np.arange(20)
    weights = 1 / (1 + ((np.arange(20) - 10) / 3) ** 2)

    def capital(mean: float) -> float:
        return float(weights / weights.sum() @ [np.prod((1 + s * values) / (1 + s * mean)) for s in stakes])

    bound = lower_mean(Tally.of(values), delta=delta)

    assert capital(bound) == pytest.approx(1 / delta, rel=1e-5)


@pytest.mark.parametrize("values", [[-0.1], [float("inf")], [float("nan")]])
def test_a_value_that_breaks_the_promise_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="finite and 0 or more"):
        Tally.of(values)


def test_delta_is_a_probability() -> None:
    with pytest.raises(ValueError, match="delta"):
        lower_mean(Tally.of([1.0]), delta=1.0)
