"""Admin classes that show a member of a study what the role allows, and nothing of other studies."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin, TabularInline

from experiments.access import Right
from experiments.console.lists import CappedPaginator
from experiments.console.refusals import refused
from experiments.console.rights import has_right, has_right_somewhere, member_roles, sees_everything
from experiments.console.showing import as_text, as_texts
from experiments.errors import Refusal


def study_id_of(row: Model, path: str) -> int | None:
    """The study of a row. path: attributes from the row to the study's id, such as `experiment.study_id`."""
    found: Any = row
    for name in path.split("."):
        found = getattr(found, name, None)
    return found if isinstance(found, int) else None


class Scoped(ModelAdmin):
    """A model of a study. study_path: from a row to the id of its study.

    Whoever is a member sees it; `edit_right` is what changing a row takes, `delete_right` what deleting one takes.
    """

    study_path: ClassVar[str] = "study_id"
    view_right: ClassVar[Right] = Right.VIEW
    edit_right: ClassVar[Right] = Right.EDIT
    delete_right: ClassVar[Right] = Right.MANAGE
    paginator = CappedPaginator
    json_fields: ClassVar[tuple[str, ...]] = ()
    show_full_result_count = False
    list_max_show_all = 0
    list_filter_submit = False
    compressed_fields = True
    warn_unsaved_form = True

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """A refusal undoes the whole form and is said on the page."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            refused(request, refusal)
            return HttpResponseRedirect(request.path)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Rows are deleted one by one, on their own page."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of the studies in which the user may look at this."""
        rows = super().get_queryset(request)
        if sees_everything(request):
            return rows
        allowed = [study for study in member_roles(request) if has_right(request, self.view_right, study)]
        return rows.filter(**{f"{self.study_path.replace('.', '__')}__in": allowed})

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[Any] | tuple[Any, ...]:
        """Who may not edit reads JSON columns as text."""
        fieldsets: list[Any] | tuple[Any, ...] = super().get_fieldsets(request, obj)
        if obj is None or not self.json_fields or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": as_texts(options["fields"], self._shown)}) for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any] | tuple[Any, ...]:
        """Those columns too."""
        fields: list[Any] | tuple[Any, ...] = super().get_readonly_fields(request, obj)
        if obj is None or not self.json_fields or self.has_change_permission(request, obj):
            return fields
        return [*fields, *self._shown.values()]

    @cached_property
    def _shown(self) -> dict[str, Any]:
        return {name: as_text(name) for name in self.json_fields}

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the sidebar and the index name this room."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Any role that includes looking. The list itself is open to the staff; who belongs nowhere finds it empty."""
        if obj is None and self.view_right == Right.VIEW:
            return bool(request.user.is_active and request.user.is_staff)
        return self._may(request, self.view_right, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Roles that include editing."""
        return self._may(request, self.edit_right, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may edit somewhere; the form offers only those studies."""
        return has_right_somewhere(request, self.edit_right)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Owners."""
        return self._may(request, self.delete_right, obj)

    def _may(self, request: HttpRequest, right: Right, obj: Model | None) -> bool:
        if obj is None or obj.pk is None:
            return has_right_somewhere(request, right)
        return has_right(request, right, study_id_of(obj, self.study_path))


class ReadOnly(Scoped):
    """A record: looked at, never touched from here."""

    warn_unsaved_form = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Services write these."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False


class ScopedInline(TabularInline):
    """Rows inside their parent's page. study_path: from the parent to the id of its study."""

    study_path: ClassVar[str] = "study_id"
    view_right: ClassVar[Right] = Right.VIEW
    edit_right: ClassVar[Right] = Right.EDIT
    json_fields: ClassVar[tuple[str, ...]] = ()
    extra = 0
    tab = True

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any] | tuple[Any, ...]:
        """Who may not edit reads JSON columns as text."""
        fields: list[Any] | tuple[Any, ...] = super().get_fields(request, obj)
        if not self.json_fields or self.has_change_permission(request, obj):
            return fields
        return as_texts(fields, self._shown)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any] | tuple[Any, ...]:
        """Those columns too."""
        fields: list[Any] | tuple[Any, ...] = super().get_readonly_fields(request, obj)
        if not self.json_fields or self.has_change_permission(request, obj):
            return fields
        return [*fields, *self._shown.values()]

    @cached_property
    def _shown(self) -> dict[str, Any]:
        return {name: as_text(name) for name in self.json_fields}

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """As the parent's."""
        return self._may(request, self.view_right, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """As changing."""
        return self._may(request, self.edit_right, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Roles that include editing."""
        return self._may(request, self.edit_right, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """As changing."""
        return self._may(request, self.edit_right, obj)

    def _may(self, request: HttpRequest, right: Right, obj: Model | None) -> bool:
        return obj is None or has_right(request, right, study_id_of(obj, self.study_path))


class ReadOnlyInline(ScopedInline):
    """A record inside its parent's page."""

    can_delete = False
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Services write these."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False


__all__ = ("ReadOnly", "ReadOnlyInline", "Scoped", "ScopedInline", "study_id_of")
