"""Buckets: a hash of the visitor, answered without the database; what was shown is stored a moment later, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bandits.policies.arms import ArmWeight
from bandits.policies.hash import Hash
from bandits.services import exposures
from bandits.services.asking import Asking, assign_unit
from bandits.services.exposures import EXPOSURES
from experiments.models import Assignment, Experiment, Role, Study, Unit
from experiments.services.lifecycle import pause_experiment
from experiments.services.tokens import create_token
from machina_site.front import passes
from tests.api.conftest import Program, counts
from tests.api.test_bad_input import problem
from tests.factories import make_experiment
from tests.fronted import FrontClient, Fronted
from tests.learners import make_learner
from tests.studies import NOON

BUCKET = "/experiments/hashed/bucket/"


@pytest.fixture(autouse=True)
def nothing_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No thread: a test stores when it says so."""
    monkeypatch.setattr(exposures, "EVERY", 3600.0)
    EXPOSURES.waiting.clear()
    EXPOSURES.known.clear()
    passes.forget_passes()
    yield
    EXPOSURES.waiting.clear()


@pytest.fixture
def hashed(study: Study) -> Experiment:
    return make_experiment(
        study, slug="hashed", status="running", unit_kind="visitor", steps=[], allocation={"policy": "hash"}
    )


@pytest.fixture
def ask(owner: User, empty_cache: None) -> Callable[[object], Fronted]:
    secret = create_token(user=owner, name="front", role=Role.OWNER)[1]
    client = FrontClient()
    return lambda body: client.post(f"/api/v1{BUCKET}", body, headers={"Authorization": f"Bearer {secret}"})


@pytest.mark.parametrize(
    "policy",
    [
        Hash(),
        Hash(coverage=0.4, layer="checkout", key="exp"),
        Hash(ranges=((0.1, 0.2), (0.2, 0.2), (0.55, 0.9))),
        Hash(method="growthbook_v2", key="exp-a"),
        Hash(method="growthbook_v1", key="exp-a", namespace="n", namespace_range=(0.2, 0.8)),
        Hash(attribute="device"),
    ],
)
def test_the_table_agrees_with_the_policy_for_every_unit(policy: Hash) -> None:
    arms = [ArmWeight("a", 1), ArmWeight("b", 3), ArmWeight("c", 0.5)]
    table = policy.table(arms, seed=18)
    for n in range(3000):
        unit = f"unit-{n}"
        attributes = {"device": unit} if policy.attribute else {}
        assert table.arm(unit) == policy.choose(arms, unit=unit, attributes=attributes, counts={}, seed=18).arm


@pytest.mark.usefixtures("hashed")
def test_the_front_and_the_view_give_the_same_arm_and_neither_waits_for_a_row(
    ask: Callable[[object], Fronted], api: Program
) -> None:
    ask({"key": "warm"})
    with CaptureQueriesContext(connection) as captured:
        by_front = [ask({"key": f"u{n}"}) for n in range(40)]
    by_view = [api.post(BUCKET, {"key": f"u{n}"}) for n in range(40)]

    assert all(each.by_front and each.status_code == 200 for each in by_front)
    assert [each.content for each in by_front] == [each.content for each in by_view]
    assert {each.json()["arm"] for each in by_front} == {"plain", "vivid"}
    assert len(captured) <= 2  # who asks is looked at every two seconds
    assert not Unit.objects.exists()


def test_what_was_shown_is_stored_once_and_agrees_with_an_assignment(
    ask: Callable[[object], Fronted], hashed: Experiment
) -> None:
    arms = {f"u{n}": ask({"key": f"u{n}"}).json()["arm"] for n in range(30)} | {"u1": ask({"key": "u1"}).json()["arm"]}
    before, _ = assign_unit(hashed, Asking("u7"), now=NOON)
    stored = EXPOSURES.flush()
    ask({"key": "u2"})

    assert stored == 30
    assert EXPOSURES.flush() == 0
    rows = {row.unit.key: row for row in Assignment.objects.select_related("unit", "arm")}
    assert {key: row.arm.name for key, row in rows.items()} == arms
    assert {row.propensity for row in rows.values()} == {0.5}
    assert rows["u7"].pk == before.pk
    assert assign_unit(hashed, Asking("u3"), now=NOON) == (rows["u3"], False)


@pytest.mark.usefixtures("hashed")
def test_a_full_queue_drops_and_says_how_many(
    ask: Callable[[object], Fronted], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exposures, "MOST_WAITING", 3)
    before = EXPOSURES.dropped
    answers = [ask({"key": f"u{n}"}).status_code for n in range(5)]
    said = FrontClient().get("/metrics").content.decode()

    assert answers == [200] * 5
    assert EXPOSURES.dropped - before == 2
    assert f'machina_exposures{{state="dropped"}} {EXPOSURES.dropped}.0' in said
    assert 'machina_exposures{state="waiting"} 3.0' in said


def test_one_that_can_never_be_stored_keeps_no_other_waiting(
    ask: Callable[[object], Fronted], hashed: Experiment
) -> None:
    for n in range(5):
        ask({"key": f"u{n}"})
    place = (hashed.pk, False, "u3")
    EXPOSURES.waiting[place] = replace(EXPOSURES.waiting[place], propensity=2.0)
    before = EXPOSURES.dropped

    assert EXPOSURES.flush() == 4
    assert EXPOSURES.dropped - before == 1
    assert EXPOSURES.waiting == {}
    assert set(Assignment.objects.values_list("unit__key", flat=True)) == {"u0", "u1", "u2", "u4"}


def test_what_is_no_bucket_is_refused_and_nothing_is_noted(
    study: Study, ask: Callable[[object], Fronted], api: Program, hashed: Experiment
) -> None:
    make_learner(study, slug="soup")
    make_experiment(study, slug="people", status="running", allocation={"policy": "hash"})
    before = counts()

    problem(api.post("/experiments/soup/bucket/", {"key": "a"}), 409, "conflict")
    problem(api.post("/experiments/people/bucket/", {"key": "a"}), 409, "conflict")
    bad: list[object] = [{}, {"key": ""}, {"key": "x" * 201}, {"key": "a", "colour": 1}, []]
    for body in bad:
        assert ask(body).status_code == 422
    pause_experiment(hashed)
    passes.forget_passes()
    assert ask({"key": "a"}).json()["code"] == "not-open"
    assert EXPOSURES.waiting == {}
    assert counts() | {"experiments.Event": 0} == before | {"experiments.Event": 0}
