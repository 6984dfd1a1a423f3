"""What an experiment requires of models: one constraint a row."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.forms import BaseFormSet, formset_factory

from analysis.assurance.services.requiring import LARGEST, Wanted, normalised_text
from experiments.errors import BadValue

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
                normalised_text(cleaned["text"], cleaned["regime"])
            except BadValue as refusal:
                self.add_error("text", f"{refusal.message} {refusal.hint}".strip())
        return cleaned

    def wanted(self) -> Wanted:
        """Of a valid form."""
        said = self.cleaned_data
        return Wanted(said["text"], said["delta"], said["regime"])


ConstraintFormSet: type[BaseFormSet[ConstraintForm]] = formset_factory(
    ConstraintForm, extra=1, can_delete=True, max_num=MOST, absolute_max=MOST
)
