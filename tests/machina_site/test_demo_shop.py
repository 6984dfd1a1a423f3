"""The demo's shop: running at once, learning by itself, left alone once it is there."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from bandits.models import Decision, PolicyState
from bandits.panel_reads import panel_of
from bandits.services.summaries import summarise
from experiments.models import Experiment, Status
from experiments.services.lifecycle import pause_experiment
from machina_site import demo_shop

pytestmark = pytest.mark.django_db


def test_it_runs_and_has_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_shop, "ROUNDS", 6)
    now = timezone.now()
    experiment = demo_shop.seed_shop()
    demo_shop.live_through(experiment, now=now)
    demo_shop.live_through(experiment, now=now)
    summarise(experiment, now=now)

    panel = panel_of(experiment, is_rehearsal=False, now=now)

    assert panel is not None
    assert experiment.status == Status.RUNNING
    assert (panel.decisions, panel.segment_keys) == (450, ("device",))
    assert panel.rewards.sent + panel.rewards.defaulted + panel.rewards.pending == 450


def test_what_is_there_stays_as_somebody_left_it() -> None:
    pause_experiment(demo_shop.seed_shop())

    again = demo_shop.seed_shop()
    call_command("demo_visitors", seconds=0.0)

    assert Experiment.objects.count() == 1
    assert again.status == Status.PAUSED
    assert not Decision.objects.exists()
    assert not PolicyState.objects.exists()
