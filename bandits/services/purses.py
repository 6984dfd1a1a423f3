"""The purse of a policy with a budget: a decision is made only if its highest cost can still be paid.

Every function here is called inside the transaction of what it goes with, so a purse never differs from its decisions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import connection

from bandits.errors import BudgetSpent
from bandits.learning import Learning
from bandits.models import Decision, Purse, Reservation
from bandits.policies.adaptive.knapsack import Knapsack
from experiments.models import Experiment

PLACES = Decimal("0.000000001")
RESERVE = """
    INSERT INTO bandits_purse AS p (experiment_id, is_rehearsal, budget, spent, reserved)
    SELECT %(experiment)s, %(is_rehearsal)s, %(budget)s, 0, %(amount)s WHERE %(amount)s <= %(budget)s
    ON CONFLICT (experiment_id, is_rehearsal) DO UPDATE SET reserved = p.reserved + %(amount)s, budget = %(budget)s
        WHERE p.spent + p.reserved + %(amount)s <= %(budget)s"""
PAY = """
    WITH told AS (SELECT * FROM unnest(%(decisions)s::bigint[], %(costs)s::numeric[]) AS told (decision, cost)),
    paid AS (
        UPDATE bandits_reservation r SET cost = told.cost FROM told
        WHERE r.decision_id = told.decision AND r.cost IS NULL RETURNING r.amount, told.cost)
    UPDATE bandits_purse p SET spent = p.spent + paid.cost, reserved = p.reserved - paid.amount
    FROM (SELECT sum(amount) AS amount, sum(cost) AS cost FROM paid) paid
    WHERE p.experiment_id = %(experiment)s AND p.is_rehearsal = %(is_rehearsal)s AND paid.amount IS NOT NULL"""
CORRECT = """
    WITH old AS (SELECT cost FROM bandits_reservation WHERE decision_id = %(decision)s AND cost IS NOT NULL),
    new AS (
        UPDATE bandits_reservation SET cost = %(cost)s WHERE decision_id = %(decision)s AND cost IS NOT NULL
        RETURNING cost)
    UPDATE bandits_purse p SET spent = p.spent + new.cost - old.cost FROM old, new
    WHERE p.experiment_id = %(experiment)s AND p.is_rehearsal = %(is_rehearsal)s"""


def reserve(experiment: Experiment, learning: Learning, decisions: Sequence[Decision]) -> None:
    """Set aside the most that these new decisions may cost; BudgetSpent if that is more than what is left.

    Nothing happens under a policy without a budget. Whoever decides for one with a budget waits for the one before.
    """
    if not isinstance(learning.policy, Knapsack) or not decisions:
        return
    most = exactly(learning.policy.most)
    asked: dict[str, int | Decimal] = {
        "experiment": experiment.pk,
        "is_rehearsal": decisions[0].is_rehearsal,
        "budget": exactly(learning.policy.budget),
        "amount": most * len(decisions),
    }
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, asked)
        if not cursor.rowcount:
            raise BudgetSpent(
                f"What is left of the budget of {learning.policy.budget:g} does not pay for this.",
                hint=f"A decision may cost {learning.policy.most:g}; those whose cost is not known yet count as much.",
            )
    Reservation.objects.bulk_create(Reservation(decision_id=row.pk, amount=most) for row in decisions)


def pay(experiment: Experiment, costs: Mapping[int, float], *, is_rehearsal: bool) -> None:
    """Turn what was set aside for these decisions into what they cost, by their primary keys. Twice changes nothing."""
    if not costs:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            PAY,
            {
                "experiment": experiment.pk,
                "is_rehearsal": is_rehearsal,
                "decisions": list(costs),
                "costs": [exactly(cost) for cost in costs.values()],
            },
        )


def correct(experiment: Experiment, decision: Decision, cost: float) -> None:
    """Another cost than was said before; nothing where nothing was set aside."""
    asked: dict[str, int | Decimal] = {
        "experiment": experiment.pk,
        "is_rehearsal": decision.is_rehearsal,
        "decision": decision.pk,
        "cost": exactly(cost),
    }
    with connection.cursor() as cursor:
        cursor.execute(CORRECT, asked)


def purse_of(experiment: Experiment, *, is_rehearsal: bool) -> Purse | None:
    """None while nothing was decided under a budget."""
    return Purse.objects.filter(experiment=experiment, is_rehearsal=is_rehearsal).first()


def exactly(number: float) -> Decimal:
    """As it is written, to a billionth."""
    return Decimal(repr(float(number))).quantize(PLACES)
