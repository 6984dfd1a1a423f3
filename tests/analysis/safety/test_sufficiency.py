"""How many rows it takes: said before the test, and after one that did not pass."""

from dataclasses import replace
from math import ceil, log

import numpy as np
import pytest

from analysis.safety.terms import Array, Demand, Evidence, Quantity
from analysis.safety.testing.sufficiency import Sufficiency, sufficiency
from analysis.safety.testing.verdicts import verdict_of
from tests.analysis.safety.demands import demand, evidence, rates

PARITY = "abs((PR | [M]) - (PR | [F])) <= 0.15"
M, F = "PR | [M]", "PR | [F]"


def seen(given: Demand, rows: int, **values: Array) -> dict[Quantity, Evidence]:
    named = {{"m": M, "f": F, "pr": "PR"}[name]: each for name, each in values.items()}
    return {key: replace(one, rows=rows) for key, one in evidence(given, named).items()}


def needs(given: Demand, rows: int, **values: Array) -> Sufficiency:
    return sufficiency(given, seen(given, rows, **values), rows=rows)


def test_without_a_single_error_a_rate_takes_log_1_by_delta_over_its_limit() -> None:
    given = demand("PR <= 0.05", "clopper_pearson")
    found = needs(given, 40, pr=np.zeros(40))

    assert found.least == pytest.approx(log(1 / 0.05) / -log(1 - 0.05), abs=1)
    assert found.hopeless
    assert str(found) == ("PR <= 0.05: no model can pass on 40 rows: it takes 59 at least (PR has 40 values).")


def test_a_group_of_few_rows_makes_it_take_more_of_all() -> None:
    given = demand("(PR | [M]) <= 0.05", "clopper_pearson")
    found = needs(given, 400, m=np.zeros(40))

    assert found.least == 590
    assert found.sparse == (M, 40)


@pytest.mark.parametrize(
    "bound", ["hoeffding", "betting", "maurer_pontil", "predictable_bernstein", "dkw", "student_t"]
)
@pytest.mark.parametrize("text", [PARITY, "(PR | [M])/(PR | [F]) >= 0.5", "max((PR | [M]), 2*(PR | [F])) <= 1.2"])
def test_below_the_least_number_no_values_pass_whatever_they_are(bound: str, text: str) -> None:
    given = demand(text, bound)
    found = needs(given, 200, m=rates(0.5, 100), f=rates(0.5, 60, seed=2))
    assert found.least is not None
    fewer = int(found.least * 0.9)
    for level in (0.0, 0.02, 0.3, 0.5, 0.7, 1.0):
        near = (
            np.array([level, *np.full(max(fewer // 2, 1) - 1, min(level + 1e-3, 1))]),
            np.full(max(fewer * 3 // 10, 1), abs(level - 1e-3)),
        )
        assert not verdict_of(given, seen(given, fewer, m=near[0], f=near[1])).passed


def test_with_as_many_rows_as_it_says_about_half_of_such_data_pass() -> None:
    given = demand(PARITY)
    found = needs(given, 200, m=rates(0.55, 100), f=rates(0.5, 100, seed=2))
    assert found.likely is not None
    passed = [
        verdict_of(given, seen(given, n, m=rates(mean, n // 2, seed=k), f=rates(0.5, n // 2, seed=k + 100))).passed
        for n in [found.likely]
        for mean in [0.5 + float(rates(0.55, 100).mean() - rates(0.5, 100, seed=2).mean())]
        for k in range(60)
    ]

    assert 0.2 < np.mean(passed) < 0.9


def test_after_a_test_that_did_not_pass_it_says_how_many_rows_would() -> None:
    given = demand("PR <= 0.3")
    verdict = verdict_of(given, seen(given, 40, pr=rates(0.28, 40)))

    assert not verdict.passed
    assert verdict.advice.startswith("About ")
    assert "rows in the safety set (now 40)" in verdict.advice


def test_a_constraint_that_is_broken_outright_is_not_a_matter_of_rows() -> None:
    given = demand("PR <= 0.2")
    verdict = verdict_of(given, seen(given, 120, pr=rates(0.5, 120)))

    assert "more rows will not help" in verdict.advice


def test_one_that_passes_needs_no_advice() -> None:
    given = demand("PR <= 0.8")

    assert verdict_of(given, seen(given, 120, pr=rates(0.5, 120))).advice == ""


def test_what_no_number_of_rows_can_show_is_said_before_the_run() -> None:
    given = demand("PR <= 0 - 0.1")
    found = needs(given, 120, pr=rates(0.5, 120))

    assert found.least is None
    assert found.hopeless
    assert "however many rows" in str(found)


def test_enough_rows_are_said_to_be_enough() -> None:
    found = needs(demand("PR <= 0.8"), 500, pr=rates(0.3, 500))

    assert not found.hopeless
    assert found.likely is not None
    assert ceil(found.likely) <= 500
    assert "are enough" in str(found)
