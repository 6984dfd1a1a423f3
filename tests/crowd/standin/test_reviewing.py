"""Approving, rejecting and paying bonuses: what can be repeated, what is final, what it costs."""

from decimal import Decimal

import pytest
from botocore.exceptions import ClientError

from tests.crowd.running import AT_ONCE, RunningMTurk

DAY = 86_400


def test_an_approval_is_final_and_pays_once(mturk_standin: RunningMTurk) -> None:
    client, assignment = mturk_standin.client(), mturk_standin.work(mturk_standin.hit(), "A1")
    client.approve_assignment(AssignmentId=assignment, RequesterFeedback="Thank you")

    for again in (client.approve_assignment, client.reject_assignment):
        with pytest.raises(ClientError, match="called with a status of: Submitted"):
            again(AssignmentId=assignment, RequesterFeedback="x")

    assert mturk_standin.ledger()["totals"]["reward"] == "1.00"
    assert client.get_assignment(AssignmentId=assignment)["Assignment"]["RequesterFeedback"] == "Thank you"


def test_a_rejection_gives_the_money_back_and_can_be_overridden_for_30_days(mturk_standin: RunningMTurk) -> None:
    client = mturk_standin.client()
    hit = mturk_standin.hit(MaxAssignments=2)
    early, late = mturk_standin.work(hit, "A1"), mturk_standin.work(hit, "A2")
    for assignment in (early, late):
        client.reject_assignment(AssignmentId=assignment, RequesterFeedback="No answers")
    assert (mturk_standin.ledger()["held"], mturk_standin.ledger()["available"]) == ("0.00", "10000.00")

    client.approve_assignment(AssignmentId=early, OverrideRejection=True)
    mturk_standin.advance(30 * DAY + 1)

    with pytest.raises(ClientError, match="within 30 days"):
        client.approve_assignment(AssignmentId=late, OverrideRejection=True)
    assert mturk_standin.ledger()["totals"]["reward"] == "1.00"


def test_a_rejection_is_not_overridden_once_the_hit_is_deleted(mturk_standin: RunningMTurk) -> None:
    client, hit = mturk_standin.client(), mturk_standin.hit()
    assignment = mturk_standin.work(hit, "A1")
    client.reject_assignment(AssignmentId=assignment, RequesterFeedback="No answers")
    client.delete_hit(HITId=hit)

    with pytest.raises(ClientError, match="while the HIT exists"):
        client.approve_assignment(AssignmentId=assignment, OverrideRejection=True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"BonusAmount": "0.00"}, "below 0.01"),
        ({"WorkerId": "A2"}, "did not submit"),
        ({"Reason": " "}, "Reason: it is empty"),
        ({"BonusAmount": "9000.00"}, "insufficient funds"),
        ({"AssignmentId": "3NOBODYS"}, "does not exist"),
    ],
)
def test_a_bonus_that_breaks_a_rule_moves_nothing(
    mturk_standin: RunningMTurk, change: dict[str, str], sentence: str
) -> None:
    assignment = mturk_standin.work(mturk_standin.hit(), "A1")
    bonus = {"WorkerId": "A1", "AssignmentId": assignment, "BonusAmount": "0.50", "Reason": "r"}

    with pytest.raises(ClientError, match=sentence):
        mturk_standin.client().send_bonus(**{**bonus, **change}, UniqueRequestToken="t")

    assert "bonus" not in mturk_standin.ledger()["totals"]
    mturk_standin.client().send_bonus(**bonus, UniqueRequestToken="t")  # the token is still good


def test_a_token_pays_again_after_a_day(mturk_standin: RunningMTurk) -> None:
    client, assignment = mturk_standin.client(), mturk_standin.work(mturk_standin.hit(), "A1")
    for _ in range(2):
        client.send_bonus(
            WorkerId="A1", AssignmentId=assignment, BonusAmount="0.50", Reason="r", UniqueRequestToken="t"
        )
        mturk_standin.advance(DAY + 1)

    assert mturk_standin.ledger()["totals"]["bonus"] == "1.00"


def test_bonuses_are_listed_by_assignment_or_by_hit_with_their_reasons(mturk_standin: RunningMTurk) -> None:
    client, hit = mturk_standin.client(), mturk_standin.hit(MaxAssignments=2)
    for number, worker in enumerate(("A1", "A2"), start=1):
        assignment = mturk_standin.work(hit, worker)
        client.send_bonus(WorkerId=worker, AssignmentId=assignment, BonusAmount=f"0.0{number}", Reason=f"no. {number}")

    listed = client.list_bonus_payments(HITId=hit)["BonusPayments"]

    assert [(each["BonusAmount"], each["Reason"]) for each in listed] == [("0.01", "no. 1"), ("0.02", "no. 2")]
    assert client.list_bonus_payments(AssignmentId=assignment)["NumResults"] == 1
    with pytest.raises(ClientError, match="has to be given"):
        client.list_bonus_payments()


def test_money_is_conserved_whatever_happens(mturk_standin: RunningMTurk) -> None:
    client, hit = mturk_standin.client(), mturk_standin.hit(MaxAssignments=9, Reward="0.33")
    for number in range(8):
        assignment = mturk_standin.work(hit, f"A{number}")
        if number % 3 == 0:
            client.approve_assignment(AssignmentId=assignment)
        if number % 3 == 1:
            client.reject_assignment(AssignmentId=assignment, RequesterFeedback="x")
        client.send_bonus(WorkerId=f"A{number}", AssignmentId=assignment, BonusAmount="0.07", Reason="r")
    client.update_expiration_for_hit(HITId=hit, ExpireAt=AT_ONCE)

    ledger = mturk_standin.ledger()
    spent = sum((Decimal(each["amount"]) for each in ledger["entries"] if each["kind"] != "deposit"), Decimal(0))
    assert Decimal(ledger["available"]) + Decimal(ledger["held"]) + spent == 10_000
    assert Decimal(ledger["held"]) == 2 * Decimal("0.396")  # two wait for review
