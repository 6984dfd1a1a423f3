"""Accounts at platforms: made, changed, and tried without spending anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from crowd import events
from crowd.errors import NeedsOperator, PlatformError
from crowd.events import CrowdEvent
from crowd.models import Account
from crowd.models.account import REFERENCE
from crowd.platforms import PLATFORMS, Kind
from crowd.platforms.base import Finding, Link
from crowd.platforms.guard import is_stand_in
from crowd.services.reaching import talking
from experiments.access import Right, may
from experiments.errors import Forbidden, Frozen, Invalid
from experiments.models import Study
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

WHERE = ("platform", "endpoint", "region", "is_production")


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """What somebody wants an account to be. See `Account`."""

    name: str
    platform: str
    endpoint: str = ""
    region: str = ""
    credentials: str = ""
    is_production: bool = False
    options: JsonObject = field(default_factory=dict)
    studies: tuple[Study, ...] = ()

    @property
    def link(self) -> Link:
        """As the guard looks at it."""
        return Link(self.platform, self.endpoint, self.region, self.credentials, self.is_production, self.options)

    @property
    def is_rehearsed(self) -> bool:
        """Nobody but a stand-in, or nobody at all, would be called."""
        kind = PLATFORMS[self.platform]
        return not kind.live or is_stand_in(kind.endpoint_of(self.link))


@transaction.atomic
def create_account(draft: AccountDraft, *, by: User | None, now: datetime) -> Account:
    """by: None for whoever runs commands on the installation. Invalid names what is wrong, Forbidden who may."""
    check_draft(draft)
    require_keeper(draft, by)
    account = Account(created_by=by)
    _write(account, draft)
    _record(account, now, list(_columns(draft)))
    return account


@transaction.atomic
def edit_account(account: Account, draft: AccountDraft, *, by: User | None, now: datetime) -> Account:
    """Everything of it. Frozen where the platform already has postings of it, and the account would lead elsewhere."""
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    check_draft(draft)
    require_keeper(draft_of(account), by)
    require_keeper(draft, by)
    before = draft_of(account)
    changed = [column.name for column in fields(draft) if getattr(before, column.name) != getattr(draft, column.name)]
    moved = [name for name in WHERE if name in changed]
    if moved and account.campaigns.filter(postings__isnull=False).exists():
        raise Frozen(
            f"People were already recruited through “{account.name}”: its {', '.join(moved)} cannot change.",
            hint="Make another account, and leave this one for the people it owes.",
        )
    if changed:
        _write(account, draft)
        _record(account, now, changed)
    return account


def check_account(account: Account) -> tuple[Finding, ...]:
    """What a call of it finds: credentials, permissions, clock, balance. It reads, and spends nothing."""
    about = Finding("Money", True, money_of(account))
    try:
        with talking(account) as platform:
            return (about, *platform.examine())
    except PlatformError as error:
        name = "Credentials" if isinstance(error, NeedsOperator) else "Connection"
        return (about, Finding(name, False, error.message, error.hint))


def money_of(account: Account) -> str:
    """Whose money would be spent."""
    if account.platform not in PLATFORMS:
        return "Nobody knows such a platform here."
    draft = draft_of(account, ())
    if account.is_production:
        return "Real money: nothing is spent before somebody has confirmed the cost."
    return "A stand-in: no money." if draft.is_rehearsed and account.endpoint else "No real money."


def draft_of(account: Account, studies: tuple[Study, ...] | None = None) -> AccountDraft:
    """As it stands."""
    return AccountDraft(
        name=account.name,
        platform=account.platform,
        endpoint=account.endpoint,
        region=account.region,
        credentials=account.credentials,
        is_production=account.is_production,
        options=cast(JsonObject, account.options or {}),
        studies=tuple(account.studies.order_by("pk")) if studies is None else studies,
    )


def require_keeper(draft: AccountDraft, by: User | None) -> None:
    """Forbidden unless they own every study that may spend through it; one that is real takes a superuser.

    Credentials are the installation's: whoever could name any of them could spend what another lab has prepaid.
    """
    if by is None or by.is_superuser:
        return
    if draft.platform in PLATFORMS and not draft.is_rehearsed:
        raise Forbidden(
            "Accounts at a platform itself are kept by administrators, since credentials are the installation's.",
            hint="Ask an administrator; at a stand-in you may make one yourself.",
        )
    if draft.endpoint and not settings.CROWD_OPEN_STANDINS:
        raise Forbidden(
            "Here, addresses of stand-ins are named by administrators.",
            hint="Ask an administrator to make the account, or to set CROWD_OPEN_STANDINS=1.",
        )
    if not draft.studies or not all(may(by, Right.MANAGE, study) for study in draft.studies):
        raise Forbidden(
            "An account is kept by whoever owns every study that may spend through it.",
            hint="Name studies of yours, at least one.",
        )


def check_draft(draft: AccountDraft) -> None:
    """Invalid with everything that is wrong: each with its column."""
    kind = PLATFORMS.get(draft.platform)
    if kind is None:
        problems = {"platform": f"There is no such platform. There are: {', '.join(PLATFORMS)}."}
    else:
        problems = {**_place(kind, draft), **_reference(kind, draft), **_options(kind, draft.options)}
    if not draft.name.strip():
        problems["name"] = "Give it a name."
    if problems:
        errors = tuple({"path": path, "message": message} for path, message in problems.items())
        raise Invalid("The account is not complete." if len(problems) > 1 else errors[0]["message"], errors=errors)


def _place(kind: Kind, draft: AccountDraft) -> dict[str, str]:
    """A live host, a stand-in, or nothing: nobody else is ever sent a call."""
    if not draft.endpoint:
        if kind.live and not kind.endpoint_of(draft.link):
            return {"endpoint": f"{kind.title} has no sandbox: give a stand-in's address, or mark it as production."}
        return {}
    if not kind.live:
        return {"endpoint": f"{kind.title} is called nowhere: leave it empty."}
    if is_stand_in(draft.endpoint):
        return {}
    host = (urlsplit(draft.endpoint).hostname or "").lower()
    if host not in kind.live or urlsplit(draft.endpoint).scheme != "https":
        return {"endpoint": f"This is neither {kind.title}'s own address ({', '.join(kind.live)}) nor a stand-in's."}
    if kind.live[host] and not draft.is_production:
        return {"is_production": f"Money is real at {host}: mark the account as production."}
    return {}


def _reference(kind: Kind, draft: AccountDraft) -> dict[str, str]:
    if not draft.credentials:
        return {} if draft.is_rehearsed else {"credentials": f"Say where they are: {kind.secret}."}
    scheme = draft.credentials.partition(":")[0]
    if not re.match(REFERENCE.regex, draft.credentials):
        return {"credentials": str(REFERENCE.message)}
    if scheme not in kind.accepts:
        return {"credentials": f"{kind.title} takes: {', '.join(f'{each}:NAME' for each in kind.accepts) or 'none'}."}
    return {}


def _options(kind: Kind, options: Mapping[str, object]) -> dict[str, str]:
    known = {option.name: option for option in kind.options}
    problems = {}
    for name, value in options.items():
        if name not in known:
            problems[f"options.{name}"] = f"{kind.title} knows no such option. There are: {', '.join(known) or 'none'}."
        elif problem := known[name].problem(value):
            problems[f"options.{name}"] = problem
    return problems


def _columns(draft: AccountDraft) -> tuple[str, ...]:
    return tuple(column.name for column in fields(draft) if column.name != "studies")


def _write(account: Account, draft: AccountDraft) -> None:
    for name in _columns(draft):
        setattr(account, name, getattr(draft, name))
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        taken = f"There is an account “{draft.name}” already."
        raise Invalid(taken, errors=({"path": "name", "message": taken},)) from None
    account.studies.set(draft.studies)


def _record(account: Account, now: datetime, changed: list[str]) -> None:
    payload: JsonObject = {"account": account.name, "changed": [*changed]}
    events.record(CrowdEvent.ACCOUNT_CHANGED, None, subject=f"account:{account.uuid}", at=now, payload=payload)
