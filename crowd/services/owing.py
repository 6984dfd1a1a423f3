"""What somebody is owed who did the work: the reward, and a bonus by the campaign's formula."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import cast

from django.db import transaction

from crowd.errors import OwedOtherwise
from crowd.events import CrowdEvent, record
from crowd.models import Obligation, Submission
from crowd.paying.cost import ZERO
from crowd.paying.formula import Formula, FormulaError, amount_of
from crowd.paying.measured import numbers_of
from crowd.reads.campaigns import terms_of
from crowd.reads.outcomes import minutes_of
from crowd.services.obligations import debt_to, owe
from crowd.terms import Terms
from experiments.models import Measurement
from experiments.types import Json

Kind = Obligation.Kind


@transaction.atomic
def owe_for_work(submission: Submission, *, at: datetime) -> list[Obligation]:
    """Base and bonus of who completed, or whose work the platform approved. Owed already: nothing is added.

    A formula that cannot be computed for them owes no bonus, and the diary says why; a person may owe it then.
    """
    terms = terms_of(submission.posting.campaign)
    owed = []
    if terms.reward > 0:
        owed.append(owe(debt_to(submission, Kind.BASE, terms.reward, reason="The reward."), at=at))
    bonus = _bonus(submission, terms, at=at)
    if bonus > 0:
        try:
            owed.append(owe(debt_to(submission, Kind.BONUS, bonus, reason="Your bonus. Thank you."), at=at))
        except OwedOtherwise:
            return owed  # it was measured again meanwhile, or a person decided: the first word stands
    return owed


def bonus_of(submission: Submission, terms: Terms) -> Decimal:
    """What the formula comes to for them, at most what was planned for. FormulaError if it does not. One query."""
    if not terms.bonus or submission.session is None:
        return ZERO
    session = submission.session
    rows = Measurement.objects.filter(experiment=session.experiment_id, unit=session.unit_id).order_by("pk")
    values = numbers_of(cast("list[tuple[str, Json]]", list(rows.values_list("measure__name", "value"))))
    values = {**values, "minutes": [minutes_of(session)]}
    return amount_of(Formula.parse(terms.bonus), values, most=terms.worst_bonus)


def _bonus(submission: Submission, terms: Terms, *, at: datetime) -> Decimal:
    try:
        return bonus_of(submission, terms)
    except FormulaError as error:
        record(
            CrowdEvent.BONUS_NOT_COMPUTED,
            submission.posting.campaign.experiment,
            subject=f"submission:{submission.uuid}",
            at=at,
            payload={"because": str(error)},
        )
        return ZERO
