"""``manage.py switch_policy``: propose a policy, let it in, send it back; the kill switch."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bandits.forms.switch import stages_in
from bandits.models import Switch
from bandits.policies import PolicyError
from bandits.ramps import DEFAULT_STAGES, Guardrail, Plan
from bandits.services.halting import halt_policy, unhalt_policy
from bandits.services.ramping import roll_back_switch, start_switch
from bandits.services.switching import Proposal, propose_switch
from bandits.serving import Serving, serving
from bandits.verdict import Verdict
from experiments.errors import Refusal
from experiments.models import Experiment
from experiments.types import JsonObject

EXAMPLES = """examples:
  switch_policy offer                                          what decides now, and what was proposed
  switch_policy offer --to thompson_bernoulli --confidence 0.95
  switch_policy offer --to '{"policy": "epsilon_greedy", "epsilon": 0.1}' --stages "5 % for 1000 decisions"
  switch_policy offer --roll-back
  switch_policy offer --halt --because "Support reports complaints"
  switch_policy offer --unhalt

It exits with 1 where a rule says no; a refusal prints its numbers."""


class Command(BaseCommand):
    """Changes what decides in an experiment that learns, safely."""

    help = (
        "Let a new policy go live if the running one's log says that it earns more: judged first, then step by step, "
        "watched by guardrails. Without an option it shows what decides now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One action, and how."""
        parser.epilog, parser.formatter_class = EXAMPLES, RawDescriptionHelpFormatter
        parser.add_argument("experiment", help="its slug")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--to", metavar="POLICY", help="propose this policy: a name, or an allocation as JSON")
        action.add_argument("--edited", action="store_true", help="propose the allocation that was edited, unpublished")
        action.add_argument("--start", type=int, metavar="NUMBER", help="let a proposed switch in")
        action.add_argument("--roll-back", action="store_true", help="let the old policy decide alone again")
        action.add_argument("--halt", nargs="?", const="", metavar="ARM", help="all get the control, or this arm")
        action.add_argument("--unhalt", action="store_true", help="let the policy decide again")
        parser.add_argument("--confidence", type=float, default=0.95, help="from 0.5 to below 1 (0.95)")
        parser.add_argument("--stages", metavar="TEXT", help='"5 %% for 1000 decisions, 25 %% for 1 hour"; "" at once')
        parser.add_argument("--margin", type=float, default=0.0, help="how much worse the reward may be (0)")
        parser.add_argument("--only-judge", action="store_true", help="do not start it, though it may")
        parser.add_argument("--because", default="", help="why: with --to, it passes whatever the log says")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """One action; a sentence, or JSON."""
        experiment = Experiment.objects.select_related("version", "study").filter(slug=options["experiment"]).first()
        if experiment is None:
            raise CommandError(f"There is no experiment “{options['experiment']}”.")
        try:
            switch = _acted(experiment, options)
            now = serving(Experiment.objects.select_related("version").get(pk=experiment.pk))
        except (Refusal, PolicyError) as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        self.stdout.write(_json(now, switch) if options["json"] else _told(now, switch, experiment))
        if switch is not None and switch.status == Switch.Status.REFUSED:
            raise CommandError("Refused: nothing was changed.")


def _acted(experiment: Experiment, options: Mapping[str, Any]) -> Switch | None:
    """What was asked for; the switch that it is about, if any."""
    because, at = str(options["because"]), timezone.now()
    if options["to"] or options["edited"]:
        return _proposed(experiment, options)
    if options["start"] is not None:
        return start_switch(_numbered(experiment, options["start"]), now=at)
    if options["roll_back"]:
        return roll_back_switch(_newest(experiment), because or "Rolled back by hand.", now=at)
    if options["halt"] is not None:
        halt_policy(experiment, to=options["halt"], because=because, now=at)
    elif options["unhalt"]:
        unhalt_policy(experiment, because=because, now=at)
    return None


def _proposed(experiment: Experiment, options: Mapping[str, Any]) -> Switch:
    stages = DEFAULT_STAGES if options["stages"] is None else stages_in(options["stages"])
    guardrails = (Guardrail(margin=options["margin"]),) if options["margin"] else None
    plan = Plan.parse(Plan(stages, guardrails).to_json())
    allocation = None if options["edited"] else _allocation(options["to"])
    proposal = Proposal(allocation, options["confidence"], plan, str(options["because"]))
    switch = propose_switch(experiment, proposal, now=timezone.now())
    if switch.status == Switch.Status.REFUSED or options["only_judge"]:
        return switch
    return start_switch(switch, now=timezone.now())


def _allocation(text: str) -> JsonObject:
    if not text.lstrip().startswith("{"):
        return {"policy": text}
    try:
        return cast(JsonObject, json.loads(text))
    except ValueError as error:
        raise CommandError(f"--to is no JSON: {error}") from error


def _numbered(experiment: Experiment, number: int) -> Switch:
    found = Switch.objects.filter(experiment=experiment, number=number).first()
    if found is None:
        raise CommandError(f"There is no switch {number} of “{experiment.title}”.")
    return found


def _newest(experiment: Experiment) -> Switch:
    found = Switch.objects.ramping().filter(experiment=experiment).first()
    if found is None:
        raise CommandError("No policy is being let in: there is nothing to roll back.")
    return found


def _json(now: Serving, switch: Switch | None) -> str:
    shown = None if switch is None else _shown(switch)
    return json.dumps({"policy": asdict(now), "switch": shown}, indent=2, default=str)


def _shown(switch: Switch) -> JsonObject:
    return {
        "number": switch.number,
        "status": switch.status,
        "allocation": switch.allocation,
        "confidence": switch.confidence,
        "plan": switch.plan,
        "numbers": switch.numbers,
        "because": switch.because,
        "ended_for": switch.ended_for,
    }


def _told(now: Serving, switch: Switch | None, experiment: Experiment) -> str:
    lines = []
    if switch is not None:
        verdict = Verdict.parse(switch.numbers)
        lines += [f"Switch {switch.number} is {switch.status}.", verdict.sentence, "", _table(verdict), ""]
    lines.append(_sentence(now))
    if switch is None:
        rows = Switch.objects.of(experiment)[:10]
        lines += [f"  switch {row.number}: {row.status}. {row.ended_for}".rstrip() for row in rows]
    return "\n".join(lines)


def _table(verdict: Verdict) -> str:
    rows = [("arm", "decisions", "mean", "candidate")]
    rows += [
        (one.arm, f"{one.decisions:,}", "-" if one.mean is None else f"{one.mean:.4g}", f"{one.candidate:.3f}")
        for one in verdict.arms
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _sentence(now: Serving) -> str:
    if now.halted_to:
        return f"Halted: everybody gets {' or '.join(now.halted_to)}; {now.policy} waits."
    if now.switch is not None:
        return f"{now.policy} decides for {100 * now.share:g} %, {now.old_policy} for the others."
    return f"{now.policy} decides alone, as version {now.version} says."
