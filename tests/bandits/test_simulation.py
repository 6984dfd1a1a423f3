"""The simulator: its rules are the policies' own, and its regrets the published ones."""

import numpy as np
import pytest

from bandits.policies import ADAPTIVE, AdaptivePolicy, ArmWeight, PolicyError
from bandits.policies.adaptive import ArmSums, State
from bandits.policies.adaptive.index import IndexPolicy
from bandits.policies.adaptive.linucb import LinUcb
from bandits.policies.adaptive.live import Live, LiveLinUcb
from bandits.policies.adaptive.state import Reward
from bandits.policies.array_rules import Seen, scores
from bandits.policies.contextual_simulation import LinearWorld, simulate_contextual
from bandits.policies.simulation import Environment, simulate
from experiments.chance import Stream

NAMES = "abcde"
ARMS = [ArmWeight(name) for name in NAMES]
TEN = Environment((0.5, *[0.4] * 9))
BEST_ARM = {"sequential_halving", "successive_rejects"}
NO_RULE = {*BEST_ARM, "exp3_s", "knapsack"}
SIMULATED = [name for name, kind in ADAPTIVE.items() if not kind.contextual and name not in NO_RULE]


def a_state(rng: np.random.Generator) -> tuple[State, Seen]:
    n = rng.integers(3, 60, len(NAMES))
    wins = rng.binomial(n, 0.5)
    losses = rng.uniform(0, 80, len(NAMES))
    arms = {name: ArmSums(int(k), int(w), int(w)) for name, k, w in zip(NAMES, n, wins, strict=True)}
    state = State(int(n.sum()), arms, scores={name: float(loss) for name, loss in zip(NAMES, losses, strict=True)})
    mean = wins / n
    n_row, mean_row, losses_row = (np.array([part], dtype=float) for part in (n, mean, losses))
    return state, Seen(n_row, mean_row, mean_row * (1 - mean_row), losses_row, n_row.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("name", SIMULATED)
def test_the_rule_for_arrays_draws_what_the_policy_draws(name: str) -> None:
    rng = np.random.default_rng(18)
    policy = ADAPTIVE[name].parse(ADAPTIVE[name].example)
    draws = 1 if isinstance(policy, IndexPolicy) else 4_000
    for _ in range(40 if draws == 1 else 3):
        state, seen = a_state(rng)
        chances = list(policy.probabilities(state, ARMS).chances.values())
        many = Seen(*(np.repeat(part, draws, axis=0) for part in seen))
        scored = scores(policy, many, rng)
        best = scored >= scored.max(axis=1, keepdims=True) - 1e-12
        taken = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
        assert taken == pytest.approx(chances, abs=1e-9 if draws == 1 else 0.035)


def regret(policy: AdaptivePolicy, environment: Environment, *, horizon: int = 2_000, runs: int = 60) -> float:
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
    drifting = Environment((0.9, 0.1, 0.1), turn_every=700)
    remembering, forgetting = (
        regret(ADAPTIVE["thompson_bernoulli"].parse({"discount": d}), drifting) for d in (1, 0.98)
    )

    assert forgetting < 0.5 * remembering


def test_late_rewards_cost_but_do_not_break() -> None:
    prompt, late = (regret(ADAPTIVE["thompson_bernoulli"](), Environment((0.7, 0.5, 0.5), delay=d)) for d in (0, 200))

    assert prompt < late < 0.5 * 2_000 * 0.2 * 2 / 3


def test_real_rewards_are_learnt() -> None:
    world = Environment((10.0, 9.0, 8.0), kind="gaussian", deviation=3.0)

    assert regret(ADAPTIVE["thompson_gaussian"](), world) < 0.15 * regret(ADAPTIVE["uniform"](), world)


@pytest.mark.parametrize("name", ["linucb", "linear_thompson", "square_cb"])
def test_contexts_are_learnt(name: str) -> None:
    policy = ADAPTIVE[name].parse({**ADAPTIVE[name].example, "dimension": 5})
    found = simulate_contextual(policy, LinearWorld(), horizon=600, runs=30, rng=np.random.default_rng(4))
    first, last = found.lost[:, 99].mean(), (found.lost[:, -1] - found.lost[:, -101]).mean()

    assert last < 0.5 * first


def test_a_policy_without_a_rule_or_with_a_constraint_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one that has a rule"):
        regret(ADAPTIVE["exp3_s"](), TEN)
    with pytest.raises(ValueError, match="without burn_in"):
        regret(ADAPTIVE["ucb1"](burn_in=5), TEN)
    with pytest.raises(ValueError, match="disjoint linear"):
        simulate_contextual(ADAPTIVE["ucb1"](), LinearWorld(), horizon=1, runs=1, rng=np.random.default_rng(4))


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
