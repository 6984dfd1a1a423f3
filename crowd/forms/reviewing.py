"""What somebody decides about work: who, what, why; and the word with which it is meant."""

from __future__ import annotations

from typing import Final

from django import forms

from crowd.forms.choosing import ChosenForm
from crowd.reads.reviews import Ask
from crowd.reviewing.words import Decision

TITLES: Final = {
    Decision.APPROVE: "Approve",
    Decision.SOFT_REJECT: "Pay, but do not use",
    Decision.REJECT: "Reject",
    Decision.OVERRIDE: "Take a rejection back",
    Decision.USE: "Use again",
}


class AskForm(ChosenForm):
    """A decision about them."""

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
    category = forms.CharField(label="Kind of rejection", max_length=40, required=False)

    def ask(self) -> Ask:
        """What was asked; the form must be valid."""
        typed = self.cleaned_data
        return Ask(
            Decision(typed["decision"]),
            typed["submissions"],
            show="" if typed["submissions"] else typed["show"],
            reason=typed["reason"].strip(),
            message=typed["message"].strip(),
            category=typed["category"],
        )


class MeantForm(forms.Form):
    """The total, or the word and the number, of the plan that was looked at."""

    typed = forms.CharField(
        max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}), required=False
    )
    sha256 = forms.CharField(min_length=64, max_length=64, widget=forms.HiddenInput)
