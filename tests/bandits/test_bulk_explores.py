"""Many decisions from one state: an index policy divides them, and each has the chance that it was drawn with."""

from __future__ import annotations

from collections import Counter

import pytest

from bandits.models import Decision, PolicyState
from bandits.policies.adaptive import ADAPTIVE, ArmSums, State
from bandits.policies.adaptive.ucb1 import Ucb1
from bandits.policies.arms import ArmWeight
from bandits.services.deciding import Asked, decide_many, draw
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward_many
from bandits.services.states import in_force
from tests.learners import make_learner
from tests.studies import NOON

ARMS = [ArmWeight("blue"), ArmWeight("red")]
INDEX = ("ucb1", "ucb1_tuned", "kl_ucb", "kl_ucb_plus", "bayes_ucb", "moss", "kl_moss")


def known(blue: int, red: int, n: int) -> State:
    return State(
        folded=2 * n, arms={"blue": ArmSums(n, blue, blue), "red": ArmSums(n, red, red)}, known=("blue", "red")
    )


@pytest.mark.parametrize("name", INDEX)
def test_a_bulk_of_an_index_policy_goes_to_more_than_the_arm_in_front(name: str) -> None:
    policy, state = ADAPTIVE[name](), known(12, 11, 20)
    shares = policy.probabilities_among(state, ARMS, 1_000).chances

    assert policy.probabilities(state, ARMS).chances["blue"] == 1
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)
    assert 0.5 < shares["blue"] < 0.99


def test_the_shares_are_those_of_one_pull_after_the_other() -> None:
    policy, state = Ucb1(), known(12, 9, 20)
    pulls, pending = Counter[str](), dict(state.arms)
    for _ in range(200):
        (arm,) = [name for name, chance in policy.probabilities(State(arms=pending), ARMS).chances.items() if chance]
        sums = pending[arm]
        pending[arm] = ArmSums(sums.n + 1, float(sums.total) + sums.mean, float(sums.squares) + sums.mean**2)
        pulls[arm] += 1

    assert policy.probabilities_among(state, ARMS, 200).chances["blue"] == pytest.approx(pulls["blue"] / 200, abs=0.011)


@pytest.mark.parametrize("name", ["sequential_halving", "successive_rejects"])
def test_a_bulk_in_rounds_goes_to_all_that_are_left(name: str) -> None:
    state = State(folded=1, arms={"blue": ArmSums(1, 1, 1)}, known=("blue", "red"))
    shares = ADAPTIVE[name]().probabilities_among(state, ARMS, 101).chances

    assert shares["blue"] == pytest.approx(50 / 101, abs=0.01)


@pytest.mark.django_db
def test_a_bulk_request_stores_the_chance_and_what_gives_it_again() -> None:
    experiment = make_learner(policy="ucb1")
    first = decide_many(experiment, [Asked() for _ in range(40)], now=NOON)
    reward_many(experiment, [Sent(row.uuid, step % 2) for step, (row, _) in enumerate(first)], now=NOON)
    fold(experiment, now=NOON)
    later = NOON.replace(second=30)
    made = [row for row, _ in decide_many(experiment, [Asked() for _ in range(400)], now=later)]
    held = in_force(experiment, now=later)

    assert PolicyState.objects.count() == 2
    assert {row.among for row in Decision.objects.filter(policy_version=2)} == {400}
    arms = Counter(row.arm_id for row in made)
    assert len(arms) == 2
    for row in made:
        again = draw(held, experiment, Asked(), identity=row.uuid, now=later, among=row.among)
        assert (again.arm_id, again.propensity) == (row.arm_id, row.propensity)
        assert abs(arms[row.arm_id] / 400 - row.propensity) < 0.1
