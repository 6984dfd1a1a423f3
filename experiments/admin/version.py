"""Versions: frozen definitions with what changed in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from experiments.console import ExperimentFilter, ReadOnly
from experiments.models import Version
from experiments.yaml_file import dump


@admin.register(Version)
class VersionAdmin(ReadOnly):
    """Looked at, never changed: the database refuses."""

    study_path = "experiment.study_id"
    list_display = ("experiment", "number", "short_sha", "change_count", "created_at")
    list_display_links = ("number",)
    list_filter = (ExperimentFilter,)
    list_select_related = ("experiment",)
    ordering = ("-pk",)
    fields = ("experiment", "number", "created_at", "sha256", "differences", "definition_text")
    readonly_fields = ("differences", "definition_text")

    @display(description="SHA-256")
    def short_sha(self, version: Version) -> str:
        """The first digits."""
        return version.sha256[:12]

    @display(description="Changes")
    def change_count(self, version: Version) -> str:
        """How many sentences there are."""
        count = len(cast("Sequence[str]", version.changes))
        return str(count) if version.number > 1 else "first version"

    @display(description="Changed since the version before")
    def differences(self, version: Version) -> SafeString | str:
        """The sentences as a list."""
        return changes_list(version)

    @display(description="Definition")
    def definition_text(self, version: Version) -> SafeString:
        """As in the study file."""
        return format_html('<pre class="machina-yaml-shown" tabindex="0">{}</pre>', dump(version.definition))


def changes_list(version: Version) -> SafeString | str:
    """What differs from the version before, one sentence a line."""
    sentences = [(str(sentence),) for sentence in cast("Sequence[str]", version.changes)]
    if not sentences:
        return "The first version." if version.number == 1 else "Nothing."
    return format_html('<ul class="machina-changes">{}</ul>', format_html_join("", "<li>{}</li>", sentences))
