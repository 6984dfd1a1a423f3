"""Dunnett's comparisons with one control and the e-BH procedure, as a plan asks for them: true ones, at their level."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from analysis.registered.document import Contrast, ContrastKind, Correction, Family, Method, Plan, Question, Role
from analysis.results.asking.asked import Prepared
from analysis.results.asking.controlled import shared_in
from analysis.results.asking.families import Ask, Known, adjusted, shared
from analysis.results.asking.levels import Levels
from analysis.results.asking.setting import Setting
from analysis.results.columns import Array
from analysis.statistics.multiplicity.e_values import e_bh
from analysis.statistics.sequential.evidence_values import from_p
from tests.analysis.results.test_ways import setting
from tests.proof import ONLY_IN_PROOF

LEVEL = 0.05
ARMS = ("vivid", "loud")


def plan(correction: Correction, method: Method) -> Plan:
    role = Role.PRIMARY if correction == Correction.DUNNETT else Role.SECONDARY
    questions = tuple(
        Question(arm, "score", role, Contrast(ContrastKind.ARM, arm=arm, control="plain"), method=method)
        for arm in ARMS
    )
    return Plan(questions, (Family("all", ARMS, correction, LEVEL),))


def asked_of(values: Array, arms: Array, asked: Plan, *, bounded: bool = False) -> tuple[dict[str, Levels], Known]:
    known: Setting = setting(values, arms, low=0.0, high=1.0) if bounded else setting(values, arms)
    levels = {each.name: Levels(Prepared.of(each, known)) for each in asked.questions}
    promises = {name: one.validity for name, each in levels.items() if (one := each.at(LEVEL).estimate)}
    controlled = shared_in([each.asked for each in levels.values()])
    return levels, Known(promises, controlled)


def p_values(levels: dict[str, Levels]) -> dict[str, float | None]:
    return {name: each.p_value(LEVEL) for name, each in levels.items()}


def asking(levels: dict[str, Levels]) -> Ask:
    return lambda question, level: levels[question.name].at(level)


def test_dunnett_in_a_plan_is_dunnetts() -> None:
    rng, arms = np.random.default_rng(18), np.repeat([1.0, 2.0, 3.0], 400)
    values, asked = rng.normal(0, 1, 1200) + 0.2 * (arms == 2), plan(Correction.DUNNETT, Method.FIXED)
    levels, known = asked_of(values, arms, asked)

    found = adjusted(asked, p_values(levels), known)

    reference = stats.dunnett(values[arms == 2], values[arms == 3], control=values[arms == 1], random_state=1)
    assert [found[name] for name in ARMS] == pytest.approx(reference.pvalue.tolist(), abs=0.004)
    alone = p_values(levels)
    assert all(found[name] < min(1.0, 2 * (alone[name] or 0)) for name in ARMS)
    for name, said in shared(asked, asking(levels), known).items():
        assert said.estimate is not None
        assert said.estimate.p_value == found[name]
        assert said.estimate.holds(0.0) == (found[name] > LEVEL)


def test_dunnett_of_other_questions_falls_back_to_what_errs_no_more() -> None:
    rng, arms = np.random.default_rng(1), np.tile([1.0, 2.0, 3.0], 100)
    asked = plan(Correction.DUNNETT, Method.ANYTIME)
    levels, known = asked_of(rng.uniform(0, 1, 300), arms, asked, bounded=True)

    assert not known.shared
    alone = p_values(levels)
    assert adjusted(asked, alone, known) == {name: min(1.0, 2 * (p or 1)) for name, p in alone.items()}


def test_e_bh_takes_a_wager_at_its_worth_and_one_look_at_much_less() -> None:
    rng, arms = np.random.default_rng(1), np.tile([1.0, 2.0, 3.0], 200)
    values = np.clip(rng.normal(0.4, 0.1, 600) + 0.2 * (arms == 2), 0, 1)
    worths: dict[Method, Callable[[float], float]] = {Method.ANYTIME: lambda p: 1 / p, Method.FIXED: from_p}
    for method, worth in worths.items():
        asked = plan(Correction.E_BH, method)
        levels, known = asked_of(values, arms, asked, bounded=True)
        alone = p_values(levels)

        found = adjusted(asked, alone, known)

        assert [found[name] for name in ARMS] == pytest.approx(
            e_bh([worth(alone[name] or 0.0) for name in ARMS]).tolist()
        )
        for name, said in shared(asked, asking(levels), known).items():
            assert said.estimate is not None
            assert said.estimate.holds(0.0) == (found[name] > LEVEL)


def errors(runs: int, sizes: tuple[int, int, int], spreads: tuple[float, float, float]) -> int:
    """How often Dunnett's claims anything where no arm differs."""
    rng, asked = np.random.default_rng(18), plan(Correction.DUNNETT, Method.FIXED)
    arms, claimed = np.repeat([1.0, 2.0, 3.0], sizes), 0
    for _ in range(runs):
        levels, known = asked_of(rng.normal(0, 1, len(arms)) * np.repeat(spreads, sizes), arms, asked)
        claimed += min(adjusted(asked, p_values(levels), known).values()) <= LEVEL
    return claimed


def false_shares(runs: int, n: int) -> float:
    """The false share of what e-BH claims, on average, watched at ten looks with the worst taken; one arm differs."""
    rng, asked = np.random.default_rng(18), plan(Correction.E_BH, Method.ANYTIME)
    arms, total = np.tile([1.0, 2.0, 3.0], n), 0.0
    for _ in range(runs):
        values, worst = (rng.random(3 * n) < 0.3 + 0.3 * (arms == 3)).astype(float), 0.0
        for end in np.linspace(3 * n // 10, 3 * n, 10).astype(int):
            levels, known = asked_of(values[:end], arms[:end], asked, bounded=True)
            claims = [name for name, p in adjusted(asked, p_values(levels), known).items() if p <= LEVEL]
            worst = max(worst, (("vivid" in claims) / len(claims)) if claims else 0.0)
        total += worst
    return total / runs


def test_dunnett_claims_no_more_often_than_its_level_and_not_much_less() -> None:
    claimed = errors(100, (20, 20, 20), (1, 1, 1))

    assert claimed <= stats.binom.ppf(0.999, 100, LEVEL)


@ONLY_IN_PROOF
@pytest.mark.parametrize("sizes", [(20, 20, 20), (60, 15, 15), (200, 200, 200)])
@pytest.mark.parametrize("spreads", [(1.0, 1.0, 1.0), (1.0, 3.0, 1.0), (3.0, 1.0, 1.0)])
def test_dunnett_holds_its_level_whatever_the_spreads(
    sizes: tuple[int, int, int], spreads: tuple[float, float, float]
) -> None:
    claimed = errors(4000, sizes, spreads)

    assert claimed <= stats.binom.ppf(0.999, 4000, LEVEL * 1.1)
    assert claimed >= stats.binom.ppf(0.001, 4000, LEVEL * 0.75)


@ONLY_IN_PROOF
def test_e_bh_holds_the_false_share_at_every_look() -> None:
    assert false_shares(300, 300) <= LEVEL
