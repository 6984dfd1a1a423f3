"""What Prolific shows that it paid is set beside ours, by the work and the amount: it keeps no reasons."""

from __future__ import annotations

import httpx
import pytest

from crowd.models import LedgerCheck, Payment
from crowd.reads.money import report_of
from crowd.services.comparing import compare_with_platform
from tests.crowd.factories import dollars
from tests.crowd.prolific.house import House
from tests.crowd.prolific.test_paying import bonus, handed_in

pytestmark = pytest.mark.django_db


def compared(house: House) -> LedgerCheck:
    return compare_with_platform(house.campaign, at=house.now())


def test_what_both_have_is_no_difference(house: House) -> None:
    for submission in handed_in(house, 2):
        bonus(house, submission, 1)
    house.send()

    found = compared(house)
    assert (found.trouble, found.shown, found.shown_amount) == ("", 2, dollars("0.50"))
    assert (found.strange, found.missing) == (0, 0)


def test_what_somebody_paid_there_by_hand_is_strange_and_what_it_does_not_show_is_missing(house: House) -> None:
    submission = handed_in(house, 1)[0]
    bonus(house, submission, 1)
    house.send()
    pay_there(house, submission.posting.external_id, submission.external_id, "0.75")
    Payment.objects.update(state="confirmed")
    gone = bonus(house, submission, 2)
    Payment.objects.filter(pk=gone.pk).update(state="confirmed", sent_at=house.now())

    found = compared(house)
    assert (found.strange, found.strange_amount) == (1, dollars("0.75"))
    assert (found.missing, found.missing_amount) == (1, dollars("0.25"))
    assert not report_of(house.campaign).is_balanced


def pay_there(house: House, study: str, submission: str, amount: str) -> None:
    """In its own web application."""
    with httpx.Client(base_url=f"{house.theirs.url}/api/v1", headers={"Authorization": "Token stand-in"}) as site:
        lines = {"study_id": study, "csv_bonuses": f"{submission},{amount}"}
        batch = site.post("/submissions/bonus-payments/", json=lines).json()["id"]
        site.post(f"/bulk-bonus-payments/{batch}/pay/").raise_for_status()
