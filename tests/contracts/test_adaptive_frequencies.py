"""100,000 draws of every policy under every constraint come out as its table says: the long form, in `make proof`.

The short form, for each push, is in test_adaptive_policies.py.
"""

import random
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy.stats import chisquare

from bandits.policies import ADAPTIVE, AdaptivePolicy, ArmWeight
from bandits.policies.adaptive import Propensities, Reward, State
from bandits.policies.adaptive.propensities import MONTE_CARLO
from experiments.chance import Stream
from tests.proof import PROOF

ARMS = [ArmWeight("control"), ArmWeight("blue", 3), ArmWeight("retired", 0), ArmWeight("red")]
NAMES = ["control", "blue", "red", "retired"]
FEATURES = (1.0, 0.5, -0.25)
DRAWS = 100_000
SURPRISE = 1e-5
HELD: list[dict[str, object]] = [
    {},
    {"floor": 0.08},
    {"control": "control", "control_share": 0.35},
    {"burn_in": 70, "floor": 0.02},
    {"cohort": 64},
    {"discount": 0.97},
    {"window": 50},
]


def specs() -> list[dict[str, object]]:
    shared = [{**kind.example, "model": "shared"} for kind in ADAPTIVE.values() if "model" in kind.parameters]
    return [dict(kind.example) for kind in ADAPTIVE.values()] + shared


def learnt(policy: AdaptivePolicy) -> State:
    """After 240 rewards, some of an arm that is closed since."""
    dice = random.Random(18)
    weights = [3, 5, 4, 3]
    rewards = [
        Reward(arm, float(dice.random() < 0.4 + 0.05 * NAMES.index(arm)), 0.25, FEATURES, 0.125)
        for arm in dice.choices(NAMES, weights, k=240)
    ]
    open_once = [ArmWeight(arm.name) for arm in ARMS]
    return policy.with_arms(policy.fold(policy.start(open_once), rewards), ARMS)


def context_of(
    policy: AdaptivePolicy, x: Sequence[float] = FEATURES
) -> Mapping[str, Sequence[float]] | Sequence[float] | None:
    if not policy.contextual:
        return None
    if getattr(policy, "model", "") == "shared":
        return {name: (1.0, place - x[1], x[2]) for place, name in enumerate(NAMES)}
    return tuple(x)


def check(table: Propensities, drawn: Mapping[str | None, int]) -> None:
    """Chi-square of the counts against the table; nothing that has no chance was drawn."""
    n = sum(drawn.values())
    expected: dict[str | None, float] = {arm: n * table.inside * p for arm, p in table.chances.items()}
    expected[None] = n * (1 - table.inside)
    assert sum(table.chances.values()) == pytest.approx(1, abs=1e-12)
    assert all(expected[arm] > 0 for arm in drawn)
    common = [arm for arm, count in expected.items() if count > 5]
    if len(common) > 1:
        scale = sum(drawn.get(arm, 0) for arm in common) / sum(expected[arm] for arm in common)
        assert (
            chisquare([drawn.get(arm, 0) for arm in common], [scale * expected[arm] for arm in common]).pvalue
            > SURPRISE
        )


@pytest.mark.slow
@pytest.mark.parametrize("held", HELD, ids=str)
@pytest.mark.parametrize("spec", specs(), ids=lambda spec: f"{spec['policy']}{'-shared' if 'model' in spec else ''}")
def test_a_hundred_thousand_draws_match_under_every_constraint(
    spec: dict[str, object], held: dict[str, object]
) -> None:
    kind = ADAPTIVE[str(spec["policy"])]
    if not held.keys() <= kind.parameters.keys():
        return
    policy = kind.parse({**spec, **held})
    table = policy.probabilities(learnt(policy), ARMS, context_of(policy))
    stream = Stream(18, policy.name)
    drawn = Counter(table.draw(stream).arm for _ in range(DRAWS))

    check(table, drawn)
    assert drawn["retired"] == 0
    if "floor" in held:
        assert min(table.chances[arm] for arm in ("control", "blue", "red")) >= float(str(held["floor"])) - 1e-12
    if "control_share" in held:
        assert table.chances["control"] >= 0.35 - 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("spec", specs(), ids=lambda spec: f"{spec['policy']}{'-shared' if 'model' in spec else ''}")
def test_each_decision_has_a_stream_of_its_own_and_they_match_too(spec: dict[str, object]) -> None:
    """As the service draws: by the seed and the decision's id."""
    policy = ADAPTIVE[str(spec["policy"])].parse({**spec, "floor": 0.05})
    table = policy.probabilities(learnt(policy), ARMS, context_of(policy))
    ids = random.Random(4)
    streams = (Stream(18, "decision", uuid.UUID(int=ids.getrandbits(128)).hex) for _ in range(DRAWS))

    check(table, Counter(table.draw(stream).arm for stream in streams))


@pytest.mark.slow
@pytest.mark.parametrize("model", ["disjoint", "shared"])
@pytest.mark.parametrize("name", [name for name, kind in ADAPTIVE.items() if "model" in kind.parameters])
def test_over_units_that_differ_arms_are_drawn_as_often_as_the_propensities_add_up_to(name: str, model: str) -> None:
    """20,000 units, each with features of its own; five standard deviations of the sum of the draws."""
    policy = ADAPTIVE[name].parse({**ADAPTIVE[name].example, "model": model, "floor": 0.05})
    state, rng, stream = learnt(policy), np.random.default_rng(4), Stream(18, name)
    contexts = [(1.0, *rng.normal(size=2).tolist()) for _ in range(2_000)]
    drawn, expected, variance = Counter[str | None](), Counter[str](), Counter[str]()
    for x in contexts:
        table = policy.probabilities(state, ARMS, context_of(policy, x))
        for _ in range(10):
            drawn[table.draw(stream).arm] += 1
        for arm, chance in table.chances.items():
            expected[arm] += 10 * chance  # type: ignore[assignment]  # sums of chances
            variance[arm] += 10 * chance * (1 - chance)  # type: ignore[assignment]

    for arm in ("control", "blue", "red"):
        assert abs(drawn[arm] - expected[arm]) < 5 * variance[arm] ** 0.5
    assert drawn["retired"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["linear_thompson", "logistic_thompson"])
def test_an_estimated_table_is_as_near_as_it_says(name: str) -> None:
    """Shared models have no closed form: 4,096 draws, a stated standard error; against 100 times as many."""
    spec = {**ADAPTIVE[name].example, "model": "shared"}
    rough, fine = ADAPTIVE[name].parse(spec), ADAPTIVE[name].parse({**spec, "draws": 400_000})
    misses = []
    for place in range(0, 30, 1 if PROOF else 3):
        x = (1.0, place / 10 - 1, 0.5 - place / 30)
        table = rough.probabilities(learnt(rough), ARMS, context_of(rough, x))
        truth = fine.probabilities(learnt(fine), ARMS, context_of(fine, x))
        assert (table.method, table.draws) == (MONTE_CARLO, 4_096)
        assert truth.error == pytest.approx(table.error / (400_000 / 4_096) ** 0.5, rel=0.2, abs=1e-4)
        misses.append(max(abs(table.chances[arm] - truth.chances[arm]) for arm in NAMES) / max(table.error, 1e-9))

    assert max(misses) < 4.5
