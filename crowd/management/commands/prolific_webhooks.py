"""``manage.py prolific_webhooks``: be told by Prolific of what happens, a moment after it does."""

from __future__ import annotations

import json
from argparse import RawDescriptionHelpFormatter
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from crowd.errors import PlatformError
from crowd.models import Account
from crowd.platforms.prolific.hooks import EVENTS, Hooks
from crowd.reads.notices import notices_of
from crowd.services.reaching import link_of

HELP: Final = """\
Webhooks of a Prolific account. Without them everything is seen all the same, some seconds later: they are hints.

  manage.py prolific_webhooks "Lab"               what is set up, and what is missing
  manage.py prolific_webhooks "Lab" secret        make the workspace's secret; it is shown once
  manage.py crowd_accounts edit "Lab" --option webhook_secret=env:LAB_WEBHOOKS
  manage.py prolific_webhooks "Lab" subscribe     ask to be told, at this installation's address
  manage.py prolific_webhooks "Lab" unsubscribe   no more

The secret belongs into a variable of the environment (LAB_WEBHOOKS above) of every web process. A workspace has one
secret: a new one makes the old one void for everybody who uses the workspace. Prolific posts to https addresses only;
PUBLIC_URL says which is ours.

Status 0: done, or all is well. 1: something is missing, or Prolific said no."""


class Command(BaseCommand):
    """One verb each."""

    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        """An account and a verb."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("account", help="the name of the account")
        parser.add_argument(
            "verb", nargs="?", default="status", choices=("status", "secret", "subscribe", "unsubscribe")
        )
        parser.add_argument("--json", action="store_true", help="for scripts")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """Look or change, and tell."""
        account = Account.objects.filter(name=options["account"], platform="prolific").first()
        if account is None:
            raise CommandError(f"There is no Prolific account called “{options['account']}”.")
        address = f"{settings.PUBLIC_URL}{reverse('crowd:prolific', args=[account.uuid])}"
        try:
            told = getattr(self, f"_{options['verb']}")(Hooks(link_of(account)), account, address)
        except PlatformError as error:
            raise CommandError(f"{error.message} {error.hint}".strip()) from None
        lines = [f"{name}: {value}" for name, value in told.items()]
        self.stdout.write(json.dumps(told, default=str) if options["json"] else "\n".join(lines))
        if told.get("missing"):
            raise CommandError(f"Missing: {told['missing']}")

    def _status(self, hooks: Hooks, account: Account, address: str) -> dict[str, object]:
        notices = notices_of(account)
        confirmed = {each.event for each in hooks.subscriptions(address) if each.is_enabled}
        missing = [f"subscription to {event}" for event in EVENTS if event not in confirmed]
        if not notices.is_told:
            missing.append("the account's option webhook_secret")
        if not hooks.has_secret():
            missing.append("the workspace's secret")
        told = {
            "address": address,
            "subscribed": ", ".join(sorted(confirmed)) or "-",
            "last event": notices.last or "-",
        }
        return {**told, "missing": ", ".join(missing)}

    def _secret(self, hooks: Hooks, account: Account, address: str) -> dict[str, object]:
        return {"secret": hooks.make_secret(), "next": "put it into a variable, and name that in webhook_secret"}

    def _subscribe(self, hooks: Hooks, account: Account, address: str) -> dict[str, object]:
        return {"address": address, "new": ", ".join(hooks.subscribe(address)) or "none: all were there"}

    def _unsubscribe(self, hooks: Hooks, account: Account, address: str) -> dict[str, object]:
        return {"address": address, "taken away": hooks.unsubscribe(address)}
