"""Where a campaign stands, and what it would cost, from the rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import cast

from django.db.models import Count, Q

from crowd.models import Campaign, Obligation, Posting, Submission
from crowd.paying.formula import Formula, FormulaError
from crowd.planning.checking import Problem, problems_of, shape_problems
from crowd.planning.fees import fee_rule
from crowd.planning.hourly import ENOUGH, Duration, duration_of
from crowd.planning.plan import Asked, Plan, plan
from crowd.planning.rounds import Standing
from crowd.planning.shapes import shape_of
from crowd.planning.topping_up import TopUp, top_up
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight, SubmissionWish
from crowd.terms import Terms
from experiments.models import Experiment, Measure, Study
from experiments.types import JsonObject
from participants.models import Participant, Session

NEWEST = 500  # people whose durations are read
SIMULATED = "simulated"
OPEN_WISHES = (PostingWish.OPEN, PostingWish.PAUSED)
SHUT = (PostingSight.CLOSED, PostingSight.GONE)
GONE_BACK = (SubmissionSight.RETURNED, SubmissionSight.TIMED_OUT, SubmissionSight.SCREENED_OUT)
STILL_UP = (PostingSight.OPEN, PostingSight.TAKEN, PostingSight.PENDING, PostingSight.PAUSED)
AT_IT = (SubmissionSight.UNSEEN, SubmissionSight.ACTIVE)
UNDECIDED = Q(submitted_at__isnull=False, decided_at__isnull=True)
OVER = Q(outcome__in=("returned", "timed_out", "withdrawn")) | Q(observed__in=GONE_BACK)


def terms_of(campaign: Campaign) -> Terms:
    """As its column says. ValueError if somebody wrote there what cannot be read."""
    return Terms.parse(cast(JsonObject, campaign.terms))


def term_problems(
    document: JsonObject, *, platform: str, currency: str, experiment: Experiment | None = None
) -> tuple[Problem, ...]:
    """What stands in the way of posting terms, from their shape to the platform's rules; studies to exclude exist.

    experiment: whose measures a bonus may ask for; without one they are not looked up.
    """
    if found := shape_problems(document):
        return found
    try:
        terms = Terms.parse(document)
    except ValueError as error:
        return (Problem("terms", str(error)),)
    known = set(Study.objects.filter(slug__in=terms.exclude).values_list("slug", flat=True))
    absent = [
        Problem(f"exclude[{place}]", f"There is no study “{slug}”.")
        for place, slug in enumerate(terms.exclude)
        if slug not in known
    ]
    return (*problems_of(terms, platform=platform, currency=currency), *absent, *_bonus_problems(terms, experiment))


def _bonus_problems(terms: Terms, experiment: Experiment | None) -> tuple[Problem, ...]:
    """Whether the bonus is a formula over what the experiment measures."""
    if not terms.bonus:
        return ()
    measures = (
        None
        if experiment is None
        else list(Measure.objects.filter(experiment=experiment).values_list("name", flat=True))
    )
    try:
        Formula.parse(terms.bonus, measures=measures)
    except FormulaError as error:
        return (Problem("bonus", f"The bonus: {error}."),)
    return ()


def expected_duration(experiment: Experiment, *, announced: int) -> Duration:
    """How long people take: those who took part, else who rehearsed, else as announced. At most two queries.

    Simulated people count as a rehearsal.
    """
    people = _seconds(experiment, is_rehearsal=False)
    if len(people) >= ENOUGH:
        return duration_of(people, "people")
    rehearsed = _seconds(experiment, is_rehearsal=True)
    if rehearsed:
        return duration_of(rehearsed, "rehearsal")
    return duration_of(people, "people") if people else Duration(minutes=Decimal(announced))


def plan_of(campaign: Campaign) -> Plan:
    """What it would post and cost as its terms are now. Two queries beside account, experiment and study."""
    study, terms = campaign.experiment.study, terms_of(campaign)
    asked = asked_of(campaign, terms, study)
    return plan(asked, expected_duration(campaign.experiment, announced=terms.minutes))


def top_up_of(campaign: Campaign, *, completes: int, spare: int) -> TopUp:
    """What more of it would cost. ValueError for nothing or too many."""
    asked = asked_of(campaign, terms_of(campaign), campaign.experiment.study)
    return top_up(asked, campaign=str(campaign.uuid), places=campaign.places, completes=completes, spare=spare)


def asked_of(campaign: Campaign, terms: Terms, study: Study) -> Asked:
    """What its plan is made of."""
    account = campaign.account
    return Asked(
        terms=terms,
        goal=campaign.goal,
        account=str(account.uuid),
        is_real=account.is_production,
        currency=study.currency,
        fees=fee_rule(account.platform, cast(JsonObject, account.options)),
        shape=shape_of(account.platform),
    )


def standing_of(campaign: Campaign, *, now: datetime) -> Standing:
    """People who completed, and places that may still become some. Three queries, however many submissions there are.

    A place of an open posting waits unless it was used up; of a closed one only who is still at it may complete.
    """
    postings = Posting.objects.filter(campaign=campaign, purpose="recruit")
    places = dict(postings.exclude(shut(now)).values_list("pk", "desired_places"))
    used_up = Q(done_at__isnull=False) | Q(submitted_at__isnull=False)
    submissions = Submission.objects.filter(posting__campaign=campaign, posting__purpose="recruit").order_by()
    rows = submissions.values("posting_id").annotate(
        used=Count("pk", filter=used_up & ~OVER), active=Count("pk", filter=~used_up & ~OVER)
    )
    counts = {row["posting_id"]: row for row in rows}
    waiting = sum(max(0, n - (counts[pk]["used"] if pk in counts else 0)) for pk, n in places.items())
    waiting += sum(row["active"] for pk, row in counts.items() if pk not in places)
    return Standing(
        goal=campaign.goal,
        completes=submissions.filter(completed()).aggregate(n=Count("participant", distinct=True))["n"],
        waiting=waiting,
        used=sum(row["used"] for row in counts.values()),
        most=campaign.places,
    )


def excluded_people(campaign: Campaign) -> int:
    """How many people of this platform the studies that are named keep out. No query if none is named."""
    slugs = terms_of(campaign).exclude
    if not slugs:
        return 0
    people = Participant.objects.filter(study__slug__in=slugs, platform=campaign.account.platform)
    return people.exclude(external_digest="").aggregate(n=Count("external_digest", distinct=True))["n"] or 0


def publish_blocker(campaign: Campaign) -> str:
    """Why it cannot be published now, in a sentence with the way on; "" if it can."""
    experiment, account = campaign.experiment, campaign.account
    if account.is_production and experiment.status != experiment.Status.RUNNING:
        return (
            f"“{experiment.title}” is {experiment.standing}: people who are paid real money would find it closed, or "
            "their answers would not count. Start the experiment first."
        )
    if not experiment.is_open:
        return f"“{experiment.title}” is {experiment.standing} and lets nobody in. Rehearse or start it first."
    return ""


def unsettled(campaign: Campaign) -> list[str]:
    """What is still open of a closed campaign, in sentences; empty when it can be settled. Four queries."""
    postings = Posting.objects.filter(campaign=campaign, observed__in=STILL_UP)
    submissions = Submission.objects.filter(posting__campaign=campaign)
    at_it = submissions.filter(outcome="", done_at__isnull=True, submitted_at__isnull=True, observed__in=AT_IT)
    counts = (
        (submissions.filter(UNDECIDED).count(), "{n} submission{s} to be decided on: review them."),
        (postings.count(), "{n} posting{s} still up at the platform: wait until it shows them closed."),
        (at_it.count(), "{n} still at it: wait until they are done, or their time is over."),
        (Obligation.objects.filter(campaign=campaign).unpaid().count(), "{n} payment{s} not through: see to them."),
    )
    return [sentence.format(n=n, s="" if n == 1 else "s") for n, sentence in counts if n]


def shut(now: datetime) -> Q:
    """Postings that nobody can come to any more. One that is closed before its time is opened again."""
    comes_back = Q(desired__in=OPEN_WISHES) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    return ~Q(desired__in=OPEN_WISHES) | (Q(observed__in=SHUT) & ~comes_back) | Q(observed=PostingSight.GONE)


def completed() -> Q:
    """Submissions that count towards the goal: completed here, used in the analysis, not rejected."""
    return Q(outcome="completed", is_used=True) & ~Q(desired=SubmissionWish.REJECTED)


def _seconds(experiment: Experiment, *, is_rehearsal: bool) -> list[float]:
    done = Session.objects.of(experiment).filter(status=Session.Status.COMPLETED)
    simulated = Q(participant__platform=SIMULATED)
    mine = done.filter(Q(is_rehearsal=True) | simulated) if is_rehearsal else done.real().exclude(simulated)
    times = mine.order_by("-pk").values_list("entered_at", "ended_at")[:NEWEST]
    return [(ended - entered).total_seconds() for entered, ended in times if ended is not None]
