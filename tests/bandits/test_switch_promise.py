"""A candidate that is no better is let in at most as often as the doubt allows; a clearly better one is let in."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.off_policy import Log, Terms, evaluate
from bandits.goal import Outcome
from bandits.judging import Findings, Told, lived
from bandits.learning import Learning
from bandits.policies.adaptive import Reward
from bandits.verdict import Verdict
from experiments.blueprint import Blueprint
from experiments.types import Json
from tests.factories import make_definition
from tests.learners import PRIMARY
from tests.proof import ONLY_IN_PROOF, PROOF
from tests.studies import NOON

EVERY = 50  # decisions between two states of the running policy
TIMES = 12 if PROOF else 6


def learning(**allocation: Json) -> Learning:
    definition = make_definition(unit_kind="visitor", steps=[], measures=PRIMARY, allocation=allocation)
    return Learning.of(Blueprint.parse(definition))


UNIFORM = learning(policy="uniform")
GREEDY = learning(policy="epsilon_greedy", epsilon=0.1)
THOMPSON = learning(policy="thompson_bernoulli", floor=0.1)


def verdict(running: Learning, candidate: Learning, rates: tuple[float, float], *, n: int, seed: int) -> Verdict:
    """Of a candidate on the log of a policy that learnt while it logged; asked with 90 % confidence."""
    rng, names = np.random.default_rng(seed), [arm.name for arm in running.arms]
    state, told, tables = running.policy.start(running.arms), list[Told](), list[list[float]]()
    for start in range(0, n, EVERY):
        table = running.policy.probabilities(state, running.arms).chances
        chances = np.array([table[name] for name in names])
        rewards = []
        for decision in range(start, start + EVERY):
            arm = int(rng.random() < chances[1])
            value = float(rng.random() < rates[arm])
            told.append(Told(decision, names[arm], chances[arm], {}, Outcome(value, {}), NOON))
            tables.append(chances.tolist())
            rewards.append(Reward(names[arm], value, chances[arm]))
        state = running.policy.fold(state, rewards)
    judged, targets = lived(candidate, told)
    return Findings(judged, targets, running, tables[-len(judged) :]).verdict(confidence=0.9, looks=1)


def uniform_log(n: int, seed: int) -> tuple[list[Told], list[list[float]], list[list[float]]]:
    rng = np.random.default_rng(seed)
    arms = rng.integers(0, 2, n)
    rewards = (rng.random(n) < np.array([0.3, 0.5])[arms]).astype(float)
    names = [arm.name for arm in UNIFORM.arms]
    told = [Told(at, names[arms[at]], 0.5, {}, Outcome(float(rewards[at]), {}), NOON) for at in range(n)]
    judged, targets = lived(GREEDY, told)
    return judged, targets, [[0.5, 0.5]] * len(judged)


@pytest.mark.parametrize("knows_all_chances", [True, False])
def test_the_bound_is_no_approximation(knows_all_chances: bool) -> None:
    judged, targets, tables = uniform_log(400, seed=1)
    found = Findings(judged, targets, UNIFORM, tables if knows_all_chances else None)
    log = Log.of(
        [[arm.name for arm in UNIFORM.arms].index(one.arm) for one in judged],
        [one.outcome.value for one in judged],
        [one.propensity for one in judged],
        tables=tables if knows_all_chances else None,
    )
    expected = evaluate(log, np.array(targets), terms=Terms(low=0, high=1), level=0.1, tolerance=1.0)
    bound = expected.gain if knows_all_chances else expected.gain_ips

    assert bound.kind == "finite_sample"
    numbers = found.verdict(confidence=0.9, looks=1)
    assert (numbers.lower, numbers.upper) == pytest.approx((bound.lower, bound.upper))


HARDEST = "equal arms, after a policy that learnt"
WORSE = [
    pytest.param(UNIFORM, GREEDY, (0.5, 0.5), id="equal arms"),
    pytest.param(UNIFORM, THOMPSON, (0.1, 0.1), id="equal arms, low rate"),
    pytest.param(THOMPSON, GREEDY, (0.5, 0.5), id=HARDEST),
    pytest.param(THOMPSON, UNIFORM, (0.3, 0.5), id="worse"),
    pytest.param(THOMPSON, THOMPSON, (0.4, 0.5), id="the same policy again"),
]


@pytest.mark.parametrize(("running", "candidate", "rates"), WORSE)
def test_no_candidate_that_is_no_better_is_let_in(
    running: Learning, candidate: Learning, rates: tuple[float, float]
) -> None:
    assert sum(verdict(running, candidate, rates, n=300, seed=seed).is_better for seed in range(TIMES)) <= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("running", "candidate", "rates"),
    [pytest.param(*case.values, id=case.id, marks=[] if case.id == HARDEST else [ONLY_IN_PROOF]) for case in WORSE],
)
def test_false_accepts_are_rarer_than_the_doubt(
    running: Learning, candidate: Learning, rates: tuple[float, float]
) -> None:
    runs = 400 if PROOF else 100
    accepted = sum(verdict(running, candidate, rates, n=400, seed=seed).is_better for seed in range(runs))

    assert accepted / runs <= 0.1 / 2  # the first challenge may use half of the doubt


@pytest.mark.parametrize(("rates", "n"), [((0.3, 0.5), 600), pytest.param((0.05, 0.1), 4000, marks=ONLY_IN_PROOF)])
def test_a_clearly_better_one_is_let_in(rates: tuple[float, float], n: int) -> None:
    found = [verdict(UNIFORM, GREEDY, rates, n=n, seed=seed) for seed in range(5)]

    assert sum(one.is_better for one in found) >= 4
    truth = 0.45 * (rates[1] - rates[0])
    assert all(one.lower < truth for one in found)
