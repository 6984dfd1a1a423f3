"""What somebody types of an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from crowd.platforms import PLATFORMS
from crowd.services.accounts import AccountDraft
from experiments.errors import Invalid
from experiments.models import Study
from experiments.types import JsonObject


class AccountForm(forms.Form):
    """Its columns; options as JSON."""

    name = forms.CharField(label="Name", max_length=80, help_text="As campaigns name it.")
    platform = forms.ChoiceField(
        label="Platform", choices=lambda: [(kind.name, kind.title) for kind in PLATFORMS.values()]
    )
    endpoint = forms.URLField(
        label="Address",
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text="Empty: the platform's own. A stand-in's otherwise, such as http://127.0.0.1:8765.",
    )
    is_production = forms.BooleanField(
        label="Production: the money is real",
        required=False,
        help_text="Without it: the sandbox, or a stand-in.",
    )
    credentials = forms.CharField(
        label="Where the credentials are",
        required=False,
        max_length=120,
        help_text="env:NAME, a variable of the environment, or profile:NAME, an AWS profile. Never the key itself.",
        widget=forms.TextInput(attrs={"placeholder": "env:LAB_MTURK", "autocomplete": "off", "spellcheck": "false"}),
    )
    region = forms.CharField(
        label="Region", required=False, max_length=30, help_text="Empty: us-east-1, MTurk's only one."
    )
    options = forms.JSONField(
        label="Options",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="JSON. What only this platform knows; below, what there is.",
    )
    studies = forms.ModelMultipleChoiceField(
        label="Studies that may spend through it", queryset=Study.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, given: Mapping[str, Any] | None, *, studies: QuerySet[Study]) -> None:
        super().__init__(given)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                field.widget.attrs.setdefault("class", "m-input")
        cast("forms.ModelMultipleChoiceField[Study]", self.fields["studies"]).queryset = studies

    def fill(self, draft: AccountDraft) -> None:
        """Show what an account is."""
        self.initial = {
            **{name: getattr(draft, name) for name in self.fields if name not in ("options", "studies")},
            "options": dict(draft.options) or None,
            "studies": [study.pk for study in draft.studies],
        }

    def draft(self) -> AccountDraft:
        """What was typed; the form must be valid."""
        typed = self.cleaned_data
        return AccountDraft(
            name=typed["name"].strip(),
            platform=typed["platform"],
            endpoint=typed["endpoint"],
            region=typed["region"],
            credentials=typed["credentials"].strip(),
            is_production=typed["is_production"],
            options=cast(JsonObject, typed["options"] or {}),
            studies=tuple(typed["studies"].order_by("pk")),
        )

    def clean_options(self) -> object:
        """An object."""
        found = self.cleaned_data["options"]
        if found and not isinstance(found, dict):
            raise forms.ValidationError('Write a JSON object: {"calls_per_second": 5}.')
        return found

    def refuse(self, refusal: Invalid) -> None:
        """Beside each field what a service says of it."""
        for error in refusal.errors:
            field = str(error["path"]).partition(".")[0]
            self.add_error(field if field in self.fields else None, str(error["message"]))
