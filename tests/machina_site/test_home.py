"""The front page and the console's overview."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from bandits.services.deciding import Asked, decide_many
from bandits.services.summaries import summarise
from experiments.services.lifecycle import start_experiment
from tests.factories import make_experiment, make_session, make_user
from tests.learners import make_learner
from tests.machina_site.test_learning_panel import live

pytestmark = pytest.mark.django_db


def test_the_front_page_names_open_studies_only(client: Client) -> None:
    make_experiment(title="Open to all")
    make_experiment(title="Still secret", status="draft")

    page = client.get("/").content.decode()

    assert "Open to all" in page
    assert "Still secret" not in page


def test_an_installation_need_not_list_its_studies(client: Client) -> None:
    make_experiment(title="By invitation")

    with override_settings(LIST_OPEN_STUDIES=False):
        page = client.get("/").content.decode()

    assert "By invitation" not in page
    assert "Open studies" not in page


def test_the_overview_shows_progress_of_ones_own_experiments(client: Client) -> None:
    experiment, foreign = make_experiment(title="Mine"), make_experiment(title="Theirs")
    make_session(experiment, pages=None)
    make_session(foreign, pages=None)
    user = make_user()
    experiment.study.memberships.create(user=user, role="viewer")
    client.force_login(user)

    answer = client.get(reverse("admin:index"))

    (card,) = answer.context["cards"]
    assert (card.experiment, card.completes, card.entered_today) == (experiment, 1, 1)
    assert "Theirs" not in answer.content.decode()


def test_the_overview_shows_what_visitors_get(client: Client) -> None:
    learner = make_learner()
    live(learner)
    client.force_login(make_user(is_superuser=True))

    answer = client.get(reverse("admin:index"))

    (card,) = answer.context["cards"]
    assert card.glance.decisions == 30
    assert sum(card.glance.shares.values()) == pytest.approx(1)
    assert ", lately mostly" in answer.content.decode()
    assert "completed" not in answer.content.decode()


def test_the_console_does_not_mix_languages(client: Client) -> None:
    client.force_login(make_user(is_superuser=True))

    page = client.get(reverse("admin:auth_user_changelist"), headers={"accept-language": "ar"}).content.decode()

    assert '<html lang="en" dir="ltr"' in page
    assert "Username" in page


def test_an_empty_overview_says_how_to_begin(client: Client) -> None:
    client.force_login(make_user())

    page = client.get(reverse("admin:index")).content.decode()

    assert reverse("admin:experiments_study_import") in page
    assert reverse("admin:experiments_study_add") in page


def test_visitors_of_a_bandit_are_counted_by_decisions_and_no_target_is_shown(client: Client) -> None:
    client.force_login(make_user(is_superuser=True))
    idle = make_learner(slug="idle")
    rehearsed = make_learner(slug="rehearsed", status="rehearsal")
    decide_many(rehearsed, [Asked()] * 4, now=timezone.now())
    summarise(rehearsed, now=timezone.now())

    overview = text(client, reverse("admin:index"))
    assert "0 decisions and 0 rewards" in overview
    assert "4 decisions and 0 rewards in the rehearsal" in overview
    assert "completed" not in overview

    listed = client.get(reverse("admin:experiments_experiment_changelist")).content.decode()
    assert "100" not in strip_tags(listed[listed.index("<tbody") : listed.rindex("</tbody")]).split()
    page = client.get(reverse("admin:experiments_experiment_change", args=[idle.pk])).content.decode()
    assert 'name="target"' not in page
    assert 'name="seed"' in page
    start_experiment(rehearsed)
    page = text(client, reverse("admin:experiments_experiment_change", args=[rehearsed.pk]))
    assert "0 decisions and 0 rewards ; 4 in rehearsals" in page.replace("rewards;", "rewards ;")


def text(client: Client, address: str) -> str:
    """Its words."""
    return " ".join(strip_tags(client.get(address).content.decode()).split())
