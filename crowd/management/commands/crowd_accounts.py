"""``manage.py crowd_accounts``: accounts at platforms, listed, made, changed and tried."""

from __future__ import annotations

import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from crowd.models import Account
from crowd.platforms import PLATFORMS
from crowd.services.accounts import AccountDraft, check_account, create_account, draft_of, edit_account
from crowd.showing.accounts import AccountRow, kinds_shown, row_of, rows_of
from experiments.errors import Invalid, Refusal
from experiments.models import Study
from experiments.types import Json

HELP: Final = """\
Accounts at crowd platforms. An account says where its credentials are, never what they are.

  manage.py crowd_accounts                                        every account, and whether it answers
  manage.py crowd_accounts platforms                              what there is, and what each takes
  manage.py crowd_accounts add "Rehearsal" mturk --study lunch --endpoint http://127.0.0.1:8765
  manage.py crowd_accounts add "Lab, sandbox" mturk --study lunch --credentials env:LAB_MTURK
  manage.py crowd_accounts add "Lab" mturk --study lunch --credentials profile:lab --production
  manage.py crowd_accounts edit "Lab" --option calls_per_second=3 --study lunch --study dinner
  manage.py crowd_accounts check "Lab"                            credentials, permissions, clock, balance

env:LAB_MTURK is a variable of the environment that holds "access key id:secret access key"; it has to be set wherever a
web process or a worker starts. Checking calls the platform and spends nothing. An account with --production may spend
real money, yet only for campaigns whose cost somebody confirmed. More: docs/crowd-accounts.md

Status 0: done, and all is well. 1: a check found something to do, or a rule said no."""


class Command(BaseCommand):
    """One verb each."""

    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        """A verb, and what it takes."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("--json", action="store_true", help="for scripts")
        verbs = parser.add_subparsers(dest="verb", metavar="verb")
        verbs.add_parser("list", help="every account (what happens without a verb)")
        verbs.add_parser("platforms", help="the kinds of platforms")
        check = verbs.add_parser("check", help="call one, spending nothing")
        check.add_argument("name")
        add = verbs.add_parser("add", help="make one")
        add.add_argument("name")
        add.add_argument("platform", choices=sorted(PLATFORMS))
        edit = verbs.add_parser("edit", help="change one: what is not given stays")
        edit.add_argument("name")
        edit.add_argument("--rename", metavar="NAME")
        for verb in (add, edit):
            _columns(verb)
        for verb in verbs.choices.values():
            verb.add_argument("--json", action="store_true", help="for scripts", default=False, dest="json_too")

    def handle(self, *_arguments: object, **options: Any) -> None:
        """Look, and tell."""
        self.is_json = options["json"] or options.get("json_too", False)
        try:
            getattr(self, f"_{options['verb'] or 'list'}")(options)
        except Invalid as invalid:
            raise CommandError("; ".join(f"{error['path']}: {error['message']}" for error in invalid.errors)) from None
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from None

    def _list(self, options: Mapping[str, Any]) -> None:
        rows = rows_of(Account.objects.all(), Study.objects.all())
        if self.is_json:
            self._say([_shown(row) for row in rows])
            return
        for row in rows:
            state = f"in trouble: {row.account.trouble}" if row.account.trouble else "no trouble"
            self.stdout.write(f"{row.account.name}  ({row.platform}; {', '.join(row.slugs) or 'no study'})")
            self.stdout.write(f"  {row.money}  {row.campaigns} campaigns, {row.running} not over; {state}")
        if not rows:
            self.stdout.write('None yet. Begin with a stand-in: "manage.py standin mturk", then "crowd_accounts add".')

    def _platforms(self, options: Mapping[str, Any]) -> None:
        kinds = list(kinds_shown())
        if self.is_json:
            self._say(kinds)
            return
        for kind in PLATFORMS.values():
            self.stdout.write(f"{kind.name}  {kind.title}: {kind.about}")
            self.stdout.write(f"  can: {', '.join(sorted(kind.abilities)) or 'nothing by itself'}")
            for option in kind.options:
                self.stdout.write(f"  --option {option.name}=…  {option.about}")

    def _add(self, options: Mapping[str, Any]) -> None:
        draft = _drafted(AccountDraft(options["name"], options["platform"]), options)
        self._tell(create_account(draft, by=None, now=timezone.now()), "made")

    def _edit(self, options: Mapping[str, Any]) -> None:
        account = _named(options["name"])
        draft = _drafted(replace(draft_of(account), name=options["rename"] or account.name), options)
        self._tell(edit_account(account, draft, by=None, now=timezone.now()), "changed")

    def _check(self, options: Mapping[str, Any]) -> None:
        findings = check_account(_named(options["name"]))
        is_well = all(finding.is_well for finding in findings)
        if self.is_json:
            self._say({"is_well": is_well, "findings": [asdict(finding) for finding in findings]})
        for finding in () if self.is_json else findings:
            mark = "ok  " if finding.is_well else "BAD "
            self.stdout.write(f"{mark} {finding.name}: {finding.message} {finding.hint}".rstrip())
        if not is_well:
            sys.exit(1)

    def _tell(self, account: Account, done: str) -> None:
        row = row_of(account, Study.objects.all())
        if self.is_json:
            self._say(_shown(row))
        else:
            self.stdout.write(f"{account.name}: {done}. {row.money} Next: crowd_accounts check “{account.name}”.")

    def _say(self, found: object) -> None:
        self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))


def _columns(verb: Any) -> None:
    verb.add_argument("--study", action="append", metavar="SLUG", help="may spend through it; again for more")
    verb.add_argument("--endpoint", metavar="URL", help="a stand-in's address; empty for the platform's own")
    verb.add_argument("--credentials", metavar="REFERENCE", help="env:NAME or profile:NAME")
    verb.add_argument("--region", help="us-east-1 by itself")
    verb.add_argument("--production", action="store_true", default=None, help="the money is real")
    verb.add_argument("--no-production", action="store_false", dest="production", help="it is not")
    verb.add_argument(
        "--option", action="append", metavar="NAME=VALUE", help="what only this kind knows; see platforms"
    )


def _drafted(draft: AccountDraft, options: Mapping[str, Any]) -> AccountDraft:
    """The draft with what was given."""
    given = {name: options[name] for name in ("endpoint", "credentials", "region") if options[name] is not None}
    if options["production"] is not None:
        given["is_production"] = options["production"]
    if options["study"]:
        given["studies"] = tuple(sorted((_study(slug) for slug in options["study"]), key=lambda study: study.pk))
    if options["option"]:
        given["options"] = {**draft.options, **dict(map(_option, options["option"]))}
    return replace(draft, **given)


def _option(text: str) -> tuple[str, Json]:
    """NAME=VALUE; a number where it reads like one."""
    name, _, value = text.partition("=")
    try:
        return name, float(value) if "." in value else int(value)
    except ValueError:
        return name, value


def _study(slug: str) -> Study:
    found = Study.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no study “{slug}”.")
    return found


def _named(name: str) -> Account:
    found = Account.objects.filter(name=name).first()
    if found is None:
        names = ", ".join(f"“{each}”" for each in Account.objects.values_list("name", flat=True)) or "none"
        raise CommandError(f"There is no account “{name}”. There are: {names}.")
    return found


def _shown(row: AccountRow) -> dict[str, object]:
    return {
        "id": str(row.account.uuid),
        "name": row.account.name,
        "platform": row.account.platform,
        "endpoint": row.account.endpoint,
        "credentials": row.account.credentials,
        "is_production": row.account.is_production,
        "options": row.account.options,
        "studies": row.slugs,
        "money": row.money,
        "campaigns": row.campaigns,
        "trouble": row.account.trouble,
        "troubled_since": row.account.troubled_since,
    }
