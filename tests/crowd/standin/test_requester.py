"""The real boto3 client publishes, sees work, approves and pays."""

from decimal import Decimal

import pytest
from botocore.exceptions import ClientError

from tests.crowd.running import KillableMTurk, RunningMTurk


def test_a_hit_is_worked_on_approved_and_paid_with_a_bonus(mturk_standin: RunningMTurk) -> None:
    client = mturk_standin.client()
    hit = mturk_standin.hit(MaxAssignments=2)

    assignment = mturk_standin.work(hit, "A1WORKER", code="X&Y")
    listed = client.list_assignments_for_hit(HITId=hit)["Assignments"]
    client.approve_assignment(AssignmentId=assignment)
    client.send_bonus(WorkerId="A1WORKER", AssignmentId=assignment, BonusAmount="0.50", Reason="Well done")

    assert [(each["AssignmentStatus"], each["WorkerId"]) for each in listed] == [("Submitted", "A1WORKER")]
    assert "<FreeText>X&amp;Y</FreeText>" in listed[0]["Answer"]
    totals = mturk_standin.ledger()["totals"]
    assert {kind: Decimal(sum_) for kind, sum_ in totals.items()} == {
        "deposit": 10000,
        "reward": 1,
        "reward fee": Decimal("0.20"),
        "bonus": Decimal("0.50"),
        "bonus fee": Decimal("0.10"),
    }


def test_a_second_bonus_with_the_same_token_is_refused_and_pays_nothing(mturk_standin: RunningMTurk) -> None:
    client, hit = mturk_standin.client(), mturk_standin.hit()
    assignment = mturk_standin.work(hit, "A1WORKER")
    bonus = {"WorkerId": "A1WORKER", "AssignmentId": assignment, "BonusAmount": "0.50", "Reason": "r"}
    client.send_bonus(**bonus, UniqueRequestToken="t")

    with pytest.raises(ClientError, match="already been processed"):
        client.send_bonus(**bonus, UniqueRequestToken="t")

    assert len(client.list_bonus_payments(AssignmentId=assignment)["BonusPayments"]) == 1


def test_what_was_acknowledged_is_there_after_kill_9(mturk_process_standin: KillableMTurk) -> None:
    hit = mturk_process_standin.hit(UniqueRequestToken="once")
    assignment = mturk_process_standin.work(hit, "A1WORKER")

    mturk_process_standin.kill()
    mturk_process_standin.start()

    client = mturk_process_standin.client()
    assert client.get_assignment(AssignmentId=assignment)["HIT"]["HITId"] == hit
    with pytest.raises(ClientError, match=hit):
        mturk_process_standin.hit(UniqueRequestToken="once")
