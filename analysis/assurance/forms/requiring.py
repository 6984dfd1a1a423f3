"""What an experiment requires of models: one constraint a row."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.forms import BaseFormSet, formset_factory

from analysis.assurance.forms.groups import groups_in, lines_of
from analysis.assurance.models import Requirement
from analysis.assurance.services.requiring import LARGEST, Wanted, parsed
from experiments.blueprint import json_object
from experiments.errors import BadValue
from experiments.types import JsonObject

REGIMES: Final = (
    ("binary_classification", "Yes or no"),
    ("multiclass_classification", "One of several classes"),
    ("regression", "A number"),
    ("reinforcement_learning", "A policy"),
)
MOST: Final = 20


class ConstraintForm(forms.Form):
    """A constraint, how often a model that breaks it may have passed, and of what regime it is."""

    text = forms.CharField(
        label="What must hold",
        max_length=2_000,
        widget=forms.TextInput(
            attrs={
                "class": "is-code",
                "placeholder": "abs((PR | [M]) - (PR | [F])) <= 0.15",
                "spellcheck": "false",
                "autocomplete": "off",
            }
        ),
    )
    delta = forms.FloatField(label="Delta, at most", min_value=1e-9, max_value=LARGEST, initial=0.05)
    regime = forms.ChoiceField(label="What is predicted", choices=REGIMES, initial="binary_classification")

    def clean(self) -> dict[str, Any]:
        """With the text parsed: its mistake is said under it, with its column."""
        cleaned = super().clean() or self.cleaned_data
        if "text" in cleaned and "regime" in cleaned:
            try:
                parsed(cleaned["text"], cleaned["regime"])
            except BadValue as refusal:
                self.add_error("text", f"{refusal.message} {refusal.hint}".strip())
        return cleaned


class RequiredForm(ConstraintForm):
    """And who is meant by it, so that the same words about other people do not satisfy the gate."""

    groups = forms.CharField(
        label="Who its groups are, one a line",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(
            attrs={
                "class": "is-code",
                "rows": 2,
                "placeholder": "M: sex = Male\nF: sex = Female",
                "spellcheck": "false",
                "autocomplete": "off",
            }
        ),
        help_text="Empty: as in the newest test of this study that passed it.",
    )
    approximate = forms.BooleanField(label="Approximate bounds will do", required=False)

    def clean_groups(self) -> JsonObject:
        """As a document has them."""
        try:
            return groups_in(self.cleaned_data["groups"])
        except BadValue as refusal:
            raise forms.ValidationError(f"{refusal.message} {refusal.hint}") from refusal

    def wanted(self) -> Wanted:
        """Of a valid form. Label and classes stay as they were."""
        said = self.cleaned_data
        kept = {part: value for part, value in json_object(self.initial.get("meaning")).items() if part != "groups"}
        meaning: JsonObject = {**(kept if said["text"] == self.initial.get("text") else {}), "groups": said["groups"]}
        return Wanted(said["text"], said["delta"], said["regime"], meaning, not said["approximate"])


def typed(row: Requirement) -> dict[str, object]:
    """What the form of that row begins with."""
    meaning = json_object(row.meaning)
    return {
        "text": row.text,
        "delta": row.delta,
        "regime": row.regime,
        "meaning": meaning,
        "groups": lines_of(json_object(meaning.get("groups"))),
        "approximate": not row.exact,
    }


ConstraintFormSet: type[BaseFormSet[RequiredForm]] = formset_factory(
    RequiredForm, extra=1, can_delete=True, max_num=MOST, absolute_max=MOST
)
