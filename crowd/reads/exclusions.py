"""Reads of the lists by which platforms keep people out: which a campaign needs, and whether they are ready."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from crowd.models import Account, Campaign, ExclusionMember, ExclusionSet, Obligation, Posting, Submission
from crowd.platforms import PLATFORMS
from crowd.platforms.base import Can
from crowd.querysets import by_hand, payable
from crowd.reads.campaigns import terms_of
from crowd.reconcile.words import PostingSight, PostingWish
from experiments.models import Experiment, Study
from participants.models import Participant, Session
from participants.signing import digests_for

Scope = ExclusionSet.Scope
SHUT = (PostingSight.CLOSED, PostingSight.GONE, PostingSight.ABSENT)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list that a campaign needs, whether it was made or not."""

    scope: ExclusionSet.Scope
    study: Study
    experiment: Experiment | None = None
    campaign: Campaign | None = None

    @property
    def name(self) -> str:
        """Ours for it at the platform. Another installation that uses the same account has lists of its own."""
        return self.names[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The same under each secret key that is known: a list that was made before a change of keys is found again."""
        about = self.campaign.uuid.hex[:12] if self.campaign else self.experiment.slug if self.experiment else ""
        words = ("Machina", self.study.slug, about, self.scope.replace("_", " "))
        return tuple(" ".join(filter(None, (*words, mark)))[:120] for mark in installation_marks())


def installation_marks() -> tuple[str, ...]:
    """By which this installation's lists are told from another's, under each key; today's first."""
    return tuple(each.hex()[:6] for each in digests_for(b"installation", b"lists"))


def wanted_by(campaign: Campaign) -> Iterator[Wanted]:
    """Who took part in a study that its terms exclude, and who finished its own experiment; where lists are known."""
    kind = PLATFORMS.get(campaign.account.platform)
    if kind is None or Can.EXCLUDE not in kind.abilities:
        return
    for study in Study.objects.filter(slug__in=terms_of(campaign).exclude).order_by("pk"):
        yield Wanted(Scope.TOOK_PART, study)
    experiment = campaign.experiment
    yield Wanted(Scope.FINISHED, experiment.study, experiment)


def lists_of(posting: Posting) -> tuple[str, ...]:
    """The platform's ids of the lists whose people may not come by a posting that recruits."""
    if posting.purpose != "recruit":
        return ()
    names = [name for wanted in wanted_by(posting.campaign) for name in wanted.names]
    sets = ExclusionSet.objects.filter(account=posting.campaign.account, name__in=names).exclude(external_id="")
    return tuple(sets.order_by("pk").values_list("external_id", flat=True))


def waiting_for_lists(account: Account) -> list[int]:
    """Ids of its campaigns whose excluded people the platform does not know all of yet: they post nothing new."""
    found = Campaign.objects.filter(account=account, status=Campaign.Status.RUNNING)
    related = found.select_related("account", "experiment__study").exclude(terms__exclude=[])
    return [campaign.pk for campaign in related.filter(terms__has_key="exclude") if _waits(campaign)]


def _waits(campaign: Campaign) -> bool:
    lists = [wanted for wanted in wanted_by(campaign) if wanted.scope == Scope.TOOK_PART]
    names = [name for wanted in lists for name in wanted.names]
    return not _are_ready(ExclusionSet.objects.filter(account=campaign.account, name__in=names), len(lists))


def waiting_to_pay(account: Account) -> list[int]:
    """Ids of its campaigns whose list of people to be paid the platform does not know all of yet."""
    sets = ExclusionSet.objects.filter(account=account, scope=Scope.OWED).select_related("campaign")
    return [each.campaign_id for each in sets if each.campaign_id and not _are_ready(sets.filter(pk=each.pk), 1)]


def list_of_owed(campaign: Campaign) -> str:
    """The platform's id of the list of whom the campaign is to pay through a posting; "" if it is not made yet."""
    found = ExclusionSet.objects.filter(account=campaign.account, campaign=campaign, scope=Scope.OWED).first()
    return found.external_id if found else ""


def _are_ready(sets: QuerySet[ExclusionSet], wanted: int) -> bool:
    """Whether so many of them are made, and everybody is on them who can be."""
    made = sets.exclude(external_id="").count()
    return made == wanted and not ExclusionMember.objects.filter(set__in=sets).to_push().exists()


def belonging_to(exclusion_set: ExclusionSet) -> QuerySet[Participant]:
    """Who is to be on it, of those whose id is known."""
    people = Participant.objects.filter(study=exclusion_set.study, platform=exclusion_set.account.platform)
    known = people.exclude(external_digest="").filter(erased_at=None)
    return known.filter(WHO[Scope(exclusion_set.scope)](exclusion_set)).order_by("pk")


def _took_part(exclusion_set: ExclusionSet) -> Exists:
    return Exists(Session.objects.real().filter(participant=OuterRef("pk")))


def _finished(exclusion_set: ExclusionSet) -> Exists:
    handed_in = Submission.objects.filter(
        posting__campaign__experiment=exclusion_set.experiment, posting__purpose="recruit", submitted_at__isnull=False
    )
    return Exists(handed_in.filter(participant=OuterRef("pk")))


def _owed(exclusion_set: ExclusionSet) -> Exists:
    return Exists(unpayable(exclusion_set.campaign).filter(participant=OuterRef("pk")))


def unpayable(campaign: Campaign | None) -> QuerySet[Obligation]:
    """What is owed in the campaign, was not sent, and has no work through which the platform would pay it."""
    rows = Obligation.objects.filter(campaign=campaign, payment__state__in=("planned", "approved"))
    rows = rows.filter(payment__sent_at=None).exclude(kind=Obligation.Kind.BASE)
    rows = rows.exclude(by_hand("campaign"))
    return rows.exclude(payable("submission")).exclude(submission__observed__in=("unseen", "active"))


def people_without_way(campaign: Campaign) -> int:
    """How many people are owed what cannot reach them and is posted for nobody. Two queries, one if there are none."""
    people = unpayable(campaign).order_by().values("participant").distinct().count()
    return max(0, people - _posted_for(campaign)) if people else 0


def lists_shown(campaign: Campaign) -> QuerySet[ExclusionSet]:
    """The campaign's lists, each with `people` (wanted on it), `known` there and `refused_people` (of those)."""
    names = [name for wanted in wanted_by(campaign) for name in wanted.names]
    mine = Q(name__in=names) | Q(campaign=campaign)
    on = Q(members__desired=True)
    counted = ExclusionSet.objects.filter(mine, account=campaign.account).annotate(
        people=Count("members", filter=on),
        known=Count("members", filter=on & Q(members__observed=True)),
        refused_people=Count("members", filter=on & Q(members__refused="on")),
    )
    return counted.select_related("study").order_by("pk")


def _posted_for(campaign: Campaign) -> int:
    """Places of open postings that only pay people, on which nobody has handed in yet."""
    open_ = Posting.objects.filter(campaign=campaign, purpose="compensate", desired=PostingWish.OPEN)
    used = Count("submissions", filter=Q(submissions__submitted_at__isnull=False))
    places = open_.exclude(observed__in=SHUT).annotate(used=used).order_by()
    return sum(wanted - taken for wanted, taken in places.values_list("desired_places", "used"))


WHO = {Scope.TOOK_PART: _took_part, Scope.FINISHED: _finished, Scope.OWED: _owed}
