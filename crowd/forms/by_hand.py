"""What somebody paid by hand: whom, and how."""

from __future__ import annotations

from uuid import UUID

from django import forms

from crowd.services.paying_elsewhere import LONGEST, SHORTEST


class ByHandForm(forms.Form):
    """payment: ids, as often as there are payments; none means all that are open."""

    how = forms.CharField(label="How they were paid", min_length=SHORTEST, max_length=LONGEST)

    def clean(self) -> dict[str, object]:
        """Ids that are ids."""
        cleaned = super().clean() or self.cleaned_data
        return {**cleaned, "payments": self.payments()}

    def payments(self) -> tuple[UUID, ...]:
        """Those that are ticked. ValidationError for what is no id."""
        sent = self.data.getlist("payment") if hasattr(self.data, "getlist") else []
        try:
            return tuple(UUID(each) for each in sent)
        except ValueError:
            raise forms.ValidationError("A payment is named by its id.") from None
