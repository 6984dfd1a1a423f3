"""Training as a whole: a model that passed, or No Solution Found with its reason; the test's rows decide nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.safety.bounds import BOUNDS
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.demanding import Terms, demand_of
from analysis.safety.models import MODELS
from analysis.safety.objectives import OBJECTIVES
from analysis.safety.optimisers import OPTIMISERS
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Look, Outcome, Regime, Samples
from analysis.safety.testing.splitting import divided
from analysis.safety.training import Training, train
from tests.proof import PROOF

N = 2400
PARITY = "abs((PR | [M]) - (PR | [F])) <= 0.15"
TRAININGS = 500 if PROOF else 200


def people(n: int = N, *, seed: int = 7) -> Samples:
    """Two groups of which one is admitted far more often; the second feature all but names the group."""
    rng = np.random.default_rng(seed)
    men = rng.random(n) < 0.5
    features = np.column_stack([rng.normal(size=n), 2.0 * men - 1.0 + 0.3 * rng.normal(size=n)])
    chance = 1.0 / (1.0 + np.exp(-(features[:, 0] + 1.2 * features[:, 1])))
    return Samples(features, (rng.random(n) < chance).astype(float), {"M": men, "F": ~men})


def subject(samples: Samples) -> Supervised:
    return Supervised(samples, MODELS.parse("logistic"), OBJECTIVES.parse("logistic_loss"))


def training(*texts: str, delta: float = 0.05, bound: str = "auto", seed: int = 0) -> Training:
    known, terms = Vocabulary.of(Regime.BINARY, groups=("M", "F")), Terms(bound=BOUNDS.parse(bound))
    demands = tuple(demand_of(parse_constraint(text, known, delta=delta), terms) for text in texts)
    return Training(demands, OPTIMISERS.parse("sqp"), seed=seed)


def trained(samples: Samples, how: Training) -> Outcome:
    return train(subject(samples), how, rng=np.random.default_rng(1))


def test_an_unfair_start_becomes_a_model_that_passes() -> None:
    samples, how = people(), training(PARITY)
    outcome = trained(samples, how)
    start = subject(samples).start(np.arange(N), rng=np.random.default_rng(0))
    rates = [subject(samples).outputs(start, np.flatnonzero(samples.groups[name])).mean() for name in ("M", "F")]

    assert abs(rates[0] - rates[1]) > 0.3
    assert outcome.passed
    assert [verdict.passed for verdict in outcome.verdicts] == [True]
    assert outcome.verdicts[0].upper <= 0
    assert outcome.verdicts[0].estimate < outcome.verdicts[0].upper


def test_what_cannot_be_met_is_no_solution_and_says_which_constraint_by_how_much() -> None:
    outcome = trained(people(), training("(PR | [M]) <= 0.2", "(PR | [F]) >= 0.1", "(PR | [M]) - (PR | [F]) >= 0.5"))

    assert not outcome.passed
    assert outcome.theta is None
    assert "(PR | [M]) - (PR | [F]) >= 0.5" in outcome.reason


def test_the_same_seeds_give_the_same_outcome() -> None:
    first, again = (trained(people(), training(PARITY, seed=3)) for _ in range(2))

    assert first.theta is not None
    assert np.array_equal(first.theta, again.theta if again.theta is not None else np.empty(0))
    assert first.verdicts == again.verdicts


def test_nothing_of_the_safety_rows_reaches_the_search() -> None:
    """Whatever stands in them, the candidate is the same: their labels, features and groups count in the test alone."""
    samples = people()
    rows = divided(subject(samples).strata(), fraction=0.6, split="ordered").safety
    features, groups = samples.features.copy(), dict(samples.groups)
    features[rows] = 100.0 + np.random.default_rng(9).normal(size=(len(rows), 2))
    groups["M"] = groups["M"].copy()
    groups["M"][rows] = ~groups["M"][rows]
    how = replace(training(PARITY), split="ordered")

    plain, changed = trained(samples, how), trained(replace(samples, features=features, groups=groups), how)

    assert plain.candidate.theta is not None
    assert np.array_equal(plain.candidate.theta, changed.candidate.theta)  # type: ignore[arg-type]  # it is there
    assert plain.verdicts != changed.verdicts


def test_a_group_of_two_never_passes() -> None:
    samples = people()
    few = np.zeros(N, dtype=bool)
    few[np.flatnonzero(samples.groups["F"])[:2]] = True
    outcome = trained(replace(samples, groups={**samples.groups, "F": few}), training(PARITY))

    assert not outcome.passed
    assert "of the 1,440 rows of the safety set would be of PR | [F]" in outcome.reason
    assert "nothing is said of fewer than 5" in outcome.reason
    assert outcome.verdicts == ()


def test_a_feature_that_is_not_a_number_never_passes_wherever_it_stands() -> None:
    samples, how = people(), replace(training(PARITY), split="ordered")
    features = samples.features.copy()
    features[N - 1] = np.nan
    outcome = trained(replace(samples, features=features), how)

    assert not outcome.passed
    assert "not finite" in outcome.reason


def test_a_watch_may_stop_it() -> None:
    class Stopped(BaseException):
        pass

    def stop(iteration: int, of: int, look: Look) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        train(subject(people()), training(PARITY), rng=np.random.default_rng(1), watch=stop)


@pytest.mark.slow
def test_models_that_break_the_constraint_pass_at_most_as_often_as_delta_says() -> None:
    """Trainings on 400 rows; the truth is 200,000 fresh people. Slack of 3 standard errors: 0.053 of 500 trainings."""
    fresh, delta, failures = people(200_000, seed=99), 0.03, 0
    everybody, rates = subject(fresh), [np.flatnonzero(fresh.groups[name]) for name in ("M", "F")]
    for trial in range(TRAININGS):
        outcome = trained(people(400, seed=1000 + trial), training(PARITY, delta=delta, seed=trial))
        if outcome.theta is not None:
            first, other = (everybody.outputs(outcome.theta, rows).mean() for rows in rates)
            failures += abs(first - other) > 0.15

    assert failures / TRAININGS <= delta + 3 * np.sqrt(delta * (1 - delta) / TRAININGS)
