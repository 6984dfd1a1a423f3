"""``manage.py poll_crowd``: read the platforms and carry out what is desired, without Celery."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import asdict, dataclass, field

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd.errors import PlatformError
from crowd.models import Account
from crowd.services.carrying_out import carry_out_account
from crowd.services.excluding import keep_lists
from crowd.services.hearing import accounts_with_a_queue, hear_queue
from crowd.services.polling import Reading, due_accounts, poll_account
from crowd.services.pushing import push_lists
from crowd.services.wrapping_up import see_to_endings

HELP = """\
Read what the crowd platforms show and carry out what is desired of them: what Celery's workers do by themselves.

  manage.py poll_crowd --once                 every account now, whether it is due or not, then stop
  manage.py poll_crowd --once --account Lab   that account alone
  manage.py poll_crowd                        as the workers do: whenever an account is due, until Ctrl-C
  manage.py poll_crowd --once --json          for scripts: what each look told

An account is read by one at a time, so this may run beside the workers. Exit status 1: an account could not be read;
why, the line says and the page of differences."""
PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one account. reading: None where somebody else is at it, or it is left alone for a while."""

    account: str
    reading: Reading | None
    done: dict[str, int] = field(default_factory=dict)
    trouble: str = ""


class Command(BaseCommand):
    """Polls."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once or for ever, and which."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("--once", action="store_true", help="every account once, then stop")
        parser.add_argument("--account", help="the name of one account")
        parser.add_argument("--json", action="store_true", help="a JSON object for each look")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Until it is done, or somebody stops it."""
        names = self._named(options["account"])
        if options["once"]:
            looks = [self._look(pk, as_json=bool(options["json"])) for pk in names]
            if any(look.trouble for look in looks):
                raise CommandError("Not every account could be read.")
            if not looks:
                self.stderr.write("There is no account yet. Make one in the console: Crowd, Accounts.")
            return
        self._for_ever(set(names), as_json=bool(options["json"]))

    def _named(self, name: object) -> list[int]:
        accounts = Account.objects.filter(name=name) if name else Account.objects.all()
        found = list(accounts.order_by("name").values_list("pk", flat=True))
        if name and not found:
            known = ", ".join(Account.objects.order_by("name").values_list("name", flat=True)[:10]) or "none yet"
            raise CommandError(f"There is no account “{name}”. There are: {known}.")
        return found

    def _for_ever(self, wanted: set[int], *, as_json: bool) -> None:
        try:
            while True:
                for pk in due_accounts(timezone.now()):
                    if pk in wanted:
                        self._look(pk, as_json=as_json)
                time.sleep(PAUSE)
        except KeyboardInterrupt:
            self.stderr.write("Stopped. What was begun is gone on with by the next.")

    def _look(self, pk: int, *, as_json: bool) -> Look:
        look = _look_at(Account.objects.get(pk=pk))
        self.stdout.write(json.dumps(asdict(look)) if as_json else _sentence(look))
        return look


def _look_at(account: Account) -> Look:
    """What is desired first, so that the reading shows what came of it."""
    rng = np.random.default_rng()
    keep_lists()
    push_lists(account, clock=timezone.now, rng=rng)
    account.refresh_from_db()
    done = carry_out_account(account, clock=timezone.now, rng=rng)
    if account.pk in {each.pk for each in accounts_with_a_queue()}:
        try:
            hear_queue(account, now=timezone.now())
        except PlatformError as error:
            return Look(account.name, None, trouble=error.message)
    reading = poll_account(account, clock=timezone.now, rng=rng)
    see_to_endings(timezone.now())
    account.refresh_from_db()
    return Look(account.name, reading, {str(action): n for action, n in done.items()}, account.trouble)


def _sentence(look: Look) -> str:
    if look.reading is None:
        return f"{look.account}: not read. {look.trouble or 'Somebody is at it.'}"
    told = look.reading
    did = ", ".join(f"{action} {n}" for action, n in look.done.items()) or "nothing to do"
    seen = (
        f"{told.postings} postings ({told.postings_changed} changed), {told.submissions} submissions of {told.read} "
        f"postings read ({told.submissions_changed} changed, {told.submissions_new} new)"
    )
    left = "" if told.is_whole else " It was not all; the next look goes on."
    return f"{look.account}: {did}; {seen}.{f' {look.trouble}' if look.trouble else left}"
