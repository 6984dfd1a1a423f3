"""Studies: members, consent texts, tokens and experiments on one page; a study file in and out."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from experiments.access import Right
from experiments.admin.showing import STATUS_LABELS
from experiments.console import ReadOnlyInline, Scoped, ScopedInline, has_right
from experiments.errors import Refusal
from experiments.forms.fields import LocalisedField
from experiments.forms.study import ConsentForm, MembershipForm, StudyFileForm, StudyForm
from experiments.models import ApiToken, ConsentDocument, Experiment, Membership, Role, Study
from experiments.services.members import remove_member, set_member
from experiments.services.snapshot import document_of
from experiments.services.study_file import add_consent_document, import_study
from experiments.types import JsonObject
from experiments.yaml_file import dump


class ExperimentInline(ReadOnlyInline):
    """The study's experiments, each a link."""

    model = Experiment
    study_path = "pk"
    fields = ("link", "state", "target", "created_at")
    readonly_fields = fields
    verbose_name_plural = "experiments"
    hide_title = True

    @display(description="Experiment")
    def link(self, experiment: Experiment) -> SafeString:
        """To its page."""
        url = reverse("admin:experiments_experiment_change", args=[experiment.pk])
        return format_html('<a class="machina-link" href="{}">{}</a>', url, experiment.title)

    @display(description="Status", label=STATUS_LABELS)
    def state(self, experiment: Experiment) -> str:
        """As a chip."""
        return experiment.get_status_display()


class MembershipInline(ScopedInline):
    """Who may do what. Owners change it."""

    model = Membership
    form = MembershipForm
    study_path = "pk"
    edit_right = Right.MANAGE
    fields = ("username", "role")
    verbose_name_plural = "members"
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """With the users' names."""
        return cast("QuerySet[Membership]", super().get_queryset(request).select_related("user", "study"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who may not change members sees them as text."""
        return () if self.has_change_permission(request, obj) else ("member", "role")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """As above."""
        return ("username", "role") if self.has_change_permission(request, obj) else ("member", "role")

    @display(description="User name")
    def member(self, membership: Membership) -> str:
        """The user's name."""
        return membership.user.get_username()


class ConsentInline(ReadOnlyInline):
    """Consent texts on record: nobody changes them, people have agreed to them."""

    model = ConsentDocument
    study_path = "pk"
    json_fields = ("title", "body")
    fields = ("version", "title", "body", "created_at")
    readonly_fields = ("created_at",)
    verbose_name_plural = "consent texts"
    hide_title = True


class NewConsentInline(ScopedInline):
    """The next consent text."""

    model = ConsentDocument
    form = ConsentForm
    study_path = "pk"
    fields = ("version", "title", "body")
    verbose_name = "new consent text"
    verbose_name_plural = "new consent text"
    max_num = 1
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConsentDocument]:
        """Those on record stand in a tab of their own."""
        return cast("QuerySet[ConsentDocument]", super().get_queryset(request).none())

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """The form learns the study's languages."""
        formset = super().get_formset(request, obj, **options)
        for name in ("title", "body"):
            if obj is not None and name in formset.form.base_fields:
                cast(LocalisedField, formset.form.base_fields[name]).languages = obj.languages
        return formset


class TokenInline(ReadOnlyInline):
    """The study's API tokens, for its owners; new ones have a page of their own."""

    model = ApiToken
    study_path = "pk"
    view_right = Right.MANAGE
    fields = ("name", "prefix", "user", "role", "created_at", "expires_at", "last_used_at", "revoked_at")
    readonly_fields = fields
    verbose_name_plural = "API tokens"
    show_change_link = True
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """With the users' names."""
        return cast("QuerySet[ApiToken]", super().get_queryset(request).select_related("user"))


@admin.register(Study)
class StudyAdmin(Scoped):
    """Projects. Anyone on the staff may begin one, and owns it."""

    study_path = "pk"
    form = StudyForm
    edit_right = Right.EDIT
    list_display = ("title", "slug", "experiment_count", "language_list", "created_at")
    search_fields = ("title", "slug")
    ordering = ("-created_at",)
    actions_list = ("import_link",)  # type: ignore[assignment]  # Unfold declares an empty tuple
    prepopulated_fields = {"slug": ("title",)}  # noqa: RUF012 - Django's own way
    inlines = (ExperimentInline, ConsentInline, NewConsentInline, MembershipInline, TokenInline)
    fieldsets = (
        (None, {"fields": ("title", "slug", "description", "contact", "languages")}),
        ("Money and retention", {"fields": (("budget", "currency"), "retention_days")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Study]:
        """With the number of experiments."""
        return cast("QuerySet[Study]", super().get_queryset(request).annotate(n_experiments=Count("experiments")))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the ways to its results, for who may see them."""
        study = self.get_object(request, object_id)
        sees = isinstance(study, Study) and has_right(request, Right.DOWNLOAD, study.pk)
        shown = {"study": study, "may_download": True} if sees else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Anyone on the staff."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Anyone on the staff: who has no study yet can begin one."""
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Owners, while nothing was collected: experiments with a version stay."""
        if obj is not None and obj.pk and obj.experiments.filter(version__isnull=False).exists():
            return False
        return super().has_delete_permission(request, obj)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """A study that is being made has none yet."""
        return self.inlines if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """Only where there is something to fill in."""
        return {} if obj else dict(self.prepopulated_fields)

    @display(description="Experiments", ordering="n_experiments")
    def experiment_count(self, study: Study) -> int:
        """Counted with the list."""
        return int(getattr(study, "n_experiments", 0))

    @display(description="Languages")
    def language_list(self, study: Study) -> str:
        """The codes."""
        return ", ".join(study.languages)

    def save_model(self, request: HttpRequest, obj: Study, form: Any, change: bool) -> None:
        """Whoever makes a study owns it."""
        super().save_model(request, obj, form, change)
        if not change:
            set_member(obj, cast(User, request.user), Role.OWNER)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Members and consent texts go through their services."""
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            remove_member(row.study, row.user)
        for row in rows:
            if isinstance(row, Membership):
                set_member(row.study, row.user, row.role)
            elif isinstance(row, ConsentDocument):
                text: JsonObject = {"version": row.version, "title": row.title, "body": row.body}
                add_consent_document(row.study, text)

    def get_urls(self) -> list[URLPattern]:
        """Besides Django's: the study file, in and out."""
        view = self.admin_site.admin_view
        own = [
            path("import/", view(self.import_view), name="experiments_study_import"),
            path("<int:pk>/file/", view(self.file_view), name="experiments_study_file"),
        ]
        return [*own, *super().get_urls()]

    @action(  # type: ignore[operator]  # Unfold misdeclares what this returns
        description="Import a study file", url_path="import-file", icon="upload_file"
    )
    def import_link(self, request: HttpRequest) -> HttpResponse:
        """The button above the list."""
        return HttpResponseRedirect(reverse("admin:experiments_study_import"))

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The study as YAML. Reading it changes nothing."""
        study = get_object_or_404(self.get_queryset(request), pk=pk)
        return yaml_response(document_of(study), study.slug)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """All of the file, or nothing and every problem with its line."""
        form = StudyFileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            document = cast(JsonObject, form.cleaned_data["document"])
            try:
                self._require_right(request, document)
                study = import_study(document, owner=cast(User, request.user))
            except Refusal as refusal:
                form.add_error(None, f"{refusal.message} {refusal.hint}".strip())
            else:
                messages.success(request, f"“{study.title}” was imported.")
                return HttpResponseRedirect(reverse("admin:experiments_study_change", args=[study.pk]))
        context = {**self.admin_site.each_context(request), "form": form, "title": "Import a study file"}
        return render(request, "machina/import_study.html", context, status=422 if form.is_bound else 200)

    def _require_right(self, request: HttpRequest, document: JsonObject) -> None:
        """A file that names a known study changes it: that takes the right to edit it."""
        head = document.get("study")
        slug = str(head.get("slug")) if isinstance(head, dict) else ""
        known = Study.objects.filter(slug=slug).first()
        if known is not None and not has_right(request, Right.EDIT, known.pk):
            raise Refusal(f"There is already a study “{slug}”.", hint="Choose another slug.")


def yaml_response(document: JsonObject, name: str) -> HttpResponse:
    """A download."""
    response = HttpResponse(dump(document), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response
