"""Which arm serves a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from experiments.models import Arm


class ServeForm(forms.Form):
    """An arm of one's experiments."""

    arm = forms.ModelChoiceField(queryset=Arm.objects.none(), label="Arm", empty_label="Choose an arm")

    def __init__(self, given: Mapping[str, Any] | None, *, arms: Sequence[Arm]) -> None:
        super().__init__(given)
        field = cast("forms.ModelChoiceField[Arm]", self.fields["arm"])
        field.queryset = Arm.objects.filter(pk__in=[arm.pk for arm in arms]).select_related("experiment")
        field.label_from_instance = _label  # type: ignore[assignment,method-assign]  # Django's own way


def _label(arm: Arm) -> str:
    state = arm.experiment.get_status_display().lower()
    return f"{arm.experiment.title}: {arm.name}{'' if arm.is_enabled else ' (disabled)'} [{state}]"
