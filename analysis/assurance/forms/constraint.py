"""A constraint while it is written, with what its meaning hangs on."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from django import forms

REGIMES: Final = (
    ("binary_classification", "Yes or no"),
    ("multiclass_classification", "One of several classes"),
    ("regression", "A number"),
    ("reinforcement_learning", "A policy"),
)
EXAMPLES: Final = (
    ("Demographic parity", "abs((PR | [M]) - (PR | [F])) <= 0.15", "binary_classification"),
    ("Disparate impact", "min((PR | [M])/(PR | [F]), (PR | [F])/(PR | [M])) >= 0.8", "binary_classification"),
    (
        "Equalised odds",
        "abs((FNR | [M]) - (FNR | [F])) + abs((FPR | [M]) - (FPR | [F])) <= 0.35",
        "binary_classification",
    ),
    ("Equal opportunity", "(TPR | [M])/(TPR | [F]) >= 0.8", "binary_classification"),
    ("Few confusions", "CM_[0,1] <= 0.1", "multiclass_classification"),
    ("Equal errors", "abs((Mean_Error | [M]) - (Mean_Error | [F])) <= 0.3", "regression"),
    ("Not worse for anyone", "(J_gain_PDIS | [M]) >= 0", "reinforcement_learning"),
)
"""(name, text, regime) of what is often asked for."""

_NAME: Final = re.compile(r"\s*([^\W\d]\w*)\s*(?::.*)?")


class QuestionForm(forms.Form):
    """groups: names, separated by commas or line by line (what follows a colon says who they are). Empty: any."""

    BEGIN: ClassVar[dict[str, str]] = {"text": EXAMPLES[0][1], "regime": "binary_classification", "delta": "0.05"}

    text = forms.CharField(label="Constraint", required=False, max_length=4_000, strip=False)
    regime = forms.ChoiceField(label="What is predicted", choices=REGIMES, initial="binary_classification")
    groups = forms.CharField(label="Groups", required=False, max_length=10_000)
    classes = forms.IntegerField(label="Classes", required=False, min_value=2, max_value=10_000)
    delta = forms.FloatField(label="Delta", initial=0.05)
    low = forms.FloatField(label="Values from", required=False)
    high = forms.FloatField(label="Values to", required=False)

    def clean(self) -> dict[str, Any]:
        """span: what a value can be at all, of measures that have no range of their own; None: nobody says."""
        said = super().clean() or self.cleaned_data
        low, high = said.pop("low", None), said.pop("high", None)
        said["span"] = None if low is None or high is None else (low, high)
        said["groups"] = _names(said.get("groups", ""))
        return said


def _names(text: str) -> list[str] | None:
    found = [_NAME.fullmatch(part) for part in re.split(r"[,\n]", text) if part.strip()]
    return [match.group(1) for match in found if match] or None
