"""Accounts as pages, commands and the API show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from crowd.errors import NeedsOperator
from crowd.models import Account, Campaign
from crowd.platforms import PLATFORMS
from crowd.platforms.credentials import secret_of
from crowd.platforms.guard import is_stand_in, permit
from crowd.services.accounts import money_of
from crowd.services.reaching import link_of
from experiments.models import Study

LIVE = (Campaign.Status.RUNNING, Campaign.Status.PAUSED)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """platform: its title. money: whose. studies: that may be named; others: how many besides.

    campaigns: all of them; running: those that are not over.
    """

    account: Account
    platform: str
    money: str
    studies: tuple[Study, ...]
    others: int
    campaigns: int
    running: int

    @property
    def slugs(self) -> list[str]:
        """Of the studies that may be named."""
        return [study.slug for study in self.studies]

    @property
    def is_called(self) -> bool:
        """Whether there is anybody to call."""
        kind = PLATFORMS.get(self.account.platform)
        return kind is not None and bool(kind.live)


def rows_of(accounts: QuerySet[Account], studies: QuerySet[Study]) -> list[AccountRow]:
    """Two queries, however many there are. studies: those that may be named; others are counted."""
    counted = accounts.annotate(
        n_studies=Count("studies", distinct=True),
        n_campaigns=Count("campaigns", distinct=True),
        n_running=Count("campaigns", distinct=True, filter=Q(campaigns__status__in=LIVE)),
    )
    named = Prefetch("studies", queryset=studies.order_by("title"), to_attr="named")
    return [_row(account) for account in counted.prefetch_related(named).order_by("name")]


def row_of(account: Account, studies: QuerySet[Study]) -> AccountRow:
    """The same of one."""
    return rows_of(Account.objects.filter(pk=account.pk), studies)[0]


def kinds_shown() -> Iterable[dict[str, object]]:
    """What each kind of platform is, can, and takes: for the API and the command."""
    for kind in PLATFORMS.values():
        yield {
            "name": kind.name,
            "title": kind.title,
            "about": kind.about,
            "abilities": sorted(kind.abilities),
            "credentials": [f"{scheme}:NAME" for scheme in kind.accepts],
            "secret": kind.secret,
            "options": [{"name": option.name, "about": option.about} for option in kind.options],
        }


def _row(account: Account) -> AccountRow:
    kind = PLATFORMS.get(account.platform)
    named: list[Study] = getattr(account, "named", [])
    return AccountRow(
        account=account,
        platform=kind.title if kind else account.platform,
        money=money_of(account),
        studies=tuple(named),
        others=getattr(account, "n_studies", len(named)) - len(named),
        campaigns=getattr(account, "n_campaigns", 0),
        running=getattr(account, "n_running", 0),
    )


def problem_of(account: Account) -> tuple[str, str] | None:
    """(what is wrong, what to do), as far as it shows without calling anybody."""
    kind = PLATFORMS.get(account.platform)
    if kind is None:
        return f"no platform “{account.platform}” is installed", "Rename its platform, or install it."
    link = link_of(account)
    try:
        permit(kind, link)
        if account.credentials.startswith("env:") and not is_stand_in(kind.endpoint_of(link)):
            secret_of(account.credentials)
    except NeedsOperator as error:
        return error.message, error.hint
    return None
