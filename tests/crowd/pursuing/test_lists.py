"""Who may not come is told to the platform before a posting goes up, and kept up to date."""

from __future__ import annotations

import pytest
from django.utils import timezone

from crowd.models import Campaign, ExclusionMember, ExclusionSet, Posting, Submission
from crowd.reconcile.words import PostingSight, PostingWish
from crowd.services.excluding import keep_lists
from crowd.services.pushing import accounts_with_lists, push_lists
from participants.identity import external_ids_of
from participants.models import VaultEntry
from tests.crowd.factories import make_posting, make_submission
from tests.crowd.pursuing.conftest import Site
from tests.factories import make_experiment
from tests.studies import enter_session

pytestmark = pytest.mark.django_db


def push(site: Site) -> int:
    site.account.refresh_from_db()
    return push_lists(site.account, clock=site.now, rng=site.rng)


def excluding(site: Site) -> Posting:
    """A posting that people of another study, of which there are two, may not see."""
    before = make_experiment()
    for worker in ("A1BEFORE", "A2BEFORE"):
        enter_session(before, platform="mturk", external_id=worker)
    terms = {**site.campaign.terms, "exclude": [before.study.slug]}  # type: ignore[dict-item]  # terms are an object
    Campaign.objects.filter(pk=site.campaign.pk).update(terms=terms)
    site.campaign.refresh_from_db()
    return make_posting(site.campaign, desired=PostingWish.OPEN)


def test_nothing_goes_up_before_the_platform_knows_who_may_not_come(site: Site) -> None:
    posting = excluding(site)
    site.carry_out()
    posting.refresh_from_db()
    assert posting.external_id == ""

    keep_lists()
    assert accounts_with_lists(site.now()) == [site.account.pk]
    push(site)
    site.carry_out()

    posting.refresh_from_db()
    assert posting.observed == PostingSight.OPEN


def test_who_is_on_the_list_cannot_accept_and_others_can(site: Site) -> None:
    posting = excluding(site)
    keep_lists()
    push(site)
    site.carry_out()
    posting.refresh_from_db()

    with pytest.raises(RuntimeError):
        site.theirs.accept(posting.external_id, "A1BEFORE")
    assert site.theirs.accept(posting.external_id, "A3NEW")


def test_doing_it_again_asks_the_platform_nothing(site: Site) -> None:
    excluding(site)
    keep_lists()
    assert push(site) == 4
    calls = site.calls("AssociateQualificationWithWorker")

    assert keep_lists() == 0
    assert push(site) == 0
    assert (calls, site.calls("AssociateQualificationWithWorker")) == (2, 2)


def test_who_joins_later_is_pushed_later(site: Site) -> None:
    posting = site.posting()
    make_submission(posting, worker="A1DONE", submitted_at=timezone.now())

    keep_lists()
    push(site)

    member = ExclusionMember.objects.get()
    assert (member.set.scope, member.observed) == (ExclusionSet.Scope.FINISHED, True)


def test_who_has_not_handed_in_may_come_again(site: Site) -> None:
    make_submission(site.posting(), worker="A1OPEN")

    keep_lists()

    assert not ExclusionMember.objects.exists()


def test_who_was_erased_is_passed_over_and_keeps_nobody_else_out(site: Site) -> None:
    excluding(site)
    keep_lists()
    erased = ExclusionMember.objects.earliest("pk")
    VaultEntry.objects.filter(participant=erased.participant).delete()

    push(site)

    assert list(ExclusionMember.objects.order_by("pk").values_list("observed", flat=True)) == [False, True]
    assert accounts_with_lists(site.now()) == []
    assert len(external_ids_of(list(Submission.objects.values_list("participant", flat=True)))) == 0
