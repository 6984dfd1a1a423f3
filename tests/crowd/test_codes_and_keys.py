"""A completion code is somebody's own: another's is flagged. What follows from the secret key survives a new one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from crowd.codes import code_of, codes_of, is_code_of
from crowd.models import Campaign, Posting, Submission
from crowd.platforms.base import SubmissionSeen
from crowd.reads.exclusions import lists_of
from crowd.reads.reviews import listed, notes_of
from crowd.reconcile.words import SubmissionSight
from crowd.services.excluding import want_lists
from crowd.services.observing import observe_listed
from crowd.services.turning_keys import postings_of_old_keys, turn_link_claims, turn_list_names
from participants.models import Session
from tests.crowd.arriving import agree
from tests.crowd.factories import make_account, make_campaign, make_posting, make_submission
from tests.crowd.test_plain_link import link
from tests.participants.test_rotating import NEW, OLD
from tests.studies import enter_session, running

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def posting() -> Posting:
    return make_posting(make_campaign(running(target=40)), external_id="HIT1")


def done(posting: Posting, worker: str) -> Submission:
    """Somebody who completed here."""
    session = enter_session(posting.campaign.experiment)
    Session.objects.filter(pk=session.pk).update(status="completed", ended_at=NOW)
    ended: dict[str, object] = {"done_at": NOW, "outcome": "completed", "session": session}
    return make_submission(posting, worker=worker, **ended)


def handed_in(submission: Submission, worker: str, code: str) -> Submission:
    """The platform shows it with that code."""
    sight = SubmissionSight.SUBMITTED
    shown = SubmissionSeen(submission.external_id, "HIT1", worker, sight, code=code, submitted_at=NOW)
    observe_listed([submission.posting], [shown], now=NOW)
    submission.refresh_from_db()
    return submission


def test_their_own_code_says_nothing_against_anybody(posting: Posting) -> None:
    mine = done(posting, "A1")

    assert handed_in(mine, "A1", f" {code_of(mine).lower()}").code_standing == "own"
    assert notes_of(mine) == ()


def test_a_code_of_somebody_elses_is_flagged_and_left_to_a_person(posting: Posting) -> None:
    mine, other = done(posting, "A1"), done(posting, "A2")
    handed_in(mine, "A1", code_of(mine))

    handed_in(other, "A2", code_of(mine))

    assert other.code_standing == "anothers"
    assert notes_of(other) == ("Handed in with a completion code that somebody else was given.",)
    assert list(listed(posting.campaign, "passed")) == [mine]
    assert list(listed(posting.campaign, "look")) == [other]


def test_a_code_from_an_earlier_claim_of_theirs_is_their_own(posting: Posting) -> None:
    before = make_submission(posting, worker="A1", outcome="returned")
    mine = done(posting, "A1")

    assert handed_in(mine, "A1", code_of(before)).code_standing == "own"


def test_a_code_that_is_none_is_noted_and_their_work_still_counts(posting: Posting) -> None:
    mine = handed_in(done(posting, "A1"), "A1", "NOCODE")

    assert mine.code_standing == "strange"
    assert list(listed(posting.campaign, "passed")) == [mine]


@pytest.fixture
def new_key(settings: Settings) -> Callable[[], None]:
    """Begun under the old key; call it, and the new one is set."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []

    def change() -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]

    return change


def test_codes_that_a_platform_was_told_stay_and_those_on_peoples_pages_are_known(new_key: Callable[[], None]) -> None:
    posting = make_posting(make_campaign(account=make_account(platform="prolific")), external_id="64cc", desired="open")
    told, mine = codes_of(posting), make_submission(posting)
    shown = code_of(mine)

    new_key()

    assert codes_of(posting) == told
    assert is_code_of(mine, shown)
    assert code_of(mine) != shown
    assert postings_of_old_keys() == 1
    assert codes_of(make_posting(posting.campaign)) != told


def test_who_came_by_a_plain_link_comes_back_to_the_same_claim(new_key: Callable[[], None], settings: Settings) -> None:
    campaign = make_campaign(running(), make_account(platform="link", endpoint=""), terms={"reward": "0"})
    posting = make_posting(campaign, places=1, desired="open", observed="open")
    agree(Client(), link(posting, "4711"))

    new_key()
    assert Client().get(link(posting, "4711")).status_code == 302
    assert (turn_link_claims(), turn_link_claims()) == (1, 0)

    assert Client().get(link(posting, "4711")).status_code == 302
    assert (Submission.objects.count(), Session.objects.count()) == (1, 1)


def test_lists_at_the_platforms_are_found_again_and_not_made_twice(new_key: Callable[[], None]) -> None:
    campaign = make_campaign()
    (made,) = want_lists(campaign)
    made.external_id = "Q1"
    made.save()

    new_key()
    assert want_lists(campaign) == [made]
    assert (turn_list_names(), turn_list_names()) == (1, 0)

    assert want_lists(Campaign.objects.get()) == [made]
    assert lists_of(make_posting(campaign)) == ("Q1",)
