"""Pictures and papers over the API."""

from __future__ import annotations

import pytest

from experiments.models import Experiment
from tests.analysis.results.conftest import measured
from tests.api.conftest import Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
RESULTS = "/experiments/soup/results/"


@pytest.fixture
def measure(experiment: Experiment) -> str:
    """A measure that four units have."""
    name = str(experiment.measures.filter(kind="number").values_list("name", flat=True)[0])
    arms = list(experiment.arms.values_list("name", flat=True))
    measured(experiment, name, {arms[0]: [1, 2], arms[1]: [3, 4]})
    return name


def test_pictures_are_listed_and_each_comes_as_svg_or_png(api: Program, measure: str) -> None:
    keys = [each["key"] for each in api.get(f"{RESULTS}pictures/").json()["pictures"]]

    assert f"spread-{measure}" in keys
    assert api.get(f"{RESULTS}pictures/spread-{measure}/").content.startswith(b"<svg")
    assert api.get(f"{RESULTS}pictures/spread-{measure}/?form=png").content.startswith(b"\x89PNG")
    assert api.get(f"{RESULTS}pictures/nothing/").status_code == 404
    assert api.get(f"{RESULTS}pictures/spread-{measure}/?form=gif").status_code in (400, 422)


def test_a_frozen_report_comes_as_a_paper(api: Program, measure: str) -> None:
    report = api.post("/experiments/soup/reports/", {"title": "For the referees"}).json()["uuid"]

    paper = api.get(f"/experiments/soup/reports/{report}/file/")

    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert api.get(f"/experiments/soup/reports/{report}/file/?form=html").content.startswith(b"<!doctype html>")


def test_strangers_get_neither(stranger: Program, experiment: Experiment) -> None:
    assert stranger.get(f"{RESULTS}pictures/").status_code == 404
    assert stranger.get(f"{RESULTS}pictures/spread-score/").status_code == 404
