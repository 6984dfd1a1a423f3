"""What data were collected under never changes; an edit makes the next version, with a readable diff."""

import pytest
from django.db import DatabaseError, transaction

from experiments.models import Event, Version
from experiments.services.editing import apply_definition
from experiments.services.snapshot import definition_of
from experiments.services.versions import publish_version, unpublished_changes
from tests.studies import enter_session, running

pytestmark = pytest.mark.django_db


def test_an_edit_reaches_newcomers_only_when_published() -> None:
    experiment = running()
    before = enter_session(experiment)
    apply_definition(experiment, {**definition_of(experiment), "target": 20})
    meanwhile = enter_session(experiment)
    experiment.refresh_from_db()

    assert unpublished_changes(experiment) == ("target 8 → 20",)
    second = publish_version(experiment)
    after = enter_session(experiment)

    assert before.version_id == meanwhile.version_id != second.pk
    assert after.version_id == second.pk
    assert second.changes == ["target 8 → 20"]


def test_publishing_the_same_again_keeps_the_version() -> None:
    experiment = running()

    assert publish_version(experiment).number == 1
    assert Version.objects.count() == 1


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_the_diary(change: str) -> None:
    running()
    events = Event.objects.count()

    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        Event.objects.update(kind="other") if change == "update" else Event.objects.all().delete()

    assert Event.objects.count() == events
    assert not Event.objects.filter(kind="other").exists()


def test_the_database_refuses_to_change_a_version() -> None:
    experiment = running()

    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        Version.objects.filter(experiment=experiment).update(sha256="0" * 64)


def test_an_arm_with_units_is_disabled_rather_than_deleted() -> None:
    experiment = running()
    enter_session(experiment)
    definition = definition_of(experiment)
    arms = [arm for arm in definition["arms"] if arm["name"] == "red"]  # type: ignore[union-attr,index,call-overload]

    apply_definition(experiment, {**definition, "arms": arms})

    assert set(experiment.arms.values_list("name", "is_enabled")) == {("red", True), ("blue", False)}
