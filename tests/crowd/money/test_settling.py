"""Money follows what was seen: owed who is done, confirmed when approved, called off when rejected, freed when over."""

from __future__ import annotations

import pytest
from django.utils import timezone

from crowd.models import Budget, Campaign, Obligation, Payment, Posting, Submission
from crowd.reads.settling import done_and_not_owed
from crowd.reconcile.words import PostingWish
from crowd.services.holds import hold_claim, hold_places, settle_posting
from crowd.services.obligations import debt_to, owe
from crowd.services.settling import settle_money
from experiments.models import Event, Measure, Measurement
from tests.crowd.factories import dollars, make_campaign, make_posting, make_submission
from tests.studies import enter_session, running

pytestmark = pytest.mark.django_db
NOW = timezone.now()
FORMULA = "0.05 * rating"


def campaign(**terms: object) -> Campaign:
    return make_campaign(running(), terms={"worst_bonus": "0.50", "bonus": FORMULA, **terms})  # type: ignore[dict-item]


def done(campaign: Campaign, *, rating: float = 6, **columns: object) -> Submission:
    """Somebody who finished here, and for whom a place of the posting was held."""
    posting = campaign.postings.first() or _posted(campaign)
    session = enter_session(campaign.experiment)
    measure = Measure.objects.get(experiment=campaign.experiment, name="rating")
    Measurement.objects.create(
        experiment=campaign.experiment, unit=session.unit, measure=measure, value=rating, at=NOW, key=str(session.uuid)
    )
    ended: dict[str, object] = {"done_at": NOW, "outcome": "completed", "observed": "submitted", **columns}
    submission = make_submission(posting, worker="", session=session, accepted_at=NOW, **ended)
    hold_claim(submission, at=NOW)
    return submission


def _posted(campaign: Campaign) -> Posting:
    posting = make_posting(campaign, places=3, desired=PostingWish.OPEN)
    hold_places(posting, 3, at=NOW)
    return posting


def seen(submission: Submission, sight: str, **columns: object) -> None:
    Submission.objects.filter(pk=submission.pk).update(observed=sight, **columns)


def states() -> dict[str, str]:
    return dict(Payment.objects.values_list("obligation__kind", "state"))


def amounts() -> dict[str, str]:
    return {kind: str(amount) for kind, amount in Obligation.objects.values_list("kind", "amount")}


def spent() -> tuple[str, str]:
    budget = Budget.objects.get()
    return str(budget.reserved), str(budget.spent)


def sweep(times: int = 2) -> None:
    for _ in range(times):
        settle_money(now=NOW)


def test_who_is_done_is_owed_the_reward_and_a_bonus_by_the_formula() -> None:
    done(campaign())
    sweep()

    assert amounts() == {"base": "1.00", "bonus": "0.30"}
    assert states() == {"base": "planned", "bonus": "planned"}
    assert not done_and_not_owed().exists()


def test_a_bonus_is_never_more_than_was_planned_for_and_nothing_is_owed_for_nothing() -> None:
    one = campaign()
    done(one, rating=900)
    done(one, rating=0)
    sweep()

    assert sorted(map(str, Obligation.objects.filter(kind="bonus").values_list("amount", flat=True))) == ["0.50"]


def test_a_formula_that_fails_for_somebody_pays_their_reward_and_the_diary_says_why() -> None:
    done(campaign(bonus="1 / (rating - 6)"))
    sweep()

    assert amounts() == {"base": "1.00"}
    assert "divides by zero" in str(Event.objects.get(kind="obligation.not_computed").payload)


def test_an_approval_that_was_seen_pays_the_base_and_what_was_held_beyond_is_free() -> None:
    submission = done(campaign())
    settle_posting(submission.posting, at=NOW)
    seen(submission, "approved")
    sweep()

    assert states() == {"base": "confirmed", "bonus": "planned"}
    assert spent() == ("0.60", "1.20")


def test_who_was_approved_without_ever_coming_here_is_owed_and_paid_the_base() -> None:
    one = campaign()
    make_submission(_posted(one), observed="approved")
    sweep()

    assert states() == {"base": "confirmed"}
    assert spent() == ("4.20", "1.20")


def test_who_was_rejected_is_paid_nothing_and_nothing_is_held_for_them() -> None:
    submission = done(campaign())
    settle_posting(submission.posting, at=NOW)
    sweep()
    seen(submission, "rejected", desired="rejected")
    sweep()

    assert states() == {"base": "cancelled", "bonus": "cancelled"}
    assert spent() == ("0.00", "0.00")


def test_a_rejection_that_was_taken_back_pays_after_all() -> None:
    submission = done(campaign())
    sweep()
    seen(submission, "rejected", desired="rejected")
    sweep()
    seen(submission, "approved", desired="approved")
    sweep()

    assert states()["base"] == "confirmed"
    assert Budget.objects.get().spent == dollars("1.20")


def test_who_finished_and_lost_the_place_there_is_owed_a_compensation_instead() -> None:
    submission = done(campaign())
    sweep()
    seen(submission, "timed_out")
    sweep()

    assert states() == {"base": "cancelled", "bonus": "planned", "compensation": "planned"}
    assert amounts()["compensation"] == "1.00"


def test_who_finished_lost_the_place_and_handed_in_under_another_gets_the_base_alone() -> None:
    first = done(campaign())
    sweep()
    seen(first, "returned")
    second = make_submission(first.posting, session=first.session, observed="approved")
    Submission.objects.filter(pk=second.pk).update(participant=first.participant)
    sweep()

    assert states() == {"base": "confirmed", "bonus": "planned"}
    assert Obligation.objects.get(kind="base").submission == second


def test_what_has_no_place_goes_through_other_work_of_the_same_person() -> None:
    first = done(campaign())
    sweep()
    seen(first, "timed_out")
    sweep()
    other = make_submission(first.posting, observed="approved")
    elsewhere = make_posting(first.posting.campaign, purpose="compensate")
    Submission.objects.filter(pk=other.pk).update(participant=first.participant, posting=elsewhere)
    sweep()

    assert Obligation.objects.get(kind="compensation").submission == other


def test_only_where_the_terms_say_so_a_bonus_is_approved_by_rule_and_only_after_the_work() -> None:
    by_rule, by_hand = campaign(auto_approve=True), campaign()
    people = [done(by_rule), done(by_hand)]
    sweep()
    assert set(Payment.objects.values_list("state", flat=True)) == {"planned"}

    for each in people:
        seen(each, "approved")
    sweep()

    states_of = Payment.objects.filter(obligation__kind="bonus").values_list("obligation__campaign", "state")
    assert dict(states_of) == {by_rule.pk: "approved", by_hand.pk: "planned"}


def test_what_a_person_owes_besides_is_never_approved_by_rule() -> None:
    submission = done(campaign(auto_approve=True))
    owe(debt_to(submission, "bonus", dollars("0.20"), number=2), at=NOW)
    owe(debt_to(submission, "top_up", dollars("0.20")), at=NOW)
    seen(submission, "approved")
    sweep()

    assert Payment.objects.filter(state="planned").count() == 2


def test_a_place_that_was_given_up_is_held_for_the_next_again() -> None:
    submission = done(campaign(), done_at=None, outcome="returned", observed="returned")
    before = spent()
    sweep()

    assert spent() == before
    hold_claim(make_submission(submission.posting), at=NOW)
    assert spent() == before


def test_the_cents_of_a_posting_that_pays_a_compensation_leave_it_alone() -> None:
    first = done(campaign())
    sweep()
    seen(first, "timed_out")
    sweep()
    own = make_submission(make_posting(first.posting.campaign, purpose="compensate"), observed="approved")
    Submission.objects.filter(pk=own.pk).update(participant=first.participant)
    own.refresh_from_db()
    owe(debt_to(own, "base", dollars("0.01"), number=2), at=NOW)
    sweep()

    states_of = Payment.objects.values_list("obligation__kind", "obligation__number", "state")
    assert set(states_of) == {
        ("base", 1, "cancelled"),
        ("base", 2, "confirmed"),
        ("bonus", 1, "planned"),
        ("compensation", 1, "planned"),
    }
    assert Obligation.objects.get(kind="compensation").submission == own


def test_twenty_sweeps_change_nothing_that_one_has_settled() -> None:
    submission = done(campaign())
    seen(submission, "approved")
    sweep(1)
    before = (states(), spent(), Event.objects.count())
    sweep(20)

    assert (states(), spent(), Event.objects.count()) == before
