"""The console's pages on safety: what they show, to whom, and what their buttons do."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analysis.assurance.models import Delivery, Requirement, SafetyTest
from analysis.safety.report import Report
from experiments.models import Arm, Role, Study
from experiments.types import JsonObject
from tests.analysis.assurance.proofs import a_test, found, pin_of, report, serving
from tests.analysis.assurance.test_retests import rows
from tests.analysis.assurance.trainings import train
from tests.console import said
from tests.factories import make_study, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study(members={make_user("amara"): Role.OWNER, make_user("vera"): Role.VIEWER})


def signed_in(study: Study, name: str) -> Client:
    client = Client()
    client.force_login(study.memberships.get(user__username=name).user)
    return client


@pytest.fixture
def amara(study: Study) -> Client:
    """An owner of the study."""
    return signed_in(study, "amara")


@pytest.fixture
def vera(study: Study) -> Client:
    """A viewer."""
    return signed_in(study, "vera")


def page(client: Client, test: SafetyTest) -> str:
    return client.get(reverse("assurance:test", args=[test.uuid])).content.decode()


def failing() -> Report:
    return report(found(upper=0.2))


def test_a_report_says_what_was_found_on_how_many_rows_and_how_often_the_set_was_used(
    study: Study, vera: Client
) -> None:
    test = a_test(study=study)
    a_test()  # another study, on the same rows
    text = page(vera, test)

    assert "all" not in text.split("Passed: ")[1][:3]
    assert "is shown to hold on 600 rows that the search never saw" in text
    assert "with 95 % confidence (delta 0.05) it is at most <strong>-0.03</strong>" in text
    assert "2 candidates" in text
    assert "of another study" in text


def test_no_solution_found_is_said_with_what_would_help(study: Study, vera: Client) -> None:
    text = page(vera, a_test(failing(), study=study))

    assert "No Solution Found. " in text
    assert "What would help" in text
    assert "Serve it by an arm" not in text


def test_a_test_of_a_foreign_study_is_not_even_there(amara: Client) -> None:
    test = a_test()

    assert amara.get(reverse("assurance:test", args=[test.uuid])).status_code == 404
    assert str(test.run.batch) not in amara.get(reverse("assurance:tests")).content.decode()


@pytest.mark.parametrize("name", ["withdraw", "retest"])
def test_a_viewer_presses_nothing(study: Study, vera: Client, name: str) -> None:
    test = a_test(study=study)

    assert vera.post(reverse(f"assurance:{name}", args=[test.uuid])).status_code == 403
    assert vera.get(reverse("assurance:serve", args=[test.uuid])).status_code == 403
    assert "Withdraw" not in page(vera, test)
    test.refresh_from_db()
    assert test.vouches


def test_a_proven_model_is_pinned_to_an_arm(study: Study, amara: Client) -> None:
    test = a_test(study=study)
    experiment = serving(test, status="draft")
    old = Arm.objects.get(experiment=experiment, name="old")
    amara.post(reverse("assurance:serve", args=[test.uuid]), {"arm": old.pk})

    old.refresh_from_db()
    assert old.payload == {"model": pin_of(test)}


def test_withdrawing_says_what_was_taken_down(study: Study, amara: Client) -> None:
    test = a_test(study=study)
    experiment = serving(test)
    path = reverse("assurance:withdraw", args=[test.uuid])
    answer: HttpResponse = amara.post(path, {"because": "Wrong."}, follow=True)  # type: ignore[assignment]

    assert said(answer) == [f"The test is withdrawn. Taken down in “{experiment.title}”."]
    assert "Withdrawn since" in page(amara, test)


def test_what_an_experiment_requires_is_checked_and_its_arms_stand_beside(study: Study, amara: Client) -> None:
    experiment = serving(a_test(study=study), status="draft")
    path = reverse("assurance:requirements", args=[experiment.slug])
    form = {"constraint-TOTAL_FORMS": "1", "constraint-INITIAL_FORMS": "0", "constraint-0-delta": "0.05"}
    form["constraint-0-regime"] = "binary_classification"
    wrong = amara.post(path, {**form, "constraint-0-text": "FPR < 0.1"})
    amara.post(path, {**form, "constraint-0-text": "FPR <= 0.1"})

    assert wrong.status_code == 422
    assert "Column 5" in wrong.content.decode()
    assert [row.text for row in Requirement.objects.all()] == ["FPR <= 0.1"]
    assert "was not tested for “FPR &lt;= 0.1”" in amara.get(path).content.decode()


def test_new_rows_are_sent_as_a_file_and_drawn(study: Study, amara: Client) -> None:
    test = train(study)
    path = reverse("assurance:retest", args=[test.uuid])
    answer: HttpResponse = amara.post(path, {"rows": csv(rows(300))}, follow=True)  # type: ignore[assignment]

    assert said(answer) == ["Looked at 300 new rows so far: no constraint is proven broken."]
    assert "g over new rows" in answer.content.decode()
    refused: HttpResponse = amara.post(path, {"rows": csv([{"x1": 1}])}, follow=True)  # type: ignore[assignment]
    assert "has no column" in said(refused)[0]
    assert Delivery.objects.count() == 1


def test_the_command_looks_again_and_its_status_tells(study: Study, tmp_path: object) -> None:
    train(study)
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"nowhere\.csv: No such file"):
        call_command("retest", "fair", "nowhere.csv")
    with pytest.raises(CommandError, match="No safety test of “unknown” has passed"):
        call_command("retest", "unknown", "nowhere.csv")
    path = f"{tmp_path}/new.csv"
    with open(path, "wb") as file:
        file.write(csv(rows(300)).getvalue())
    call_command("retest", "fair", path, "--json", stdout=out)

    assert json.loads(out.getvalue())["drifted"] is False


def csv(people: Sequence[JsonObject]) -> io.BytesIO:
    import pandas as pd

    file = io.BytesIO(pd.DataFrame(people).to_csv(index=False).encode())
    file.name = "rows.csv"
    return file


def test_pages_cost_what_was_reviewed(study: Study, amara: Client) -> None:
    test = a_test(study=study)
    experiment = serving(test)
    for _ in range(2):
        a_test(study=study)
    pages = {
        "safety tests": reverse("assurance:tests"),
        "safety test": reverse("assurance:test", args=[test.uuid]),
        "safety requirements": reverse("assurance:requirements", args=[experiment.slug]),
        "train under constraints": reverse("assurance:new"),
        "train a better policy": reverse("assurance:new_policy"),
        "safety tests of an experiment": reverse("assurance:of_batches", args=[test.run.batch.experiment.slug]),
        "admin:assurance_safetytest_changelist": reverse("admin:assurance_safetytest_changelist"),
        "admin:assurance_safetyset_changelist": reverse("admin:assurance_safetyset_changelist"),
    }
    counted = {}
    for name, path in pages.items():
        amara.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert amara.get(path).status_code in (200, 302)
        counted[name] = len(queries)

    assert counted == {name: reviewed(name) for name in pages}
