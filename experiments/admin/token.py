"""API tokens: the secret is shown once, on the page that answers the form; afterwards it can only be revoked."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import display

from experiments.access import Right
from experiments.console import Scoped, studies_with
from experiments.console.rights import has_right_somewhere, sees_everything
from experiments.forms.study import TokenForm
from experiments.models import ApiToken, Study
from experiments.services.tokens import create_token, revoke_token


@admin.register(ApiToken)
class TokenAdmin(Scoped):
    """One's own tokens, and those of studies one owns."""

    form = TokenForm
    edit_right = Right.MANAGE
    list_display = ("name", "prefix", "user", "study", "role", "state", "expires_at", "last_used_at")
    list_filter = ("role",)
    list_select_related = ("user", "study")
    search_fields = ("name", "prefix")
    ordering = ("-created_at",)
    actions = ("revoke_selected",)
    change_form_template = "machina/token_change.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """Not those of other people, unless they open a study one owns."""
        tokens = ApiToken.objects.all()
        if sees_everything(request):
            return tokens
        return tokens.filter(Q(user=cast(User, request.user)) | Q(study__in=studies_with(request, Right.MANAGE)))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Members."""
        return has_right_somewhere(request, Right.VIEW)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A token does not change; it is revoked."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its row stays: the diary names it."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A new one is described, an old one shown."""
        shown = ("name", "prefix", "user", "study", "role", "created_at", "expires_at", "last_used_at", "revoked_at")
        return shown if obj else ("name", "study", "role", "expires_at")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Only studies that one owns; without one, only for superusers."""
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "study" and field is not None and not sees_everything(request):
            field.queryset = Study.objects.filter(pk__in=studies_with(request, Right.MANAGE))
            field.required = True
        return field

    @display(description="State", label={"live": "success", "revoked": "danger", "expired": "warning"})
    def state(self, token: ApiToken) -> str:
        """live, revoked or expired."""
        return token.state_at(timezone.now())

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """Made by the service; the secret waits on the request for the page that shows it."""
        made, secret = create_token(
            user=cast(User, request.user), name=obj.name, role=obj.role, study=obj.study, expires_at=obj.expires_at
        )
        obj.pk, obj.prefix = made.pk, made.prefix
        request.machina_secret = secret  # type: ignore[attr-defined]  # read once, below

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None) -> HttpResponse:
        """The one page that ever shows the secret."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Your new token",
            "token": obj,
            "secret": request.machina_secret,  # type: ignore[attr-defined]  # set above
        }
        response = render(request, "machina/token_created.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def get_urls(self) -> list[URLPattern]:
        """Besides Django's: revoke."""
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:pk>/revoke/", view, name="experiments_apitoken_revoke"), *super().get_urls()]

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST only."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        token = get_object_or_404(self.get_queryset(request), pk=pk)
        revoke_token(token, now=timezone.now())
        messages.success(request, f"“{token.name}” opens nothing from now on.")
        return HttpResponseRedirect(reverse("admin:experiments_apitoken_changelist"))

    @admin.action(description="Revoke")
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Says of each what happened."""
        for token in queryset:
            was_live = token.revoked_at is None
            revoke_token(token, now=timezone.now())
            said = "opens nothing from now on" if was_live else "was revoked before"
            messages.success(request, f"“{token.name}” {said}.")
