"""What holds at every look rests on values that were settled when they began to count: else it says it holds once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis.registered.document import Contrast, ContrastKind, Estimand, EstimandKind, Method
from analysis.results.asking.due import CHANGING, why_not_due
from analysis.results.asking.settled import AT_MANY_LOOKS, CHANGED
from analysis.results.columns import Array
from analysis.statistics.words import Validity
from tests.analysis.results.test_ways import ASKED, found, setting
from tests.proof import PROOF

ALWAYS = replace(ASKED, method=Method.ANYTIME)
STUDIES, LOOKS = (400, 100) if PROOF else (12, 30)
ARMS = np.tile([1.0, 2.0], 100)
AGGREGATES = ("mean", "sum", "last", "median", "least", "greatest", "count")


def again(n: int, values: Array | None = None) -> Array:
    """Columns of units that were measured n times."""
    return np.full(len(ARMS) if values is None else len(values), float(n))


@pytest.mark.parametrize("aggregate", ["mean", "last"])
def test_units_that_are_measured_again_claim_no_more_often_than_promised_however_often_one_looks(
    aggregate: str,
) -> None:
    """No effect; everybody has another value at each look. Every answer that is labelled as of every look counts."""
    claimed, asked = 0, replace(ALWAYS, aggregate=aggregate)
    for seed in range(STUDIES):
        rng, total = np.random.default_rng(seed), np.zeros(len(ARMS))
        for look in range(1, LOOKS + 1):
            values = rng.normal(0, 1, len(ARMS))
            total += values
            known = setting(total / look, ARMS, count__score=again(look), last__score=values)
            one = found(asked, known)
            if one.validity in AT_MANY_LOOKS and not one.holds(0.0):
                claimed += 1
                break

    assert claimed <= stats.binom.ppf(0.999, STUDIES, 0.05)


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_a_value_that_changed_between_looks_is_of_one_look_and_claimed_when_all_is_over(aggregate: str) -> None:
    values, question = np.arange(200.0) + 900 * (ARMS == 2), replace(ALWAYS, aggregate=aggregate)
    counts = np.where(np.arange(200) == 7, 2.0, 1.0)
    kept: dict[str, Any] = {} if aggregate in ("mean", "sum", "count") else {f"{aggregate}__score": values}
    once, twice = setting(values, ARMS), setting(values, ARMS, count__score=counts, **kept)

    assert not why_not_due(question, replace(once, is_over=False))
    assert why_not_due(question, replace(twice, is_over=False)) == CHANGING
    assert not why_not_due(question, twice)
    if aggregate != "count":
        assert found(question, once).validity in AT_MANY_LOOKS
        assert (found(question, twice).validity, found(question, twice).remarks[-1]) == (Validity.FIXED, CHANGED)


def test_the_first_value_of_each_unit_may_be_looked_at_whenever_one_likes() -> None:
    known = setting(np.arange(200.0), ARMS, count__score=again(9), first__score=np.arange(200.0))
    first = replace(ALWAYS, aggregate="first")

    assert found(first, known).validity == Validity.ASYMPTOTIC
    assert not why_not_due(first, replace(known, is_over=False))


def test_what_is_below_a_ratio_changes_it_too() -> None:
    question = replace(ALWAYS, estimand=Estimand(EstimandKind.RATIO, per="bought"))
    below: dict[str, Any] = {"mean__bought": np.ones(200), "count__bought": again(2)}
    known = setting(np.random.default_rng(1).normal(9, 1, 200), ARMS, **below)

    assert found(question, known).validity == Validity.FIXED


def test_a_difference_within_units_is_settled_when_each_level_was_met_once() -> None:
    rng = np.random.default_rng(1)
    cells: dict[str, Any] = {f'mean__score@{{"set":"{level}"}}': rng.normal(size=200) for level in ("easy", "hard")}
    question = replace(
        ALWAYS, contrast=Contrast(ContrastKind.WITHIN, factor="set", level="hard", baseline="easy"), role=ASKED.role
    )

    assert found(question, setting(np.ones(200), ARMS, count__score=again(2), **cells)).validity in AT_MANY_LOOKS
    assert found(question, setting(np.ones(200), ARMS, count__score=again(3), **cells)).validity == Validity.FIXED


def test_beliefs_promise_nothing_about_looks() -> None:
    asked = replace(setting(np.arange(200.0), ARMS, count__score=again(2)), is_over=False)

    assert not why_not_due(replace(ASKED, method=Method.BAYES), asked)
