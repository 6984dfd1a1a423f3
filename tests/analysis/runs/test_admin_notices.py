"""Hooks in the console: what was given up is seen with its reason, and told again by those who may."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from analysis.runs.models import Notice
from experiments.models import Role
from tests.analysis.runs.rows import make_batch
from tests.analysis.runs.test_admin import signed_in
from tests.factories import make_study, make_user

pytestmark = pytest.mark.django_db
LIST = "admin:runs_notice_changelist"


@pytest.fixture
def notice() -> Notice:
    """One that nobody could be told, in Rosa's study."""
    study = make_study("park", members={make_user("rosa"): Role.RESEARCHER, make_user("vera"): Role.VIEWER})
    experiment = study.experiments.create(slug="walks", title="Walks", unit_kind="run")
    return Notice.objects.create(
        batch=make_batch(experiment),
        occasion="batch_failed",
        about="batch_failed:1",
        kind="webhook",
        target="https://example.org/hook",
        status=Notice.Status.FAILED,
        tries=8,
        due=timezone.now(),
        created_at=timezone.now(),
        error="example.org answers <500>.",
    )


def test_what_was_given_up_shows_why(notice: Notice) -> None:
    client = signed_in("rosa")

    assert "Given up" in client.get(reverse(LIST)).content.decode()
    page = client.get(reverse("admin:runs_notice_change", args=[notice.pk])).content.decode()
    assert "answers &lt;500&gt;" in page


def test_it_is_told_again_by_those_who_may(notice: Notice) -> None:
    body = {"action": "tell_selected_again", "_selected_action": [notice.pk]}

    told = signed_in("rosa").post(reverse(LIST), body, follow=True).content.decode()

    notice.refresh_from_db()
    assert "is told again" in told
    assert (notice.status, notice.tries) == (Notice.Status.OWED, 0)


def test_addresses_are_not_shown_to_viewers(notice: Notice) -> None:
    assert "example.org" not in signed_in("vera").get(reverse(LIST)).content.decode()
