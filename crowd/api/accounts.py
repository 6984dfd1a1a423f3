"""Accounts at platforms over the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crowd.api.shapes import ACCOUNT, KIND, AccountSent, AccountShown, CheckShown, PlatformShown
from crowd.models import Account
from crowd.services.accounts import AccountDraft, check_account, create_account, edit_account
from crowd.showing.accounts import kinds_shown, row_of, rows_of
from experiments.access import Right
from experiments.api.access import find_study, visible_studies
from experiments.api.base import ApiView
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.pagination import PageQuery, page_response
from experiments.api.shapes import page_of
from experiments.errors import Forbidden, Unknown

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet


def visible_accounts(request: Request) -> QuerySet[Account]:
    """Those of the studies that the caller may know of."""
    return Account.objects.filter(studies__in=visible_studies(request)).distinct()


@extend_schema(tags=["crowd"])
class PlatformsView(ApiView):
    """/crowd/platforms/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="list_platforms", responses=page_of(PlatformShown, KIND))
    def get(self, request: Request) -> Response:
        """The kinds of platforms: what each can, and what an account there takes."""
        return Response({"results": PlatformShown.many_of(kinds_shown()), "next": None})


@extend_schema(tags=["crowd"])
class AccountsView(ApiView):
    """/crowd/accounts/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.MANAGE}

    @extend_schema(operation_id="list_accounts", parameters=[PageQuery], responses=page_of(AccountShown, ACCOUNT))
    def get(self, request: Request) -> Response:
        """The accounts through which studies of yours may spend."""
        return page_response(request, visible_accounts(request), lambda found: _shown(request, found))

    @extend_schema(
        operation_id="create_account",
        request=AccountSent,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: AccountShown},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Make an account for studies that you own. At a platform itself, only administrators may: credentials are
        the installation's. Nobody is called; see `check`.
        """
        account = create_account(_draft(request), by=cast("User", request.user), now=timezone.now())
        return Response(AccountShown.one(row_of(account, visible_studies(request))), status=201)


class AccountView(ApiView):
    """Below /crowd/accounts/<id>/."""

    account: Account

    def open(self, request: Request, right: Right) -> None:
        """404 for an account of foreign studies, 403 for too low a role: in all of its studies to change it, in one to
        look or check.
        """
        found = visible_accounts(request).filter(uuid=self.kwargs["account"]).first()
        if found is None:
            raise Unknown(f"There is no account {self.kwargs['account']} that you can see.")
        enough = all if right == Right.MANAGE else any
        if not enough(_has_right(request, study.slug, right) for study in found.studies.all()):
            raise Forbidden(f"Your role in the account's studies, or your token's, does not include: {right}.")
        self.account = found


@extend_schema(tags=["crowd"])
class AccountDetailView(AccountView):
    """/crowd/accounts/<id>/"""

    rights: ClassVar = {"GET": Right.VIEW, "PUT": Right.MANAGE}

    @extend_schema(operation_id="show_account", responses=AccountShown)
    def get(self, request: Request, account: str) -> Response:
        """One account, and whether it answers."""
        return Response(AccountShown.one(row_of(self.account, visible_studies(request))))

    @extend_schema(operation_id="edit_account", request=AccountSent, responses=AccountShown)
    def put(self, request: Request, account: str) -> Response:
        """The whole account anew. Once people were recruited through it, it cannot be led elsewhere."""
        edited = edit_account(self.account, _draft(request), by=cast("User", request.user), now=timezone.now())
        return Response(AccountShown.one(row_of(edited, visible_studies(request))))


@extend_schema(tags=["crowd"])
class AccountCheckView(AccountView):
    """/crowd/accounts/<id>/check/"""

    rights: ClassVar = {"POST": Right.RUN}

    @extend_schema(operation_id="check_account", request=None, responses=CheckShown)
    def post(self, request: Request, account: str) -> Response:
        """Call it: credentials, permissions, clock, balance. Nothing is spent."""
        findings = check_account(self.account)
        found = {"is_well": all(finding.is_well for finding in findings), "findings": findings}
        return Response(CheckShown.one(found))


def _shown(request: Request, accounts: Iterable[Account]) -> list[dict[str, object]]:
    chosen = Account.objects.filter(pk__in=[account.pk for account in accounts])
    rows = sorted(rows_of(chosen, visible_studies(request)), key=lambda row: row.account.pk)
    return AccountShown.many_of(rows)


def _draft(request: Request) -> AccountDraft:
    sent: dict[str, Any] = AccountSent.read(request.data)
    studies = [find_study(request, slug, Right.MANAGE) for slug in sent.pop("studies")]
    return AccountDraft(**sent, studies=tuple(sorted(studies, key=lambda study: study.pk)))


def _has_right(request: Request, slug: str, right: Right) -> bool:
    try:
        find_study(request, slug, right)
    except (Unknown, Forbidden):
        return False
    return True
