"""``manage.py crowd_people``: write to people of a campaign, block them, let them come again."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd.management.named import campaign_named, submission_named, user_named
from crowd.models import Errand
from crowd.reads.reviews import SHOWS, listed
from crowd.services.errands import order_errand, plan_of_errand
from experiments.errors import Refusal

EXAMPLES = """examples:
  crowd_people 0b6f                                       what was sent and done
  crowd_people 0b6f message --show decided --subject "Part two" --text "The second part is open."
  crowd_people 0b6f message --show decided --subject "Part two" --text "…" --confirm "message 40" --by ada
  crowd_people 0b6f block 6b1f --text "Shared one assignment with others." --confirm "block 1" --by ada
  crowd_people 0b6f unblock 6b1f --text "It was our mistake." --confirm "unblock 1" --by ada

Without --confirm nothing is done. A message whose answer was lost is unknown, and never sent twice. Mechanical Turk
delivers only to workers whose work was approved or rejected. Exit status 1 where a rule says no."""


class Command(BaseCommand):
    """Writes and blocks."""

    help = "Write to people of a campaign, block them with a reason, or let them come again."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """With the examples as they are written."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom, and what."""
        parser.add_argument("campaign", help="its id, or how that begins")
        parser.add_argument("action", nargs="?", default="list", choices=("list", *Errand.Kind.values))
        parser.add_argument("who", nargs="*", help="submissions, by their ids")
        parser.add_argument("--show", choices=list(SHOWS), default="", help="everybody on a list instead")
        parser.add_argument("--subject", default="", help="of a message")
        parser.add_argument("--text", default="", help="of a message; of a block, its reason")
        parser.add_argument("--confirm", metavar="WORDS", help="as the plan says, such as “block 1”")
        parser.add_argument("--by", metavar="USER", help="who wants it, for the record")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """One action."""
        campaign = campaign_named(options["campaign"])
        if options["action"] == "list":
            rows = Errand.objects.filter(campaign=campaign)[:100]
            told = [f"{each.at:%Y-%m-%d %H:%M}  {each.kind:<8} {each.state:<8} {each.trouble}" for each in rows]
            self.stdout.write("\n".join(told) or "Nothing was sent to anybody.")
            return
        chosen = [submission_named(campaign, each) for each in options["who"]]
        chosen = chosen or (list(listed(campaign, options["show"])) if options["show"] else [])
        try:
            plan = plan_of_errand(campaign, options["action"], chosen, subject=options["subject"], text=options["text"])
            if options["confirm"] is None:
                self.stdout.write(f"{plan.phrase}: to do it, add --confirm “{plan.phrase}”")
                return
            n = order_errand(campaign, plan, options["confirm"], by=user_named(options["by"]), now=timezone.now())
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        self.stdout.write(f"Ordered for {n} people. The worker does it in a moment.")
