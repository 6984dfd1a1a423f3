"""Keep the lists of people up to date, as rows: who is to be on which. `pushing` tells the platforms."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from crowd.models import Account, Campaign, ExclusionMember, ExclusionSet
from crowd.reads.exclusions import Wanted, belonging_to, wanted_by

TOGETHER = 1_000
ALIVE = (Campaign.Status.RUNNING, Campaign.Status.PAUSED)


def keep_lists() -> int:
    """The lists of every campaign that looks for people, or owes some, with who belongs there now. How many joined."""
    campaigns = Campaign.objects.filter(status__in=ALIVE).select_related("account", "experiment__study")
    wanted = {each.pk: each for campaign in campaigns for each in want_lists(campaign)}
    owing = ExclusionSet.objects.filter(scope=ExclusionSet.Scope.OWED).exclude(campaign__status="settled")
    wanted |= {each.pk: each for each in owing.select_related("account", "study", "experiment", "campaign")}
    return sum(bring_up_to_date(exclusion_set) for exclusion_set in wanted.values())


def want_lists(campaign: Campaign) -> list[ExclusionSet]:
    """Rows for the lists that the campaign needs; those that are there stay."""
    return [want_list(campaign.account, wanted) for wanted in wanted_by(campaign)]


def want_list(account: Account, wanted: Wanted) -> ExclusionSet:
    """The row of one list, made if new."""
    columns = {
        "scope": wanted.scope,
        "study": wanted.study,
        "experiment": wanted.experiment,
        "campaign": wanted.campaign,
    }
    known = (
        ExclusionSet.objects.filter(account=account, name__in=wanted.names[1:]).first() if wanted.names[1:] else None
    )
    return known or ExclusionSet.objects.get_or_create(account=account, name=wanted.name, defaults=columns)[0]


@transaction.atomic
def bring_up_to_date(exclusion_set: ExclusionSet) -> int:
    """Put on it who belongs there; off it only who was owed and is paid: who took part once, has. How many joined."""
    people = belonging_to(exclusion_set)
    missing = people.exclude(pk__in=exclusion_set.members.filter(desired=True).values("participant"))
    joined = 0
    for some in _heaps(missing.values_list("pk", flat=True).iterator(TOGETHER)):
        exclusion_set.members.filter(participant__in=some).update(desired=True, retry_at=None)
        rows = [ExclusionMember(set=exclusion_set, participant_id=pk) for pk in some]
        ExclusionMember.objects.bulk_create(rows, ignore_conflicts=True)
        joined += len(some)
    if exclusion_set.scope == ExclusionSet.Scope.OWED:
        gone = exclusion_set.members.filter(desired=True).exclude(participant__in=people.values("pk"))
        gone.update(desired=False, retry_at=None)
    return joined


def _heaps(keys: Iterable[int]) -> Iterable[list[int]]:
    heap: list[int] = []
    for key in keys:
        heap.append(key)
        if len(heap) == TOGETHER:
            yield heap
            heap = []
    if heap:
        yield heap
