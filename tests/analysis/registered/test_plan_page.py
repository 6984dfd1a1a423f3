"""The page of an analysis plan: what it shows and to whom, what its form writes, what it refuses."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analysis.registered.document import Correction, Plan, Role
from analysis.registered.forms.choices import contrasts
from analysis.registered.models import Amendment, AnalysisPlan, Report
from analysis.registered.reads import definition_of, registered
from experiments.models import Experiment, Status, Study
from experiments.models import Role as MemberRole
from experiments.types import Json
from tests.factories import make_experiment, make_study, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db
ARMS: list[Json] = [{"levels": {"frame": "plain"}, "is_control": True}]
MEASURES: list[Json] = [
    {"name": "score", "kind": "number", "role": "primary", "direction": "up", "low": 0, "high": 100},
    {"name": "again", "kind": "boolean", "role": "secondary", "direction": "up"},
    {"name": "seconds", "kind": "number", "role": "guardrail", "direction": "down"},
]


@pytest.fixture
def study() -> Study:
    return make_study(members={make_user("amara"): MemberRole.OWNER, make_user("vera"): MemberRole.VIEWER})


@pytest.fixture
def draft(study: Study) -> Experiment:
    """Two arms, three measures, not started."""
    return make_experiment(study, slug="soup", status=Status.DRAFT, measures=MEASURES, arms=ARMS)


def signed_in(study: Study, name: str) -> Client:
    client = Client()
    client.force_login(study.memberships.get(user__username=name).user)
    return client


@pytest.fixture
def amara(study: Study) -> Client:
    """An owner of the study."""
    return signed_in(study, "amara")


def address(name: str = "plan") -> str:
    return reverse(f"registered:{name}", args=["soup"])


def fields(client: Client, **changed: str) -> dict[str, str]:
    """The form as a browser sends it, without JavaScript, with some fields typed otherwise."""
    html = client.get(address()).content.decode()
    form = html[html.index("data-plan") : html.index("</form>", html.index("data-plan"))]
    found: dict[str, str] = {}
    for name, value in re.findall(r'<input name="([^"]+)"[^>]*?value="([^"]*)"', form):
        found[name] = value
    for name, inner in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form):
        found[name] = re.findall(r'<option value="([^"]*)" selected', inner)[0]
    for name, value in re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>([^<]*)</textarea>', form):
        found[name] = value
    return {**found, **changed}


def test_the_form_sent_back_as_it_is_says_the_same_plan(draft: Experiment, amara: Client) -> None:
    before = registered(draft).sha256

    assert amara.post(address(), fields(amara)).status_code == 302

    assert registered(draft).sha256 == before
    assert registered(draft).is_own


def test_what_is_typed_becomes_the_plan(draft: Experiment, amara: Client) -> None:
    typed = fields(amara, note="Vivid is better.", units="240", secondary="holm", **{"q-0-winsor": "1"})

    amara.post(address(), {**typed, "q-2-margin": "0.1"})

    plan = registered(draft).planned
    assert (plan.note, plan.looks.units) == ("Vivid is better.", 240)
    assert plan.questions[0].winsor is not None
    assert plan.questions[0].winsor.high == 0.99
    assert plan.questions[2].margin == 0.1
    assert {family.name: family.correction for family in plan.families}["secondary"] == Correction.HOLM


def test_a_question_may_be_left_out_and_asked_again(draft: Experiment, amara: Client) -> None:
    amara.post(address(), fields(amara, **{"q-1-role": "none"}))
    assert "again" not in {question.measure for question in registered(draft).planned.questions}

    amara.post(address(), fields(amara, **{"q-2-role": "secondary"}))
    assert [each.measure for each in registered(draft).planned.of_role(Role.SECONDARY)] == ["again"]


def test_a_drawn_gate_becomes_one_family_with_its_graph(draft: Experiment, amara: Client) -> None:
    amara.post(address(), fields(amara, secondary="gate", **{"w-0": "100", "w-1": "0", "a-0-1": "100"}))

    (family,) = registered(draft).planned.families
    assert family.correction == Correction.GRAPH
    assert family.graph is not None
    assert [edge.weight for edge in family.graph.edges] == [1.0]
    assert '"arrows": {"0-1": 100.0}' in amara.get(address()).content.decode()


def test_a_mistake_is_said_with_its_path_and_what_was_typed_stays(draft: Experiment, amara: Client) -> None:
    answer = amara.post(address(), fields(amara, looks="planned", parts="50, 20", note="Still here."))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "looks.parts" in html
    assert "Still here." in html
    assert not AnalysisPlan.objects.exists()


def test_what_is_no_number_is_said_and_nothing_is_kept(draft: Experiment, amara: Client) -> None:
    answer = amara.post(address(), fields(amara, level="a little"))

    assert answer.status_code == 422
    assert "<code>level</code>" in answer.content.decode()
    assert not AnalysisPlan.objects.exists()


def test_a_whole_document_may_be_pasted(draft: Experiment, amara: Client) -> None:
    amara.post(address(), {"document": "questions: []\nfamilies: []\nnote: Nothing is claimed.\n"})

    assert registered(draft).planned == Plan((), (), note="Nothing is claimed.")


def test_a_document_that_cannot_be_read_changes_nothing(draft: Experiment, amara: Client) -> None:
    assert amara.post(address(), {"document": "questions: [\n"}, follow=True).status_code == 200

    assert not AnalysisPlan.objects.exists()


def test_after_the_start_the_form_amends_with_a_reason(study: Study, amara: Client) -> None:
    experiment = make_experiment(study, slug="soup", measures=MEASURES, arms=ARMS)
    assert "Frozen" in amara.get(address()).content.decode()

    amara.post(address(), fields(amara, note="Later.", reason=""))
    assert not Amendment.objects.exists()
    amara.post(address(), fields(amara, note="Later.", reason="A referee asked."))

    assert Amendment.objects.get().reason == "A referee asked."
    assert registered(experiment).planned.note == ""
    assert "A referee asked." in amara.get(address()).content.decode()


def test_a_viewer_looks_and_changes_nothing(draft: Experiment, study: Study) -> None:
    vera = signed_in(study, "vera")

    assert "Save the plan" not in vera.get(address()).content.decode()
    assert vera.post(address(), {"note": "Mine."}).status_code == 403
    assert vera.post(address("forget")).status_code == 403
    assert not AnalysisPlan.objects.exists()


def test_who_belongs_to_another_study_finds_nothing(draft: Experiment) -> None:
    stranger = Client()
    stranger.force_login(make_user("stranger"))

    assert {stranger.get(address(name)).status_code for name in ("plan", "file")} == {404}
    assert Client().get(address()).status_code == 302


def test_a_plan_is_thrown_away_by_a_button(draft: Experiment, amara: Client) -> None:
    amara.post(address(), fields(amara, note="No."))

    amara.post(address("forget"))

    assert not registered(draft).is_own


@pytest.mark.parametrize(
    ("query", "kind"), [("", "application/yaml; charset=utf-8"), ("?format=json", "application/json")]
)
def test_the_plan_is_downloaded(draft: Experiment, amara: Client, query: str, kind: str) -> None:
    answer = amara.get(address("file") + query)

    assert answer["Content-Type"] == kind
    assert "soup-analysis-plan" in answer["Content-Disposition"]
    assert b"questions" in answer.content


def test_the_chances_of_a_graph_are_computed_and_nonsense_is_said(draft: Experiment, amara: Client) -> None:
    def ask(**body: object) -> tuple[int, dict[str, object]]:
        answer = amara.post(address("power"), json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    status, found = ask(weights=[100, 0], arrows=[[0, 100], [0, 0]], powers=[90, 90], level=0.05)
    assert status == 200
    assert abs(found["each"][0] - 90) < 1  # type: ignore[index]  # JSON, known here
    assert ask(weights=[100, 100], arrows=[[0, 0], [0, 0]], powers=[90, 90])[0] == 422
    assert ask(weights="x")[0] == 422


def test_reports_are_frozen_downloaded_and_computed_again_by_clicks(study: Study, amara: Client) -> None:
    make_experiment(study, slug="soup", measures=MEASURES, arms=ARMS)
    pages = reverse("results:reports", args=["soup"])
    amara.post(pages, {"title": "For the referees"})
    report = Report.objects.get()

    again = amara.post(reverse("results:reproduce", args=["soup", report.uuid]), follow=True).content.decode()

    assert "every figure is the same" in again
    assert "For the referees" in again
    file = amara.get(reverse("results:report_file", args=["soup", report.uuid, "json"])).json()
    assert file["sha256"] == report.sha256
    assert signed_in(study, "vera").get(pages).status_code == 403


def test_pages_cost_what_was_reviewed(study: Study, draft: Experiment, amara: Client) -> None:
    make_experiment(study, slug="stew", measures=MEASURES, arms=ARMS)
    pages = {
        "analysis plan of a draft": address(),
        "analysis plan": reverse("registered:plan", args=["stew"]),
        "reports": reverse("results:reports", args=["stew"]),
        "trust": reverse("results:trust", args=["stew"]),
        "how many are real": reverse("results:chosen", args=["stew"]),
        "claims of a study": reverse("registered:stream", args=[study.slug]),
    }
    counted = {}
    for name, path in pages.items():
        amara.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert amara.get(path).status_code == 200
        counted[name] = len(queries)

    assert counted == {name: reviewed(name) for name in pages}


def edited(client: Client, *steps: str, **changed: str) -> dict[str, str]:
    """The form after these steps, as a browser would send it."""
    sent = {**fields(client), **changed}
    for each in steps:
        answer = client.post(address(), {**sent, "do": each})
        assert answer.status_code == 200
        sent = sent_back(answer.content.decode())
    return sent


def sent_back(html: str) -> dict[str, str]:
    form = html[html.index("data-plan") : html.index("</form>", html.index("data-plan"))]
    found = dict(re.findall(r'<input (?:type="hidden" )?name="([^"]+)"[^>]*?value="([^"]*)"', form))
    for name, inner in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form):
        found[name] = unescape(re.findall(r'<option value="([^"]*)" selected', inner)[0])
    found |= dict(re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    return {name: unescape(value) for name, value in found.items()}


def test_questions_are_copied_moved_and_taken_out_and_nothing_is_saved_before_save(
    draft: Experiment, amara: Client
) -> None:
    first = registered(draft).planned.questions[0].name

    sent = edited(amara, "copy:0", "down:0", "remove:2", note="Typed before.")
    assert not AnalysisPlan.objects.exists()
    amara.post(address(), sent)

    plan = registered(draft).planned
    assert [each.name for each in plan.questions][:2] == [f"{first} (2)", first]
    assert [each.measure for each in plan.questions] == ["score", "score", "seconds"]
    assert plan.note == "Typed before."
    assert plan.families[0].questions == (f"{first} (2)", first)


def test_a_question_is_added_by_form_and_says_what_it_asks(draft: Experiment, amara: Client) -> None:
    sent = edited(amara, "add")
    place = len(registered(draft).planned.questions)
    value = next(key for key, title in contrasts(definition_of(draft)).items() if title == "in all")
    typed = {"name": "One thing?", "contrast": value, "estimand": "reliability:alpha", "others": "-score, seconds"}
    amara.post(address(), {**sent, **{f"q-{place}-{key}": text for key, text in typed.items()}})
    assert not AnalysisPlan.objects.exists()

    amara.post(
        address(), {**sent, **{f"q-{place}-{key}": text for key, text in typed.items()}, f"q-{place}-method": "fixed"}
    )

    added = registered(draft).planned.questions[-1]
    assert (added.name, added.estimand.coefficient, added.estimand.items) == ("One thing?", "alpha", ("seconds",))
    assert added.estimand.turned == ("score",)


def test_families_can_be_made_named_moved_and_taken_out(draft: Experiment, amara: Client) -> None:
    sent = edited(amara, "own-families", "add-family")
    sent |= {"f-2-name": "apart", "f-2-correction": "none", "f-2-level": "0.01", "q-1-family": "2"}
    answer = amara.post(address(), {**sent, "do": "remove-family:1"})
    amara.post(address(), sent_back(answer.content.decode()))

    plan = registered(draft).planned
    assert {each.name: (each.level, len(each.questions)) for each in plan.families} == {
        "primary": (0.05, 1),
        "apart": (0.01, 1),
    }


def test_what_reads_as_no_number_stays_where_it_was_typed_after_a_step_too(draft: Experiment, amara: Client) -> None:
    sent = {**fields(amara, units="many"), "q-2-margin": "a bit", "do": "up:2"}

    html = amara.post(address(), sent).content.decode()

    assert 'name="q-1-margin" inputmode="decimal" size="6" value="a bit"' in html
    assert 'value="many"' in html


def test_a_frozen_plan_has_no_fields_to_type_in_until_somebody_amends_it(study: Study, amara: Client) -> None:
    make_experiment(study, slug="soup", measures=MEASURES, arms=ARMS)

    frozen, amending = (amara.get(address() + query).content.decode() for query in ("", "?amend=1"))

    assert '<fieldset class="p-fields" disabled>' in frozen
    assert 'name="do"' not in frozen
    assert 'value="copy:0"' in amending
