"""However many come at once: what is held and spent never exceeds the budget, and what is said twice is booked once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from crowd.errors import BudgetExceeded
from crowd.models import Budget, Obligation, Payment
from crowd.reconcile.words import PaymentState
from crowd.services.budgets import budget_of
from crowd.services.campaigns import lock
from crowd.services.holds import hold_claim
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment, confirm_payment
from tests.crowd.factories import dollars, make_campaign, make_posting, make_submission
from tests.factories import make_experiment, make_study

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 16
NOW = timezone.now()


def all_at_once(deeds: Sequence[Callable[[], object]]) -> list[bool]:
    """Each in a thread and a connection of its own, begun together; whether it was done rather than refused."""
    start = Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> bool:
        start.wait()
        try:
            deed()
        except BudgetExceeded:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def test_sixteen_who_accept_at_the_last_cent() -> None:
    """Five places at 1.20 fit into 6.59; the sixth is 61 cents short."""
    posting = make_posting(make_campaign(make_experiment(make_study(budget=dollars("6.59")))), places=AT_ONCE)
    submissions = [make_submission(posting) for _ in range(AT_ONCE)]

    done = all_at_once([lambda each=each: hold_claim(each, at=NOW) for each in submissions])  # type: ignore[misc]

    budget = Budget.objects.get()
    assert sum(done) == 5
    assert (budget.reserved, budget.spent) == (dollars("6.00"), dollars("0.00"))


def test_one_bonus_owed_approved_and_confirmed_by_sixteen_is_one() -> None:
    submission = make_submission(make_posting(make_campaign(make_experiment(make_study(budget=dollars("0.60"))))))

    def pay() -> None:
        payment = owe(debt_to(submission, Obligation.Kind.BONUS, dollars("0.50")), at=NOW).payment
        confirm_payment(approve_payment(payment, by=None, at=NOW), at=NOW)

    assert all(all_at_once([pay] * AT_ONCE))

    budget = Budget.objects.get()
    assert Payment.objects.get().state == PaymentState.CONFIRMED
    assert (budget.reserved, budget.spent) == (dollars("0.00"), dollars("0.60"))


def test_whoever_plans_and_whoever_books_do_not_wait_for_each_other_in_a_circle() -> None:
    """One holds the campaign and then wants the budget; the others book, and their lines name the campaign."""
    campaign = make_campaign(make_experiment(make_study(budget=dollars("100.00"))))
    payments = [
        owe(debt_to(make_submission(make_posting(campaign)), Obligation.Kind.BONUS, dollars("0.50")), at=NOW).payment
        for _ in range(8)
    ]

    def plan() -> None:
        with transaction.atomic():
            locked = lock(campaign)
            time.sleep(0.02)
            with transaction.atomic():
                budget_of(locked.experiment.study, at=NOW)

    deeds = [deed for each in payments for deed in (lambda each=each: confirm_payment(each, at=NOW), plan)]
    assert all(all_at_once(deeds))
    assert Budget.objects.get().spent == dollars("4.80")
