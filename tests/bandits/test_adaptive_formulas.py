"""The adaptive policies' formulas against a second source: the reference cases, other integrators, brute force."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import beta, gamma, t

from analysis.statistics.bayes.largest import best_beta, best_gamma, best_normal, best_student
from bandits.policies import ADAPTIVE, ArmWeight
from bandits.policies.adaptive import ArmSums, Reward, State
from bandits.policies.adaptive.divergence import divergence, largest_within
from bandits.policies.adaptive.epsilon_decreasing import EpsilonDecreasing
from bandits.policies.adaptive.exp3 import Exp3
from bandits.policies.adaptive.exp3_s import Exp3S
from bandits.policies.adaptive.kl_moss import KlMoss
from bandits.policies.adaptive.kl_ucb import KlUcb, KlUcbPlus
from bandits.policies.adaptive.knapsack import Knapsack, best_mixture
from bandits.policies.adaptive.linear_thompson import LinearThompson
from bandits.policies.adaptive.linucb import LinUcb
from bandits.policies.adaptive.logistic_thompson import LogisticThompson
from bandits.policies.adaptive.moss import Moss
from bandits.policies.adaptive.proportional import Proportional
from bandits.policies.adaptive.softmax import AnnealingSoftmax, Softmax
from bandits.policies.adaptive.square_cb import SquareCb
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli
from bandits.policies.adaptive.thompson_gaussian import ThompsonGaussian
from bandits.policies.adaptive.top_two_thompson import top_two
from bandits.policies.adaptive.ucb1 import Ucb1
from bandits.policies.adaptive.ucb1_tuned import Ucb1Tuned

# mean, pulls, t, c and the indices: closed forms and root finding in another program
INDICES = [
    (0.5, 10, 100, 0, 0.8879087616458525, 1.4597051824376162, 0.8393070212207556),
    (0.1, 50, 1000, 0, 0.3221676437005607, 0.6256521769756931, 0.2858461094424919),
    (0.9, 200, 5000, 3, 0.9774701646800387, 1.191842306587243, 1.0031818370124814),
]


def sums_of(mean: float, n: int) -> ArmSums:
    return ArmSums(n, round(mean * n), round(mean * n))


@pytest.mark.parametrize(("mean", "n", "pulls", "c", "kl_ucb", "ucb1", "tuned"), INDICES)
def test_the_reference_indices(
    mean: float, n: int, pulls: int, c: float, kl_ucb: float, ucb1: float, tuned: float
) -> None:
    sums = sums_of(mean, n)

    assert KlUcb(c=c).index(sums, t=pulls, k=2) == pytest.approx(kl_ucb, rel=1e-8)
    assert Ucb1().index(sums, t=pulls, k=2) == pytest.approx(ucb1, rel=1e-12)
    assert Ucb1Tuned().index(sums, t=pulls, k=2) == pytest.approx(tuned, rel=1e-12)


def test_moss_and_kl_moss_take_log_plus() -> None:
    assert Moss(horizon=1_000).index(sums_of(0.1, 50), t=60, k=10) == pytest.approx(0.21774100225154747, rel=1e-12)
    assert Moss().index(sums_of(0.5, 10), t=100, k=10) == 0.5
    assert KlMoss().index(sums_of(0.5, 10), t=100, k=10) == 0.5
    index = KlMoss().index(sums_of(0.2, 10), t=1_000, k=5)
    assert 10 * divergence(0.2, index) == pytest.approx(np.log(1_000 / 50), rel=1e-9)
    plus = KlUcbPlus().index(sums_of(0.2, 10), t=1_000, k=5)
    assert 10 * divergence(0.2, plus) == pytest.approx(np.log(100), rel=1e-9)


@pytest.mark.parametrize("mean", [0.0, 1e-12, 0.3, 0.999999, 1.0])
@pytest.mark.parametrize("distance", [0.0, 1e-15, 1e-6, 0.1, 3.0, 700.0])
def test_the_divergence_bound_is_the_largest_one_and_a_chance(mean: float, distance: float) -> None:
    found = largest_within(mean, distance)

    assert mean <= found <= 1
    assert divergence(mean, found) <= distance * (1 + 1e-6) + 1e-12 or found in (mean, 1.0)
    if found < 1 - 1e-6 and distance > 0:
        assert divergence(mean, found + 1e-6) > distance


@pytest.mark.parametrize(
    "arms",
    [
        [(13, 89), (19, 82), (9, 93)],
        [(0.5, 0.5), (0.5, 0.5), (300.5, 700.5)],
        [(0.5, 2000.5), (100.5, 1900.5), (120.5, 1880.5)],
        [(1e6, 1e6), (3, 2), (1000.5, 998.5)],
        [(0.5, 5.5), (40.5, 0.5), (41.5, 0.5)],
        [(50_000, 50_000), (50_200, 49_800), (0.5, 0.5), (2, 2)],
    ],
)
@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")  # it is right to about 1e-8 all the same
def test_the_beta_integral_against_adaptive_quadrature(arms: list[tuple[float, float]]) -> None:
    chances, error = best_beta(arms)

    assert chances == pytest.approx([by_quadrature(arms, k) for k in range(len(arms))], abs=5e-8)
    assert error < 1e-7


def by_quadrature(arms: list[tuple[float, float]], k: int) -> float:
    """The integral of the product of the others' distribution functions over the levels of arm k, piece by piece."""
    mine, others = beta(*arms[k]), [beta(*other) for i, other in enumerate(arms) if i != k]
    at = {float(beta(*arm).ppf(level)) for arm in arms for level in (1e-9, 0.01, 0.1, 0.5, 0.9, 0.99, 1 - 1e-9)}
    levels = sorted({0.0, 1.0, *(float(mine.cdf(x)) for x in at)})

    def inside(level: float) -> float:
        return float(np.prod([other.cdf(mine.ppf(level)) for other in others]))

    return sum(quad(inside, low, high, epsabs=1e-11, limit=200)[0] for low, high in pairwise(levels))


def by_sampling(draws: NDArray[np.float64]) -> list[float]:
    return [float(np.mean(draws.argmax(axis=0) == arm)) for arm in range(len(draws))]


def test_the_other_integrals_against_sampling() -> None:
    rng = np.random.default_rng(18)
    n = 400_000
    students = [(0.0, 1.0, 1.0), (0.5, 0.3, 4.0), (0.6, 0.01, 500.0), (-1.0, 2.0, 2.0)]
    drawn = np.array([m + s * t(v).rvs(n, random_state=rng) for m, s, v in students])
    assert best_student(students)[0] == pytest.approx(by_sampling(drawn), abs=4e-3)

    gammas = [(0.5, 3.0), (40.5, 100.0), (4.5, 9.0), (4_000.5, 9_000.0)]
    drawn = np.array([gamma(a, scale=1 / b).rvs(n, random_state=rng) for a, b in gammas])
    assert best_gamma(gammas)[0] == pytest.approx(by_sampling(drawn), abs=4e-3)

    means, deviations = [0.0, 0.2, 5.0, 0.1], [1.0, 0.1, 2.0, 1e-6]
    drawn = rng.normal(np.array(means)[:, None], np.array(deviations)[:, None], (4, n))
    assert best_normal(means, deviations)[0] == pytest.approx(by_sampling(drawn), abs=4e-3)


def test_the_errors_that_are_stated_are_small_for_random_states() -> None:
    rng = np.random.default_rng(7)
    for _ in range(150):
        k = int(rng.integers(2, 12))
        n = np.exp(rng.uniform(0, 13, k)).round()
        s = (n * rng.beta(0.5, 0.5, k)).round()
        assert best_beta(list(zip((s + 0.5).tolist(), (n - s + 0.5).tolist(), strict=True)))[1] < 1e-7
        assert best_gamma(list(zip((s + 0.5).tolist(), n.tolist(), strict=True)))[1] < 1e-7
        spread = np.exp(rng.uniform(-6, 2, k))
        assert best_student(list(zip((s / n).tolist(), spread.tolist(), (n + 0.5).tolist(), strict=True)))[1] < 1e-6
        assert best_normal((s / n).tolist(), spread.tolist())[1] < 1e-7


def test_the_gaussian_posterior_is_students_after_three_rewards() -> None:
    """(mu - mean) sqrt(n (n - 2) / S) ~ t(n - 2), with one pooled variance added to S."""
    policy = ThompsonGaussian()
    values = [1.0, 2.0, 4.0, 5.0]
    pooled = 0.5
    location, scale, freedom = policy.posterior(ArmSums(4, sum(values), sum(x * x for x in values)), pooled) or ()

    assert (location, freedom) == (3.0, 2)
    assert scale == pytest.approx(((10.0 + pooled) / (4 * 2)) ** 0.5)
    assert policy.posterior(ArmSums(2, 3, 5), pooled) is None


def test_three_equal_rewards_are_not_taken_for_certain() -> None:
    policy = ThompsonGaussian()
    rewards = [*[Reward("a", 1.0)] * 3, *[Reward("b", x) for x in (0.0, 2.0, 1.0, 2.0, -1.0)]]
    chances = policy.probabilities(policy.fold(State(), rewards), [ArmWeight("a"), ArmWeight("b")]).chances

    # pooled variance 6.8 / 6; a ~ 1 + t(1) sqrt(pooled / 3), b ~ .8 + t(3) sqrt((6.8 + pooled) / 15)
    rng, pooled = np.random.default_rng(4), 6.8 / 6
    a = 1.0 + rng.standard_t(1, 400_000) * (pooled / 3) ** 0.5
    b = 0.8 + rng.standard_t(3, 400_000) * ((6.8 + pooled) / 15) ** 0.5
    assert chances["a"] == pytest.approx(float(np.mean(a > b)), abs=4e-3)


def test_exp3_gives_a_late_arm_the_smallest_loss_of_the_others() -> None:
    policy, arms = Exp3(), [ArmWeight("a"), ArmWeight("b")]
    state = policy.fold(policy.start(arms), [Reward("a", 0.0, 0.5)] * 9 + [Reward("b", 0.0, 0.5)] * 4)
    late = [*arms, ArmWeight("late")]
    chances = policy.probabilities(policy.with_arms(state, late), late).chances

    assert chances["late"] == chances["b"] > chances["a"]
    eta = (np.log(3) / (3 * 13)) ** 0.5
    assert chances["a"] / chances["b"] == pytest.approx(np.exp(-eta * (18 - 8)))


def test_exp3_s_is_its_formula() -> None:
    policy, arms = Exp3S(gamma=0.2, alpha=0.01), [ArmWeight("a"), ArmWeight("b")]
    state = policy.fold(policy.start(arms), [Reward("a", 1.0, 0.5), Reward("b", 0.5, 0.25)])
    a, b = 1.0, 1.0
    for gain_a, gain_b in ((2.0, 0.0), (0.0, 2.0)):
        shared = np.e * 0.01 / 2 * (a + b)
        a, b = a * np.exp(0.2 * gain_a / 2) + shared, b * np.exp(0.2 * gain_b / 2) + shared

    assert policy.probabilities(state, arms).chances["a"] == pytest.approx(0.8 * a / (a + b) + 0.1, rel=1e-12)


def test_top_two_is_what_its_sampler_does() -> None:
    """Draw the best arm; with chance 1 - beta draw again until it is another one."""
    best, rng, n, picked = [0.35, 0.6, 0.05], np.random.default_rng(1), 20_000, [0, 0, 0]
    for _ in range(n):
        leader = arm = int(rng.choice(3, p=best))
        if rng.random() >= 0.5:
            while arm == leader:
                arm = int(rng.choice(3, p=best))
        picked[arm] += 1

    chances = top_two(dict(zip("abc", best, strict=True)), 0.5)
    assert list(chances.values()) == pytest.approx([one / n for one in picked], abs=0.015)


def test_one_certain_arm_leaves_the_second_place_to_the_others() -> None:
    assert top_two({"a": 1.0, "b": 0.0, "c": 0.0}, 0.6) == pytest.approx({"a": 0.6, "b": 0.2, "c": 0.2})


def test_linear_models_are_ridge_regressions() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, 3))
    r = x @ [1.0, -2.0, 0.5] + rng.normal(size=200)
    policy = LinUcb(dimension=3, l2=2.0)
    rewards = [Reward("a", float(value), 1.0, tuple(row)) for row, value in zip(x.tolist(), r.tolist(), strict=True)]
    model = policy.fold(State(), rewards).models["a"]

    assert model.ridge == pytest.approx(np.linalg.solve(x.T @ x + 2 * np.eye(3), x.T @ r), rel=1e-10)
    assert model.covariance == pytest.approx(np.linalg.inv(x.T @ x + 2 * np.eye(3)), rel=1e-10)


def test_logistic_regression_finds_the_coefficients() -> None:
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(4_000), rng.normal(size=4_000)])
    chance = 1 / (1 + np.exp(-(x @ [-1.0, 1.5])))
    policy = LogisticThompson(dimension=2)
    rewards = [Reward("a", float(rng.random() < p), 1.0, tuple(row)) for row, p in zip(x.tolist(), chance, strict=True)]
    model = policy.fold(State(), rewards).models["a"]
    deviation = np.sqrt(np.diag(model.covariance))

    assert np.all(np.abs(model.moment - [-1.0, 1.5]) < 4 * deviation)
    assert deviation == pytest.approx([0.045, 0.055], abs=0.02)


def test_shared_linear_thompson_is_the_integral_within_its_stated_error() -> None:
    """Two arms with separate coordinates have independent scores: the shared model must agree with the disjoint one."""
    arms = [ArmWeight("a"), ArmWeight("b")]
    shared = LinearThompson(dimension=2, model="shared", draws=20_000)
    rewards = [Reward("a", 1.0, 1.0, (1.0, 0.0)), Reward("b", 0.5, 1.0, (0.0, 1.0)), Reward("b", 0.9, 1.0, (0.0, 1.0))]
    found = shared.probabilities(shared.fold(State(), rewards), arms, {"a": (1.0, 0.0), "b": (0.0, 1.0)})
    disjoint = LinearThompson(dimension=1)
    same = [reward._replace(context=(1.0,)) for reward in rewards]
    exact = disjoint.probabilities(disjoint.fold(State(), same), arms, (1.0,))

    assert (found.method, found.draws) == ("Monte Carlo", 20_000)
    assert abs(found.chances["a"] - exact.chances["a"]) < 4 * found.error < 0.02


def test_square_cb_is_its_formula() -> None:
    policy = SquareCb(dimension=1, scale=10.0, exponent=0.5)
    rewards = [Reward("a", 1.0, 1.0, (1.0,)), Reward("b", 0.5, 1.0, (1.0,)), Reward("c", 0.0, 1.0, (1.0,))]
    found = policy.probabilities(policy.fold(State(), rewards), [ArmWeight(name) for name in "abc"], (1.0,)).chances
    gamma_t = 10 * 3**0.5

    assert found["b"] == pytest.approx(1 / (3 + gamma_t * 0.25))
    assert found["c"] == pytest.approx(1 / (3 + gamma_t * 0.5))


def test_the_simple_rules_are_their_formulas() -> None:
    arms = [ArmWeight("a"), ArmWeight("b")]
    state = State(30, {"a": ArmSums(10, 8, 8), "b": ArmSums(20, 10, 10)})

    annealing = AnnealingSoftmax(temperature=0.5).probabilities(state, arms).chances["a"]
    assert annealing == pytest.approx(1 / (1 + np.exp(-0.3 * np.log(np.e + 30) / 0.5)))
    assert Softmax(temperature=0.5).probabilities(state, arms).chances["a"] == pytest.approx(1 / (1 + np.exp(-0.6)))
    proportional = Proportional(pseudo=2.0).probabilities(state, arms).chances["a"]
    assert proportional == pytest.approx((10 / 14) / (10 / 14 + 12 / 24))
    assert EpsilonDecreasing(scale=3).probabilities(state, arms).chances["b"] == pytest.approx(3 * 2 / 30 / 2)


def test_a_shared_model_knows_that_scores_hang_together() -> None:
    """Two arms: the difference of their scores is normal, so the chance is in closed form."""
    policy = LinearThompson(dimension=2, model="shared", draws=40_000, v=1.0)
    x = {"a": (1.0, 0.2), "b": (0.7, 1.0)}
    rewards = [Reward("a", 1.0, 1.0, x["a"]), Reward("b", 0.4, 1.0, x["b"]), Reward("a", 0.5, 1.0, (3.0, 3.5))]
    state = policy.fold(State(), rewards)
    found = policy.probabilities(state, [ArmWeight("a"), ArmWeight("b")], x)
    model, apart = state.models[""], np.array(x["a"]) - np.array(x["b"])
    exact = ndtr(apart @ model.ridge / (apart @ model.covariance @ apart) ** 0.5)

    assert found.chances["a"] == pytest.approx(float(exact), abs=4 * found.error)


def test_a_knapsack_is_optimistic_about_costs_and_lets_in_what_the_pace_pays() -> None:
    policy, arms = Knapsack(budget=1_000, horizon=2_000, alpha=0.25), [ArmWeight("a"), ArmWeight("b")]
    state = State(1_000, {"a": ArmSums(500, 300, 300, 400), "b": ArmSums(500, 100, 100, 400)})
    pace, cheapest = 200 / 1_000, 0.8 - 0.25 * (2 * np.log(1_000) / 500) ** 0.5
    found = policy.probabilities(state, arms)

    assert found.chances == {"a": 1.0, "b": 0.0}
    assert found.inside == pytest.approx(pace / cheapest)


@pytest.mark.parametrize("seed", range(20))
def test_the_knapsack_mixture_is_the_linear_programme(seed: int) -> None:
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    rewards, costs, pace = rng.uniform(0, 1, 5), rng.uniform(0, 1, 5), float(rng.uniform(0.05, 0.8))
    best = linprog(-rewards, A_ub=[costs.tolist(), [1.0] * 5], b_ub=[pace, 1.0], bounds=[(0, 1)] * 5)
    chances = np.array(best_mixture(rewards.tolist(), costs.tolist(), pace))
    inside = min(1.0, pace / float(chances @ costs))

    assert best.fun is not None
    assert inside * float(chances @ rewards) == pytest.approx(-best.fun, rel=1e-9)


def test_the_reference_state_files_keep_their_bytes() -> None:
    """A state that was stored yesterday must be read, and written, the same tomorrow."""
    policy = ThompsonBernoulli()
    state = policy.fold(State(), [Reward("a", 1.0), Reward("b", 0.25), Reward("a", 0.0)])
    written = '{"arms": {"a": [2, 1, 1, 0], "b": [1, "1/4", "1/16", 0]}, "folded": 3, "version": 1}'

    assert json.dumps(state.to_json(), sort_keys=True) == written


def test_every_policy_has_a_file_of_its_own() -> None:
    folder = Path(__file__).parents[2] / "bandits" / "policies" / "adaptive"
    assert all(folder / f"{kind.__module__.rpartition('.')[2]}.py" in folder.iterdir() for kind in ADAPTIVE.values())
