"""Our figures for looking, believing and adapting are those of GrowthBook, confseq, and closed forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import inf, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.statistics.adaptive_allocation import aipw_terms, weighted_mean
from analysis.statistics.bayes.best_arm import best_of, normal_posterior
from analysis.statistics.bayes.comparing import compare
from analysis.statistics.bayes.effects import EffectPrior, compare_effect
from analysis.statistics.bayes.next_units import shares
from analysis.statistics.bayes.posterior import Posterior
from analysis.statistics.confidence_sequences import normal_mixture_boundary
from analysis.statistics.estimates.arms import Arm
from analysis.statistics.moments import Moments
from analysis.statistics.sequential.asymptotics import Sequence, asymptotic_difference
from analysis.statistics.sequential.group.boundaries import boundaries
from analysis.statistics.sequential.group.spending import Spending
from tests.analysis.statistics.test_reference_cases import differences

CASES = json.loads((Path(__file__).parent / "reference" / "sequential.json").read_text(encoding="utf-8"))["cases"]
Case = Mapping[str, Any]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_our_figures_are_the_field_s(case: Case) -> None:
    got = ANSWERS[case["family"]](case["input"])

    assert list(differences(got, case["expected"], case["rel_tol"])) == []


def asymptotic_case(given: Case) -> Case:
    control, treatment = (Moments.of_sums(*given[arm].values()) for arm in ("control", "treatment"))
    sequence = Sequence(given["alpha"], given["tuning_n"])
    found = asymptotic_difference(control, treatment, sequence=sequence, relative=given["difference"] == "relative")
    return {
        "effect": found.value,
        "ci": [found.low, found.high],
        "p_value": found.p_value,
        "se": found.standard_error,
        "rho": sequence.rho,
        "halfwidth": found.high - found.value,
    }


def bayes_case(given: Case) -> Case:
    if "arms" in given:
        found = best_of([Posterior("beta", (arm["a"], arm["b"])) for arm in given["arms"]])
        return {"p_best": [one.chance for one in found], "expected_loss": [one.loss for one in found]}
    told = given["prior"]
    prior = EffectPrior(told["mean"], told["variance"] ** 0.5 if told["proper"] else inf)
    rates = [(given[arm]["n"], given[arm]["successes"] / given[arm]["n"]) for arm in ("control", "treatment")]
    arms = [Arm(n, rate, rate * (1 - rate)) for n, rate in rates]
    answer = compare_effect(*arms, prior=prior, relative=given["difference"] == "relative", level=given["alpha"])
    answer = answer.lower_is_better() if given["lower_is_better"] else answer
    found_ = answer.estimate
    return {
        "chance_to_win": answer.chance_to_win,
        "effect": found_.value,
        "ci": [found_.low, found_.high],
        "risk": [answer.loss_control, answer.loss_treatment],
        "sd": found_.standard_error,
    }


def bandit_case(given: Case) -> Case:
    chances = [
        one.chance for one in best_of([normal_posterior(Moments.of_sums(*arm.values())) for arm in given["arms"]])
    ]
    return {"p_best": chances, "weights": shares(chances, floor=given["floor"])}


def boundary_case(given: Case) -> Case:
    both, one = (
        normal_mixture_boundary(given["v"], level=given["alpha"], best_at=given["v_opt"], sides=sides)
        for sides in (2, 1)
    )
    return {"bound": both, "one_sided_bound": one}


def group_case(given: Case) -> Case:
    spending = Spending({"obf": "obrien_fleming", "pocock": "pocock"}[given["spending"]])
    return {"z": list(boundaries(given["fractions"], level=given["alpha"], spending=spending).upper)}


def adaptive_case(given: Case) -> Case:
    chosen = np.array(given["actions"]) == given["arm"]
    rewards, chances = np.array(given["rewards"], dtype=float), np.array(given["prob_arm1"])
    terms = aipw_terms(chosen, rewards, chances)
    estimate, error = weighted_mean(chosen, rewards, chances)
    return {
        "estimate": estimate,
        "se": error,
        "unweighted_aipw": terms.mean(),
        "unweighted_se": float(np.sqrt(((terms - terms.mean()) ** 2).sum()) / len(terms)),
        "sample_mean": rewards[chosen].mean(),
        "scores": terms.tolist(),
    }


def beats_case(given: Case) -> Case:
    pairs = [[Posterior("beta", tuple(pair[arm])) for arm in ("control", "treatment")] for pair in given["pairs"]]
    return {"p": [compare(control, treatment).chance_to_win for control, treatment in pairs]}


ANSWERS: Mapping[str, Callable[[Case], Case]] = {
    "asymptotic_cs": asymptotic_case,
    "bayes": bayes_case,
    "bandit_weights": bandit_case,
    "uniform_boundary": boundary_case,
    "group_sequential": group_case,
    "adaptive_inference": adaptive_case,
    "beats": beats_case,
}


def test_an_e_value_of_nine_in_ten_against_one_half_is_not_yet_twenty() -> None:
    from analysis.statistics.bayes.factors import rate_factor

    assert rate_factor(9, 10, 0.5).log_factor == pytest.approx(log(1024 / 110))
