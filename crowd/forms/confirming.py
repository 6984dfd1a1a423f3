"""Small forms that a person confirms something with: an amount, hours, a reason."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from crowd.planning.topping_up import MOST


class AmountForm(forms.Form):
    """The cost, typed by hand, of the plan that was looked at."""

    amount = forms.DecimalField(
        label="Type the total",
        max_digits=12,
        decimal_places=2,
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "spellcheck": "false"}),
    )
    sha256 = forms.CharField(min_length=64, max_length=64, widget=forms.HiddenInput)

    @property
    def total(self) -> Decimal:
        """What was typed; the form must be valid."""
        return Decimal(self.cleaned_data["amount"])


class TopUpForm(forms.Form):
    """How many more."""

    completes = forms.IntegerField(label="More completes", min_value=0, max_value=MOST, initial=9)
    spare = forms.IntegerField(
        label="More places for the same goal",
        min_value=0,
        max_value=MOST,
        initial=0,
        help_text="For those who were screened out or failed.",
    )

    def clean(self) -> dict[str, int]:
        """At least one of them."""
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("completes") or cleaned.get("spare")) and not self.errors:
            raise forms.ValidationError("Say how many more.")
        return cleaned


class ExtendForm(forms.Form):
    """For how long."""

    hours = forms.IntegerField(label="Hours from now", min_value=1, max_value=8_760, initial=24)


class BecauseForm(forms.Form):
    """Why, for the diary."""

    because = forms.CharField(label="Why (for the diary)", required=False, max_length=200)
