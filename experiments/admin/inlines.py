"""The tabs of an experiment's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from experiments.admin.version import changes_list
from experiments.console import ReadOnlyInline, ScopedInline
from experiments.forms.design import ArmForm, FactorForm, MeasureForm, PromisedFormSet, StimulusSetForm
from experiments.models import Arm, Experiment, Factor, Measure, Step, StimulusSet, Version
from experiments.services.editing import EDITABLE


class DesignInline(ScopedInline):
    """Rows of a design: they stop changing when the experiment is over. Dragging orders them."""

    ordering_field = "position"  # type: ignore[assignment]  # Unfold declares None, meant to be set
    hide_ordering_field = True
    ordering = ("position", "pk")
    hide_title = True

    def _may(self, request: HttpRequest, right: Any, obj: Any) -> bool:
        if right == self.edit_right and isinstance(obj, Experiment) and obj.status not in EDITABLE:
            return False
        return super()._may(request, right, obj)


class FactorInline(DesignInline):
    """What is varied."""

    model = Factor
    form = FactorForm
    json_fields = ("levels",)
    fields = ("name", "scope", "levels", "order", "position")


class ArmInline(DesignInline):
    """What units get."""

    model = Arm
    form = ArmForm
    formset = PromisedFormSet
    json_fields = ("levels", "payload")
    fields = ("name", "levels", "payload", "weight", "quota", "is_control", "is_enabled", "position")


class MeasureInline(DesignInline):
    """What is measured."""

    model = Measure
    form = MeasureForm
    formset = PromisedFormSet
    fields = ("name", "title", "kind", "role", "direction", "low", "high", "position")


class StimulusInline(DesignInline):
    """Cases that steps are repeated over."""

    model = StimulusSet
    form = StimulusSetForm
    json_fields = ("items",)
    template = "admin/edit_inline/stacked.html"
    fields = ("name", "items", "position")
    verbose_name_plural = "stimuli"
    hide_title = False


class StepInline(DesignInline):
    """The timeline. Each step is edited on a page of its own, beside its preview."""

    model = Step
    fields = ("link", "stage", "contents", "repeated", "position")
    readonly_fields = ("link", "contents", "repeated", "stage")
    verbose_name_plural = "steps"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """On the step's own page."""
        return False

    @display(description="Step")
    def link(self, step: Step) -> SafeString:
        """To its page."""
        url = reverse("admin:experiments_step_change", args=[step.pk])
        return format_html('<a class="machina-link" href="{}">{}</a>', url, step.name)

    @display(description="On the page")
    def contents(self, step: Step) -> str:
        """The kinds of its components."""
        return components_line(step)

    @display(description="Repeated over")
    def repeated(self, step: Step) -> str:
        """The stimuli."""
        return str(step.repeat.get("over", "")) if isinstance(step.repeat, Mapping) else "–"  # noqa: RUF001 - a dash


class VersionInline(ReadOnlyInline):
    """What was frozen, with what changed."""

    model = Version
    fields = ("number", "created_at", "sha", "differences")
    readonly_fields = fields
    ordering = ("-number",)
    show_change_link = True
    verbose_name_plural = "versions"

    @display(description="SHA-256")
    def sha(self, version: Version) -> str:
        """The first digits."""
        return version.sha256[:12]

    @display(description="What changed")
    def differences(self, version: Version) -> SafeString | str:
        """One sentence a line."""
        return changes_list(version)


def components_line(step: Step) -> str:
    """Kinds and names, such as “text, slider (score)”."""
    components = step.components if isinstance(step.components, Sequence) else ()
    entries = [entry for entry in components if isinstance(entry, Mapping)]
    return ", ".join(f"{entry.get('kind')}" + (f" ({entry['name']})" if entry.get("name") else "") for entry in entries)
