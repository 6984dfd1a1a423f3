"""``manage.py switch_policy`` says what happened, and exits with the truth."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bandits.models import PolicyState, Switch
from experiments.models import Experiment
from tests.bandits.switched import make_logged, newest

pytestmark = pytest.mark.django_db
GREEDY = '{"policy": "epsilon_greedy", "epsilon": 0.1}'
STAGES = "10 % for 50 decisions"


def told(experiment: Experiment, *arguments: str) -> str:
    out = StringIO()
    call_command("switch_policy", experiment.slug, *arguments, stdout=out)
    return out.getvalue()


def test_a_better_policy_is_let_in_and_rolled_back() -> None:
    experiment = make_logged((0.2, 0.8), n=600)
    text = told(experiment, "--to", GREEDY, "--stages", STAGES)
    assert "Switch 1 is ramping." in text
    assert "epsilon_greedy decides for 10 %, uniform for the others." in text
    assert "candidate" in text

    assert "uniform decides alone, as version 3 says." in told(experiment, "--roll-back", "--because", "Enough.")
    assert "switch 1: rolled back. Enough." in told(experiment)


def test_a_refusal_prints_its_numbers_and_exits_with_an_error() -> None:
    experiment, out = make_logged((0.5, 0.5), n=600), StringIO()
    before = PolicyState.objects.count()
    with pytest.raises(CommandError, match="Refused: nothing was changed"):
        call_command("switch_policy", experiment.slug, "--to", "thompson_bernoulli", "--json", stdout=out)

    found = json.loads(out.getvalue())
    assert found["switch"]["status"] == "refused"
    assert found["switch"]["numbers"]["lower"] <= 0
    assert found["policy"]["policy"] == "uniform"
    assert PolicyState.objects.count() == before


def test_it_may_only_judge_and_be_started_later() -> None:
    experiment = make_logged((0.2, 0.8), n=600)
    assert "Switch 1 is proposed." in told(experiment, "--to", GREEDY, "--only-judge")
    assert "Switch 1 is ramping." in told(experiment, "--start", "1")
    assert Switch.objects.get().status == "ramping"


def test_the_kill_switch_and_back() -> None:
    experiment = make_logged((0.2, 0.8), n=10)
    arm = experiment.arms.order_by("pk")[0].name
    assert f"Halted: everybody gets {arm}; uniform waits." in told(experiment, "--halt", arm, "--because", "Complaints")
    assert "uniform decides alone" in told(experiment, "--unhalt")
    assert newest(experiment).halted_to is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--roll-back"], "nothing to roll back"),
        (["--start", "9"], "There is no switch 9"),
        (["--to", "{"], "--to is no JSON"),
        (["--to", "tea"], "Not ready"),
        (["--to", "softmax", "--stages", "fast"], "cannot be read"),
        (["--to", "softmax", "--margin", "-1"], "margin must be"),
        (["--halt", "tea"], "no open arm"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(arguments: list[str], sentence: str) -> None:
    experiment = make_logged((0.2, 0.8), n=120)
    before = PolicyState.objects.count()
    with pytest.raises(CommandError, match=sentence):
        told(experiment, *arguments)
    assert PolicyState.objects.count() == before
    assert not Switch.objects.exists()


def test_an_unknown_experiment_is_said() -> None:
    with pytest.raises(CommandError, match="There is no experiment “soup”"):
        call_command("switch_policy", "soup")
