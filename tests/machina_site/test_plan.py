"""An experiment is planned from its own definition: by command, over the API and on its page."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from analysis.results.services.folding import fold
from experiments.models import Assignment, Event, Experiment, Measurement, Role
from experiments.types import Json
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


def test_it_says_what_is_planned_otherwise_than_the_definition_reads(experiment: Experiment) -> None:
    factors: list[Json] = [{"name": "frame", "levels": ["plain", "vivid"]}, {"name": "size", "levels": ["s", "l"]}]
    measures: list[Json] = [
        {"name": "trusted", "kind": "choice", "role": "primary"},
        {"name": "sure", "kind": "number", "role": "secondary", "low": 0, "high": 100},
    ]
    crossed = make_experiment(
        experiment.study, slug="crossed", factors=factors, measures=measures, status="draft", arms=[]
    )
    known = known_of(crossed, with_data=False)

    assert [one.split(":")[0].split(" is planned")[0] for one in known.facts.noticed] == [
        "Planned is “sure”",
        "Each combination of levels",
    ]
    assert known.wanted.effect == float(f"{known.wanted.effect:.2g}")
    assert known_of(experiment, with_data=False).facts.noticed == ()


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


def page(client: Client, experiment: Experiment, **say: object) -> str:
    response = client.get(reverse("plan", args=[experiment.slug]), {name: str(value) for name, value in say.items()})
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_the_plan_and_draws_its_curve(client: Client, experiment: Experiment) -> None:
    shown = page(client, experiment, effect=5, sd=15, reward=2, budget=200, a_day=40)

    assert "people with a value" in shown
    assert "is-curve" in shown
    assert "Your budget pays for" in shown
    assert "manage plan lunch --effect 5" in shown
    assert (
        reverse("plan", args=["lunch"])
        in client.get(reverse("admin:experiments_experiment_change", args=[experiment.pk])).content.decode()
    )


@pytest.mark.parametrize(
    "say", [{"effect": "0"}, {"effect": "nonsense"}, {"power": "2"}, {"effect": "1e300"}, {"sd": "nan"}]
)
def test_what_cannot_be_planned_is_said_on_the_page(
    client: Client, experiment: Experiment, say: dict[str, str]
) -> None:
    shown = page(client, experiment, **say)

    assert "No plan." in shown
    assert "Traceback" not in shown


def test_the_simulation_comes_in_pieces_that_add_up(client: Client, learner: Experiment) -> None:
    url = reverse("plan_simulation", args=["offer"])
    given = {"effect": "0.2", "people": "60", "batch": "30"}
    first = client.get(url, given)
    second = client.get(first.context["following"])

    assert first.context["report"].runs > 0
    assert second.context["report"].runs == 2 * first.context["report"].runs
    assert "Finds the better arm" in second.content.decode()
    broken = client.get(url, {**given, "sums": "[]"})
    assert "start the simulation again" in broken.content.decode()


def test_nobody_else_sees_it(client: Client, experiment: Experiment) -> None:
    client.force_login(make_user("stranger"))

    for name in ("plan", "plan_simulation"):
        assert client.get(reverse(name, args=["lunch"])).status_code == 404


def test_a_viewer_plans_without_what_was_measured(client: Client, experiment: Experiment) -> None:
    measure_some(experiment)
    viewer = make_user("viewer")
    experiment.study.memberships.create(user=viewer, role=Role.VIEWER)
    client.force_login(viewer)

    assert client.get(reverse("plan", args=["lunch"])).context["known"].facts.measured == 0


def test_an_experiment_with_one_arm_has_nothing_to_plan(client: Client) -> None:
    user = make_user("alone")
    client.force_login(user)
    experiment = make_experiment(make_study(members={user: Role.VIEWER}), slug="alone")
    experiment.arms.exclude(pk=experiment.arms.first().pk).update(is_enabled=False)  # type: ignore[union-attr]

    assert "Nothing to plan yet" in page(client, experiment)


def measured(experiment: Experiment, gap: float) -> None:
    """Sixteen people in each arm, the second one better by the gap."""
    measure = experiment.measures.get(name="score")
    for place, arm in enumerate(experiment.arms.order_by("position")):
        for person in range(16):
            unit = make_unit(experiment)
            Assignment.objects.create(
                experiment=experiment,
                unit=unit,
                version=experiment.versions.get(),
                arm=arm,
                propensity=0.5,
                policy="simple",
                at=NOON,
            )
            value = 40.0 + person + gap * place
            Measurement.objects.create(
                experiment=experiment,
                unit=unit,
                measure=measure,
                value=value,
                number=value,
                at=NOON,
                key=f"{place}-{person}",
            )
    fold(experiment, now=NOON)


@pytest.mark.parametrize(("gap", "words"), [(0.5, "Go on: the leading arm"), (20.0, "Stop: “vivid” is best")])
def test_under_way_it_says_whether_to_go_on_and_to_whom_the_next_places_go(
    client: Client, experiment: Experiment, gap: float, words: str
) -> None:
    measured(experiment, gap)

    shown = said("lunch", "--next", "10", "--effect", "1")
    assert words in shown
    found = json.loads(said("lunch", "--next", "10", "--effect", "1", "--json"))["next"]
    assert sum(arm["places"] for arm in found["arms"]) == (10 if words.startswith("Go on") else 0)
    assert ("next places" in shown) == words.startswith("Go on")
    assert words in page(client, experiment, effect=1)


def test_the_money_left_stops_it(experiment: Experiment) -> None:
    measured(experiment, 0.5)

    shown = said("lunch", "--next", "10", "--effect", "1", "--reward", "9", "--budget", "10")
    assert "Stop: one more batch costs 90.00 and 0.00 is left." in shown


def test_before_anybody_is_measured_there_is_no_next_step(experiment: Experiment) -> None:
    with pytest.raises(CommandError, match="Nobody has been measured yet"):
        said("lunch", "--next", "10")


def test_earlier_people_count_by_their_stated_share(experiment: Experiment) -> None:
    earlier = make_experiment(experiment.study, slug="last-year")
    measured(earlier, 3.0)
    found = json.loads(said("lunch", "--earlier", "last-year:0.5", "--json"))["earlier"]

    assert found["worth"] == 16
    assert found["effect"] == pytest.approx(3.0)
    assert found["conflicts"] == []
    measured(experiment, 40.0)
    assert "now looks unlike then" in said("lunch", "--earlier", "last-year:0.5")


@pytest.mark.parametrize(
    ("typed", "words"),
    [("nowhere:0.5", "no experiment"), ("last-year", "such as lunch-2025"), ("last-year:2", "above 0 and at most 1")],
)
def test_what_cannot_be_believed_is_a_sentence(experiment: Experiment, typed: str, words: str) -> None:
    make_experiment(experiment.study, slug="last-year")

    with pytest.raises(CommandError, match=words):
        said("lunch", "--earlier", typed)
