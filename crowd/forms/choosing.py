"""Who is meant: people who are ticked, or a whole list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from crowd.reads.reviews import MOST, SHOWS


class ChosenForm(forms.Form):
    """submission: ids, as often as there are people. show: a list, all of which is meant."""

    show = forms.ChoiceField(choices=[("", ""), *((name, title) for name, (title, _) in SHOWS.items())], required=False)

    def clean(self) -> dict[str, Any]:
        """Somebody must be meant, by ids that are ids."""
        cleaned = super().clean() or self.cleaned_data
        chosen = self.submissions()
        if not chosen and not cleaned.get("show"):
            raise forms.ValidationError("Choose who is meant.")
        return {**cleaned, "submissions": chosen}

    def submissions(self) -> tuple[UUID, ...]:
        """Those who are ticked. ValidationError for what is no id, and for too many."""
        try:
            chosen = tuple(UUID(each) for each in self._sent())
        except ValueError:
            raise forms.ValidationError("A submission is named by its id.") from None
        if len(chosen) > MOST:
            raise forms.ValidationError(f"At most {MOST:,} at once.")
        return chosen

    def _sent(self) -> list[str]:
        return list(self.data.getlist("submission")) if hasattr(self.data, "getlist") else []
