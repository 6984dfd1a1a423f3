"""The page of results: words first, numbers behind them, pictures that come by themselves, files to take away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.results.passages import READERS, Stage, register
from analysis.results.services.folding import fold
from experiments.models import Experiment, Role
from experiments.types import Json
from tests.analysis.results.conftest import assigned, measure, measured
from tests.factories import make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db
PAGE = "/console/experiments/soup/results/"
FAR_APART: dict[str, Sequence[Json]] = {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8}


@pytest.fixture
def analyst(client: Client, experiment: Experiment) -> Client:
    user = make_user("ana")
    experiment.study.memberships.create(user=user, role=Role.ANALYST)
    client.force_login(user)
    return client


def words(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content[:400]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_the_answer_comes_first_in_words_and_its_numbers_one_click_away(
    analyst: Client, experiment: Experiment
) -> None:
    measured(experiment, "score", FAR_APART)

    page = words(analyst)

    assert page.index("In plain words") < page.index("“vivid” is better") < page.index("The numbers")
    assert "Holds however often you look, and whenever you stop." in page
    assert "For one look, planned beforehand" in page
    assert "Waudby-Smith" in page


def test_what_speaks_against_the_record_comes_to_the_page(analyst: Client, experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20] * 60, "vivid": [21] * 8})

    page = analyst.get(f"{PAGE}trusted/").content.decode()

    assert f"{PAGE}trusted/" in analyst.get(PAGE).content.decode()
    assert 'role="alert"' in page
    assert "Shares of the arms" in page


def test_guardrails_stand_apart_from_what_is_claimed(analyst: Client, experiment: Experiment) -> None:
    measured(experiment, "seconds", FAR_APART)

    page = words(analyst)

    assert page.index("What it was made to find out") < page.index("What must not get worse") < page.index("Explored")


def test_without_units_the_page_says_what_waits_for_them(analyst: Client) -> None:
    page = words(analyst)

    assert "Nobody has been given an arm yet" in page
    assert "questions wait for units" in page


def test_a_rehearsal_is_shown_and_never_mixed_with_real_units(analyst: Client, experiment: Experiment) -> None:
    for unit in assigned(experiment, *["plain", "vivid"] * 4, is_rehearsal=True):
        measure(experiment, unit, "score", 50)

    assert "Nobody has been given an arm yet" in words(analyst)
    assert "These units are not real" in words(analyst, f"{PAGE}?rehearsal=1")


def test_pictures_of_a_measure_come_by_themselves_and_again_when_there_is_more(
    analyst: Client, experiment: Experiment
) -> None:
    measured(experiment, "score", FAR_APART)
    fold(experiment, now=timezone.now())
    answer = analyst.get(f"{PAGE}figures/score/")
    source = answer.content.decode()
    again = re.search(r'hx-get="([^"]+)"', source)

    assert source.count("<svg") == 3
    assert "over time" in source
    assert "score: how it is spread" in source
    assert again
    assert analyst.get(unescape(again[1])).status_code == 204
    measured(experiment, "score", {"plain": [90]})
    fold(experiment, now=timezone.now())
    assert analyst.get(unescape(again[1])).status_code == 200
    assert analyst.get(f"{PAGE}figures/nothing/").status_code == 404


def test_the_page_moves_only_when_something_was_counted(analyst: Client, experiment: Experiment) -> None:
    measured(experiment, "score", FAR_APART)
    fold(experiment, now=timezone.now())
    again = re.search(r'id="answers"[^>]* hx-get="([^"]+)"', analyst.get(PAGE).content.decode())

    assert again
    assert analyst.get(unescape(again[1])).status_code == 204
    measured(experiment, "score", {"plain": [90]})
    fold(experiment, now=timezone.now())
    assert "49 units" in words(analyst, unescape(again[1]))


def test_primary_answers_can_be_seen_in_groups(analyst: Client, experiment: Experiment) -> None:
    for place, age in enumerate(("young", "old")):
        for unit in assigned(experiment, *["plain", "vivid"] * 10, age=age):
            measure(experiment, unit, "score", 40 + 10 * place)

    page = words(analyst, f"{PAGE}slices/?by=age")

    assert "age old (n = 20)" in page
    assert "all intervals hold together" in page
    assert "choose an attribute" in words(analyst, f"{PAGE}slices/?by=nothing")


def test_rooms_above_say_how_far_their_units_got(analyst: Client, experiment: Experiment) -> None:
    measured(experiment, "score", FAR_APART)
    before = READERS["participant"]
    register("participant", lambda _experiment, _is_rehearsal: [Stage("Saw the door", 60)])
    try:
        page = words(analyst)
    finally:
        register("participant", before)

    assert page.index("Saw the door 60") < page.index("Given an arm 48") < page.index("Measured 48")


@pytest.mark.parametrize(
    ("path", "begins"),
    [
        ("table.csv", b"question,measure"),
        ("table.tex", b"% \\usepackage{booktabs}"),
        ("pictures/comparisons-score.svg", b"<svg"),
        ("pictures/spread-score.png", b"\x89PNG"),
    ],
)
def test_tables_and_pictures_can_be_taken_away(
    analyst: Client, experiment: Experiment, path: str, begins: bytes
) -> None:
    measured(experiment, "score", FAR_APART)

    answer = analyst.get(PAGE + path)

    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("path", ["table.exe", "pictures/spread-score.gif", "pictures/nothing.svg"])
def test_what_is_not_there_is_said(analyst: Client, path: str) -> None:
    assert "There is" in words_of_refusal(analyst, PAGE + path) or "come as" in words_of_refusal(analyst, PAGE + path)


def words_of_refusal(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 404
    return answer.content.decode()


def test_names_cannot_smuggle_markup_into_pictures(analyst: Client, experiment: Experiment) -> None:
    measured(experiment, "score", FAR_APART)
    experiment.measures.filter(name="score").update(title="<script>alert(1)</script>")

    assert "<script>alert(1)" not in analyst.get(PAGE).content.decode()
    assert "<script>alert(1)" not in analyst.get(f"{PAGE}figures/score/").content.decode()


def test_strangers_see_nothing_of_it(client: Client, experiment: Experiment) -> None:
    client.force_login(make_user("foreign"))
    for path in ("", "live/", "figures/score/", "slices/", "trusted/", "table.csv", "pictures/spread-score.svg"):
        assert client.get(PAGE + path).status_code == 404


def test_the_page_asks_as_much_as_was_agreed(analyst: Client, experiment: Experiment) -> None:
    measured(experiment, "score", FAR_APART)
    fold(experiment, now=timezone.now())
    analyst.get(PAGE)

    with CaptureQueriesContext(connection) as queries:
        analyst.get(PAGE)
    assert len(queries) == reviewed("console:results")
    with CaptureQueriesContext(connection) as queries:
        analyst.get(f"{PAGE}figures/score/")
    assert len(queries) == reviewed("console:results, figures")


def test_a_study_shows_what_each_of_its_experiments_found(analyst: Client, experiment: Experiment) -> None:
    measured(experiment, "score", FAR_APART)
    page = f"/console/studies/{experiment.study.slug}/results/"

    assert experiment.title in words(analyst, page)
    assert "nothing holds the errors of all of them together yet" in words(analyst, page)
    assert "“vivid” is better" in words(analyst, f"{PAGE}headlines/")
    analyst.force_login(make_user("foreign"))
    assert analyst.get(page).status_code == 404
