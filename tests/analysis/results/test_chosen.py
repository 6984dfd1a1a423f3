"""Of any answers that somebody picks, so many are real at least."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from analysis.results.asking.chosen import Chosen, chosen_of
from analysis.results.services.analysing import analyse
from experiments.errors import Unknown
from experiments.models import Experiment, Role
from tests.analysis.results.conftest import measured
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SCORE, BOUGHT = "score: “vivid” against “plain”", "bought: “vivid” against “plain”"


def test_a_clear_effect_counts_and_one_without_an_answer_does_not(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 15, "vivid": [80, 78, 85] * 15})
    analysis = analyse(experiment)

    assert chosen_of(analysis, [SCORE]).at_least == 1
    assert chosen_of(analysis, [SCORE, BOUGHT]).at_least == 1
    assert chosen_of(analysis, [BOUGHT]).at_least == 0
    assert chosen_of(analysis, []).false_share == 0


def test_what_claims_nothing_cannot_be_chosen(experiment: Experiment) -> None:
    with pytest.raises(Unknown, match="no question that claims"):
        chosen_of(analyse(experiment), ["seconds: “vivid” against “plain”"])


@pytest.mark.parametrize(
    ("n", "at_least", "sentence"),
    [
        (0, 0, "Nothing is chosen."),
        (1, 0, "It may be that the one chosen is not real."),
        (3, 0, "Of the 3 chosen it may be that none is real."),
        (3, 1, "Of the 3 chosen at least 1 is real."),
        (3, 3, "Of the 3 chosen all are real."),
    ],
)
def test_it_is_said_in_words(n: int, at_least: int, sentence: str) -> None:
    assert Chosen(tuple(map(str, range(n))), at_least, 9, 0.05).sentence == sentence


def test_the_page_ticks_what_was_chosen(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 15, "vivid": [80, 78, 85] * 15})
    user = make_user("amara")
    experiment.study.memberships.create(user=user, role=Role.OWNER)
    client = Client()
    client.force_login(user)

    html = client.get(reverse("results:chosen", args=["soup"]), {"question": [SCORE, "nonsense"]}).content.decode()

    assert "The one chosen is real." in html
    assert html.count(" checked") == 1
