"""New rows for a model that passed: looked at as often as one likes, and taken down once it is proven broken."""

from __future__ import annotations

import numpy as np
import pytest
from django.utils import timezone

from analysis.assurance.errors import Withdrawn
from analysis.assurance.models import Delivery, Retest, SafetyTest
from analysis.assurance.services.retesting import deliver_rows
from analysis.assurance.services.taking_down import TAKERS, sweep_unproven
from analysis.runs.models import Notice
from experiments.errors import BadValue, Invalid
from experiments.models import Arm, Event
from experiments.types import Json, JsonObject
from tests.analysis.assurance.proofs import a_test, found, report, serving
from tests.analysis.assurance.trainings import train

pytestmark = pytest.mark.django_db
HOOKS: list[object] = [{"on": "model_drifted", "webhook": "https://example.org/hooks/drift"}]


def rows(n: int = 400, *, gap: float = 0.8, seed: int = 1) -> list[JsonObject]:
    """People like those of the training; gap: by how much group A is ahead."""
    rng = np.random.default_rng(seed)
    people: list[JsonObject] = []
    for _ in range(n):
        group = "A" if rng.random() < 0.5 else "B"
        x = rng.normal(size=5)
        x[0] += gap if group == "A" else 0.0
        hidden = float(x @ (1 / np.arange(1, 6)))
        row = {f"x{place + 1}": float(value) for place, value in enumerate(x)}
        label = int(rng.random() < 1 / (1 + np.exp(-hidden)))
        people.append({**row, "group": group, "label": label, "score": hidden, "grade": 0})
    return people


def deliver(test: SafetyTest, people: list[JsonObject]) -> Retest:
    return deliver_rows(test, people, now=timezone.now())


def until_drift(test: SafetyTest) -> None:
    """People of whom group A is far ahead; five deliveries are plenty."""
    while not (look := deliver(test, rows(2_000, gap=4.0, seed=Delivery.objects.count()))).has_drifted:
        assert look.number < 5


def test_rows_like_those_of_the_training_break_nothing_however_often_one_looks() -> None:
    test = train()
    looks = [deliver(test, rows(seed=seed)) for seed in range(4)]

    assert [look.n for look in looks] == [400, 800, 1200, 1600]
    assert not any(look.has_drifted for look in looks)
    test.refresh_from_db()
    assert test.vouches


def test_the_same_rows_again_are_the_same_look() -> None:
    test = train()

    assert deliver(test, rows()) == deliver(test, rows())
    assert Delivery.objects.count() == 1


def test_drift_is_proven_and_takes_the_arm_down_with_event_and_notice() -> None:
    test = train(hooks=HOOKS)  # type: ignore[arg-type]  # plain JSON
    experiment = serving(test)
    until_drift(test)

    test.refresh_from_db()
    assert test.standing == "drifted"
    assert "is broken" in test.withdrawn_for
    assert not Arm.objects.get(experiment=experiment, name="fair").is_enabled
    assert Event.objects.filter(kind="safety.drifted").count() == 1
    assert Event.objects.filter(kind="safety.arm_taken_down", experiment=experiment).count() == 1
    assert Notice.objects.get().occasion == "model_drifted"
    with pytest.raises(Withdrawn):
        deliver(test, rows(seed=99))


def test_where_taking_down_fails_the_drift_is_withdrawn_already_and_the_sweep_takes_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    test = train()
    experiment = serving(test)

    def failing(*_: object) -> None:
        raise OSError("away")

    with monkeypatch.context() as away:
        away.setitem(TAKERS, "failing", failing)
        with pytest.raises(OSError, match="away"):
            until_drift(test)
    test.refresh_from_db()
    assert test.standing == "drifted"
    assert Arm.objects.get(experiment=experiment, name="fair").is_enabled

    assert sweep_unproven(now=timezone.now()) == 1
    assert not Arm.objects.get(experiment=experiment, name="fair").is_enabled


@pytest.mark.parametrize(
    ("spoiled", "sentence"),
    [
        ([{"x1": 1.0}], "has no column"),
        ([{**rows(1)[0], "x1": None}, *rows(200)], "x1"),
        ([{**row, "group": "A"} for row in rows(50)], "B"),
        ([{**rows(1)[0], "label": 7}, *rows(200)], "label"),
    ],
)
def test_rows_that_cannot_be_read_as_the_trainings_were_are_refused_and_not_kept(
    spoiled: list[JsonObject], sentence: str
) -> None:
    test = train()

    with pytest.raises((Invalid, BadValue)) as refused:
        deliver(test, spoiled)
    assert sentence in f"{refused.value.message} {refused.value.hint}"
    assert not Delivery.objects.exists()
    assert not Retest.objects.exists()


def test_rows_outside_a_declared_range_do_not_silence_all_later_looks() -> None:
    bounded: dict[str, Json] = {"text": "Mean_Squared_Error <= 4", "ranges": {"Mean_Squared_Error": [0, 200]}}
    test = train(regime="regression", label="score", model="linear", constraints=[bounded])
    assert test.vouches

    with pytest.raises(Invalid, match="not kept") as refused:
        deliver(test, [{**one, "score": 1_000.0 + place} for place, one in enumerate(rows(20))])
    assert "beyond 0 to 200" in refused.value.hint
    assert not Delivery.objects.exists()
    assert not deliver(test, rows(200)).has_drifted


def test_a_test_that_did_not_pass_is_not_looked_at_again() -> None:
    test = a_test(report(found(upper=0.1)))

    with pytest.raises(Withdrawn, match="has not passed"):
        deliver(test, rows(10))
