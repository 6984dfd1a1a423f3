"""``manage.py create_token USER``: a key for a program."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from experiments.models import Role, Study
from experiments.services.tokens import create_token

HELP = (
    "Make an API token and print it once: only its digest is kept. It acts for USER, never beyond --role, and with "
    "--study in that study only. Send it as “Authorization: Bearer mch_…”. Revoke it in the console."
)


class Command(BaseCommand):
    """Make a token."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, for what, how long."""
        parser.add_argument("user", help="user name")
        parser.add_argument("--study", default="", metavar="SLUG", help="the only study that it opens")
        parser.add_argument("--role", default=Role.RESEARCHER, choices=Role.values, help="the most it may do")
        parser.add_argument("--name", default="made by create_token", help="to recognise it in the list")
        parser.add_argument("--days", type=int, default=0, help="expire after so many days; 0: never")
        parser.add_argument("--json", action="store_true", help="secret, prefix and expiry as JSON")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Find, make, print."""
        user = get_user_model().objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user “{options['user']}”.")
        days = int(options["days"])
        if not 0 <= days <= 36_500:
            raise CommandError("--days: from 0 to 36500.")
        expires_at = timezone.now() + timedelta(days=days) if days else None
        token, secret = create_token(
            user=user,
            name=options["name"][:100],
            role=options["role"],
            study=_study(options["study"]),
            expires_at=expires_at,
        )
        shown = {"token": secret, "prefix": token.prefix, "expires_at": expires_at.isoformat() if expires_at else None}
        self.stdout.write(json.dumps(shown) if options["json"] else secret)


def _study(slug: str) -> Study | None:
    if not slug:
        return None
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        raise CommandError(f"There is no study “{slug}”.")
    return study
