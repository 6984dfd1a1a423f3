"""``manage.py crowd_people``: write to people of a campaign, block them, let them come again."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd.management.named import campaign_named, errand_named, submission_named, user_named
from crowd.models import Campaign, Errand
from crowd.reads.errands import errands_of, plan_of_errand
from crowd.reads.reviews import SHOWS, chosen
from crowd.services.errands import DECISIONS, order_errand
from crowd.services.reviewing import Meant
from crowd.showing.errand_documents import errand_document, errand_lines, plan_document, plan_lines
from experiments.errors import Refusal
from experiments.types import Json

EXAMPLES = """examples:
  crowd_people 0b6f                                       what was sent and done; with --json for programs
  crowd_people 0b6f message --show decided --subject "Part two" --text "The second part is open."
  crowd_people 0b6f message --show decided --subject "Part two" --text "…" --confirm "message 40" --by ada
  crowd_people 0b6f block 6b1f --text "Shared one assignment with others." --confirm "block 1" --by ada
  crowd_people 0b6f unblock 6b1f --text "It was our mistake." --confirm "unblock 1" --by ada
  crowd_people 0b6f done 81aa --by ada                    an unknown message arrived: somebody looked
  crowd_people 0b6f again 81aa --by ada                   it did not, or it failed: send it
  crowd_people 0b6f off 81aa --by ada                     one that waits or failed is not sent any more

Without --confirm nothing is sent: you see who would be reached and who is left out. A message whose answer was lost is
unknown, and never sent twice by itself. Mechanical Turk delivers only to workers whose work was approved or rejected.
Exit status 1 where a rule says no."""
NEWEST: Final = 100
Told = tuple[Json, list[str]]


class Command(BaseCommand):
    """Writes and blocks."""

    help = "Write to people of a campaign, block them with a reason, or let them come again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom, and what."""
        parser.epilog, parser.formatter_class = EXAMPLES, RawDescriptionHelpFormatter
        parser.add_argument("campaign", help="its id, or how that begins")
        parser.add_argument(
            "action", nargs="?", default="list", choices=("list", *Errand.Kind.values, *sorted(DECISIONS))
        )
        parser.add_argument(
            "who", nargs="*", help="submissions by their ids; for done, again and off, rows of the list"
        )
        parser.add_argument("--show", choices=list(SHOWS), default="", help="everybody on a list instead")
        parser.add_argument("--state", choices=Errand.State.values, default="", help="only these (list)")
        parser.add_argument("--subject", default="", help="of a message")
        parser.add_argument("--text", default="", help="of a message; of a block, its reason")
        parser.add_argument("--confirm", metavar="WORDS", help="as the plan says, such as “block 1”")
        parser.add_argument("--by", metavar="USER", help="who wants it, for the record")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON, with the API's names")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """One action; lines of text, or JSON."""
        campaign = campaign_named(options["campaign"])
        try:
            document, lines = _done(campaign, options)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        text = json.dumps(document, indent=2, default=str) if options["json"] else "\n".join(lines)
        self.stdout.write(text)


def _done(campaign: Campaign, options: Mapping[str, Any]) -> Told:
    if options["action"] == "list":
        rows = list(errands_of(campaign, options["state"])[:NEWEST])
        return [errand_document(each) for each in rows], errand_lines(rows)
    if options["action"] in DECISIONS:
        return _decided(campaign, options)
    return _ordered(campaign, options)


def _decided(campaign: Campaign, options: Mapping[str, Any]) -> Told:
    by = user_named(options["by"])
    if by is None:
        raise CommandError("Say who decides it: --by USER.")
    decide = DECISIONS[options["action"]]
    rows = [decide(errand_named(campaign, each), by=by, now=timezone.now()) for each in options["who"]]
    return [errand_document(each) for each in rows], errand_lines(rows)


def _ordered(campaign: Campaign, options: Mapping[str, Any]) -> Told:
    named = [submission_named(campaign, each).uuid for each in options["who"]]
    rows = chosen(campaign, named, options["show"])
    plan = plan_of_errand(campaign, options["action"], rows, subject=options["subject"], text=options["text"])
    if options["confirm"] is None:
        return plan_document(plan), plan_lines(plan)
    meant = Meant(options["confirm"], plan.sha256, user_named(options["by"]))
    n = order_errand(campaign, plan, meant, now=timezone.now())
    return {"ordered": n}, [f"Ordered for {n} people. The worker does it in a moment."]
