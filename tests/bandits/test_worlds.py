"""The simulator's worlds: what arms earn, how they change, when rewards come, what units look like, what it costs."""

import numpy as np
import pytest

from bandits.policies import ADAPTIVE
from bandits.policies.simulation import (
    ChangePoints,
    ContextWorld,
    Delay,
    Drift,
    Environment,
    Regrets,
    Sine,
    Turning,
    Walk,
    World,
    simulate,
)
from bandits.policies.simulation.arrays import News, one_per_run
from bandits.policies.simulation.delays import Post


def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def tried(name: str, world: World, *, runs: int = 100, horizon: int = 400, **parameters: object) -> Regrets:
    return simulate(ADAPTIVE[name].parse(parameters), world, horizon=horizon, runs=runs, rng=rng())


@pytest.mark.parametrize(
    ("kind", "means"), [("bernoulli", (0.7, 0.2)), ("gaussian", (-3.0, 5.0)), ("poisson", (0.0, 4.0))]
)
def test_arms_earn_their_means(kind: str, means: tuple[float, ...]) -> None:
    running = Environment(means, kind=kind, deviation=2.0).begin(20_000, rng())
    sight = running.sight(0)
    for arm, mean in enumerate(means):
        rewards = running.reward(sight.means[:, arm], np.full(20_000, arm))
        assert rewards.mean() == pytest.approx(mean, abs=0.06)


DRIFTS = [Turning(150), ChangePoints(150), Walk(0.05), Sine(300, 0.4)]


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: type(drift).__name__)
def test_arms_that_change_stay_in_bounds_and_reward_forgetting(drift: Drift) -> None:
    start = (0.5, 0.5, 0.5) if isinstance(drift, Sine) else (0.9, 0.1, 0.1)
    world = Environment(start, drift=drift)
    running = world.begin(50, rng())
    means = np.array([running.sight(t).means for t in range(200)])

    assert means.min() >= 0
    assert means.max() <= 1
    assert means.std(axis=0).mean() > 0.02
    remembering, forgetting = (tried("thompson_bernoulli", world, discount=d, horizon=600).mean for d in (1, 0.95))
    assert forgetting < remembering


def test_change_points_deal_the_same_means_anew() -> None:
    moves = ChangePoints(20).begin(np.tile([0.1, 0.5, 0.9], (200, 1)), (0, 1), rng())
    before, after = moves(0).copy(), [moves(t).copy() for t in range(1, 101)][-1]

    assert np.sort(after, axis=1).tolist() == before.tolist()
    assert (after != before).any(axis=1).mean() > 0.6


def test_a_walk_is_as_wide_as_said() -> None:
    moves = Walk(0.01).begin(np.full((2_000, 2), 0.5), (0, 1), rng())
    after = [moves(t) for t in range(101)][-1]

    assert after.std() == pytest.approx(0.1, rel=0.05)


def news(runs: int, t: int) -> News:
    ones = np.ones(runs)
    return News(np.arange(runs), np.zeros(runs, dtype=int), t * ones, ones, ones, np.ones((runs, 1)))


@pytest.mark.parametrize(
    ("delay", "mean_wait", "share"),
    [
        (Delay(), 0, 1),
        (Delay(7), 7, 1),
        (Delay(10, "batch"), 4.5, 1),
        (Delay(12, "geometric"), 12, 1),
        (Delay(5, missing=0.25), 5, 0.75),
    ],
)
def test_every_reward_comes_once_when_it_should(delay: Delay, mean_wait: float, share: float) -> None:
    post, waits, chance = Post(delay), [], rng()
    for t in range(400):
        if t < 100:
            post.send(t, news(40, t), chance)
        for arrived in post.arrived(t):
            waits += [t - int(sent) for sent in arrived.reward]

    assert len(waits) == pytest.approx(4_000 * share, rel=0.05 if share < 1 else 1e-12)
    assert np.mean(waits) == pytest.approx(mean_wait, rel=0.06)


def test_several_rewards_of_a_run_are_learnt_in_their_order() -> None:
    values, ones = np.array([5.0, 6.0, 7.0, 8.0]), np.ones(4)
    several = News(np.array([1, 0, 1, 1]), np.zeros(4, int), values, ones, ones, np.ones((4, 1)))
    parts = one_per_run(several)

    assert [sorted(zip(part.rows.tolist(), part.reward.tolist(), strict=True)) for part in parts] == [
        [(0, 6.0), (1, 5.0)],
        [(1, 7.0)],
        [(1, 8.0)],
    ]


def test_late_and_missing_rewards_cost() -> None:
    prompt, late, rare = (
        tried("thompson_bernoulli", Environment((0.6, 0.3), delay=delay)).mean
        for delay in (Delay(), Delay(60, "geometric"), Delay(missing=0.8))
    )

    assert prompt < late
    assert prompt < rare


def test_the_same_seed_gives_different_policies_the_same_world() -> None:
    world = ContextWorld(3, 2)
    first, again = (world.begin(5, rng()) for _ in range(2))
    first.reward(first.sight(0).means[:, 0], np.zeros(5, int))

    again.sight(0)
    assert first.sight(1).features.tolist() == again.sight(1).features.tolist()


def test_whoever_looks_at_contexts_loses_less_than_whoever_does_not() -> None:
    world = ContextWorld(link="logistic", strength=3)
    looking = {
        name: tried(name, world, dimension=5).mean for name in ("linucb", "linear_thompson", "logistic_thompson")
    }

    assert max(looking.values()) < 0.5 * tried("thompson_bernoulli", world).mean
    assert tried("linucb", world, dimension=5).wrong is None


def test_a_shared_model_learns_faster_where_the_truth_is_shared() -> None:
    world = ContextWorld(10, 4, shared=True)

    assert tried("linucb", world, dimension=4, model="shared").mean < 0.1 * tried("uniform", world).mean


def test_nobody_spends_more_than_the_budget_and_the_knapsack_makes_most_of_it() -> None:
    world = Environment((0.6, 0.5, 0.4), costs=(1.0, 0.4, 0.1), budget=160)
    careful = tried("knapsack", world, budget=160, horizon=400)
    careless = tried("thompson_bernoulli", world)

    assert (careful.shares @ np.array(world.costs)).max() * 400 <= 160 + 1e-9
    assert (careless.shares @ np.array(world.costs)).max() * 400 <= 160 + 1e-9
    assert careful.earned.mean() > 1.3 * careless.earned.mean()
    assert 0 < careful.mean < 0.4 * careless.mean


@pytest.mark.parametrize(
    ("world", "sentence"),
    [
        ({"means": (0.5,)}, "two or more"),
        ({"means": (0.5, 1.5)}, "between 0 and 1 for bernoulli"),
        ({"means": (-1.0, 1.5), "kind": "poisson"}, "between 0 and inf for poisson"),
        ({"means": (0.5, 0.5), "costs": (1.0,)}, "one number for each arm"),
        ({"means": (0.5, 0.5), "arms": ("a", "a")}, "2 different names"),
    ],
)
def test_what_is_no_world_is_refused(world: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Environment(**world)  # type: ignore[arg-type]  # wrong on purpose
