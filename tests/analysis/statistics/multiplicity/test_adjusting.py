"""Adjusted p-values are those of the field, and hold the error that their procedure promises."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from analysis.statistics.multiplicity.adjusting import PROCEDURES, adjusted
from analysis.statistics.multiplicity.e_values import e_bh
from analysis.statistics.words import NoAnswer
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []
CASES = json.loads((Path(__file__).parents[1] / "reference" / "multiplicity.json").read_text(encoding="utf-8"))["cases"]
STATSMODELS = {
    "bonferroni": "bonferroni",
    "sidak": "sidak",
    "holm": "holm",
    "holm_sidak": "holm-sidak",
    "hochberg": "simes-hochberg",
    "hommel": "hommel",
    "bh": "fdr_bh",
    "by": "fdr_by",
}
LEVEL = 0.05
TIMES = 20_000 if PROOF else 600
Array = NDArray[np.float64]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_known_case_comes_out_as_known(case: dict[str, Any]) -> None:
    assert adjusted(case["p"], str(case["procedure"])) == pytest.approx(case["adjusted"], rel=case["rel_tol"])


@pytest.mark.parametrize("name", STATSMODELS)
def test_statsmodels_says_the_same(name: str) -> None:
    from statsmodels.stats.multitest import multipletests

    rng = np.random.default_rng(133)
    for m in (1, 2, 3, 7, 12, 40):
        p = rng.random(m) ** 3
        assert adjusted(p, name) == pytest.approx(multipletests(p, method=STATSMODELS[name])[1], rel=1e-10)


def test_ties_and_the_ends_of_the_scale_stay_in_order() -> None:
    for name in PROCEDURES:
        found = adjusted([0.0, 1.0, 0.2, 0.2, 0.0], name)
        assert found[2] == found[3]
        assert found[0] == found[4] == 0
        assert found[1] == 1


def test_no_question_at_all_has_no_answers() -> None:
    assert all(len(adjusted([], name)) == 0 for name in PROCEDURES)


@pytest.mark.parametrize("p", [[0.1, float("nan")], [-0.1], [1.2]])
def test_a_p_value_that_is_none_is_said_and_not_passed_on(p: list[float]) -> None:
    for name in PROCEDURES:
        with pytest.raises(NoAnswer, match="counts with p = 1"):
            adjusted(p, name)


def p_values(effects: Array, correlation: float) -> Array:
    """Two-sided, of normal statistics that share a part, as arms with one control do. Shape (TIMES, m)."""
    rng = np.random.default_rng(7)
    shared = rng.normal(size=(TIMES, 1))
    own = rng.normal(size=(TIMES, len(effects)))
    found: Array = 2 * stats.norm.sf(np.abs(np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own + effects))
    return found


def at_most(level: float) -> float:
    return level + 3 * float(np.sqrt(level * (1 - level) / TIMES))


@pytest.mark.parametrize("name", [name for name, one in PROCEDURES.items() if one.holds_familywise])
@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_no_more_families_than_promised_hold_a_false_claim(name: str, correlation: float) -> None:
    effects = np.array([0.0, 0.0, 0.0, 2.5, 4.0])
    claims = np.array([adjusted(p, name) <= LEVEL for p in p_values(effects, correlation)])

    assert claims[:, effects == 0].any(axis=1).mean() <= at_most(LEVEL)


@pytest.mark.parametrize("adjust", [lambda p: adjusted(p, "bh"), lambda p: adjusted(p, "by")], ids=["bh", "by"])
def test_no_more_of_the_claims_than_promised_are_false(adjust: Callable[[Array], Array]) -> None:
    effects = np.array([0.0] * 6 + [3.0] * 4)
    claims = np.array([adjust(p) <= LEVEL for p in p_values(effects, 0.3)])

    assert (claims[:, effects == 0].sum(axis=1) / np.maximum(claims.sum(axis=1), 1)).mean() <= at_most(LEVEL)


def test_e_values_hold_the_false_share_though_answers_pull_against_one_another() -> None:
    rng, effects = np.random.default_rng(8), np.array([0.0, 0.0, 0.0, 3.0])
    z = rng.normal(size=(TIMES, 1)) * np.array([1, -1, 1, -1]) + effects
    e = np.exp(2 * np.abs(z) - 2) / np.exp(2 * np.abs(rng.normal(size=200_000)) - 2).mean()
    claims = np.array([e_bh(row) <= LEVEL for row in e])

    assert (claims[:, :3].sum(axis=1) / np.maximum(claims.sum(axis=1), 1)).mean() <= at_most(LEVEL)


def test_e_values_without_an_end_are_certain_and_missing_ones_are_said() -> None:
    assert e_bh([np.inf, 0.0, 1.0]).tolist() == [0.0, 1.0, 1.0]
    with pytest.raises(NoAnswer, match="counts with e = 1"):
        e_bh([np.nan])
