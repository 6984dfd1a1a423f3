"""draft > rehearsal > running <> paused > completed > archived, each step a service."""

from collections.abc import Callable

import pytest

from experiments.errors import Frozen, IllegalTransition, NotReady
from experiments.models import Event, Experiment, Status, Version
from experiments.services import lifecycle
from experiments.services.versions import publish_version
from experiments.types import Json
from tests.studies import make_experiment, running

pytestmark = pytest.mark.django_db

SERVICES: dict[str, Callable[[Experiment], Experiment]] = {
    "rehearse": lifecycle.rehearse_experiment,
    "start": lifecycle.start_experiment,
    "pause": lifecycle.pause_experiment,
    "complete": lifecycle.complete_experiment,
    "archive": lifecycle.archive_experiment,
}


def test_a_started_experiment_has_a_frozen_version() -> None:
    experiment = lifecycle.start_experiment(make_experiment())

    assert experiment.status == Status.RUNNING
    assert experiment.version == Version.objects.get()
    assert experiment.started_at is not None


@pytest.mark.parametrize("service", SERVICES)
def test_twice_is_as_good_as_once(service: str) -> None:
    experiment = make_experiment()
    if service in ("pause", "complete"):
        experiment = lifecycle.start_experiment(experiment)
    once = SERVICES[service](experiment)
    events = Event.objects.count()

    twice = SERVICES[service](experiment)

    assert twice.status == once.status
    assert Event.objects.count() == events


def test_a_draft_cannot_be_paused() -> None:
    experiment = make_experiment()
    events = Event.objects.count()

    with pytest.raises(IllegalTransition, match="draft"):
        lifecycle.pause_experiment(experiment)

    experiment.refresh_from_db()
    assert experiment.status == Status.DRAFT
    assert Event.objects.count() == events


def test_a_paused_experiment_goes_on_under_its_version() -> None:
    experiment = running()
    lifecycle.pause_experiment(experiment)

    resumed = lifecycle.start_experiment(experiment)

    assert resumed.status == Status.RUNNING
    assert Version.objects.count() == 1
    assert Event.objects.filter(kind="experiment.resumed").count() == 1


def test_a_completed_experiment_does_not_start_again() -> None:
    experiment = lifecycle.complete_experiment(running())

    with pytest.raises(IllegalTransition, match="completed"):
        lifecycle.start_experiment(experiment)


def test_what_is_not_ready_does_not_start_and_says_everything_that_is_missing() -> None:
    broken: list[Json] = [{"name": "page", "components": [{"kind": "text", "props": {"body": "{{ case.nothing }}"}}]}]
    experiment = make_experiment(steps=broken, allocation={"policy": "permuted_blocks", "block_multiple": 0})

    with pytest.raises(NotReady) as refused:
        lifecycle.start_experiment(experiment)

    assert any("case.nothing" in problem for problem in refused.value.problems)
    assert any("Allocation" in problem for problem in refused.value.problems)
    experiment.refresh_from_db()
    assert experiment.status == Status.DRAFT
    assert not Version.objects.exists()


def test_what_is_over_gets_no_new_version() -> None:
    experiment = lifecycle.complete_experiment(running())
    experiment.study.title = "Renamed afterwards"
    experiment.study.save()
    Experiment.objects.filter(pk=experiment.pk).update(target=99)

    with pytest.raises(Frozen):
        publish_version(experiment)

    assert Version.objects.filter(experiment=experiment).count() == 1
