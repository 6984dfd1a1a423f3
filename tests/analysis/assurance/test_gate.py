"""An arm that serves a model goes live only with a passed test on the pinned data, and only as long as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from analysis.assurance.errors import NotProven
from analysis.assurance.models import Requirement
from analysis.assurance.services.recording import record_test
from analysis.assurance.services.requiring import Wanted, require_constraints
from analysis.assurance.services.taking_down import sweep_unproven, take_down, withdraw_test
from analysis.runs.models import Run
from analysis.runs.services.claiming import Hold
from analysis.runs.services.keeping import keep_artifact
from analysis.safety.report import Report
from experiments.errors import Invalid
from experiments.models import Arm, Event, Experiment, Status, Version
from experiments.services.lifecycle import pause_experiment, start_experiment
from experiments.types import Json, JsonObject
from tests.analysis.assurance.proofs import (
    GROUPS,
    MEANING,
    NORMALISED,
    TEXT,
    a_test,
    artifact_of,
    found,
    pin_of,
    report,
    serving,
    trained,
)

pytestmark = pytest.mark.django_db


def drift(test: object) -> list[Experiment]:
    """Its data drifted: it is withdrawn, and its arms are taken down."""
    withdrawn = withdraw_test(test, because="The gap grew.", now=timezone.now(), has_drifted=True)  # type: ignore[arg-type]
    return take_down(withdrawn, now=timezone.now())


def test_a_proven_model_goes_live() -> None:
    assert serving(a_test()).status == Status.RUNNING


def no_pass() -> Report:
    """A test that failed."""
    return report(found(upper=0.1))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda pin: {**pin, "sha256": "0" * 64}, "pins another file"),
        (lambda pin: {**pin, "data": "0" * 64}, "pins other data"),
        (lambda pin: {**pin, "run": "00000000-0000-0000-0000-000000000000"}, "no safety test of this study knows"),
        (lambda pin: {"sha256": pin["sha256"]}, "is not the id of a run"),
        (lambda pin: {"run": pin["run"], "sha256": pin["sha256"]}, "“data” is not a SHA-256"),
    ],
)
def test_a_pin_that_does_not_fit_its_test_is_refused(
    spoil: Callable[[dict[str, Json]], dict[str, Json]], sentence: str
) -> None:
    test = a_test()
    draft = serving(test, status="draft")
    Arm.objects.filter(experiment=draft, name="fair").update(payload={"model": spoil(pin_of(test))})

    with pytest.raises(NotProven, match=sentence):
        start_experiment(draft)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert not Version.objects.filter(experiment=draft).exists()


def test_a_model_whose_test_did_not_pass_stays_out() -> None:
    test = a_test(no_pass())
    draft = serving(test, status="draft")
    Arm.objects.filter(experiment=draft, name="fair").update(
        payload={"model": {"run": str(test.run.uuid), "sha256": "a" * 64, "data": test.data_sha256}}
    )

    with pytest.raises(NotProven, match="did not pass"):
        start_experiment(draft)


def test_a_test_of_another_study_vouches_for_nothing() -> None:
    test, elsewhere = a_test(), a_test()
    draft = serving(test, status="draft")
    Arm.objects.filter(experiment=draft, name="fair").update(payload={"model": pin_of(elsewhere)})

    with pytest.raises(NotProven, match="no safety test of this study"):
        start_experiment(draft)


def test_a_spoiled_file_stays_out() -> None:
    test = a_test()
    draft = serving(test, status="draft")
    with storages["runs"].open(artifact_of(test).path, "wb") as file:
        file.write(b"another model")

    with pytest.raises(NotProven, match="is not whole"):
        start_experiment(draft)


def test_an_arm_without_a_model_and_a_disabled_one_are_not_asked() -> None:
    test = a_test(no_pass())
    draft = serving(test, status="draft")
    Arm.objects.filter(experiment=draft, name="fair").update(is_enabled=False)

    assert start_experiment(draft).status == Status.RUNNING


@pytest.mark.parametrize(
    ("normalised", "delta", "sentence"),
    [(NORMALISED, 0.05, ""), (NORMALISED, 0.01, "with a doubt of 0.05"), ("FPR-(0.1)", 0.05, "not tested for")],
)
def test_what_the_experiment_requires_must_have_been_tested(normalised: str, delta: float, sentence: str) -> None:
    draft = serving(a_test(), status="draft")
    text = TEXT if normalised == NORMALISED else "FPR <= 0.1"
    Requirement.objects.create(
        experiment=draft, text=text, normalised=normalised, delta=delta, meaning={"groups": GROUPS}
    )

    if not sentence:
        assert start_experiment(draft).status == Status.RUNNING
        return
    with pytest.raises(NotProven, match=sentence):
        start_experiment(draft)


OLD: JsonObject = {"column": "age", "above": 60}


@pytest.mark.parametrize(
    ("meaning", "sentence"),
    [
        ({"groups": {**GROUPS, "F": OLD}}, r"F is \{column: sex, equals: Female\}, and \{column: age, above: 60\} is"),
        ({"groups": {"M": GROUPS["M"]}}, "nobody said who is in F"),
        ({"groups": GROUPS, "label": "paid"}, "its label is granted, not paid"),
        ({"groups": GROUPS, "classes": ["yes", "no"]}, r"its classes are \[no, yes\], not \[yes, no\]"),
    ],
)
def test_the_same_words_about_others_prove_nothing(meaning: JsonObject, sentence: str) -> None:
    draft = serving(a_test(), status="draft")
    Requirement.objects.create(experiment=draft, text=TEXT, normalised=NORMALISED, meaning=meaning)

    with pytest.raises(NotProven, match=sentence):
        start_experiment(draft)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_an_approximate_bound_does_only_where_that_was_said() -> None:
    by_t = replace(found(), readings=tuple(replace(one, exact=False, method="student_t") for one in found().readings))
    draft = serving(a_test(report(by_t)), status="draft")
    required = Requirement.objects.create(
        experiment=draft, text=TEXT, normalised=NORMALISED, meaning={"groups": GROUPS}
    )

    with pytest.raises(NotProven, match="by student_t: that is approximate, and an exact bound is required"):
        start_experiment(draft)

    Requirement.objects.filter(pk=required.pk).update(exact=False)
    assert start_experiment(draft).status == Status.RUNNING


def test_who_is_meant_is_taken_from_the_newest_test_or_must_be_said() -> None:
    test = a_test()
    draft = serving(test, status="draft")
    unknown = Wanted("abs((PR | [X]) - (PR | [F])) <= 0.1", meaning={"groups": GROUPS})

    with pytest.raises(Invalid, match="cannot be required") as refused:
        require_constraints(draft, [Wanted(TEXT), unknown], now=timezone.now())
    assert "Nobody says who is in X" in str(refused.value.errors[0]["message"])
    assert not Requirement.objects.exists()

    [row] = require_constraints(draft, [Wanted(TEXT)], now=timezone.now())
    assert row.meaning == MEANING
    [row] = require_constraints(draft, [Wanted(TEXT, meaning={"groups": {"F": OLD}})], now=timezone.now())
    assert row.meaning["groups"] == {"M": GROUPS["M"], "F": OLD}  # type: ignore[index,call-overload]


def test_drift_takes_the_arm_down_and_says_so() -> None:
    test = a_test()
    experiment = serving(test)

    assert drift(test) == [experiment]

    experiment.refresh_from_db()
    arms = {arm["name"]: arm["is_enabled"] for arm in experiment.version.definition["arms"]}  # type: ignore[union-attr,index,call-overload]
    assert arms == {"old": True, "fair": False}
    assert not Arm.objects.get(experiment=experiment, name="fair").is_enabled
    assert Event.objects.filter(kind="safety.arm_taken_down", experiment=experiment, subject="arm:fair").count() == 1


def test_taking_down_twice_is_taking_down_once() -> None:
    test = a_test()
    serving(test)
    drift(test)
    before = Event.objects.count()

    assert drift(test) == []
    assert sweep_unproven(now=timezone.now()) == 0
    assert Event.objects.count() == before


def test_where_no_other_arm_is_left_nobody_is_let_in_and_nobody_lets_them_in_again() -> None:
    test = a_test()
    experiment = serving(test)
    Arm.objects.filter(experiment=experiment, name="old").delete()
    pause_experiment(experiment)
    experiment = start_experiment(experiment)
    only = serving(test, arms=[{"name": "fair", "levels": {}, "payload": {"model": pin_of(test)}}])

    drift(test)

    only.refresh_from_db()
    assert only.status == Status.PAUSED
    with pytest.raises(NotProven, match="drifted: The gap grew"):
        start_experiment(only)
    assert sweep_unproven(now=timezone.now()) == 0


def test_a_taken_down_arm_that_somebody_enables_again_does_not_go_live() -> None:
    test = a_test()
    experiment = serving(test, status="rehearsal")
    drift(test)
    Arm.objects.filter(experiment=experiment).update(is_enabled=True)

    with pytest.raises(NotProven):
        start_experiment(experiment)


def test_a_model_that_fell_does_not_come_back_by_training_the_same_again() -> None:
    fell = a_test()
    study = fell.run.batch.experiment.study
    content = f"model {fell.run.pk}".encode()
    run = trained(report(model=fell.model_sha256), study=study)
    Run.objects.filter(pk=run.pk).update(status="running", leased_until=timezone.now())
    keep_artifact(Hold(run.pk, 1), name="model.json", kind="model", content=content, now=timezone.now())
    Run.objects.filter(pk=run.pk).update(status="completed", leased_until=None)
    again = record_test(Run.objects.get(pk=run.pk), now=timezone.now())
    assert again is not None
    assert again.vouches
    experiment = serving(again, status="rehearsal")

    assert drift(fell) == [experiment]

    Arm.objects.filter(experiment=experiment).update(is_enabled=True)
    with pytest.raises(NotProven, match="drifted: The gap grew"):
        start_experiment(experiment)


def test_what_was_published_while_the_test_was_withdrawn_is_found_by_the_sweep() -> None:
    test = a_test()
    withdraw_test(test, because="Wrong labels.", now=timezone.now())
    test.standing, test.withdrawn_at = "stands", None
    test.save()
    experiment = serving(test)
    withdraw_test(test, because="Wrong labels.", now=timezone.now())

    assert sweep_unproven(now=timezone.now()) == 1
    experiment.refresh_from_db()
    assert experiment.version.number == 2  # type: ignore[union-attr]
