"""A frozen report as a paper: the same bytes each time, every word from the frozen row, references of what answered."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from analysis.registered.document import Contrast, ContrastKind, Correction, Family, Plan, Question
from analysis.registered.document import Role as DocumentRole
from analysis.registered.models import Report
from analysis.results.services.reporting import freeze_report
from analysis.results.showing import typesetting
from analysis.results.showing.figures import heading
from analysis.results.showing.papers.methods import citations
from analysis.results.showing.papers.paper import NO_PICTURES, paper_of
from analysis.results.showing.papers.printing import report_as
from analysis.results.showing.typesetting import TooLong
from experiments.models import Assignment, Experiment, Role
from tests.analysis.results.conftest import measured
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(experiment: Experiment) -> Report:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    return freeze_report(experiment, title='For the "referees" #1 $x$ <b>', now=timezone.now())


def test_a_paper_says_what_was_found_and_by_which_methods(report: Report) -> None:
    paper = paper_of(report)

    assert any("“vivid” is better" in sentence for role in paper.answered for _, sentence in role.sentences)
    assert any(each.startswith("Waudby-Smith and Ramdas") for each in paper.references)
    assert any("share the level" in each or "was tested at the level" in each for each in paper.methods)
    assert ("Report", str(report.uuid)) in paper.facts
    assert ("Shares of the arms", "fine") in [(each.title, each.weight) for each in paper.trust]
    assert paper.tables[1].head == ("Arm", "Given an arm", "Measured", "Finished")
    assert "Whether the record bears it" in report_as(report, "html").content.decode()
    assert [each.key for each in paper.pictures][:2] == ["comparisons-score", "course-score-1"]


def test_the_same_report_gives_the_same_file_and_words_are_no_markup(report: Report) -> None:
    pdf = report_as(report, "pdf").content

    assert pdf.startswith(b"%PDF")
    assert report_as(report, "pdf").content == pdf
    assert "#1 $x$ &lt;b&gt;" in report_as(report, "html").content.decode()
    assert r"\toprule" in report_as(report, "tex").content.decode()


def test_when_the_record_gives_other_figures_text_stands_and_pictures_are_left_out(report: Report) -> None:
    before = paper_of(report)
    Assignment.objects.filter(experiment_id=report.experiment_id).first().unit.delete()  # type: ignore[union-attr]  # it has

    paper = paper_of(report)

    assert paper.pictures == ()
    assert paper.notes == (NO_PICTURES,)
    assert paper.answered == before.answered
    assert paper.tables == before.tables


def test_a_page_that_takes_too_long_to_lay_out_is_refused_in_a_sentence(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "SECONDS", 0.001)

    with pytest.raises(TooLong, match="not laid out within"):
        typesetting.as_pdf(f"// {report.uuid}\nEndless.")


def test_the_command_freezes_and_writes(experiment: Experiment, report: Report, tmp_path: Path) -> None:
    call_command("report", "soup", "--out", str(tmp_path / "soup.html"), stdout=StringIO(), stderr=StringIO())
    call_command(
        "report", "--show", str(report.uuid), "--out", str(tmp_path / "soup.pdf"), stdout=StringIO(), stderr=StringIO()
    )

    assert "Report 2" in (tmp_path / "soup.html").read_text()
    assert (tmp_path / "soup.pdf").read_bytes() == report_as(report, "pdf").content


def test_another_ending_freezes_nothing(experiment: Experiment, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"written as \.pdf"):
        call_command("report", "soup", "--out", str(tmp_path / "soup.docx"))

    assert not Report.objects.exists()


def test_a_report_is_read_on_the_page_by_who_may_see_results(client: Client, report: Report) -> None:
    viewer, analyst = make_user("vic"), make_user("ana")
    report.experiment.study.memberships.create(user=viewer, role=Role.VIEWER)
    report.experiment.study.memberships.create(user=analyst, role=Role.ANALYST)
    path = f"/console/experiments/soup/reports/{report.uuid}"

    client.force_login(viewer)
    assert client.get(f"{path}.pdf").status_code == 403
    client.force_login(analyst)
    assert client.get(f"{path}.pdf")["Content-Type"] == "application/pdf"
    assert "“vivid” is better" in client.get(f"{path}.html").content.decode()
    assert client.get(f"{path}.docx").status_code == 404


def test_only_procedures_that_shared_something_are_cited() -> None:
    contrast = Contrast(ContrastKind.ARM, arm="vivid", control="plain")
    asked = tuple(Question(name, "score", DocumentRole.PRIMARY, contrast) for name in "ab")

    def cited(n: int) -> bool:
        plan = Plan(asked[:n], (Family("main", tuple("ab")[:n], Correction.HOLM),))
        return any("Holm" in each for each in citations(plan, ()))

    assert (cited(1), cited(2)) == (False, True)


def test_a_question_is_named_by_its_measures_title() -> None:
    assert (
        heading("wtp: “B” against “A”", "wtp", {"wtp": "Willingness to pay"}) == "Willingness to pay: “B” against “A”"
    )
    assert heading("Do they pay?", "wtp", {"wtp": "Willingness to pay"}) == "Do they pay?"
