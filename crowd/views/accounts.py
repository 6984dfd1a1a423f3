"""Accounts: those one may see, the page of one, a new one, and the check of its connection."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from crowd.forms.account import AccountForm
from crowd.models import Account, Campaign
from crowd.platforms import PLATFORMS
from crowd.platforms.base import Finding
from crowd.reads.notices import notices_of
from crowd.services.accounts import check_account, create_account, draft_of, edit_account, require_keeper
from crowd.showing.accounts import row_of, rows_of
from crowd.views.doors import page, posted, refused, refusing_in_words
from experiments.access import Right
from experiments.console.rights import has_right_somewhere, sees_everything, studies_with
from experiments.errors import Forbidden, Invalid, Refusal, Unknown
from experiments.models import Study

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet


@require_GET
@login_required
def accounts(request: HttpRequest) -> HttpResponse:
    """Those through which one's studies may spend."""
    user = cast("User", request.user)
    rows = rows_of(Account.objects.visible_to(user), Study.objects.visible_to(user))
    context = {"rows": rows, "may_add": has_right_somewhere(request, Right.MANAGE)}
    return page(request, "crowd/accounts.html", "Accounts", context)


@require_http_methods(["GET", "POST"])
@login_required
def new_account(request: HttpRequest) -> HttpResponse:
    """A form; then the page of what was made."""
    if not has_right_somewhere(request, Right.MANAGE):
        return refused(request, Forbidden("Accounts are kept by owners of studies.", hint="Ask an owner of yours."))
    form = AccountForm(request.POST if request.method == "POST" else None, studies=_own(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = create_account(form.draft(), by=cast("User", request.user), now=timezone.now())
        except Invalid as invalid:
            form.refuse(invalid)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.message} {refusal.hint}")
        else:
            messages.success(request, f"“{made.name}” was made. Check its connection next: it spends nothing.")
            return HttpResponseRedirect(reverse("crowd:account", args=[made.uuid]))
    return page(request, "crowd/account_new.html", "New account", {"form": form, "kinds": PLATFORMS.values()})


@require_http_methods(["GET", "POST"])
@login_required
@refusing_in_words
def account(request: HttpRequest, account: uuid.UUID) -> HttpResponse:
    """What it is and how it does; for its keepers a form."""
    row = _find(request, account)
    if request.method == "GET":
        return _page(request, row)
    form = AccountForm(request.POST, studies=_own(request))
    if form.is_valid():
        try:
            edit_account(row, form.draft(), by=cast("User", request.user), now=timezone.now())
        except Invalid as invalid:
            form.refuse(invalid)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.message} {refusal.hint}")
        else:
            messages.success(request, f"“{form.cleaned_data['name']}” is as you wrote.")
            return HttpResponseRedirect(request.path)
    return _page(request, row, form=form)


@posted("crowd:account", "account")
@login_required
@refusing_in_words
def check(request: HttpRequest, account: uuid.UUID) -> HttpResponse:
    """Call it, and say what was found. It spends nothing."""
    row = _find(request, account)
    _require_run(request, row)
    findings = check_account(row)
    row.refresh_from_db()
    return _page(request, row, findings=findings)


def _page(
    request: HttpRequest, row: Account, *, form: AccountForm | None = None, findings: tuple[Finding, ...] = ()
) -> HttpResponse:
    user, keeps = cast("User", request.user), _keeps(request, row)
    if form is None and keeps:
        form = AccountForm(None, studies=_own(request))
        form.fill(draft_of(row))
    context: dict[str, object] = {
        "row": row_of(row, Study.objects.visible_to(user)),
        "form": form if keeps else None,
        "kinds": PLATFORMS.values(),
        "findings": findings,
        "is_well": all(finding.is_well for finding in findings),
        "may_check": _may_run(request, row),
        "notices": notices_of(row),
        "campaigns": Campaign.objects.visible_to(user).filter(account=row).select_related("experiment")[:20],
    }
    return page(request, "crowd/account.html", row.name, context)


def _find(request: HttpRequest, identity: uuid.UUID) -> Account:
    found = Account.objects.visible_to(cast("User", request.user)).filter(uuid=identity).first()
    if found is None:
        raise Unknown("There is no such account that you can see.", hint="Ask an owner of a study that uses it.")
    return found


def _own(request: HttpRequest) -> QuerySet[Study]:
    studies = Study.objects.order_by("title")
    return studies if sees_everything(request) else studies.filter(pk__in=studies_with(request, Right.MANAGE))


def _keeps(request: HttpRequest, row: Account) -> bool:
    try:
        require_keeper(draft_of(row), cast("User", request.user))
    except Forbidden:
        return False
    return True


def _may_run(request: HttpRequest, row: Account) -> bool:
    allowed = studies_with(request, Right.RUN)
    return sees_everything(request) or row.studies.filter(pk__in=allowed).exists()


def _require_run(request: HttpRequest, row: Account) -> None:
    if not _may_run(request, row):
        raise Forbidden("Your role in the account's studies does not include: run.", hint="Ask an owner of one.")
