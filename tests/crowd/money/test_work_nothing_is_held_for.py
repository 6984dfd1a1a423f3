"""Work that came past our door is paid, but never silently above the budget: it waits till there is money for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from crowd.errors import BudgetExceeded
from crowd.models import Budget, Campaign, Posting, Review, Submission
from crowd.reads.differences import differences
from crowd.reads.reviews import Ask
from crowd.reviewing.words import Decision
from crowd.services.holds import hold_claim, hold_places
from crowd.services.judging import judge_ended
from crowd.services.payments import confirm_base
from crowd.services.review_rule import review_by_rule, switch_rule
from crowd.services.reviewing import Meant, checked_plan, review_work
from crowd.services.settling import settle_money
from experiments.models import Study
from participants.models import Session
from tests.crowd.factories import dollars, make_campaign, make_posting, make_submission
from tests.factories import make_user
from tests.studies import enter_session, running

pytestmark = pytest.mark.django_db
NOW = timezone.now()
EARLIER = NOW - timedelta(hours=1)


@pytest.fixture
def posting() -> Posting:
    """One place at 1.20, taken by somebody who works; the study has nothing else."""
    campaign = make_campaign(running())
    Study.objects.update(budget=dollars("1.20"))
    posting = make_posting(campaign, places=2, desired="open")
    hold_places(posting, 1, at=NOW)
    hold_claim(make_submission(posting, observed="active"), at=NOW)
    return posting


def stranger(posting: Posting, **columns: object) -> Submission:
    """Handed in there an hour ago, and nothing is held for them."""
    seen: dict[str, object] = {"observed": "submitted", "submitted_at": EARLIER, **columns}
    return make_submission(posting, **seen)  # type: ignore[arg-type]  # columns by name


def approve(campaign: Campaign, submission: Submission) -> Review:
    wanted = Ask(Decision.APPROVE, (submission.uuid,))
    plan = checked_plan(campaign, wanted, now=NOW)
    return review_work(campaign, wanted, Meant(plan.phrase, plan.sha256, make_user()), now=NOW)


def kinds() -> list[str]:
    return [line.difference.kind for line in differences(Campaign.objects.all(), NOW)]


def test_it_cannot_be_approved_while_the_budget_has_no_room(posting: Posting) -> None:
    late = stranger(posting)

    with pytest.raises(BudgetExceeded, match=r"1\.20 USD more, but 0\.00 of the budget"):
        approve(posting.campaign, late)

    assert not Review.objects.exists()
    assert set(Submission.objects.values_list("desired", flat=True)) == {"undecided"}
    assert Budget.objects.get().reserved == dollars("1.20")


def test_it_is_named_among_the_differences_till_somebody_raises_the_budget_and_is_paid_then(posting: Posting) -> None:
    late = stranger(posting, decide_before=NOW + timedelta(days=3))
    settle_money(now=NOW)
    assert "payment_uncovered" in kinds()

    Study.objects.update(budget=dollars("2.40"))
    settle_money(now=NOW)

    assert "payment_uncovered" not in kinds()
    approve(posting.campaign, late)
    Submission.objects.filter(pk=late.pk).update(observed="approved", decided_at=NOW)
    settle_money(now=NOW)
    settle_money(now=NOW)
    assert Budget.objects.get().spent == dollars("1.20")
    assert kinds() == []


def test_holding_for_it_again_and_again_holds_it_once(posting: Posting) -> None:
    Study.objects.update(budget=dollars("100.00"))
    stranger(posting, outcome="returned")

    for _ in range(3):
        settle_money(now=NOW)

    budget = Budget.objects.get()
    assert budget.reserved == dollars("2.40")
    assert budget.entries.count() < 8


def test_the_rule_approves_whose_pay_is_held_and_leaves_the_others(posting: Posting) -> None:
    switch_rule(posting.campaign, is_on=True, now=NOW)
    done: dict[str, object] = {"outcome": "completed", "done_at": NOW, "submitted_at": NOW, "observed": "submitted"}
    Submission.objects.update(session=finished(posting), **done)
    late = stranger(posting, **done, session=finished(posting))
    judge_ended(now=NOW)

    assert review_by_rule(now=NOW) == 1

    late.refresh_from_db()
    assert late.desired == "undecided"


def test_what_the_platform_paid_all_the_same_is_a_fact_and_said_aloud(posting: Posting) -> None:
    late = stranger(posting, done_at=NOW, outcome="completed")
    settle_money(now=NOW)
    Submission.objects.filter(pk=late.pk).update(observed="approved", decided_at=NOW)

    settle_money(now=NOW)
    confirm_base(late, at=NOW)

    (line,) = [each for each in differences(Campaign.objects.all(), NOW) if each.difference.kind.startswith("payment")]
    assert (line.difference.kind, line.difference.ours) == ("payment_over_budget", "1.20 USD over")


def finished(posting: Posting) -> Session:
    session = enter_session(posting.campaign.experiment)
    Session.objects.filter(pk=session.pk).update(status="completed", ended_at=NOW)
    return session
