"""A new policy may go live only if the running one's own log says that it is better."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from bandits.errors import BadSpec
from bandits.events import PolicyEvent
from bandits.judging import Findings, look, same_policy
from bandits.learning import Learning, learning_of
from bandits.models import Switch
from bandits.policies import ADAPTIVE, FIXED, PolicyError
from bandits.ramps import Plan
from bandits.services.switch_rows import (
    end_switch,
    lock_experiment,
    lock_switch,
    require_status,
    running_version,
    tell,
)
from experiments.blueprint import Blueprint, json_object
from experiments.definition import normalise
from experiments.errors import BadValue, Conflict, NotReady, Stale
from experiments.models import Experiment, Version
from experiments.readiness import require_ready
from experiments.types import Json, JsonObject

LEAST_CONFIDENCE = 0.5


@dataclass(frozen=True)
class Proposal:
    """allocation: the candidate; None: the one in the experiment's tables, edited and not published.

    because: a reason makes it pass without the numbers for it; it is kept, and told. Doors ask who may.
    """

    allocation: JsonObject | None = None
    confidence: float = 0.95
    plan: Plan = field(default_factory=Plan)
    because: str = ""


def propose_switch(experiment: Experiment, proposal: Proposal, *, now: datetime) -> Switch:
    """Judge a candidate. The switch that comes back is `proposed`, and may be started, or `refused`, with the numbers.

    Nothing that decides is changed. Conflict if nothing learns or another switch is on its way; NotReady for an
    allocation that cannot be run; BadValue for a plan that cannot; CannotJudge for too short a log.
    """
    experiment = Experiment.objects.select_related("version", "study").get(pk=experiment.pk)
    running = running_version(experiment)
    if not LEAST_CONFIDENCE <= proposal.confidence < 1:
        raise BadValue(f"confidence lies between {LEAST_CONFIDENCE} and 1, not at {proposal.confidence}.")
    definition, candidate = candidate_of(experiment, running, proposal.allocation)
    plan = _fitted(proposal.plan, candidate)
    findings = look(experiment, candidate, running, now=now)
    return _propose(experiment, definition, replace(proposal, plan=plan), findings, now=now)


@transaction.atomic
def _propose(
    experiment: Experiment, definition: JsonObject, proposal: Proposal, findings: Findings, *, now: datetime
) -> Switch:
    locked = lock_experiment(experiment)
    running = running_version(locked)
    if running.pk != experiment.version_id:
        raise Stale("The running policy changed while the candidate was judged.", hint="Propose it again.")
    mine = Switch.objects.filter(experiment=locked, is_rehearsal=locked.is_rehearsal)
    looks = mine.filter(version_from__in=same_policy(locked, running)).count() + 1
    verdict = findings.verdict(confidence=proposal.confidence, looks=looks)
    passes = verdict.is_better or bool(proposal.because)
    switch = Switch.objects.create(
        experiment=locked,
        is_rehearsal=locked.is_rehearsal,
        number=(Switch.objects.filter(experiment=locked).aggregate(last=Max("number"))["last"] or 0) + 1,
        status=Switch.Status.PROPOSED if passes else Switch.Status.REFUSED,
        version_from=running,
        allocation=definition["allocation"],
        confidence=proposal.confidence,
        plan=proposal.plan.to_json(),
        numbers=verdict.to_json(),
        because="" if verdict.is_better else proposal.because,
        ended_for="" if passes else verdict.sentence,
        proposed_at=now,
        ended_at=None if passes else now,
    )
    tell(switch, PolicyEvent.PROPOSED if passes else PolicyEvent.REFUSED, now=now, because=switch.because)
    return switch


@transaction.atomic
def stop_switch(switch: Switch, why: str, *, now: datetime) -> Switch:
    """Withdraw a proposal that was not started. Twice is as good as once; Conflict for any other."""
    _, switch = lock_switch(switch)
    if switch.status == Switch.Status.STOPPED:
        return switch
    require_status(switch, Switch.Status.PROPOSED)
    return end_switch(switch, Switch.Status.STOPPED, why, now=now)


def candidate_of(
    experiment: Experiment, running: Version, allocation: JsonObject | None
) -> tuple[JsonObject, Learning]:
    """The definition with the candidate's allocation, and how it learns. What is no policy's parameter stays as it is.

    Conflict if it is the running policy, or means another reward; NotReady if it cannot be run.
    """
    learning = learning_of(running.pk)
    given = json_object(experiment.allocation) if allocation is None else allocation
    kept = _of_the_experiment(learning.allocation)
    if given.get("policy") in FIXED:
        raise Conflict(
            f"{given['policy']} does not learn; a switch leads from a policy that does to another.",
            hint="Choose an adaptive policy; uniform is one.",
        )
    definition = normalise({**json_object(running.definition), "allocation": {**kept, **given}}, complete=False)
    require_ready(definition)
    blueprint = Blueprint.parse(definition)
    candidate = _learning(blueprint)
    if _of_the_experiment(candidate.allocation) != kept:
        raise Conflict(
            "The candidate means another reward, or counts it otherwise; the log cannot compare them.",
            hint="Change the policy and its parameters alone.",
        )
    if candidate.policy == learning.policy:
        raise Conflict("The candidate is the policy that runs already.", hint="Change the policy or a parameter.")
    return definition, candidate


def _learning(blueprint: Blueprint) -> Learning:
    try:
        return Learning.of(blueprint)
    except PolicyError as error:
        raise NotReady(f"Not ready: {error}", problems=(str(error),)) from error


def _of_the_experiment(allocation: JsonObject) -> dict[str, Json]:
    """The entries of an allocation that belong to no policy: window, default, what the reward is made of."""
    parameters = {"policy", *(name for kind in ADAPTIVE.values() for name in kind.parameters)}
    return {name: value for name, value in allocation.items() if name not in parameters}


def _fitted(plan: Plan, candidate: Learning) -> Plan:
    try:
        return plan.fitted(candidate)
    except PolicyError as error:
        raise BadSpec(error) from error
