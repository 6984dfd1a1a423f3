"""A model whose test falls while a policy is being let in: nothing is published, everybody gets an arm that stays."""

from __future__ import annotations

import pytest
from django.utils import timezone

from analysis.assurance.models import SafetyTest
from analysis.assurance.services.pinning import pin_model
from analysis.assurance.services.taking_down import sweep_unproven, take_down, withdraw_test
from bandits.mixing import Halt
from bandits.services.ramping import start_switch
from experiments.models import Arm, Event, Experiment, Version
from experiments.services.versions import publish_version
from tests.analysis.assurance.proofs import a_test
from tests.bandits.switched import MINUTE, make_logged, newest, proposed
from tests.studies import NOON

pytestmark = pytest.mark.django_db
RATES = (0.2, 0.8)


def serving() -> tuple[Experiment, SafetyTest, str]:
    """An experiment that learns, the test of the model that one of its arms serves, and that arm's name."""
    experiment = make_logged(RATES, n=600)
    name = Arm.objects.filter(experiment=experiment).order_by("pk").values_list("name", flat=True)[1]
    test = a_test(study=experiment.study)
    pin_model(experiment, name, test)
    publish_version(experiment)
    return Experiment.objects.get(pk=experiment.pk), test, name


def drift(test: SafetyTest) -> list[Experiment]:
    withdrawn = withdraw_test(test, because="The gap grew.", now=timezone.now(), has_drifted=True)
    return take_down(withdrawn, now=timezone.now())


def test_without_a_ramp_a_version_without_the_arm_is_published() -> None:
    experiment, test, _name = serving()
    before = Version.objects.filter(experiment=experiment).count()

    assert drift(test) == [experiment]
    assert Version.objects.filter(experiment=experiment).count() == before + 1
    assert newest(experiment).halted_to is None


def test_within_a_ramp_the_kill_switch_does_it_once() -> None:
    experiment, test, name = serving()
    start_switch(proposed(experiment, because="for the test"), now=NOON + 2 * MINUTE)
    before = Version.objects.filter(experiment=experiment).count()

    assert drift(test) == [experiment]
    halted = Halt.parse(newest(experiment).halted_to)
    assert halted is not None
    assert name not in halted.arms
    assert Version.objects.filter(experiment=experiment).count() == before
    events = Event.objects.count()
    assert sweep_unproven(now=timezone.now()) == 0
    assert Event.objects.count() == events
