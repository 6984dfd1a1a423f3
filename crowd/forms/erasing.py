"""Whom somebody wants erased, and the words with which it is meant."""

from __future__ import annotations

from django import forms

from crowd.platforms import PLATFORMS
from experiments.models import Study


class PersonForm(forms.Form):
    """study: its slug. name: a pseudonym, or the id at a platform, which is not kept anywhere."""

    study = forms.ChoiceField()
    platform = forms.ChoiceField(required=False, label="Their id is of")
    name = forms.CharField(max_length=100, label="Pseudonym, or id at the platform")

    def __init__(self, *args: object, studies: list[Study], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # a form's own
        self.fields["study"].choices = [(each.slug, each.title) for each in studies]  # type: ignore[attr-defined]
        kinds = [(name, kind.title) for name, kind in PLATFORMS.items()]
        self.fields["platform"].choices = [("", "a pseudonym"), *kinds]  # type: ignore[attr-defined]


class EraseForm(forms.Form):
    """typed: “erase” and the first eight digits of the pseudonym."""

    participant = forms.UUIDField(widget=forms.HiddenInput)
    with_answers = forms.BooleanField(required=False, label="Also every other answer and measurement")
    typed = forms.CharField(max_length=60, required=False)
