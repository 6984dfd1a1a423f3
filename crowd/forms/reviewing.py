"""What somebody decides about work: who, what, why; and the word with which it is meant."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms

from crowd.reads.reviews import MOST, SHOWS, Ask
from crowd.reviewing.words import Decision

TITLES: Final = {
    Decision.APPROVE: "Approve",
    Decision.SOFT_REJECT: "Pay, but do not use",
    Decision.REJECT: "Reject",
    Decision.OVERRIDE: "Take a rejection back",
    Decision.USE: "Use again",
}


class AskForm(forms.Form):
    """submission: ids, as often as there are people. show: a list, all of which is meant."""

    decision = forms.ChoiceField(choices=[(each.value, title) for each, title in TITLES.items()])
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept for good. Somebody who is rejected reads it.",
    )
    message = forms.CharField(
        label="What they are told",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="With an approval; may be empty.",
    )
    show = forms.ChoiceField(choices=[("", ""), *((name, title) for name, (title, _) in SHOWS.items())], required=False)

    def clean(self) -> dict[str, Any]:
        """Somebody must be meant, by ids that are ids."""
        cleaned = super().clean() or self.cleaned_data
        try:
            chosen = tuple(UUID(each) for each in self._sent())
        except ValueError:
            raise forms.ValidationError("A submission is named by its id.") from None
        if len(chosen) > MOST:
            raise forms.ValidationError(f"At most {MOST:,} at once.")
        if not chosen and not cleaned.get("show"):
            raise forms.ValidationError("Choose who is meant.")
        return {**cleaned, "submissions": chosen}

    def ask(self) -> Ask:
        """What was asked; the form must be valid."""
        typed = self.cleaned_data
        return Ask(
            Decision(typed["decision"]),
            typed["submissions"],
            show="" if typed["submissions"] else typed["show"],
            reason=typed["reason"].strip(),
            message=typed["message"].strip(),
        )

    def _sent(self) -> list[str]:
        return list(self.data.getlist("submission")) if hasattr(self.data, "getlist") else []


class MeantForm(forms.Form):
    """The total, or the word and the number, of the plan that was looked at."""

    typed = forms.CharField(
        max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}), required=False
    )
    sha256 = forms.CharField(min_length=64, max_length=64, widget=forms.HiddenInput)
