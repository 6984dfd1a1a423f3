"""Nobody's work is approved or rejected but by a plan that a person confirmed, or a rule that a person switched on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from crowd.errors import NotConfirmed
from crowd.models import Campaign, Obligation, Payment, Review, ReviewLine, Submission
from crowd.reads.reviews import Ask, tallies_of
from crowd.reviewing.words import Decision
from crowd.services.judging import judge_ended
from crowd.services.obligations import debt_to, owe
from crowd.services.owing import owe_for_work
from crowd.services.review_rule import review_by_rule, switch_rule
from crowd.services.reviewing import Meant, agree, checked_plan, review_work, take_back
from experiments.errors import BadValue, IllegalTransition
from experiments.models import Event
from experiments.types import Json
from participants.models import Session, Trial
from tests.crowd.factories import dollars, make_account, make_campaign, make_posting, make_submission
from tests.factories import make_user
from tests.studies import enter_session, running

pytestmark = pytest.mark.django_db
NOW = timezone.now()
WHY = "Every answer was the same, on all ten pages."


def worked(campaign: Campaign, *, checks_failed: int = 0, **columns: object) -> Submission:
    """Somebody who completed here and handed in there."""
    session = enter_session(campaign.experiment)
    Session.objects.filter(pk=session.pk).update(status="completed", ended_at=NOW, checks_failed=checks_failed)
    if checks_failed:
        missed(session, checks_failed)
    session.refresh_from_db()
    posting = campaign.postings.first() or make_posting(campaign, observed="open")
    given: dict[str, object] = {"observed": "submitted", "outcome": "completed", "done_at": NOW, "submitted_at": NOW}
    return make_submission(posting, session=session, **{**given, **columns})  # type: ignore[arg-type]  # columns by name


def missed(session: Session, n: int) -> None:
    """So many pages on which the check was failed; one that the study does not declare is of comprehension."""
    for index in range(n):
        page: dict[str, object] = {"step": "check", "nonce": f"n{index}", "shown_at": NOW, "answered_at": NOW}
        Trial.objects.create(
            session=session, index=index, duration_ms=9000, checks={"noted": False}, client={"shown": 1}, **page
        )


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(running(target=40))


def ask(decision: Decision, *submissions: Submission, reason: str = WHY, show: str = "") -> Ask:
    return Ask(decision, tuple(each.uuid for each in submissions), show=show, reason=reason)


def decide(campaign: Campaign, wanted: Ask, typed: str = "", by: object = None) -> Review:
    plan = checked_plan(campaign, wanted, now=NOW)
    return review_work(campaign, wanted, Meant(typed or plan.phrase, plan.sha256, by or make_user()), now=NOW)  # type: ignore[arg-type]


def wishes() -> list[str]:
    return list(Submission.objects.order_by("pk").values_list("desired", flat=True))


def test_the_typed_total_approves_everybody_on_the_plan_and_keeps_who_did(campaign: Campaign) -> None:
    one, two = worked(campaign), worked(campaign)
    plan = checked_plan(campaign, ask(Decision.APPROVE, one, two), now=NOW)
    assert (str(plan.total), plan.phrase) == ("2.40", "2.40")

    by = make_user()
    review = decide(campaign, ask(Decision.APPROVE, one, two), "2.40", by)

    assert wishes() == ["approved", "approved"]
    assert (review.by, review.total, review.lines.count()) == (by, plan.total, 2)
    assert Event.objects.filter(kind="submission.decided").count() == 2


@pytest.mark.parametrize("typed", ["2.39", "approve 2", "yes", ""])
def test_another_amount_decides_nothing(campaign: Campaign, typed: str) -> None:
    one, two = worked(campaign), worked(campaign)
    wanted = ask(Decision.APPROVE, one, two)
    plan = checked_plan(campaign, wanted, now=NOW)

    with pytest.raises(NotConfirmed, match=r"2\.40"):
        review_work(campaign, wanted, Meant(typed, plan.sha256, make_user()), now=NOW)

    assert wishes() == ["undecided", "undecided"]
    assert not Review.objects.exists()


def test_who_came_after_the_plan_was_looked_at_is_not_approved_unseen(campaign: Campaign) -> None:
    worked(campaign)
    wanted = ask(Decision.APPROVE, show="passed")
    plan = checked_plan(campaign, wanted, now=NOW)
    worked(campaign)

    with pytest.raises(NotConfirmed, match="has changed"):
        review_work(campaign, wanted, Meant(plan.phrase, plan.sha256, make_user()), now=NOW)
    assert wishes() == ["undecided", "undecided"]


def test_the_second_click_finds_nobody_to_decide_about(campaign: Campaign) -> None:
    wanted = ask(Decision.APPROVE, worked(campaign))
    plan = checked_plan(campaign, wanted, now=NOW)
    meant = Meant(plan.phrase, plan.sha256, make_user())
    review_work(campaign, wanted, meant, now=NOW)

    with pytest.raises(NotConfirmed, match="nobody to approve"):
        review_work(campaign, wanted, meant, now=NOW)
    assert Review.objects.count() == 1


def test_a_rejection_takes_a_reason_its_word_and_the_number_of_people(campaign: Campaign) -> None:
    one = worked(campaign)
    owe_for_work(one, at=NOW)
    with pytest.raises(BadValue, match="reason"):
        checked_plan(campaign, ask(Decision.REJECT, one, reason=" "), now=NOW)
    with pytest.raises(NotConfirmed, match="reject 1"):
        decide(campaign, ask(Decision.REJECT, one), "0.00")
    assert wishes() == ["undecided"]

    review = decide(campaign, ask(Decision.REJECT, one), "reject 1")

    one.refresh_from_db()
    assert (one.desired, one.reason) == ("rejected", WHY)
    assert review.lines.get().until == one.submitted_at + timedelta(days=30)  # type: ignore[operator]


def test_prolific_wants_a_reason_of_a_hundred_characters() -> None:
    campaign = make_campaign(running(target=40), make_account(platform="prolific"))
    with pytest.raises(BadValue, match="100"):
        checked_plan(campaign, ask(Decision.REJECT, worked(campaign)), now=NOW)


LONG = "Every answer was the same, on all ten pages, and the free texts were copied from one another word by word."


@pytest.mark.parametrize(("category", "said"), [("", "none was named"), ("TOO_SHORT", "“TOO_SHORT” is none of them")])
def test_prolific_wants_one_of_its_categories(category: str, said: str) -> None:
    campaign = make_campaign(running(target=40), make_account(platform="prolific"))
    wanted = replace(ask(Decision.REJECT, worked(campaign), reason=LONG), category=category)
    with pytest.raises(BadValue, match=said) as refused:
        checked_plan(campaign, wanted, now=NOW)
    assert "LOW_EFFORT" in refused.value.hint


def test_the_category_is_part_of_what_is_confirmed_and_kept_with_the_work() -> None:
    campaign = make_campaign(running(target=40), make_account(platform="prolific"))
    one = worked(campaign)
    wanted = replace(ask(Decision.REJECT, one, reason=LONG), category="LOW_EFFORT")
    plan = checked_plan(campaign, wanted, now=NOW)
    other = replace(wanted, category="NO_DATA")
    with pytest.raises(NotConfirmed, match="has changed"):
        review_work(campaign, other, Meant(plan.phrase, plan.sha256, make_user()), now=NOW)
    assert wishes() == ["undecided"]

    review = decide(campaign, wanted)
    one.refresh_from_db()
    assert (review.category, one.category) == ("LOW_EFFORT", "LOW_EFFORT")


def test_a_rejection_is_taken_back_within_the_platforms_window_only(campaign: Campaign) -> None:
    long_ago = NOW - timedelta(days=31)
    fresh = worked(campaign, observed="rejected", desired="rejected")
    late = worked(campaign, observed="rejected", desired="rejected", submitted_at=long_ago)
    plan = checked_plan(campaign, ask(Decision.OVERRIDE, fresh, late), now=NOW)

    assert [line.pk for line in plan.lines] == [fresh.pk]
    assert "could be taken back until" in plan.left_out[0].why_not
    decide(campaign, ask(Decision.OVERRIDE, fresh))
    assert wishes() == ["approved", "rejected"]


def test_a_soft_reject_is_paid_and_not_used_and_can_be_used_again(campaign: Campaign) -> None:
    paid, waiting = worked(campaign, observed="approved"), worked(campaign)
    plan = checked_plan(campaign, ask(Decision.SOFT_REJECT, paid, waiting), now=NOW)
    assert str(plan.total) == "1.20"

    decide(campaign, ask(Decision.SOFT_REJECT, paid, waiting))
    assert set(Submission.objects.values_list("is_used", flat=True)) == {False}
    assert wishes() == ["undecided", "approved"]
    assert not Submission.objects.filter(reason=WHY).exists()

    decide(campaign, ask(Decision.USE, paid), "use 1")
    paid.refresh_from_db()
    assert paid.is_used


def test_what_is_on_its_way_is_not_decided_again_and_what_was_refused_is(campaign: Campaign) -> None:
    on_its_way = worked(campaign, desired="rejected")
    refused = worked(campaign, desired="rejected", refused="rejected", trouble="The reason is too short.")
    plan = checked_plan(campaign, ask(Decision.APPROVE, on_its_way, refused), now=NOW)

    assert [line.pk for line in plan.lines] == [refused.pk]
    decide(campaign, ask(Decision.APPROVE, refused))
    refused.refresh_from_db()
    assert (refused.desired, refused.refused, refused.trouble) == ("approved", "", "")


def test_where_rejections_need_two_the_first_one_alone_rejects_nobody() -> None:
    campaign = make_campaign(running(target=40), terms={"four_eyes": True})
    one, first, second = worked(campaign), make_user(), make_user()
    review = decide(campaign, ask(Decision.REJECT, one), by=first)

    assert (review.status, wishes()) == ("proposed", ["undecided"])
    with pytest.raises(IllegalTransition, match="proposed it"):
        agree(review, by=first, now=NOW)
    assert wishes() == ["undecided"]

    assert agree(review, by=second, now=NOW).second_by == second
    agree(review, by=second, now=NOW)
    assert wishes() == ["rejected"]


def test_nobody_in_particular_proposes_a_rejection() -> None:
    campaign = make_campaign(running(target=40), terms={"four_eyes": True})
    wanted = ask(Decision.REJECT, worked(campaign))
    plan = checked_plan(campaign, wanted, now=NOW)

    with pytest.raises(NotConfirmed, match="two people"):
        review_work(campaign, wanted, Meant(plan.phrase, plan.sha256, None), now=NOW)
    assert not Review.objects.exists()


def test_a_proposal_that_is_taken_back_comes_to_nothing() -> None:
    campaign = make_campaign(running(target=40), terms={"four_eyes": True})
    one = worked(campaign)
    review = take_back(decide(campaign, ask(Decision.REJECT, one)), now=NOW)

    with pytest.raises(IllegalTransition):
        agree(review, by=make_user(), now=NOW)
    assert wishes() == ["undecided"]


def test_no_rule_approves_anybody_before_a_person_switched_it_on(campaign: Campaign) -> None:
    worked(campaign)
    assert review_by_rule(now=NOW) == 0

    switch_rule(campaign, is_on=True, now=NOW)
    judge_ended(now=NOW)
    assert review_by_rule(now=NOW) == 1
    assert review_by_rule(now=NOW) == 0
    assert (Review.objects.get().rule, Review.objects.get().by) == ("completed, checks passed", None)


def test_the_rule_of_the_confirmed_terms_leaves_out_who_missed_a_check() -> None:
    campaign = make_campaign(running(target=40), terms={"auto_approve": True})
    good, missed_three = worked(campaign), worked(campaign, checks_failed=3)
    handed_in_only = worked(campaign, outcome="", done_at=None)
    judge_ended(now=NOW)

    assert review_by_rule(now=NOW) == 1
    good.refresh_from_db()
    assert good.desired == "approved"
    assert set(Submission.objects.filter(pk__in=(missed_three.pk, handed_in_only.pk)).values_list("desired")) == {
        ("undecided",)
    }
    assert {each.name: each.n for each in tallies_of(campaign)}["look"] == 2


@pytest.mark.parametrize(
    ("kind", "quality", "approved"),
    [
        ("attention", {}, 0),
        ("attention", {"attention": 2}, 1),
        ("comprehension", {}, 1),
        ("comprehension", {"comprehension": 1}, 0),
    ],
)
def test_attention_and_comprehension_are_counted_apart(kind: str, quality: dict[str, Json], approved: int) -> None:
    """Whoever read the instructions twice has understood them; whoever missed an attention check has not looked."""
    check: Json = {"kind": "number", "name": "noted", "check": kind, "correct": 7, "props": {"label": "Type 7."}}
    steps: list[Json] = [{"name": "check", "title": "Check", "components": [check]}]
    campaign = make_campaign(running(steps=steps), terms={"auto_approve": True, "quality": quality})
    worked(campaign, checks_failed=1)
    judge_ended(now=NOW)

    assert review_by_rule(now=NOW) == approved


def test_switched_off_it_approves_nobody_more() -> None:
    campaign = make_campaign(running(target=40), terms={"auto_approve": True})
    worked(campaign)
    switch_rule(campaign, is_on=False, now=NOW)

    assert review_by_rule(now=NOW) == 0
    assert not ReviewLine.objects.exists()
    assert not Obligation.objects.exists()


@pytest.mark.parametrize(("sent_at", "said"), [(None, "only one of the two"), (NOW, "pays them twice")])
def test_a_plan_says_where_a_compensation_was_meant_to_pay_the_same_work(
    campaign: Campaign, sent_at: datetime | None, said: str
) -> None:
    one, other = worked(campaign), worked(campaign)
    debt = debt_to(one, Obligation.Kind.COMPENSATION, dollars("1.00"))
    Payment.objects.filter(pk=owe(debt, at=NOW).payment.pk).update(sent_at=sent_at)

    first, second = checked_plan(campaign, ask(Decision.APPROVE, one, other), now=NOW).lines
    assert said in " ".join(first.notes)
    assert "compensation" not in " ".join(second.notes)
