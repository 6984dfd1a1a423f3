"""A policy with a budget: decisions are paid for before they are made, and stop when nothing is left."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from bandits.errors import BudgetSpent, NotInExperiment
from bandits.models import Decision, PolicyState, Purse, Reservation, Reward
from bandits.policies.adaptive import State
from bandits.readiness import arms_can_be_handed_out
from bandits.services.deciding import Asked, decide, decide_many
from bandits.services.folding import fold, fold_all
from bandits.services.purses import purse_of
from bandits.services.rewarding import Sent, reward, reward_new, reward_unseen
from experiments.errors import BadValue
from experiments.models import Experiment, Role, Study
from experiments.types import Json
from tests.factories import make_definition, make_experiment, make_session, make_study, make_user
from tests.learners import make_learner
from tests.studies import NOON

MEASURES: Json = [
    {"name": "bought", "kind": "boolean", "role": "primary", "direction": "up"},
    {"name": "coupon", "kind": "number", "low": 0, "high": 2},
]


def shop(budget: float = 10, study: Study | None = None, **say: Json) -> Experiment:
    spec: dict[str, Json] = {"policy": "knapsack", "cost": "coupon", "budget": budget, "horizon": 100, **say}
    return make_learner(study, measures=MEASURES, **spec)  # type: ignore[arg-type]  # entries of the allocation


def purse(experiment: Experiment) -> tuple[float, float]:
    found = purse_of(experiment, is_rehearsal=False)
    assert found is not None
    return float(found.spent), float(found.reserved)


@pytest.mark.django_db
def test_a_decision_sets_aside_what_it_may_cost_and_its_reward_says_what_it_did() -> None:
    experiment = shop()
    decision, _ = decide(experiment, Asked(), now=NOON)
    assert purse(experiment) == (0, 2)

    reward(experiment, Sent(decision.uuid, True, measures={"coupon": 0.5}), now=NOON)
    assert purse(experiment) == (0.5, 0)
    reward(experiment, Sent(decision.uuid, True, measures={"coupon": 0.5}), now=NOON)
    reward(experiment, Sent(decision.uuid, False, correct=True, measures={"coupon": 1.5}), now=NOON)
    assert purse(experiment) == (1.5, 0)
    fold(experiment, now=NOON)
    row = PolicyState.objects.of(experiment, is_rehearsal=False).newest()
    assert row is not None
    assert State.parse(dict(row.statistics)).of(decision.arm.name).cost == 1.5  # type: ignore[arg-type]  # an object
    assert 0 < decision.propensity <= 1


@pytest.mark.django_db
def test_a_reward_that_comes_by_the_shortest_way_is_paid_for_as_well() -> None:
    experiment = shop()
    decision, _ = decide(experiment, Asked(), now=NOON)
    sent = Sent(decision.uuid, True, measures={"coupon": 0.5})

    assert not reward_unseen(experiment, sent, now=NOON)
    assert purse(experiment) == (0, 2)
    assert reward_new(experiment, decision, sent, now=NOON)
    assert not reward_new(experiment, decision, sent, now=NOON)
    assert purse(experiment) == (0.5, 0)
    assert Reward.objects.count() == 1


@pytest.mark.django_db
def test_a_reward_without_its_cost_is_refused() -> None:
    experiment = shop()
    decision, _ = decide(experiment, Asked(), now=NOON)
    with pytest.raises(BadValue, match="What it cost is missing: “coupon”"):
        reward(experiment, Sent(decision.uuid, True), now=NOON)

    assert not Reward.objects.exists()
    assert purse(experiment) == (0, 2)


@pytest.mark.django_db
def test_when_the_budget_does_not_pay_for_one_more_nothing_is_decided() -> None:
    experiment = shop(budget=5)
    for _ in range(2):
        decide(experiment, Asked(), now=NOON)
    with pytest.raises(BudgetSpent, match="What is left of the budget of 5 does not pay"):
        decide(experiment, Asked(), now=NOON)

    assert Decision.objects.count() == Reservation.objects.count() == 2
    assert purse(experiment) == (0, 4)


@pytest.mark.django_db
def test_a_cheap_reward_gives_back_what_was_set_aside_too_much() -> None:
    experiment = shop(budget=2)
    decision, _ = decide(experiment, Asked("a"), now=NOON)
    assert decide(experiment, Asked("a"), now=NOON) == (decision, False)
    reward(experiment, Sent(decision.uuid, True, measures={"coupon": 0}), now=NOON)

    assert decide(experiment, Asked("b"), now=NOON)[1]
    assert purse(experiment) == (0, 2)


@pytest.mark.django_db
def test_a_bulk_that_costs_too_much_is_refused_whole() -> None:
    experiment = shop(budget=5)
    with pytest.raises(BudgetSpent):
        decide_many(experiment, [Asked()] * 3, now=NOON)

    assert not Decision.objects.exists()
    assert not Purse.objects.exists()
    assert len(decide_many(experiment, [Asked()] * 2, now=NOON)) == 2


@pytest.mark.django_db
def test_a_cost_that_never_came_counts_as_the_most() -> None:
    experiment = shop(default_reward=0)
    decide(experiment, Asked(), now=NOON)
    fold_all(now=NOON + timedelta(minutes=2))

    assert purse(experiment) == (2, 0)
    assert Reward.objects.get().is_default


@pytest.mark.django_db(transaction=True)
def test_whoever_asks_at_once_the_budget_is_never_overspent() -> None:
    experiment = shop(budget=31)

    def ask(step: int) -> int:
        made = 0
        for at in range(5):
            try:
                decision, _ = decide(experiment, Asked(), now=NOON + timedelta(seconds=3 * at))
            except NotInExperiment:
                continue
            made += 1
            if step % 2:
                reward(experiment, Sent(decision.uuid, True, measures={"coupon": 1}), now=NOON)
        connection.close()
        return made

    with ThreadPoolExecutor(8) as pool:
        made = sum(pool.map(ask, range(8)))

    spent, reserved = purse(experiment)
    assert made == Decision.objects.count() == Reservation.objects.count()
    assert spent + reserved <= 31
    assert spent == Reward.objects.count()
    assert reserved == 2 * (made - Reward.objects.count())
    assert spent + reserved > 29


@pytest.mark.django_db
def test_people_are_paid_for_as_well() -> None:
    steps: Json = [
        {
            "name": "offer",
            "components": [
                {"kind": "slider", "name": "liked", "measure": "liked", "props": {"label": "Liked?"}},
                {
                    "kind": "slider",
                    "name": "coupon",
                    "measure": "coupon",
                    "props": {"label": "Worth?", "min": 0, "max": 2},
                },
            ],
        }
    ]
    measures: Json = [{"name": "liked", "kind": "number", "role": "primary", "low": 0, "high": 100}, MEASURES[1]]  # type: ignore[index]  # a row
    allocation: Json = {"policy": "knapsack", "cost": "coupon", "budget": 3, "horizon": 10}
    experiment = make_experiment(steps=steps, measures=measures, allocation=allocation)
    make_session(experiment, pages=None, now=NOON)
    fold_all(now=NOON + timedelta(minutes=1))

    cost = Reward.objects.get().measures["coupon"]  # type: ignore[index,call-overload]  # an object
    assert purse(experiment) == (cost, 0)


@pytest.mark.django_db
def test_the_console_shows_what_is_left(client: Client) -> None:
    owner = make_user()
    study = make_study(members={owner: Role.OWNER})
    decide(shop(study=study), Asked(), now=NOON)
    client.force_login(owner)
    page = client.get(reverse("admin:bandits_purse_changelist")).content.decode()

    assert re.search(r"field-left_text[^>]*>\s*8\s*<", page)


@pytest.mark.parametrize(
    ("cost", "sentence"),
    [
        ({"name": "coupon", "kind": "number", "low": 0}, "may be above 1, the most that a decision may cost"),
        ({"name": "coupon", "kind": "number", "high": 2}, "“coupon” may be below 0"),
        ({"name": "price", "kind": "number", "low": 0, "high": 2}, "allocation.cost must be the name of a measure"),
    ],
)
def test_a_cost_that_cannot_be_is_said_before_it_opens(cost: Json, sentence: str) -> None:
    allocation: Json = {"policy": "knapsack", "cost": "coupon", "budget": 10, "horizon": 100}
    definition = make_definition(allocation=allocation, unit_kind="visitor", measures=[MEASURES[0], cost])  # type: ignore[index]  # a row
    (found,) = arms_can_be_handed_out(definition)

    assert sentence in found
