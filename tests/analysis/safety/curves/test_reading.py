"""From results to curves: rates with exact intervals, performance of what was returned."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from analysis.safety.curves.reading import Curves, rate, read_curves
from experiments.types import Json, JsonObject


def trial(
    contender: str = "safe", rows: int = 100, values: list[float | str] | None = None, performance: float = 0.8
) -> JsonObject:
    """values: None: no solution was found."""
    told: dict[str, Json] = {
        "contender": contender,
        "rows": rows,
        "promises": contender == "safe",
        "world": 5_000,
        "performance_is": "accuracy",
        "constraints": [{"text": "a", "delta": 0.05}, {"text": "b", "delta": 0.1}],
        "returned": float(values is not None),
        "values": {} if values is None else {"probabilistic": values, "decided": [-1.0, -1.0]},
    }
    return told if values is None else {**told, "performance": performance, "performance_decided": performance + 0.1}


def curves(*trials: JsonObject, terms: str = "probabilistic") -> Curves:
    return read_curves(trials, terms=terms)


@pytest.mark.parametrize(("successes", "n"), [(0, 20), (20, 20), (3, 50), (1, 1)])
def test_rates_have_exact_intervals(successes: int, n: int) -> None:
    theirs = binomtest(successes, n).proportion_ci(0.95, "exact")

    assert rate(successes, n) == pytest.approx((successes / n, theirs.low, theirs.high))


def test_the_solution_rate_counts_all_and_the_failure_rate_no_missing_solution() -> None:
    found = curves(trial(values=[-0.1, 0.2]), trial(values=[-0.1, -0.2]), trial(), trial())

    [curve] = found.curves
    assert [point.value for point in curve.solutions] == [0.5]
    assert [[point.value for point in points] for points in curve.failures] == [[0.0], [0.25], [0.25]]
    assert [text for text, _ in found.constraints] == ["a", "b", "any of them"]
    assert found.constraints[2][1] == pytest.approx(0.15)


def test_performance_is_of_what_was_returned_and_absent_where_nothing_was() -> None:
    found = curves(trial(values=[0, 0], performance=0.6), trial(values=[0, 0]), trial(), trial(rows=50))

    [point] = found.curves[0].performance
    assert (point.rows, point.n) == (100, 2)
    assert point.value == pytest.approx(0.7)


def test_not_a_number_is_a_failure() -> None:
    assert curves(trial(values=["nan", -1.0])).curves[0].failures[0][0].value == 1.0


def test_who_decides_is_read_on_its_own_terms() -> None:
    found = curves(trial(values=[0.5, 0.5]), terms="decided")

    assert found.curves[0].failures[-1][0].value == 0.0
    assert found.curves[0].performance[0].value == pytest.approx(0.9)


def test_contenders_come_with_those_that_promise_first_and_sizes_rise() -> None:
    found = curves(trial("logistic regression"), trial(rows=200), trial(rows=50))

    assert [curve.contender for curve in found.curves] == ["safe", "logistic regression"]
    assert [point.rows for point in found.curves[0].solutions] == [50, 200]


def test_nothing_yet_is_no_curve() -> None:
    assert curves().curves == ()


def test_a_result_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="no result of a trial"):
        read_curves([{"accuracy": 0.9}])
