"""A campaign through Prolific, from publishing to paid: by URL parameters in, by a completion code out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crowd.codes import codes_of
from crowd.models import Budget, Campaign, Obligation, Payment, Posting, Submission
from crowd.reconcile.words import PaymentState, PostingSight, PostingWish, SubmissionSight
from crowd.services.excluding import keep_lists
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment
from crowd.services.pushing import push_lists
from participants.models import Session
from tests.crowd.factories import dollars
from tests.crowd.prolific.house import House
from tests.factories import make_experiment
from tests.studies import enter_session

pytestmark = pytest.mark.django_db


def bonus(house: House, submission: Submission, amount: str = "0.50", *, number: int = 1) -> Payment:
    """Owed and approved."""
    debt = debt_to(submission, Obligation.Kind.BONUS, dollars(amount), reason="Well done.", number=number)
    return approve_payment(owe(debt, at=house.now()).payment, by=None, at=house.now())


def test_from_publishing_to_paid_and_balanced(house: House) -> None:
    posting = house.publish()
    assert (posting.observed, posting.observed_places) == (PostingSight.OPEN, 3)

    for _ in range(3):
        assert "Your submission is in" in house.visitor().work(posting.external_id)
    house.go_round()
    rows = Submission.objects.all()
    assert {(row.observed, row.outcome, row.code) for row in rows} == {
        (SubmissionSight.SUBMITTED, "completed", codes_of(posting)["completed"])
    }
    assert all(row.decide_before and row.submitted_at for row in rows)

    house.approve()
    bonus(house, rows[0])
    house.go_round()
    house.go_round()

    assert house.totals() == {"reward": "3.00", "reward fee": "1.29", "bonus": "0.50", "bonus fee": "0.22"}
    assert set(Payment.objects.values_list("state", flat=True)) == {PaymentState.CONFIRMED}
    assert Budget.objects.get().spent == dollars("5.01")
    assert Session.objects.filter(status=Session.Status.COMPLETED, came_by="prolific").count() == 3


def test_a_lost_reply_of_publishing_makes_one_study(house: House) -> None:
    house.theirs.fault("CreateStudy", "drop", moment="after")
    house.publish()
    for _ in range(3):
        house.wait(60)
        house.go_round()

    assert Posting.objects.get().observed == PostingSight.OPEN
    assert house.calls("CreateStudy") == 1


def test_a_draft_whose_publishing_was_lost_is_published_once(house: House) -> None:
    for moment in ("before", "after"):
        house.theirs.fault("TransitionStudy", "drop", moment=moment)
    house.publish()
    for _ in range(4):
        house.wait(60)
        house.go_round()

    assert Posting.objects.get().observed == PostingSight.OPEN
    assert house.calls("CreateStudy") == 1


def test_who_timed_out_there_after_they_finished_here_is_paid_once(house: House) -> None:
    posting = house.publish()
    house.visitor().finish(posting.external_id)
    house.wait(2 * 3_600)
    for _ in range(4):
        house.go_round()
        house.wait(700)

    assert Submission.objects.get().observed == SubmissionSight.SUBMITTED
    house.approve()
    for _ in range(3):
        house.go_round()

    assert house.totals() == {"reward": "1.00", "reward fee": "0.43"}
    assert not Obligation.objects.filter(kind=Obligation.Kind.COMPENSATION).exists()


def test_who_finished_and_then_returned_it_is_paid_by_a_bonus_once(house: House) -> None:
    posting = house.publish()
    visitor = house.visitor()
    visitor.finish(posting.external_id)
    house.go_round()
    visitor.at("POST", "/submissions/return", id=Submission.objects.get().external_id)
    for _ in range(3):
        house.wait(700)
        house.go_round()
    owed = Obligation.objects.get(kind=Obligation.Kind.COMPENSATION)
    approve_payment(owed.payment, by=None, at=house.now())
    for _ in range(3):
        house.wait(3_600)
        house.go_round()

    assert house.totals() == {"bonus": "1.00", "bonus fee": "0.43"}


def test_who_returns_frees_the_place_and_may_come_again(house: House) -> None:
    posting = house.publish()
    visitor = house.visitor()
    visitor.come_in(visitor.take_part(posting.external_id))
    visitor.at("POST", "/submissions/return", id=Submission.objects.get().external_id)
    house.go_round()

    assert Submission.objects.get().observed == SubmissionSight.RETURNED
    assert "Your submission is in" in visitor.work(posting.external_id)
    house.go_round()

    assert Session.objects.count() == 1
    assert list(Submission.objects.order_by("pk").values_list("observed", flat=True)) == ["returned", "submitted"]


def test_a_study_is_paused_goes_on_and_is_stopped(house: House) -> None:
    posting = house.publish()
    seen = []
    for wish in (PostingWish.PAUSED, PostingWish.OPEN, PostingWish.CLOSED, PostingWish.GONE):
        Posting.objects.update(desired=wish)
        house.go_round()
        house.go_round()
        seen.append(Posting.objects.get().observed)

    assert seen == [PostingSight.PAUSED, PostingSight.OPEN, PostingSight.CLOSED, PostingSight.GONE]
    assert house.theirs.ledger()["held"] == "0.00"
    assert posting.external_id


def test_places_are_added_to_the_study_there_is(house: House) -> None:
    house.publish()
    Posting.objects.update(desired_places=5)
    house.go_round()

    assert Posting.objects.get().observed_places == 5
    assert house.calls("CreateStudy") == 1


def test_who_took_part_before_is_kept_out_by_a_participant_group(house: House) -> None:
    before, old, new = make_experiment(), house.visitor(), house.visitor()
    enter_session(before, platform="prolific", external_id=old.id)
    terms = {**house.campaign.terms, "exclude": [before.study.slug]}  # type: ignore[dict-item]  # an object
    Campaign.objects.filter(pk=house.campaign.pk).update(terms=terms)
    house.campaign.refresh_from_db()
    posting = house.publish()
    assert posting.external_id == ""  # nothing goes up before the platform knows whom it is to keep out

    keep_lists()
    push_lists(house.account, clock=house.now, rng=house.rng)
    house.go_round()
    posting.refresh_from_db()

    assert "not eligible" in old.at("POST", "/study/take-part", id=posting.external_id, participant=old.id)
    assert "Rate ten pictures" not in old.at("GET", "/")
    assert new.take_part(posting.external_id)


def test_what_nobody_decided_prolific_approves_and_we_see_it_paid(house: House) -> None:
    posting = house.publish()
    house.theirs.work(posting.external_id, house.visitor().id, code="CODE")
    house.go_round()
    house.wait(timedelta(days=21, hours=1).total_seconds())
    for _ in range(2):
        house.go_round()

    submission = Submission.objects.get()
    assert (submission.observed, submission.decided_at is not None) == (SubmissionSight.APPROVED, True)
    assert Payment.objects.get().state == PaymentState.CONFIRMED
