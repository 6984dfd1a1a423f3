"""What holds at every look rests on values that were settled when they began to count: else it says it holds once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis.registered.document import Contrast, ContrastKind, Estimand, EstimandKind, Method
from analysis.results.asking.due import CHANGING, why_not_due
from analysis.results.asking.setting import Setting
from analysis.results.asking.settled import AT_MANY_LOOKS, CHANGED
from analysis.results.columns import OPEN, Array
from analysis.statistics.words import Validity
from tests.analysis.results.test_ways import ASKED, found, said, setting
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


PEOPLE, TRIALS = 120, 10
PEOPLE_STUDIES, SEEN = (60, PEOPLE * TRIALS) if PROOF else (6, 40)


def under_way(seed: int, *, effect: float = 0.0) -> Iterator[Setting]:
    """What is seen after ever more trials of people who take part at the same time. Under “vivid” low scorers take
    longer, so whoever has finished by then scored too high.
    """
    rng, arms = np.random.default_rng(seed), np.tile([1.0, 2.0], PEOPLE // 2)
    own = rng.normal(size=PEOPLE)
    scores = own[:, None] + rng.normal(size=(PEOPLE, TRIALS)) + effect * (arms == 2)[:, None]
    begun, pace = np.arange(PEOPLE) * 1.0, np.where(arms == 2, np.exp(-own), 1.0)
    times = begun[:, None] + pace[:, None] * np.arange(1, TRIALS + 1)
    means = np.cumsum(scores, axis=1) / np.arange(1, TRIALS + 1)
    for now in [*np.sort(times, axis=None)[:: -(-times.size // SEEN)].tolist(), times.max()]:
        here = begun <= now
        done = (times <= now).sum(axis=1)[here]
        values = np.where(done > 0, means[here, np.maximum(done, 1) - 1], np.nan)
        counted: dict[str, Any] = {"count__score": done.astype(float), OPEN: (done < TRIALS).astype(float)}
        yield replace(setting(values, arms[here], **counted), is_over=bool((done == TRIALS).all()))


def test_people_with_several_trials_may_be_looked_at_after_each_trial_and_nothing_is_claimed_too_often() -> None:
    claimed = 0
    for seed in range(PEOPLE_STUDIES):
        answers = [said(ALWAYS, each).estimate for each in under_way(seed)]
        assert all(one is None or one.validity in AT_MANY_LOOKS for one in answers)
        claimed += any(one is not None and not one.holds(0.0) for one in answers)

    assert claimed <= stats.binom.ppf(0.999, PEOPLE_STUDIES, 0.05)


def test_when_everybody_is_done_nothing_is_lost_by_having_waited() -> None:
    *before, last = under_way(1, effect=1.5)
    whole = found(ALWAYS, last)

    assert not whole.holds(0.0)
    assert whole.n == PEOPLE
    assert whole == found(replace(ALWAYS, aggregate="first"), last)
    assert any(one.estimate is not None and not one.estimate.holds(0.0) for one in (said(ALWAYS, b) for b in before))


def test_who_is_under_way_is_not_counted_yet_nor_who_came_after() -> None:
    is_open = np.zeros(200)
    is_open[[190, 195]] = 1
    known = replace(
        setting(np.random.default_rng(1).normal(size=200), ARMS, count__score=again(3), open=is_open), is_over=False
    )
    one = found(ALWAYS, known)

    assert (one.n, one.validity) == (190, Validity.ASYMPTOTIC)
    assert "2 people are still taking part and are not counted yet, nor are 8 who came after" in one.remarks[-1]
    assert found(replace(ALWAYS, method=Method.FIXED), known).n == 200
    assert found(replace(ALWAYS, aggregate="first"), known).n == 200
    assert (over := found(ALWAYS, replace(known, is_over=True))).n == 200
    assert over.validity == Validity.FIXED


def test_while_everybody_is_under_way_it_says_who_is_waited_for() -> None:
    known = replace(setting(np.arange(200.0), ARMS, open=np.ones(200)), is_over=False)

    assert "200 people are still taking part" in said(ALWAYS, known).why_not


def test_a_value_that_comes_after_the_end_changes_what_was_counted() -> None:
    late = np.zeros(200)
    late[7] = 1
    parts: dict[str, Any] = {"open": np.zeros(200), "late__score": late}

    assert found(ALWAYS, setting(np.arange(200.0), ARMS, count__score=again(3), **parts)).validity == Validity.FIXED
    assert found(ALWAYS, setting(np.arange(200.0), ARMS, **parts)).validity == Validity.ASYMPTOTIC
