"""One posting that the platform says no to keeps nobody on the others unread, and nobody asks again in a hurry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crowd.models import Posting, Submission
from tests.crowd.factories import make_posting, make_submission
from tests.crowd.pursuing.conftest import Site

pytestmark = pytest.mark.django_db
NEVER = "3" + "X" * 29


def up(site: Site, external_id: str) -> Posting:
    """As we have it; the platform does not."""
    return make_posting(site.campaign, external_id=external_id, desired="open", observed="open", look_at=site.now())


@pytest.mark.parametrize("external_id", [NEVER, "no id of theirs"])
def test_a_posting_that_the_platform_never_had_keeps_nobody_on_the_others_unread(site: Site, external_id: str) -> None:
    lost, other = up(site, external_id), site.posting()
    site.theirs.work(other.external_id, "A1WORKER")

    site.poll()

    assert Submission.objects.get().posting == other
    lost.refresh_from_db()
    assert lost.look_at is None or lost.look_at > site.now()
    site.account.refresh_from_db()
    assert site.account.poll_due is not None
    assert site.account.poll_due > site.now()
    assert not site.account.trouble


def test_whoever_finished_on_a_posting_that_is_not_there_any_more_has_lost_their_place_and_is_seen_to(
    site: Site,
) -> None:
    lost = up(site, NEVER)
    claim = make_submission(lost, accepted_at=site.now() - timedelta(hours=3), done_at=site.now())

    site.poll()

    claim.refresh_from_db()
    assert claim.observed == "timed_out"
