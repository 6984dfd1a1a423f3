"""Places: claimed once, reopened on leaving, refilled first, never beyond a quota."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from bandits.errors import PlaceLost
from bandits.services import assign_arm, reclaim_slot, release_slot
from experiments.errors import Full
from experiments.models import Assignment, Experiment, Slot, Unit
from experiments.types import Json
from tests.studies import NOON, running

pytestmark = pytest.mark.django_db

STEPS: list[Json] = [{"name": "page", "components": [{"kind": "text", "props": {"body": "Hello."}}]}]


def unit_of(experiment: Experiment, **attributes: Json) -> Unit:
    return Unit.objects.create(experiment=experiment, kind="participant", attributes=attributes)


def assign(experiment: Experiment, **attributes: Json) -> Assignment:
    assert experiment.version is not None
    return assign_arm(unit_of(experiment, **attributes), version=experiment.version, now=NOON)


def arms_of(experiment: Experiment) -> Counter[str]:
    return Counter(Assignment.objects.of(experiment).values_list("arm__name", flat=True))


def test_asking_again_gives_the_same_assignment() -> None:
    experiment = running(steps=STEPS)
    unit = unit_of(experiment)
    assert experiment.version is not None

    first = assign_arm(unit, version=experiment.version, now=NOON)
    second = assign_arm(unit, version=experiment.version, now=NOON)

    assert first == second
    assert Slot.objects.taken().count() == 1


def test_a_full_list_is_balanced_and_then_refuses() -> None:
    experiment = running(steps=STEPS, target=7)
    for _ in range(7):
        assign(experiment)

    with pytest.raises(Full):
        assign(experiment)

    assert sorted(arms_of(experiment).values()) == [3, 4]
    assert Slot.objects.count() == 7


def test_the_place_of_somebody_who_left_is_filled_by_the_next() -> None:
    experiment = running(steps=STEPS)
    first = assign(experiment)
    assign(experiment)
    assert first.slot is not None

    release_slot(first.unit, reason="test", now=NOON)
    third = assign(experiment)

    assert third.slot == first.slot
    assert third.arm == first.arm


def test_a_place_can_be_taken_back_only_while_it_is_free() -> None:
    experiment = running(steps=STEPS)
    first, second = assign(experiment), assign(experiment)
    release_slot(first.unit, reason="test", now=NOON)
    release_slot(second.unit, reason="test", now=NOON)
    assign(experiment)  # fills the first one's place

    with pytest.raises(PlaceLost):
        reclaim_slot(first.unit, lease_seconds=60, now=NOON)

    assert reclaim_slot(second.unit, lease_seconds=60, now=NOON).leased_until == NOON + timedelta(seconds=60)


@pytest.mark.parametrize(
    "allocation",
    [
        {"policy": "simple"},
        {"policy": "permuted_blocks"},
        {"policy": "minimisation", "strata": ["age"]},
        {"policy": "hash"},
    ],
    ids=lambda allocation: str(allocation["policy"]),
)
def test_no_arm_goes_beyond_its_quota(allocation: dict[str, Json]) -> None:
    arms: list[Json] = [{"name": "red", "levels": {"colour": "red"}, "quota": 2}]
    experiment = running(steps=STEPS, target=12, arms=arms, allocation=allocation)
    for _ in range(20):
        try:
            assign(experiment)
        except Full:
            break

    assert arms_of(experiment)["red"] <= 2
    assert sum(arms_of(experiment).values()) == 12


def test_strata_are_balanced_each_for_itself_and_stop_at_their_quota() -> None:
    allocation: Json = {"policy": "stratified_blocks", "strata": ["device"], "stratum_quota": 4}
    experiment = running(steps=STEPS, target=20, allocation=allocation)
    for _ in range(4):
        assign(experiment, device="phone")
        assign(experiment, device="desktop")

    with pytest.raises(Full):
        assign(experiment, device="phone")

    for stratum in Slot.objects.values_list("stratum", flat=True).distinct():
        assert set(Counter(Slot.objects.filter(stratum=stratum).values_list("arm__name", flat=True)).values()) == {2}


def test_minimisation_balances_each_attribute() -> None:
    policy: Json = {"policy": "minimisation", "strata": ["age", "device"]}
    experiment = running(steps=STEPS, seed=5, target=60, allocation=policy)  # each seed has its chance of more than 4
    for number in range(60):
        assign(experiment, age=["young", "old"][number % 2], device=["phone", "desktop", "tablet"][number % 3])

    for attribute, level in (("age", "young"), ("age", "old"), ("device", "phone"), ("device", "tablet")):
        units = Assignment.objects.filter(**{f"unit__attributes__{attribute}": level})
        counts = Counter(units.values_list("arm__name", flat=True))
        assert abs(counts["red"] - counts["blue"]) <= 4


def test_every_assignment_stores_its_probability() -> None:
    arms: list[Json] = [{"name": "red", "levels": {"colour": "red"}, "weight": 3}]
    experiment = running(steps=STEPS, target=8, arms=arms)
    for _ in range(8):
        assign(experiment)

    assert set(Assignment.objects.values_list("arm__name", "propensity")) == {("red", 0.75), ("blue", 0.25)}
    assert arms_of(experiment) == {"red": 6, "blue": 2}


def test_the_same_seed_makes_the_same_list() -> None:
    lists = []
    for _ in range(2):
        experiment = running(steps=STEPS, seed=5, target=16)
        lists.append([assign(experiment).arm.name for _ in range(16)])

    assert lists[0] == lists[1]


@pytest.mark.parametrize("allocation", [{"policy": "hash"}, {"policy": "stratified_blocks", "strata": ["group"]}])
def test_nobody_comes_back_to_an_experiment_that_others_have_filled(allocation: Json) -> None:
    experiment = running(steps=STEPS, target=1, allocation=allocation)
    gone = assign(experiment, group="a")
    release_slot(gone.unit, reason="timed_out", now=NOON)
    assign(experiment, group="b")

    with pytest.raises(PlaceLost):
        reclaim_slot(gone.unit, lease_seconds=60, now=NOON)

    assert Slot.objects.taken().count() == 1


@pytest.mark.django_db(transaction=True)
def test_giving_a_place_back_does_not_wait_for_an_edit_of_the_experiment() -> None:
    experiment = running(steps=STEPS)
    unit = assign(experiment).unit

    def leave() -> bool:
        try:
            return release_slot(unit, reason="returned", now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        Experiment.objects.select_for_update().get(pk=experiment.pk)
        assert other.submit(leave).result(timeout=5)
