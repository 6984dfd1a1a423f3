"""An experiment is planned from its own definition: by command, over the API and on its page."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from experiments.models import Event, Experiment, Measurement, Role
from machina_site.planning.reading import known_of
from tests.factories import make_experiment, make_study, make_unit, make_user
from tests.learners import make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiment(client: Client) -> Experiment:
    user = make_user()
    client.force_login(user)
    return make_experiment(make_study(members={user: Role.ANALYST}), slug="lunch")


@pytest.fixture
def learner(client: Client) -> Experiment:
    user = make_user()
    client.force_login(user)
    return make_learner(make_study(members={user: Role.ANALYST}), slug="offer")


def said(*typed: str) -> str:
    out = StringIO()
    call_command("plan", *typed, stdout=out, stderr=StringIO(), no_color=True)
    return out.getvalue()


def measure_some(experiment: Experiment) -> None:
    measure = experiment.measures.get(name="score")
    for place in range(12):
        unit = make_unit(experiment)
        for value in (40.0 + place, 42.0 + place):
            key = f"{place}-{value}"
            Measurement.objects.create(
                experiment=experiment, unit=unit, measure=measure, value=value, number=value, at=NOON, key=key
            )


def test_it_starts_from_the_definition(experiment: Experiment) -> None:
    facts = known_of(experiment, with_data=True).facts

    assert facts.arms == tuple(experiment.arms.order_by("position").values_list("name", flat=True))
    assert (facts.measure, facts.kind, facts.measured) == ("score", "number", 0)


def test_it_goes_on_from_what_was_measured_by_unit(experiment: Experiment) -> None:
    measure_some(experiment)
    known = known_of(experiment, with_data=True)

    assert known.facts.measured == 12
    assert known.wanted.mean == pytest.approx(46.5)
    assert known.wanted.sd == pytest.approx(3.605551, abs=1e-6)
    assert known_of(experiment, with_data=False).facts.measured == 0


def test_the_command_says_people_money_and_what_a_budget_buys(experiment: Experiment) -> None:
    before = Event.objects.count()
    shown = said("lunch", "--effect", "5", "--sd", "15", "--reward", "2", "--fee", "0.4", "--budget", "300", "--curve")

    assert "people with a value" in shown
    assert "Money:" in shown
    assert "The budget pays for" in shown
    assert "█" in shown
    assert Event.objects.count() == before


@pytest.mark.parametrize("slug", ["lunch", "offer"])
def test_the_command_plays_it_through_the_same_again(
    slug: str, experiment: Experiment, learner: Experiment, capsys: pytest.CaptureFixture[str]
) -> None:
    effect = "8" if slug == "lunch" else "0.25"
    typed = [slug, "--effect", effect, "--simulate", "12", "--batch", "30", "--json"]
    first, again = (json.loads(said(*typed)) for _ in range(2))

    assert first == again
    assert first["simulation"]["runs"] == 12
    assert first["simulation"]["with_effect"]["people"] > 0
    assert first["sentence"].endswith("%.")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["nowhere"], "There is no experiment “nowhere”"),
        (["lunch", "--effect", "0"], "Say how large an effect is worth finding"),
        (["lunch", "--power", "2"], "power must be a number from"),
        (["lunch", "--effect", "500"], "outside"),
        (["lunch", "--people", "3"], "n must be at least"),
    ],
)
def test_what_cannot_be_planned_is_a_sentence(experiment: Experiment, typed: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        said(*typed)
