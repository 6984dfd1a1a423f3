"""``manage.py crowd_differences``: where the platforms and we disagree."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd.models import Campaign
from crowd.reads.differences import AccountLine, Line, accounts_of, differences
from crowd.services.mending import look_now, try_row_again
from experiments.errors import Refusal

HELP = """\
Every posting, decision, person and payment that a platform has otherwise than we do, and what to do about each.

  manage.py crowd_differences
  manage.py crowd_differences --study lunch --json
  manage.py crowd_differences --look                        read all accounts within seconds
  manage.py crowd_differences --retry submission:6b1f4f0e-9d3c-4a55-8d3f-0c8c8d1c7c11

Exit status 1: something needs somebody. What comes by itself does not count."""


class Command(BaseCommand):
    """Shows differences."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of which study, and what is done."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("--study", help="slug of one study")
        parser.add_argument("--look", action="store_true", help="have the accounts read within seconds")
        parser.add_argument("--retry", metavar="SUBJECT", help="call for this row again")
        parser.add_argument("--json", action="store_true", help="as JSON, with the names that the API has")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Do it, then show."""
        campaigns, now = Campaign.objects.all(), timezone.now()
        if options["study"]:
            campaigns = campaigns.filter(experiment__study__slug=options["study"])
        try:
            if options["retry"]:
                try_row_again(str(options["retry"]), campaigns, now=now)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        if options["look"]:
            look_now(campaigns, now=now)
        lines, accounts = differences(campaigns, now), accounts_of(campaigns, now)
        if options["json"]:
            found = {"differences": [_line(each) for each in lines], "accounts": [_account(each) for each in accounts]}
            self.stdout.write(json.dumps(found, default=str))
        else:
            self._show(lines, accounts)
        if any(not line.difference.comes_by_itself for line in lines) or any(not line.is_well for line in accounts):
            raise SystemExit(1)

    def _show(self, lines: list[Line], accounts: list[AccountLine]) -> None:
        for account in accounts:
            if not account.is_well:
                self.stdout.write(f"{account.account.name}: {account.account.trouble or 'nobody reads it'}")
        for line in lines:
            told = line.difference
            self.stdout.write(f"{line.subject}  ({line.campaign})\n  here: {told.ours}, there: {told.theirs}")
            self.stdout.write(f"  {told.advice}")
        if not lines:
            self.stdout.write("No differences.")


def _line(line: Line) -> dict[str, object]:
    about = {"subject": line.subject, "title": line.title, "campaign": line.campaign.uuid, "since": line.since}
    return {**about, **asdict(line.difference)}


def _account(line: AccountLine) -> dict[str, object]:
    account = line.account
    told = {"trouble": account.trouble, "polled_at": account.polled_at, "poll_due": account.poll_due}
    return {"name": account.name, "is_well": line.is_well, "is_late": line.is_late, **told}
