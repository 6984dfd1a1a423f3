"""``manage.py campaign``: draft, plan, publish and steer recruitment."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd.management.named import campaign_named, total_typed, user_named
from crowd.models import Account, Campaign
from crowd.reads.budgets import room_of
from crowd.reads.campaign_money import glance_at
from crowd.reads.campaigns import plan_of, standing_of
from crowd.services.campaigns import Draft, create_campaign
from crowd.services.closing import close_campaign, extend_campaign, pause_campaign, resume_campaign, settle_campaign
from crowd.services.compensating import post_compensation
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.topping_up import plan_top_up, top_up_campaign
from crowd.showing.campaign_documents import detail_document, plan_document, top_up_document
from crowd.showing.campaign_page import plan_shown
from crowd.showing.campaign_words import plan_lines, standing_lines
from experiments.errors import Invalid, Refusal
from experiments.models import Experiment
from experiments.problems import StudyFileError
from experiments.types import Json, JsonObject
from experiments.yaml_file import load

EXAMPLES = """examples:
  campaign list                                       all campaigns, those that run first
  campaign draft lunch-2026 --terms terms.yaml --goal 40 --account "Stand-in"
  campaign plan 0b6f                                  what it would cost at most; changes nothing
  campaign publish 0b6f --total 89.76                 reserve it and post the first round
  campaign show 0b6f --json
  campaign top-up 0b6f --completes 10                 what ten more would cost; with --total it is done
  campaign pause 0b6f         campaign resume 0b6f
  campaign extend 0b6f --hours 48
  campaign close 0b6f --because "Enough for the pilot"
  campaign compensate 0b6f                            post HITs that pay whom no other way reaches
  campaign settle 0b6f                                remove its postings once everything is reviewed

A campaign is named by its id or by how that begins. terms.yaml holds the terms of docs/campaigns.md: title,
description, reward, … Publishing takes the total of the plan, typed; another amount publishes nothing.
Exit status 1 where a rule says no; nothing has changed then."""
NEEDS_CAMPAIGN = ("plan", "publish", "show", "top-up", "pause", "resume", "extend", "close", "compensate", "settle")


class Command(BaseCommand):
    """Finds people for an experiment."""

    help = "Recruit people for an experiment: what it costs is shown and confirmed before anything is posted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is done, with what."""
        parser.epilog, parser.formatter_class = EXAMPLES, RawDescriptionHelpFormatter
        parser.add_argument("action", choices=("list", "draft", *NEEDS_CAMPAIGN))
        parser.add_argument(
            "name", nargs="?", default="", help="the experiment's slug for draft, else the campaign's id"
        )
        parser.add_argument("--terms", metavar="FILE", help="YAML or JSON with the terms (draft)")
        parser.add_argument("--goal", type=int, help="completes wanted (draft)")
        parser.add_argument("--account", help="its name; needed if the study may spend through several (draft)")
        parser.add_argument("--title", default="", help="of the campaign, for the list (draft)")
        parser.add_argument("--total", metavar="AMOUNT", help="the plan's total, as it was shown (publish, top-up)")
        parser.add_argument("--by", metavar="USER", help="who confirms it, for the record (publish, top-up)")
        parser.add_argument("--completes", type=int, default=0, help="by which the goal is raised (top-up)")
        parser.add_argument("--spare", type=int, default=0, help="places beyond the goal (top-up)")
        parser.add_argument("--hours", type=int, default=24, help="from now (extend; 24)")
        parser.add_argument("--because", default="Closed by a command.", help="for the diary (close)")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON, with the API's names")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """One action; lines of text, or JSON."""
        try:
            document, lines = _done(options)
        except Invalid as refusal:
            each = "\n".join(f"  {error['path']}: {error['message']}" for error in refusal.errors)
            raise CommandError(f"{refusal.message}\n{each}\n{refusal.hint}") from refusal
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        text = json.dumps(document, indent=2, default=str) if options["json"] else "\n".join(lines)
        self.stdout.write(text)


Told = tuple[Json, Iterable[str]]


def _done(options: Mapping[str, Any]) -> Told:
    action, name = options["action"], options["name"]
    if action == "list":
        return _listed()
    if not name:
        raise CommandError(f"“{action}” needs {'an experiment' if action == 'draft' else 'a campaign'}.")
    if action == "draft":
        return _planned(_drafted(options))
    campaign = campaign_named(name)
    if action == "plan":
        return _planned(campaign)
    if action == "top-up":
        return _topped_up(campaign, options)
    if action != "show":
        STEPS[action](campaign, options)
    return _shown(campaign)


def _publish(campaign: Campaign, options: Mapping[str, Any]) -> object:
    plan = plan_of(campaign)
    if not options["total"]:
        raise CommandError(f"Say that you saw what it costs: --total {plan.total} ({plan.asked.currency}, at most).")
    confirmation = Confirmation(total_typed(options["total"]), plan.sha256, by=user_named(options["by"]))
    return publish_campaign(campaign, confirmation, now=timezone.now())


STEPS: dict[str, Callable[[Campaign, Mapping[str, Any]], object]] = {
    "publish": _publish,
    "pause": lambda campaign, _: pause_campaign(campaign, now=timezone.now()),
    "resume": lambda campaign, _: resume_campaign(campaign, now=timezone.now()),
    "extend": lambda campaign, options: extend_campaign(campaign, hours=options["hours"], now=timezone.now()),
    "close": lambda campaign, options: close_campaign(campaign, options["because"], now=timezone.now()),
    "compensate": lambda campaign, _: post_compensation(campaign, now=timezone.now()),
    "settle": lambda campaign, _: settle_campaign(campaign, now=timezone.now()),
}


def _topped_up(campaign: Campaign, options: Mapping[str, Any]) -> Told:
    more = {"completes": options["completes"], "spare": options["spare"]}
    wanted = plan_top_up(campaign, **more)
    if not options["total"]:
        lines = [f"{wanted.total} {wanted.currency} at most. To do it, add: --total {wanted.total}"]
        return top_up_document(wanted), lines
    confirmation = Confirmation(total_typed(options["total"]), wanted.sha256, by=user_named(options["by"]))
    top_up_campaign(campaign, confirmation, **more, now=timezone.now())
    return _shown(campaign)


def _drafted(options: Mapping[str, Any]) -> Campaign:
    experiment = Experiment.objects.select_related("study").filter(slug=options["name"]).first()
    if experiment is None:
        raise CommandError(f"There is no experiment “{options['name']}”.")
    if not options["terms"] or not options["goal"]:
        raise CommandError("A draft needs --terms FILE and --goal N.")
    draft = Draft(_terms(Path(options["terms"])), options["goal"], options["title"])
    return create_campaign(experiment, _account(experiment, options["account"]), draft, by=None, now=timezone.now())


def _terms(path: Path) -> JsonObject:
    try:
        document, _ = load(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
    except StudyFileError as error:
        raise CommandError(f"{path}: {error.problems[0]}") from error
    if not isinstance(document, Mapping):
        raise CommandError(f"{path}: terms are names with values, such as “reward: '1.20'”.")
    return document


def _account(experiment: Experiment, name: str | None) -> Account:
    accounts = Account.objects.filter(studies=experiment.study_id)
    found = list(accounts.filter(name=name) if name else accounts[:2])
    if len(found) != 1:
        known = ", ".join(accounts.values_list("name", flat=True)) or "none"
        raise CommandError(f"Name the account with --account; the study may spend through: {known}.")
    return found[0]


def _listed() -> Told:
    rows = Campaign.objects.select_related("account", "experiment__study").order_by("-pk")
    found = [detail_document(each, standing_of(each, now=timezone.now()), glance_at(each)) for each in rows[:100]]
    lines = [
        f"{str(each.uuid)[:8]}  {each.status:<8} {each.goal:>6}  {each.account}: {each.title} ({each.experiment.slug})"
        for each in rows[:100]
    ]
    return cast(Json, found), lines or ["No campaign yet: campaign draft EXPERIMENT --terms terms.yaml --goal 40"]


def _planned(campaign: Campaign) -> Told:
    plan = plan_of(campaign)
    lines = [f"{campaign.title} ({str(campaign.uuid)[:8]}), {campaign.get_status_display().lower()}", ""]
    document: JsonObject = {"id": str(campaign.uuid), **plan_document(plan)}
    return document, [*lines, *plan_lines(plan_shown(plan, room_of(campaign.experiment.study)))]


def _shown(campaign: Campaign) -> Told:
    campaign.refresh_from_db()
    standing, glance = standing_of(campaign, now=timezone.now()), glance_at(campaign)
    return detail_document(campaign, standing, glance), standing_lines(campaign, standing, glance)
