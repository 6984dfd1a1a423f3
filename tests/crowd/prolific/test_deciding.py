"""What is decided in a review is so at Prolific, whose ledger is read."""

from __future__ import annotations

import pytest

from crowd.models import Payment, Submission
from crowd.reads.reviews import Ask
from crowd.reviewing.words import Decision
from crowd.standin.control_client import Control
from tests.crowd.prolific.house import house_at

pytestmark = pytest.mark.django_db
WHY = "Every answer was the same, on all ten pages, and the free texts were copied from one another word by word."


def test_one_is_approved_and_paid_and_another_rejected_with_its_category(standin: Control) -> None:
    house = house_at(standin, goal=2)
    posting = house.publish()
    for _ in range(2):
        house.visitor().work(posting.external_id)
    house.go_round()
    good, poor = Submission.objects.order_by("pk")

    house.decide(Ask(Decision.APPROVE, (good.uuid,)))
    house.decide(Ask(Decision.REJECT, (poor.uuid,), reason=WHY, category="LOW_EFFORT"))
    house.go_round()

    assert house.totals() == {"reward": "1.00", "reward fee": "0.43"}
    assert list(Submission.objects.order_by("pk").values_list("observed", flat=True)) == ["approved", "rejected"]
    assert list(Payment.objects.order_by("pk").values_list("state", flat=True)) == ["confirmed", "cancelled"]
    shown = {row["id"]: row for row in standin.ask("GET", "assignments")["assignments"]}
    assert (shown[poor.external_id]["category"], shown[poor.external_id]["message"]) == ("LOW_EFFORT", WHY)
