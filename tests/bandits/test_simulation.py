"""The simulator: its rules are the policies' own, and its regrets the published ones."""

import random

import numpy as np
import pytest

from bandits.policies import ADAPTIVE, AdaptivePolicy, ArmWeight, PolicyError
from bandits.policies.adaptive import State
from bandits.policies.adaptive.linucb import LinUcb
from bandits.policies.adaptive.live import Live, LiveLinUcb
from bandits.policies.adaptive.state import Reward
from bandits.policies.simulation import ContextWorld, Delay, Environment, Turning, World, simulate
from bandits.policies.simulation.arrays import NO_ARM, News
from bandits.policies.simulation.engine import learner_of
from bandits.policies.simulation.learners import Learner
from experiments.chance import Stream

NAMES = "abcde"
ARMS = [ArmWeight(name) for name in NAMES]
TEN = Environment((0.5, *[0.4] * 9))
BEST_ARM = {"sequential_halving", "successive_rejects"}


FEATURES = (1.0, 0.5, -0.25)
HELD = [
    {},
    {"floor": 0.1},
    {"control": "b", "control_share": 0.4},
    {"burn_in": 13, "floor": 0.02},
    {"cohort": 16},
    {"discount": 0.9},
    {"window": 25},
]
DRAWS = 4_000


def learnt_both_ways(policy: AdaptivePolicy) -> tuple[State, Learner]:
    """The same 60 rewards, folded by the policy, and learnt in as many runs as there are draws."""
    dice, state = random.Random(4), policy.start(ARMS)
    world = ContextWorld(5, 3) if policy.contextual else Environment((0.5,) * 5)
    learner = learner_of(policy, world, DRAWS)
    rows = np.arange(DRAWS)
    for _ in range(60):
        place = dice.randrange(5)
        reward = Reward(NAMES[place], float(dice.random() < 0.3 + 0.1 * place), 0.25, FEATURES, 0.125)
        state = policy.fold(state, [reward])
        value, chance, cost = (np.full(DRAWS, one) for one in (reward.value, reward.propensity, reward.cost))
        learner.learn(News(rows, np.full(DRAWS, place), value, chance, cost, np.tile(FEATURES, (DRAWS, 1))))
    return state, learner


@pytest.mark.parametrize("held", HELD, ids=str)
@pytest.mark.parametrize("name", ADAPTIVE)
def test_what_is_simulated_draws_what_the_policy_draws(name: str, held: dict[str, object]) -> None:
    kind = ADAPTIVE[name]
    if not held.keys() <= kind.parameters.keys():
        return
    policy = kind.parse({**kind.example, **held})
    state, learner = learnt_both_ways(policy)
    table = policy.probabilities(state, ARMS, FEATURES if policy.contextual else None)
    features = np.tile(FEATURES if policy.contextual else (1.0,), (DRAWS, 1))
    chosen, chance = learner.choose(features, np.random.default_rng(4))
    inside = chosen[chosen != NO_ARM]

    assert len(inside) / DRAWS == pytest.approx(table.inside, abs=0.035)
    assert np.bincount(inside, minlength=5) / len(inside) == pytest.approx(list(table.chances.values()), abs=0.035)
    if name in ("exp3", "exp3_s"):
        exact = [table.chances[NAMES[place]] for place in chosen]
        assert chance == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("name", ["linucb", "linear_thompson", "square_cb", "logistic_thompson"])
def test_models_that_all_arms_share_are_simulated_too(name: str) -> None:
    policy = ADAPTIVE[name].parse({**ADAPTIVE[name].example, "model": "shared"})
    learner, state = learner_of(policy, ContextWorld(5, 3, shared=True), DRAWS), policy.start(ARMS)
    seen = {letter: (1.0, place / 2, -0.25) for place, letter in enumerate(NAMES)}
    for place in (0, 3, 1, 4, 4):
        reward = Reward(NAMES[place], float(place > 2), 1.0, seen[NAMES[place]])
        state = policy.fold(state, [reward])
        x = np.tile(reward.context, (DRAWS, 1))
        ones = np.ones(DRAWS)
        learner.learn(News(np.arange(DRAWS), np.full(DRAWS, place), reward.value * ones, ones, ones, x))
    features = np.tile(np.array(list(seen.values())), (DRAWS, 1, 1))
    chosen, _ = learner.choose(features, np.random.default_rng(4))

    found = policy.probabilities(state, ARMS, seen).chances
    assert np.bincount(chosen, minlength=5) / DRAWS == pytest.approx(list(found.values()), abs=0.035)


def regret(policy: AdaptivePolicy, environment: World, *, horizon: int = 2_000, runs: int = 60) -> float:
    return simulate(policy, environment, horizon=horizon, runs=runs, rng=np.random.default_rng(4)).mean


@pytest.mark.parametrize("name", ["thompson_bernoulli", "kl_moss", "ucb1"])
def test_choosing_by_the_tables_loses_what_the_simulator_says(name: str) -> None:
    """The simulator samples posteriors; the policy integrates them. 20 runs of 200 rounds, four standard errors."""
    policy, means, lost = ADAPTIVE[name](), {"a": 0.6, "b": 0.2}, []
    for seed in range(20):
        rng, regrets = np.random.default_rng(seed), 0.0
        live = Live(policy, [ArmWeight("a"), ArmWeight("b")], stream=Stream(seed))
        for _ in range(200):
            choice = live.choose()
            mean = means[choice.arm or ""]
            regrets += 0.6 - mean
            live.reward(Reward(choice.arm or "", float(rng.random() < mean), choice.propensity or 1.0))
        lost.append(regrets)
    found = simulate(policy, Environment((0.6, 0.2)), horizon=200, runs=400, rng=np.random.default_rng(1))

    assert np.mean(lost) == pytest.approx(found.mean, abs=4 * np.hypot(np.std(lost) / 20**0.5, found.standard_error))


def test_learning_pays_and_the_better_policies_are_better() -> None:
    lost = {name: regret(ADAPTIVE[name](), TEN) for name in ("uniform", "kl_moss", "thompson_bernoulli", "ucb1")}

    assert lost["uniform"] == pytest.approx(2_000 * 0.09, rel=0.02)
    assert lost["kl_moss"] < lost["thompson_bernoulli"] < 0.62 * lost["uniform"]
    assert lost["thompson_bernoulli"] < lost["ucb1"]


def test_forgetting_pays_where_the_arms_change() -> None:
    drifting = Environment((0.9, 0.1, 0.1), drift=Turning(700))
    remembering, forgetting = (
        regret(ADAPTIVE["thompson_bernoulli"].parse({"discount": d}), drifting) for d in (1, 0.98)
    )

    assert forgetting < 0.5 * remembering


def test_late_rewards_cost_but_do_not_break() -> None:
    prompt, late = (
        regret(ADAPTIVE["thompson_bernoulli"](), Environment((0.7, 0.5, 0.5), delay=Delay(d))) for d in (0, 200)
    )

    assert prompt < late < 0.5 * 2_000 * 0.2 * 2 / 3


def test_real_rewards_are_learnt() -> None:
    world = Environment((10.0, 9.0, 8.0), kind="gaussian", deviation=3.0)

    assert regret(ADAPTIVE["thompson_gaussian"](), world) < 0.15 * regret(ADAPTIVE["uniform"](), world)


@pytest.mark.parametrize("name", ["linucb", "linear_thompson", "square_cb"])
def test_contexts_are_learnt(name: str) -> None:
    policy = ADAPTIVE[name].parse({**ADAPTIVE[name].example, "dimension": 5})
    found = simulate(policy, ContextWorld(strength=2), horizon=600, runs=30, rng=np.random.default_rng(4))
    first, last = found.lost[:, 8].mean(), (found.lost[:, -1] - found.lost[:, -9]).mean()

    assert last < 0.5 * first


def test_a_policy_that_looks_for_what_the_world_does_not_show_is_refused() -> None:
    with pytest.raises(ValueError, match="dimension must be 5"):
        regret(ADAPTIVE["linucb"](), ContextWorld())
    with pytest.raises(ValueError, match="model must be the other one"):
        regret(ADAPTIVE["linucb"].parse({"dimension": 5}), ContextWorld(shared=True))


@pytest.mark.parametrize("name", sorted(BEST_ARM))
def test_best_arm_policies_find_it_within_their_horizon(name: str) -> None:
    """Gap .2, 4 arms, 600 pulls: the chance of a mistake is below 1 %, so 30 runs have at most two."""
    policy = ADAPTIVE[name].parse({"horizon": 600})
    rates = dict(zip("abcd", (0.7, 0.5, 0.4, 0.3), strict=True))
    arms, right = [ArmWeight(name) for name in rates], 0
    for seed in range(30):
        rng, state = np.random.default_rng(seed), policy.start(arms)
        stream = Stream(seed)
        for _ in range(600):
            arm = policy.choose(state, arms, stream=stream).arm or ""
            state = policy.fold(state, [Reward(arm, float(rng.random() < rates[arm]))])
        right += policy.probabilities(state, arms).chances["a"] == 1

    assert right >= 28


def test_a_knapsack_spends_its_budget_and_no_more_than_one_unit_over() -> None:
    """Arm b earns .8 at a cost of 1, arm a .3 for nothing; 250 for 1,000 units pay for b a quarter of the time."""
    policy = ADAPTIVE["knapsack"].parse({"budget": 250, "horizon": 1_000})
    arms, rng, stream = [ArmWeight("a"), ArmWeight("b")], np.random.default_rng(1), Stream(1)
    state, earned = policy.start(arms), 0.0
    for _ in range(1_000):
        arm = policy.choose(state, arms, stream=stream).arm
        if arm is not None:
            value = float(rng.random() < {"a": 0.3, "b": 0.8}[arm])
            state = policy.fold(state, [Reward(arm, value, 1.0, (), float(arm == "b"))])
            earned += value
    spent = float(sum(sums.cost for sums in state.arms.values()))

    assert 200 <= spent <= 251
    assert earned > 370  # all on a: 300; the best possible: 425


def test_a_live_policy_has_the_state_of_its_rewards() -> None:
    policy, rng = ADAPTIVE["thompson_bernoulli"](), np.random.default_rng(2)
    live, rewards = Live(policy, ARMS, stream=Stream(2), every=7), []
    for _ in range(100):
        choice = live.choose()
        rewards.append(Reward(choice.arm or "", float(rng.random() < 0.5), choice.propensity or 1.0))
        live.reward(rewards[-1])

    assert live.state == policy.fold(policy.start(ARMS), rewards)


def test_a_live_linucb_chooses_as_the_policy_does() -> None:
    policy, rng = LinUcb(dimension=4), np.random.default_rng(2)
    live, state = LiveLinUcb(policy, ARMS, stream=Stream(2)), policy.start(ARMS)
    for step in range(300):
        x = rng.normal(size=4)
        choice = live.choose(x)
        assert choice.propensities == policy.probabilities(state, ARMS, tuple(x.tolist())).chances
        arm, value = choice.arm or "", float(rng.normal())
        live.reward(arm, value, x)
        state = policy.fold(state, [Reward(arm, value, 1.0, tuple(x.tolist()))])
        if step % 100 == 99:
            assert live.state.arms == state.arms


def test_a_live_linucb_refuses_what_is_no_number_and_goes_on() -> None:
    live, x = LiveLinUcb(LinUcb(dimension=2), ARMS, stream=Stream(2)), np.array([1.0, 0.0])
    for value, features in ((float("nan"), x), (1.0, x * float("nan")), (1.0, x * 1e4), (1e10, x)):
        with pytest.raises(PolicyError, match="reward must be at most"):
            live.reward("a", value, features)

    live.reward("a", 1.0, x)
    assert live.state.folded == 1


def test_a_live_linucb_renews_its_inverses() -> None:
    live, rng, x = LiveLinUcb(LinUcb(dimension=2), ARMS, stream=Stream(2)), np.random.default_rng(1), np.ones(2)
    for value in rng.normal(size=9_000).tolist():
        live.reward("a", value, x)

    assert live.state.of("a").n == 9_000
    assert live.state.models["a"].precision[0, 0] == pytest.approx(9_001)


def test_exp3_s_follows_a_change_that_exp3_does_not() -> None:
    pulls = {}
    for name in ("exp3", "exp3_s"):
        policy, stream = ADAPTIVE[name].parse(ADAPTIVE[name].example), Stream(6)
        arms, taken = [ArmWeight("a"), ArmWeight("b")], 0
        state = policy.start(arms)
        for t in range(2_000):
            choice = policy.choose(state, arms, stream=stream)
            good = "a" if t < 1_200 else "b"
            taken += t >= 1_200 and choice.arm == "b"
            state = policy.fold(state, [Reward(choice.arm or "", float(choice.arm == good), choice.propensity or 1.0)])
        pulls[name] = taken

    assert pulls["exp3_s"] > 500 > pulls["exp3"]
