"""``manage.py review_campaign``: approve, reject, pay without using, by a plan."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import replace
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd.management.named import campaign_named, submission_named, user_named
from crowd.models import Campaign, Review
from crowd.reads.reviews import SHOWS, Ask, reviews_of, tallies_of
from crowd.reviewing.words import Decision
from crowd.services.review_rule import switch_rule
from crowd.services.reviewing import Meant, agree, checked_plan, review_work, take_back
from crowd.showing.review_documents import plan_document, plan_lines, review_document, work_document, work_lines
from crowd.showing.review_page import sheet_of
from experiments.console import search_by_uuid
from experiments.errors import Refusal
from experiments.types import Json

EXAMPLES = """examples:
  review_campaign 0b6f                                who waits, and what is known of their work
  review_campaign 0b6f --show look                    those of them who missed a check or did not complete
  review_campaign 0b6f approve --show passed          the plan: who, how much; changes nothing
  review_campaign 0b6f approve --show passed --confirm 14.40 --by ada
  review_campaign 0b6f reject 6b1f 77c0 --reason "Every answer was the same." --confirm "reject 2" --by ada
  review_campaign 77aa reject 6b1f --category LOW_EFFORT --reason "…" --confirm "reject 1" --by ada    at Prolific
  review_campaign 0b6f soft-reject 6b1f --reason "Pasted from a web page." --confirm 1.44 --by ada
  review_campaign 0b6f override 6b1f --reason "Our check was wrong." --confirm 1.44 --by ada
  review_campaign 0b6f agree 9c1d --by grace          the second person's yes, where rejections need two
  review_campaign 0b6f rule-on                        approve who completed and passed, now and from now on
  review_campaign 0b6f history --json

A campaign, a submission and a review are named by their id or by how that begins. Without --confirm nothing is decided.
Approving pays and cannot be taken back; soft-reject pays and does not use; a rejection can be overridden for a while
where the platform allows it (Mechanical Turk: 30 days after the work was handed in).
Exit status 1 where a rule says no; nothing has changed then."""
STEPS = ("list", "history", "rule-on", "rule-off", "agree", "take-back")
Told = tuple[Json, list[str]]


class Command(BaseCommand):
    """Decides about work."""

    help = "Review the work of a campaign's people: a plan of who, how much and why, confirmed by typing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which campaign, what, about whom."""
        parser.epilog, parser.formatter_class = EXAMPLES, RawDescriptionHelpFormatter
        parser.add_argument("campaign", help="its id, or how that begins")
        parser.add_argument("action", nargs="?", default="list", choices=(*STEPS, *(each.value for each in Decision)))
        parser.add_argument("who", nargs="*", help="submissions (or the review of agree and take-back)")
        parser.add_argument("--show", choices=list(SHOWS), default="", help="everybody on a list instead")
        parser.add_argument("--reason", default="", help="why; somebody who is rejected reads it")
        parser.add_argument("--category", default="", help="of a rejection at Prolific: LOW_EFFORT, NO_DATA, …")
        parser.add_argument("--message", default="", help="what they are told with an approval")
        parser.add_argument("--confirm", metavar="WORDS", help="what the plan asks for: its total, or as “reject 3”")
        parser.add_argument("--by", metavar="USER", help="who decides, for the record")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON, with the API's names")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """One action; lines of text, or JSON."""
        try:
            document, lines = _done(campaign_named(options["campaign"]), options)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        text = json.dumps(document, indent=2, default=str) if options["json"] else "\n".join(lines)
        self.stdout.write(text)


def _done(campaign: Campaign, options: dict[str, Any]) -> Told:
    action = options["action"]
    if action == "list":
        return _listed(campaign, options["show"] or "waiting")
    if action == "history":
        return _history(campaign)
    if action in ("rule-on", "rule-off"):
        switch_rule(campaign, is_on=action == "rule-on", now=timezone.now())
        return {"is_on": action == "rule-on"}, [f"The rule is {action.removeprefix('rule-')}."]
    if action in ("agree", "take-back"):
        return _told(_second(campaign, action, options))
    return _decided(campaign, Decision(action), options)


def _decided(campaign: Campaign, decision: Decision, options: dict[str, Any]) -> Told:
    chosen = tuple(submission_named(campaign, each).uuid for each in options["who"])
    if not chosen and not options["show"]:
        raise CommandError("Say who: submissions by their ids, or --show with the name of a list.")
    ask = Ask(decision, chosen, options["show"], options["reason"].strip(), options["message"].strip())
    ask = replace(ask, category=options["category"].strip())
    plan = checked_plan(campaign, ask, now=timezone.now())
    if options["confirm"] is None:
        return plan_document(plan), plan_lines(plan)
    meant = Meant(options["confirm"], plan.sha256, by=user_named(options["by"]))
    return _told(review_work(campaign, ask, meant, now=timezone.now()))


def _second(campaign: Campaign, action: str, options: dict[str, Any]) -> Review:
    rows = search_by_uuid(Review.objects.filter(campaign=campaign), options["who"][0] if options["who"] else "none")
    found = list(rows[:2])
    if len(found) != 1:
        raise CommandError("Name one review by its id: review_campaign … history lists them.")
    if action == "take-back":
        return take_back(found[0], now=timezone.now())
    by = user_named(options["by"])
    if by is None:
        raise CommandError("Say who agrees: --by USER.")
    return agree(found[0], by=by, now=timezone.now())


def _told(review: Review) -> Told:
    n = review.lines.count()
    document = review_document(review)
    return document, [f"{review.get_decision_display()}: {n} people, {review.get_status_display().lower()}."]


def _listed(campaign: Campaign, show: str) -> Told:
    lists = {each.name: each.n for each in tallies_of(campaign)}
    sheet = sheet_of(campaign, show, 1, n=lists[show], now=timezone.now())
    head = "  ".join(f"{name} {n}" for name, n in lists.items())
    document = {"lists": lists, "results": [work_document(row) for row in sheet.rows]}
    return cast(Json, document), [head, "", *work_lines(sheet.rows)]


def _history(campaign: Campaign) -> Told:
    rows = reviews_of(campaign, most=200)
    lines = [
        f"{str(each.uuid)[:8]}  {each.at:%Y-%m-%d %H:%M}  {each.decision:<11} {len(each.lines.all()):>5} people "
        f"{each.total:>10}  {each.rule or each.by or 'a command'}: {each.reason}"
        for each in rows
    ]
    return cast(Json, [review_document(each) for each in rows]), lines or ["Nothing was decided yet."]
