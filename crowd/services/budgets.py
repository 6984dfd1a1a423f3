"""What a study may spend: one locked row, and the account book beside it.

Money is held before it can be asked for, and spent out of what is held. A hold is a name ("posting:…", "submission:…",
"payment:…"); what it still has is the sum of its lines. Whoever calls locks their own rows first and the budget last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Case, DecimalField, F, Q, Sum, When

from crowd.errors import BudgetExceeded
from crowd.models import Budget, BudgetEntry, Campaign
from crowd.paying.cost import ZERO, Cost
from experiments.models import Study

Kind = BudgetEntry.Kind


@dataclass(frozen=True, slots=True)
class Booking:
    """A line to be written. hold: whose money it is. key: of this line (else the hold): said twice, booked once."""

    campaign: Campaign
    hold: str
    cost: Cost
    key: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """Under which it is booked once."""
        return self.key or self.hold


def budget_of(study: Study, *, at: datetime) -> Budget:
    """The study's budget, locked; made if new. Call it in a transaction.

    Its limit follows the study's, but never falls below what is held and spent already.
    """
    Budget.objects.get_or_create(study=study, defaults={"limit": ZERO})
    budget = Budget.objects.select_for_update(no_key=True).get(study=study)
    wanted = Study.objects.values_list("budget", flat=True).get(pk=study.pk)
    _set_limit(budget, max(wanted, budget.reserved + budget.spent), at=at)
    return budget


def held(budget: Budget, hold: str) -> Decimal:
    """What a hold still has, fees included; at least 0."""
    cost = F("amount") + F("fee")
    sums = budget.entries.filter(hold=hold).aggregate(
        in_=Sum(cost, filter=Q(kind=Kind.RESERVE)), out=Sum(cost, filter=Q(kind__in=(Kind.RELEASE, Kind.SPEND)))
    )
    return max((sums["in_"] or ZERO) - (sums["out"] or ZERO), ZERO)


def times_given_back(campaign: Campaign, hold: str, *, at: datetime) -> int:
    """How often what was left of a hold went back; draws of payments do not count. The budget is locked."""
    lines = budget_of(campaign.experiment.study, at=at).entries.filter(hold=hold, kind=Kind.RELEASE)
    return lines.exclude(key__startswith=f"{hold}>payment:").count()


def left_of(campaign: Campaign, hold: str, *, at: datetime) -> Decimal:
    """What a hold of the campaign has. The budget is locked."""
    return held(budget_of(campaign.experiment.study, at=at), hold)


def balances_of(campaign: Campaign, holds: Sequence[str], *, at: datetime) -> dict[str, Decimal]:
    """Hold > what it has, of those that ever had something. The budget is locked."""
    return _balances(budget_of(campaign.experiment.study, at=at), holds)


def reserve(booking: Booking, *, at: datetime, out_of: tuple[str, ...] = ()) -> None:
    """Hold money: first what those other holds have, then what is free. BudgetExceeded, and nothing is held."""
    reserve_many([(booking, out_of)], at=at)


@transaction.atomic
def reserve_many(wanted: Sequence[tuple[Booking, tuple[str, ...]]], *, at: datetime) -> None:
    """The same for many of one study: each with the holds it is taken out of first. All of them, or BudgetExceeded.

    Five queries, however many they are.
    """
    if not wanted:
        return
    budget = budget_of(wanted[0][0].campaign.experiment.study, at=at)
    keys = [booking.name for booking, _ in wanted]
    booked = set(budget.entries.filter(kind=Kind.RESERVE, key__in=keys).values_list("key", flat=True))
    left = _balances(budget, {hold for _, holds in wanted for hold in holds})
    lines, free = list[BudgetEntry](), ZERO
    for booking, holds in wanted:
        if booking.name not in booked:
            drawn = _drawn(booking, holds, left)
            lines += [_line(budget, Kind.RELEASE, part, at=at) for part in drawn]
            lines.append(_line(budget, Kind.RESERVE, booking, at=at))
            free += booking.cost.total - total_of(drawn)
    budget.reserved += free
    _require_room(budget, free)
    budget.save(update_fields=["reserved"])
    BudgetEntry.objects.bulk_create(lines)


@transaction.atomic
def release(booking: Booking, *, at: datetime) -> None:
    """Give back of a hold what is left of it, at most the booking's cost; it is free again."""
    budget = budget_of(booking.campaign.experiment.study, at=at)
    freed = min(held(budget, booking.hold), booking.cost.total)
    if not freed or _is_booked(budget, Kind.RELEASE, booking.name):
        return
    budget.reserved -= freed
    budget.save(update_fields=["reserved"])
    _line(budget, Kind.RELEASE, _of(booking, freed), at=at).save()


@transaction.atomic
def release_all(campaign: Campaign, hold: str, *, at: datetime) -> None:
    """Give back whatever a hold has left."""
    left, number = _left(campaign, hold, at=at)
    release(Booking(campaign, hold, Cost(left), key=f"{hold}#{number}"), at=at)


@transaction.atomic
def move_all(campaign: Campaign, hold: str, to: str, *, at: datetime) -> None:
    """Hold under another name whatever a hold has left."""
    left, number = _left(campaign, hold, at=at)
    if left:
        reserve(Booking(campaign, to, Cost(left), key=f"{to}<{hold}#{number}"), at=at, out_of=(hold,))


@transaction.atomic
def spend(booking: Booking, *, at: datetime, out_of: tuple[str, ...] = ()) -> None:
    """Money has left: out of its own hold, then of those.

    It is a fact: beyond them it is booked all the same, above the limit if it must be; the differences name it then.
    """
    budget = budget_of(booking.campaign.experiment.study, at=at)
    if _is_booked(budget, Kind.SPEND, booking.name):
        return
    own = min(held(budget, booking.hold), booking.cost.total)
    spent = replace(booking, key=f"{booking.name}#spent")  # the same holds may have been drawn on when it was approved
    drawn = _drawn(spent, out_of, _balances(budget, out_of), beside=own)
    budget.reserved -= own + total_of(drawn)
    budget.spent += booking.cost.total
    _set_limit(budget, max(budget.limit, budget.reserved + budget.spent), at=at, also=("reserved", "spent"))
    lines = [_line(budget, Kind.RELEASE, part, at=at) for part in drawn]
    BudgetEntry.objects.bulk_create([*lines, _line(budget, Kind.SPEND, booking, at=at)])


def _left(campaign: Campaign, hold: str, *, at: datetime) -> tuple[Decimal, int]:
    """What a hold has, and how often something was taken out of it."""
    budget = budget_of(campaign.experiment.study, at=at)
    return held(budget, hold), budget.entries.filter(hold=hold).exclude(kind=Kind.RESERVE).count()


def _drawn(
    booking: Booking, holds: tuple[str, ...], left: dict[str, Decimal], *, beside: Decimal = ZERO
) -> list[Booking]:
    """What the booking takes of what those holds have left, one after the other, till with `beside` it is enough."""
    drawn: list[Booking] = []
    missing = booking.cost.total - beside
    for hold in holds:
        part = min(left.get(hold, ZERO), missing)
        if part > 0:
            key = f"{hold}>{booking.name}"[:160]
            drawn.append(Booking(booking.campaign, hold, Cost(part), key, f"for {booking.hold}"))
            left[hold] -= part
            missing -= part
    return drawn


def total_of(bookings: Iterable[Booking]) -> Decimal:
    """All together, fees included."""
    return sum((each.cost.total for each in bookings), ZERO)


def _balances(budget: Budget, holds: Iterable[str]) -> dict[str, Decimal]:
    """What each of those holds still has; none that has nothing."""
    sign = Case(When(kind=Kind.RESERVE, then=F("amount") + F("fee")), default=-F("amount") - F("fee"))
    rows = budget.entries.filter(hold__in=list(holds)).order_by().values("hold")
    return dict(rows.annotate(left=Sum(sign, output_field=DecimalField())).values_list("hold", "left"))


def _require_room(budget: Budget, wanted: Decimal) -> None:
    room = budget.limit - budget.spent - budget.reserved
    if room >= 0:
        return
    currency = budget.study.currency
    raise BudgetExceeded(
        f"This would hold {wanted} {currency} more, but {room + wanted} of the budget of {budget.limit} are free "
        f"({budget.spent} are spent).",
        hint="Raise the study's budget, or ask for less: fewer places, a lower reward or a lower highest bonus.",
    )


def _set_limit(budget: Budget, limit: Decimal, *, at: datetime, also: tuple[str, ...] = ()) -> None:
    if limit == budget.limit and not also:
        return
    if limit != budget.limit:
        number = budget.entries.filter(kind=Kind.LIMIT).count()
        BudgetEntry.objects.create(budget=budget, key=f"limit#{number}", kind=Kind.LIMIT, amount=limit, at=at)
    budget.limit = limit
    budget.save(update_fields=["limit", *also])


def _is_booked(budget: Budget, kind: str, name: str) -> bool:
    return budget.entries.filter(kind=kind, key=name).exists()


def _of(booking: Booking, total: Decimal) -> Booking:
    """The same line over another sum; what is given back is not told apart into amount and fee."""
    return booking if total == booking.cost.total else Booking(booking.campaign, booking.hold, Cost(total), booking.key)


def _line(budget: Budget, kind: str, booking: Booking, *, at: datetime) -> BudgetEntry:
    return BudgetEntry(
        budget=budget,
        key=booking.name,
        hold=booking.hold,
        kind=kind,
        amount=booking.cost.amount,
        fee=booking.cost.fee,
        campaign=booking.campaign,
        note=booking.note,
        at=at,
    )
