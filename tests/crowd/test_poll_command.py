"""Without Celery one command does all that the workers do, from the list of excluded people to the end of a session."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from crowd.models import Campaign, Posting, Submission
from crowd.reconcile.words import PostingWish
from participants.models import Session
from tests.crowd.factories import make_posting
from tests.crowd.pursuing.conftest import Site, site  # noqa: F401 (`site` is a fixture)
from tests.crowd.pursuing.test_compensating import fund, work
from tests.factories import make_experiment
from tests.studies import enter_session

pytestmark = pytest.mark.django_db


def test_once_tells_the_lists_posts_and_hears_how_it_ended(site: Site) -> None:  # noqa: F811
    fund(site)
    before = make_experiment()
    enter_session(before, platform="mturk", external_id="A1BEFORE")
    terms = {**site.campaign.terms, "exclude": [before.study.slug]}  # type: ignore[dict-item]  # terms are an object
    Campaign.objects.filter(pk=site.campaign.pk).update(terms=terms)
    make_posting(site.campaign, desired=PostingWish.OPEN)

    call_command("poll_crowd", "--once")
    posting = Posting.objects.get()
    with pytest.raises(RuntimeError):
        site.theirs.accept(posting.external_id, "A1BEFORE")
    work(site, posting, "A2NEW", hands_in=True)
    call_command("poll_crowd", "--once")

    submission = Submission.objects.get()
    assert (submission.outcome, submission.observed) == ("completed", "submitted")
    assert submission.done_at == Session.objects.get(came_by="mturk").ended_at
